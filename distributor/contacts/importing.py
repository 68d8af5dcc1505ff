"""Contact files: bytes -> text -> rows and rejected rows -> contacts of a list.

Reading decides and writes nothing; whoever stores may refuse a file with rejected rows.
"""

import csv
import io
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import chardet
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from core.errors import BadInput
from core.values import Language
from distributor.contacts import addresses, lists
from distributor.contacts.suppression import CHUNK
from distributor.models import Contact, Membership

# Usual names of each column in English, French and Arabic, as `_plain` writes them.
COLUMNS: Mapping[str, frozenset[str]] = {
    "email": frozenset(
        {
            *("email", "e mail", "mail", "courriel", "adresse email", "adresse e mail"),
            *("adresse mail", "email address", "adresse electronique"),
            *("البريد الالكتروني", "بريد الكتروني", "البريد", "الايميل", "ايميل"),
        }
    ),
    "name": frozenset(
        {
            *("name", "full name", "nom", "nom complet", "nom et prenom", "contact"),
            *("journaliste", "الاسم", "الاسم الكامل", "اسم", "الصحفي"),
        }
    ),
    "languages": frozenset(
        {"languages", "language", "langues", "langue", "اللغات", "اللغة", "لغة"}
    ),
    "outlet": frozenset(
        {
            *(
                "outlet",
                "media",
                "medias",
                "journal",
                "support",
                "organe",
                "publication",
            ),
            *("المؤسسة", "الجريدة", "المنبر", "الموسسة", "وسيلة الاعلام"),
        }
    ),
    "beats": frozenset(
        {
            *(
                "beats",
                "beat",
                "rubriques",
                "rubrique",
                "themes",
                "theme",
                "specialites",
            ),
            *("المجالات", "المواضيع", "التخصص", "الاختصاص"),
        }
    ),
    "phone": frozenset(
        {"phone", "telephone", "tel", "gsm", "mobile", "الهاتف", "رقم الهاتف", "هاتف"}
    ),
    "provenance": frozenset({"provenance", "origin", "origine", "source", "المصدر"}),
}

_LANGUAGES: Mapping[str, Language] = {
    **dict.fromkeys(
        ("fr", "fra", "french", "francais", "francaise", "الفرنسية", "فرنسية"),
        Language.FRENCH,
    ),
    **dict.fromkeys(
        ("ar", "ara", "arabic", "arabe", "العربية", "عربية", "عربي"), Language.ARABIC
    ),
    **dict.fromkeys(
        ("en", "eng", "english", "anglais", "anglaise", "الانجليزية", "انجليزية"),
        Language.ENGLISH,
    ),
}
_PARTS = re.compile(r"[,;/|+،؛]")
_SPACES = re.compile(r"[\s_\-.]+")
_SEPARATORS = ";,\t"
# Longer names do not fit one header line of a mail once they are encoded.
_MOST_CHARACTERS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactRow:
    line: int
    address: str
    address_key: str
    name: str
    languages: tuple[str, ...]
    outlet: str
    beats: tuple[str, ...]
    phone: str
    provenance: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejected:
    """One row that cannot be used: where, what happened, what to do."""

    file: str
    line: int
    field: str
    what: str
    mend: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedContacts:
    rows: Sequence[ContactRow]
    rejected: Sequence[Rejected]
    # Columns that were not understood and are not kept.
    ignored: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportCounts:
    new: int
    changed: int
    same: int


def read(path: Path) -> ImportedContacts:
    """Read a CSV file. Raises BadInput when the file as a whole cannot be used."""
    text = decode(_bytes(path), file_name=path.name)
    lines = _records(text, path.name)
    try:
        _, header = next(lines)
    except StopIteration:
        raise BadInput(
            "The file is empty.",
            to=path.name,
            mend="Its first line must name the columns; `email` is required.",
        ) from None
    columns = _columns(header, path.name)
    rows: list[ContactRow] = []
    rejected: list[Rejected] = []
    first_lines: dict[str, int] = {}
    for line, cells in lines:
        try:
            row = _row(line, cells, columns)
            _refuse_repeated(row, first_lines)
        except BadInput as error:
            rejected.append(
                Rejected(
                    file=path.name,
                    line=line,
                    field=error.to,
                    what=error.what,
                    mend=error.mend,
                )
            )
        else:
            rows.append(row)
    return ImportedContacts(
        rows=tuple(rows),
        rejected=tuple(rejected),
        ignored=tuple(
            name.strip()
            for place, name in enumerate(header)
            if name.strip() and place not in columns.values()
        ),
    )


def decode(content: bytes, *, file_name: str) -> str:
    """UTF-8 where it is valid, with or without its mark; else what chardet finds."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encoding = "utf-16"
    else:
        try:
            return content.decode("utf-8-sig")
        except UnicodeDecodeError:
            encoding = str(chardet.detect(content)["encoding"] or "")
    try:
        return content.decode(encoding)
    except (UnicodeDecodeError, LookupError) as error:
        raise BadInput(
            "The file's letters cannot be read.",
            to=file_name,
            mend="Save it again as CSV UTF-8.",
        ) from error


def store(
    session: Session,
    rows: Sequence[ContactRow],
    *,
    list_name: str,
    now: datetime,
) -> ImportCounts:
    """Add the rows to the list; a known address is brought up to date, never doubled."""
    mailing_list = lists.by_name_or_new(session, list_name)
    counts = {"new": 0, "changed": 0, "same": 0}
    for start in range(0, len(rows), CHUNK):
        part = rows[start : start + CHUNK]
        known = {
            contact.address_key: contact
            for contact in session.scalars(
                select(Contact).where(
                    Contact.address_key.in_([row.address_key for row in part])
                )
            )
        }
        for row in part:
            counts[_keep(session, known, row, now)] += 1
        session.flush()
        _join(session, mailing_list.id, [known[row.address_key].id for row in part])
    return ImportCounts(**counts)


def _keep(
    session: Session, known: dict[str, Contact], row: ContactRow, now: datetime
) -> str:
    contact = known.get(row.address_key)
    if contact is None:
        contact = Contact(
            address_key=row.address_key, created_at=now, languages=[], beats=[]
        )
        session.add(contact)
        known[row.address_key] = contact
        _fill(contact, row, now)
        return "new"
    # An empty cell says nothing; it does not wipe what is known.
    given = {
        "name": row.name,
        "languages": list(row.languages),
        "outlet": row.outlet,
        "beats": list(row.beats),
        "phone": row.phone,
        "provenance": row.provenance,
    }
    if all(not value or getattr(contact, key) == value for key, value in given.items()):
        return "same"
    _fill(contact, row, now)
    return "changed"


def _fill(contact: Contact, row: ContactRow, now: datetime) -> None:
    contact.address = row.address
    contact.name = row.name or contact.name or ""
    contact.languages = list(row.languages) or contact.languages
    contact.outlet = row.outlet or contact.outlet or ""
    contact.beats = list(row.beats) or contact.beats
    contact.phone = row.phone or contact.phone or ""
    contact.provenance = row.provenance or contact.provenance or ""
    contact.updated_at = now


def _join(session: Session, mailing_list_id: int, contact_ids: Sequence[int]) -> None:
    there = set(
        session.scalars(
            select(Membership.contact_id).where(
                Membership.mailing_list_id == mailing_list_id,
                Membership.contact_id.in_(contact_ids),
            )
        )
    )
    missing = [
        {"mailing_list_id": mailing_list_id, "contact_id": contact_id}
        for contact_id in contact_ids
        if contact_id not in there
    ]
    if missing:
        session.execute(insert(Membership), missing)


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise BadInput(
            f"The file cannot be read: {error.strerror}.",
            to=str(path),
            mend="Check the name and who may read it.",
        ) from error


def _records(text: str, file_name: str) -> Iterator[tuple[int, list[str]]]:
    """The line each record begins on, and its cells; empty records are passed over."""
    first = text.split("\n", 1)[0]
    separator = max(_SEPARATORS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    line = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield line, cells
            line = reader.line_num + 1
    except csv.Error as error:
        raise BadInput(
            f"The table breaks off here: {error}.",
            to=f"{file_name}, line {line}",
            mend="Look for a quotation mark that is not closed.",
        ) from error


def _columns(header: Sequence[str], file_name: str) -> dict[str, int]:
    found: dict[str, int] = {}
    for place, title in enumerate(header):
        field = next(
            (name for name, usual in COLUMNS.items() if _plain(title) in usual), None
        )
        if field is None:
            continue
        if field in found:
            raise BadInput(
                f"Two columns mean {field!r}.",
                to=f"{file_name}, line 1, {title.strip()}",
                mend="Remove or rename one of them.",
            )
        found[field] = place
    if "email" not in found:
        raise BadInput(
            "No column holds the addresses; there are: "
            + ", ".join(title.strip() or "(empty)" for title in header)
            + ".",
            to=f"{file_name}, line 1, email",
            mend="Name one column email, courriel or البريد الإلكتروني.",
        )
    return found


def _row(line: int, cells: Sequence[str], columns: Mapping[str, int]) -> ContactRow:
    def cell(field: str) -> str:
        place = columns.get(field, len(cells))
        value = cells[place] if place < len(cells) else ""
        return _one_line(value, field)

    address = addresses.read(cell("email"))
    return ContactRow(
        line=line,
        address=address.written,
        address_key=address.key,
        name=cell("name"),
        languages=_languages(cell("languages")),
        outlet=cell("outlet"),
        beats=tuple(
            part.strip() for part in _PARTS.split(cell("beats")) if part.strip()
        ),
        phone=cell("phone"),
        provenance=cell("provenance"),
    )


def _refuse_repeated(row: ContactRow, first_lines: dict[str, int]) -> None:
    first = first_lines.setdefault(row.address_key, row.line)
    if first != row.line:
        raise BadInput(
            f"“{row.address}” is already on line {first}.",
            to="email",
            mend="Keep one of the two rows.",
        )


def _languages(text: str) -> tuple[str, ...]:
    found: list[str] = []
    for part in re.split(r"[,;/|+،؛\s]+", text):
        if not part or part in {"و", "et", "and"}:
            continue
        language = _LANGUAGES.get(_plain(part))
        if language is None:
            raise BadInput(
                f"{part!r} is not a language this office writes.",
                to="languages",
                mend="Use fr, ar or en, the preferred one first.",
            )
        if language not in found:
            found.append(language)
    return tuple(str(language) for language in found)


def _one_line(value: str, field: str) -> str:
    """Without control signs or line ends: no cell may ever break a mail header."""
    clean = " ".join(
        "".join(
            " " if unicodedata.category(sign) in {"Cc", "Zl", "Zp", "Cs"} else sign
            for sign in unicodedata.normalize("NFC", value)
        ).split()
    )
    if len(clean) > _MOST_CHARACTERS:
        raise BadInput(
            f"This cell has more than {_MOST_CHARACTERS} characters.",
            to=field,
            mend="Shorten it, or look for a quotation mark that is not closed.",
        )
    return clean


def _plain(title: str) -> str:
    """A column's name without case, accents, hamza and signs between words."""
    apart = unicodedata.normalize("NFKD", title.casefold())
    bare = "".join(sign for sign in apart if not unicodedata.combining(sign))
    return _SPACES.sub(" ", bare.replace("\ufeff", "")).strip()
