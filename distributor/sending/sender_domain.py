"""The sender's domain: what receiving servers will find there, looked up before planning.

No transaction may be open while this asks.
"""

from collections.abc import Iterator, Sequence
from typing import Any, Final

import idna

from core.dns import Resolver
from core.errors import Unavailable
from core.settings import Settings
from distributor.checks.base import SenderDomain

# Channels whose mail reaches servers that ask.
_OUTSIDE: Final = frozenset({"smtp", "sendgrid"})
# Names that are in no name server by agreement (RFC 2606).
_NOWHERE: Final = (".test", ".invalid", ".localhost", ".example")


def look_up(
    settings: Settings, *, channel: str, resolver: Resolver
) -> SenderDomain | None:
    """Ask for SPF, DKIM and DMARC; None where nobody outside will ask.

    Never raises: what is not answered is None in the value.
    """
    name = _ascii(settings.organisation.sender.rpartition("@")[2])
    if channel not in _OUTSIDE or "." not in name or f".{name}".endswith(_NOWHERE):
        return None
    asked = _Asked(resolver)
    given: dict[str, Any] = dict(settings.channels.get(channel, {}))
    selector = str(given.get("dkim_selector") or "")
    signing = _ascii(str(given.get("dkim_domain") or name))
    return SenderDomain(
        name=name,
        spf=asked.texts(name),
        dmarc=_dmarc(asked, name),
        selector=selector,
        signing=signing if selector else "",
        dkim=asked.texts(f"{selector}._domainkey.{signing}") if selector else None,
    )


class _Asked:
    """Stops asking after the first question without an answer: each costs seconds."""

    def __init__(self, resolver: Resolver) -> None:
        self._resolver = resolver
        self._answers = True

    def texts(self, name: str) -> Sequence[str] | None:
        if not self._answers:
            return None
        try:
            return self._resolver.texts(name)
        except Unavailable:
            self._answers = False
            return None


def _dmarc(asked: _Asked, name: str) -> Sequence[str] | None:
    """The domain's own record, or else that of the domain it belongs to."""
    for one in _upwards(name):
        found = asked.texts(f"_dmarc.{one}")
        if found is None or any("v=dmarc1" in text.lower() for text in found):
            return found
    return ()


def _upwards(name: str) -> Iterator[str]:
    labels = name.split(".")
    for first in range(len(labels) - 1):
        yield ".".join(labels[first:])


def _ascii(name: str) -> str:
    try:
        return idna.encode(name.strip().rstrip("."), uts46=True).decode("ascii")
    except idna.IDNAError:
        return ""
