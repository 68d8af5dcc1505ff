"""One line of a contact file -> a contact row, or why it cannot be used."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as made_by
from datetime import date

from core.errors import BadInput
from core.safe_cells import unguarded
from core.values import Language
from core.wording import worded
from distributor.contacts import addresses, quiet
from distributor.contacts.words import folded

_LANGUAGE_NAMES: Mapping[str, Sequence[str]] = {
    "fr": ("fra", "fre", "french", "français", "française", "الفرنسية", "فرنسية"),
    "ar": ("ara", "arabic", "arabe", "العربية", "عربية", "عربي"),
    "en": ("eng", "english", "anglais", "anglaise", "الإنجليزية", "إنجليزية"),
    "zgh": ("tamazight", "amazigh", "amazighe", "tifinagh", "الأمازيغية", "ⵜⴰⵎⴰⵣⵉⵖⵜ"),
}
_LANGUAGES: Mapping[str, str] = {
    name: code
    for code, names in _LANGUAGE_NAMES.items()
    if code in set(Language)
    for name in map(folded, (code, *names))
}
# As `folded` writes them.
_KINDS: Mapping[str, str] = {
    **dict.fromkeys(("journalist", "journaliste", "صحفي", "صحفيه"), "journalist"),
    **dict.fromkeys(
        ("newsroom", "redaction", "desk", folded("هيئة التحرير")), "newsroom"
    ),
}
# Addresses that are nobody's own: without a name and a kind, they are a newsroom's.
_SHARED = frozenset(
    {
        *("actualite", "actualites", "actu", "agence", "contact", "desk", "direction"),
        *("editor", "info", "infos", "journal", "news", "newsroom", "press", "presse"),
        *("redac", "redacchef", "redaction", "secretariat", "tahrir", "webmaster"),
    }
)
_CONSENTS: Mapping[str, str] = {
    **dict.fromkeys(("", "unknown", "inconnu"), ""),
    **dict.fromkeys(("yes", "given", "oui", "accord", "true", "1", "نعم"), "given"),
    **dict.fromkeys(
        ("no", "opposed", "non", "oppose", "opposee", "refus", "false", "0", "لا"),
        "opposed",
    ),
}
_PARTS = re.compile(r"[,;/|+،؛]")
# A number that a spreadsheet wrote with its unit: 212600000000.0
_WRITTEN_AS_NUMBER = re.compile(r"(\d+)[.,]0+")
# And one whose digits it threw away: 2,126E+11
_SHORTENED = re.compile(r"\d([.,]\d+)?E\+\d+", re.IGNORECASE)
# Longer names do not fit one header line of a mail once they are encoded.
_MOST_CHARACTERS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactRow:
    """What a line says of a contact. An empty field says nothing."""

    line: int
    address: str
    address_key: str
    name: str
    languages: tuple[str, ...]
    outlet: str
    beats: tuple[str, ...]
    phone: str
    provenance: str
    # Said by the file or by whoever imports it; else it only fills what is empty.
    provenance_is_said: bool = True
    kind: str = ""
    # "given", "opposed" (which suppresses the address) or empty.
    consent: str = ""
    quiet_from: str = ""
    quiet_until: str = ""
    place: str = ""
    cells: Mapping[str, str] = made_by(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejected:
    """One line that cannot be used: where, what happened, what to do, what it held."""

    file: str
    line: int
    field: str
    what: str
    mend: str
    email: str = ""
    # Another line, or a known contact, says otherwise: a person must choose.
    is_conflict: bool = False
    cells: Mapping[str, str] = made_by(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.file}, line {self.line}, {self.field}: {self.what} {self.mend}"


def of(
    cells: Mapping[str, str], *, line: int, place: str, provenance: str, fallback: str
) -> ContactRow:
    """Read the *cells* of one line, by field. Raises BadInput that names the field.

    *provenance* stands for cells that do not say it; *fallback* for a whole file that
    does not.
    """
    clean = {name: _one_line(value, name) for name, value in cells.items()}

    def cell(name: str) -> str:
        return clean.get(name, "")

    address = _address(cell("email"))
    quiet_from, quiet_until = quiet.hours(cell("quiet"))
    return ContactRow(
        line=line,
        place=place,
        cells=cells,
        address=address.written,
        address_key=address.key,
        name=cell("name"),
        languages=_languages(cell("languages")),
        outlet=cell("outlet"),
        beats=_beats(cell("beats")),
        phone=_phone(cell("phone")),
        provenance=_provenance(
            cell("provenance"),
            has_column="provenance" in cells,
            given=provenance,
            fallback=fallback,
        ),
        provenance_is_said=bool(cell("provenance") or provenance),
        kind=_kind(cell("kind"), name=cell("name"), address=address.key),
        consent=_consent(cell("consent")),
        quiet_from=quiet_from,
        quiet_until=quiet_until,
    )


def _address(text: str) -> addresses.Address:
    if not text:
        raise BadInput(
            worded("The address is missing."),
            to="email",
            mend=worded("Fill it in, or remove the line."),
        )
    return addresses.read(text)


def _provenance(said: str, *, has_column: bool, given: str, fallback: str) -> str:
    if has_column and not said and not given:
        raise BadInput(
            worded("Nothing says where this contact comes from."),
            to="provenance",
            mend=worded(
                "Fill the cell, or say it for the whole file (--provenance TEXT)."
            ),
        )
    return said or given or fallback


def _languages(text: str) -> tuple[str, ...]:
    found: list[str] = []
    for part in re.split(r"[,;/|+،؛\s]+", text):
        if not part or part in {"و", "et", "and"}:
            continue
        language = _LANGUAGES.get(folded(part))
        if language is None:
            raise BadInput(
                worded("“%(cell)s” is not a language this office writes.", cell=part),
                to="languages",
                mend=worded(
                    "Use %(codes)s; the preferred one first.",
                    codes=", ".join(Language),
                ),
            )
        if language not in found:
            found.append(language)
    return tuple(found)


def _beats(text: str) -> tuple[str, ...]:
    parts = (part.strip() for part in _PARTS.split(text))
    return tuple(dict.fromkeys(part for part in parts if part))


def _phone(text: str) -> str:
    if _SHORTENED.fullmatch(text):
        raise BadInput(
            worded(
                "The spreadsheet shortened this number to %(cell)s; its digits are lost.",
                cell=text,
            ),
            to="phone",
            mend=worded("Format the column as text and write the number again."),
        )
    number = _WRITTEN_AS_NUMBER.fullmatch(text)
    return number[1] if number else text


def _kind(text: str, *, name: str, address: str) -> str:
    if not text:
        local = address.partition("@")[0]
        return "newsroom" if not name and local in _SHARED else ""
    kind = _KINDS.get(folded(text))
    if kind is None:
        raise BadInput(
            worded("“%(cell)s” is no kind of contact.", cell=text),
            to="kind",
            mend=worded("Use journalist or newsroom."),
        )
    return kind


def _consent(text: str) -> str:
    consent = _CONSENTS.get(folded(text))
    if consent is not None:
        return consent
    try:
        date.fromisoformat(text[:10])
    except ValueError:
        raise BadInput(
            worded("“%(cell)s” does not say whether there is consent.", cell=text),
            to="consent",
            mend=worded("Use given, opposed or unknown, or the day it was given."),
        ) from None
    return "given"


def _one_line(value: str, name: str) -> str:
    """Without control signs or line ends: no cell may ever break a mail header."""
    clean = unguarded(
        " ".join(
            "".join(
                " " if unicodedata.category(sign) in {"Cc", "Zl", "Zp", "Cs"} else sign
                for sign in unicodedata.normalize("NFC", value)
            ).split()
        )
    )
    if len(clean) > _MOST_CHARACTERS:
        raise BadInput(
            worded(
                "This cell has more than %(most)s characters.", most=_MOST_CHARACTERS
            ),
            to=name,
            mend=worded("Shorten it, or look for a quotation mark that is not closed."),
        )
    return clean
