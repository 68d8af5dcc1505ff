"""Mail addresses: one home for what is valid and which spellings are one address."""

import re
import unicodedata
from dataclasses import dataclass

import idna

from core.errors import BadInput

_LOCAL = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
)
_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?")
# RFC 5321, 4.5.3.1.
_MOST_LOCAL = 64
_MOST_ADDRESS = 254
_MOST_LABEL = 63


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """`written` goes on the envelope, its domain in A-labels; `key` is one per mailbox."""

    written: str
    key: str


def read(text: str) -> Address:
    """Read one address. Raises BadInput that names it."""
    given = unicodedata.normalize("NFC", text).strip().strip("\u200e\u200f\ufeff")
    local, at, domain = given.rpartition("@")
    if not at or not local or not domain:
        raise _bad(given, "is not a mail address.", "Write it like name@outlet.ma.")
    if not local.isascii():
        raise _bad(
            given,
            "has letters before the @ that mail servers do not agree on.",
            "Ask for an address in plain letters.",
        )
    if len(local) > _MOST_LOCAL or not _LOCAL.fullmatch(local):
        raise _bad(given, "is wrong before the @.", "Look for spaces and stray signs.")
    written = f"{local}@{_domain(given, domain)}"
    if len(written) > _MOST_ADDRESS:
        raise _bad(given, "is too long.", "No mail address has more than 254 letters.")
    return Address(written=written, key=written.casefold())


def _domain(given: str, domain: str) -> str:
    """The domain in A-labels."""
    try:
        ascii_domain = idna.encode(domain, uts46=True).decode("ascii").lower()
    except (idna.IDNAError, UnicodeError):
        raise _bad(
            given, "is wrong after the @.", "Look for a misspelt domain."
        ) from None
    labels = ascii_domain.split(".")
    named = all(
        len(label) <= _MOST_LABEL and _LABEL.fullmatch(label) for label in labels
    )
    if len(labels) == 1 or not named or labels[-1].isdigit():
        raise _bad(given, "is wrong after the @.", "Look for a misspelt domain.")
    return ascii_domain


def _bad(given: str, what: str, mend: str) -> BadInput:
    shown = given if given.isprintable() else repr(given)
    return BadInput(f"“{shown}” {what}", to="email", mend=mend)
