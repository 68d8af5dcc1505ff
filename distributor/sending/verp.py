"""The return path that names its delivery: bounces+TOKEN@, signed, written and read (VERP)."""

from collections.abc import Iterable

from core.keys import Links, Purpose


def return_path(address: str, *, links: Links, token: str) -> str:
    """Where the returns of one message go: *address* with the signed token before its @."""
    local, at, domain = address.rpartition("@")
    return f"{local}+{links.sign(Purpose.BOUNCE, token)}{at}{domain}"


def token_of(recipients: Iterable[str], *, links: Links) -> str | None:
    """The token in the first of these addresses that we signed; anybody may write to them."""
    for recipient in recipients:
        local = recipient.rpartition("@")[0]
        _, plus, signed = local.rpartition("+")
        # Some servers change the case of what they return to.
        token = links.read(Purpose.BOUNCE, signed.lower()) if plus else None
        if token:
            return token
    return None
