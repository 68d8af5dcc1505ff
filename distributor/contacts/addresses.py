"""Mail addresses: one home for what is valid and which spellings are one address.

Case, spaces around it, invisible signs, full-width letters and the two forms of a foreign
domain make no difference. Dots and +tags before the @ do: only the server behind an address
knows whether they are one mailbox, and a wrong guess would silently miss a journalist.
"""

import re
import unicodedata
from dataclasses import dataclass

import idna

from core.errors import BadInput
from core.i18n import N_
from core.wording import Worded, worded

# RFC 5322, 3.2.3, and beyond ASCII the letters, digits and marks RFC 6531 lets in.
_ATOM = r"(?:[!#$%&'*+/=?^_`{|}~-]|\w|[\u0300-\u036f\u064b-\u0655])+"
_LOCAL = re.compile(rf"{_ATOM}(\.{_ATOM})*")
_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?")
# RFC 5321, 4.5.3.1.
_MOST_LOCAL = 64
_MOST_ADDRESS = 254
_MOST_LABEL = 63
# Left behind by copying from right-to-left text and web pages.
_INVISIBLE = " \u00a0\u200b\u200e\u200f\u202a\u202b\u202c\u2066\u2067\u2069\ufeff"


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """`written` goes on the envelope, its domain in A-labels; `key` is one per mailbox."""

    written: str
    key: str
    # Letters beyond ASCII before the @: only a server that offers SMTPUTF8 takes it.
    needs_utf8: bool = False


def read(text: str) -> Address:
    """Read one address. Raises BadInput that names it."""
    given = unicodedata.normalize("NFKC", text).strip().strip(_INVISIBLE)
    local, at, domain = given.rpartition("@")
    local = "".join(sign for sign in local if unicodedata.category(sign) != "Cf")
    if not at or not local or not domain:
        raise _bad(
            given,
            N_("“%(address)s” is not a mail address."),
            worded("Write it like name@outlet.ma."),
        )
    if len(local.encode(errors="replace")) > _MOST_LOCAL or not _LOCAL.fullmatch(local):
        raise _bad(
            given,
            N_("“%(address)s” is wrong before the @."),
            worded("Look for spaces and stray signs."),
        )
    written = f"{local}@{_domain(given, domain)}"
    if len(written.encode()) > _MOST_ADDRESS:
        raise _bad(
            given,
            N_("“%(address)s” is too long."),
            worded("No mail address has more than 254 letters."),
        )
    return Address(
        written=written,
        key=unicodedata.normalize("NFKC", written.lower()),
        needs_utf8=not local.isascii(),
    )


def _domain(given: str, domain: str) -> str:
    """The domain in A-labels."""
    try:
        ascii_domain = idna.encode(domain, uts46=True).decode("ascii").lower()
    except (idna.IDNAError, UnicodeError):
        raise _no_domain(given) from None
    labels = ascii_domain.split(".")
    named = all(
        len(label) <= _MOST_LABEL and _LABEL.fullmatch(label) for label in labels
    )
    if len(labels) == 1 or not named or labels[-1].isdigit():
        raise _no_domain(given)
    return ascii_domain


def _no_domain(given: str) -> BadInput:
    return _bad(
        given,
        N_("“%(address)s” is wrong after the @."),
        worded("Look for a misspelt domain."),
    )


def _bad(given: str, what: str, mend: str) -> BadInput:
    shown = given if given.isprintable() else repr(given)
    return BadInput(Worded(what, {"address": shown}), to="email", mend=mend)
