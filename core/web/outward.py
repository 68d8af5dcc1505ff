"""Addresses of others before they become links: what may be clicked on, and what is odd of it."""

from dataclasses import dataclass
from typing import Final

from core.errors import FetchRefused
from core.web.address import split

_ARABIC: Final = range(0x0600, 0x0700)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outward:
    """`href` is empty for what must not be clicked on; then `text` is only to be read."""

    href: str
    text: str
    host: str = ""
    # Its host is written with letters that can be taken for others.
    is_odd: bool = False


def outward(address: str) -> Outward:
    """Let through http and https addresses without a user name; the host as it is asked for."""
    try:
        parts = split(address)
        host = (parts.hostname or "").encode("idna").decode()
    except (FetchRefused, UnicodeError):
        return Outward(href="", text=address)
    return Outward(href=address, text=address, host=host, is_odd=_is_odd(host))


def _is_odd(host: str) -> bool:
    """Whether a label is neither ASCII nor wholly Arabic, as .المغرب is."""
    labels = [_decoded(label) for label in host.split(".")]
    return not all(label.isascii() or _is_arabic(label) for label in labels)


def _decoded(label: str) -> str:
    try:
        return label.encode("ascii").decode("idna")
    except UnicodeError:
        # It says that it is coded and is not: odd whatever it was meant to be.
        return "\ufffd"


def _is_arabic(label: str) -> bool:
    return all(sign.isdigit() or sign == "-" or ord(sign) in _ARABIC for sign in label)
