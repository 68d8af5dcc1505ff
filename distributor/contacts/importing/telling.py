"""Why a line was not imported, as sentences that can be said in the reader's language."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from core.i18n import N_
from distributor.contacts.importing.rows import MOST_CHARACTERS, Rejected


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Source sentences for the catalogues, and the values that stand in them."""

    what: str
    mend: str
    values: Mapping[str, str] = field(default_factory=dict)


# By the field that cannot be used; one that stands there but is empty has a sentence of its own.
_WRONG: Final[Mapping[str, tuple[str, str]]] = {
    "email": (
        N_("“%(cell)s” is not a mail address that can be used."),
        N_("Look for spaces and stray signs; write it like name@outlet.ma."),
    ),
    "languages": (
        N_("“%(cell)s” names a language this office does not write."),
        N_("Use fr, ar, en or zgh, the preferred one first."),
    ),
    "phone": (
        N_("The spreadsheet shortened this number to %(cell)s; its digits are lost."),
        N_("Format the column as text and write the number again."),
    ),
    "kind": (
        N_("“%(cell)s” is no kind of contact."),
        N_("Use journalist or newsroom."),
    ),
    "consent": (
        N_("“%(cell)s” does not say whether there is consent."),
        N_("Use given, opposed or unknown, or the day it was given."),
    ),
    "quiet": (
        N_("“%(cell)s” are not two hours."),
        N_("Write them like 22:00-07:00."),
    ),
}
_EMPTY: Final[Mapping[str, tuple[str, str]]] = {
    "email": (
        N_("The address is missing."),
        N_("Fill it in, or remove the line."),
    ),
    "provenance": (
        N_("Nothing says where this contact comes from."),
        N_("Fill the cell, or say it for the whole file."),
    ),
}
_SHOWN: Final = 80


def reason(one: Rejected) -> Reason:
    """Why *one* is not imported, and what to do about it."""
    cell = " ".join(one.cells.get(one.field, "").split())
    if one.is_conflict:
        return _conflict(one)
    if len(cell) > MOST_CHARACTERS:
        return Reason(
            what=N_("A cell has more than %(most)s characters: “%(cell)s”."),
            mend=N_("Shorten it, or look for a quotation mark that is not closed."),
            values={"cell": _cut(cell), "most": str(MOST_CHARACTERS)},
        )
    known = _WRONG if cell else _EMPTY
    what, mend = known.get(
        one.field,
        (
            N_("“%(cell)s” cannot be used in the column %(field)s."),
            N_("Correct the cell, or remove the line."),
        ),
    )
    return Reason(what=what, mend=mend, values={"cell": _cut(cell), "field": one.field})


def _conflict(one: Rejected) -> Reason:
    if one.joined_to:
        return Reason(
            what=N_("This address was joined to %(other)s: it is the same person."),
            mend=N_("Leave the line out, or import it as a contact of its own."),
            values={"other": one.joined_to},
        )
    if one.namesakes:
        return Reason(
            what=N_("The same name at the same outlet is already known as %(other)s."),
            mend=N_(
                "Correct the address, or import both and merge them if it is one person."
            ),
            values={"other": _cut(", ".join(one.namesakes))},
        )
    return Reason(
        what=N_("The same address stands on line %(line)s and says otherwise."),
        mend=N_("Keep one of the two lines."),
        values={"line": str(one.other_line)},
    )


def _cut(text: str) -> str:
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "…"
