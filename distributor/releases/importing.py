"""Release files NAME.{fr,ar,en,zgh}.* -> versions with their pictures -> one release.

read (a reader for each format) -> store (number, parent, versions, attachments)
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Final

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

import distributor.releases.reading
from core import zones
from core.catalogue import members
from core.errors import BadInput, Conflict, NotFound
from core.models import Release, Version
from core.values import Language, ReleaseKind
from core.wording import worded
from distributor.releases import attaching, numbers, titles
from distributor.releases.attaching import Attached
from distributor.releases.kinds import KINDS, Need
from distributor.releases.reading.base import (
    Document,
    Dropped,
    Picture,
    Reader,
    Source,
    load,
)

_TRIES: Final = 20
_ADDRESS: Final = re.compile(r"[^@\s<>,;]+@[^@\s<>,;]+\.[^@\s<>,;]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedVersion:
    language: str
    title: str
    body: str
    file_name: str
    pictures: Sequence[Picture] = ()
    dropped: Sequence[Dropped] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Details:
    """What a release says of itself beside its text."""

    place: str = ""
    signatory: str = ""
    press_contact: str = ""
    press_phone: str = ""
    press_email: str = ""
    # Number or id of what it corrects, cancels or reminds of.
    parent: str = ""
    author_id: int | None = None
    attachments: Sequence[Attached] = field(default_factory=tuple)


def read(
    paths: Sequence[Path], language: str | None = None
) -> Sequence[ImportedVersion]:
    """Read each file as one language's version. Raises BadInput that names the file.

    *language* stands for a suffix that is missing, so it fits one file only.
    """
    if not paths:
        raise BadInput(
            worded("No file was given."),
            to="files",
            mend=worded("Name them like note.fr.md note.ar.docx."),
        )
    versions = [_version(path, language) for path in paths]
    seen: dict[str, str] = {}
    for version in versions:
        other = seen.setdefault(version.language, version.file_name)
        if other != version.file_name:
            raise BadInput(
                worded(
                    "This file and %(other)s are both in %(language)s.",
                    other=other,
                    language=f"{version.language!r}",
                ),
                to=version.file_name,
                mend=worded("Give one file for each language."),
            )
    return tuple(versions)


def store(
    session: Session,
    *,
    kind: str,
    versions: Sequence[ImportedVersion],
    zone: str,
    embargo_wall: datetime | None,
    event_wall: datetime | None,
    now: datetime,
    number: str = numbers.AUTO,
    office_zone: str | None = None,
    details: Details | None = None,
    parent_id: int | None = None,
) -> Release:
    """Keep a new release. Raises BadInput, before anything is written.

    Without a number it takes the next one of the year it is in *office_zone*. What it
    corrects, cancels or reminds of is named in the details, or by *parent_id*.
    """
    zones.zone(zone)
    given = details or Details()
    found_kind = _kind(kind)
    if parent_id is None:
        parent = _parent(session, found_kind, given.parent)
        parent_id = parent.id if parent else None
    attached = [
        *given.attachments,
        *(
            attaching.of_picture(picture, version.language)
            for version in versions
            for picture in version.pictures
        ),
    ]
    attaching.check(attached, languages={version.language for version in versions})
    release = Release(
        kind=found_kind,
        parent_id=parent_id,
        author_id=given.author_id,
        signatory=_line(given.signatory),
        place=_line(given.place),
        press_contact=_line(given.press_contact),
        press_phone=_line(given.press_phone),
        press_email=_address(given.press_email),
        zone=zone,
        embargo_wall=embargo_wall,
        embargo_at=_moment(embargo_wall, zone),
        event_wall=event_wall,
        event_at=_moment(event_wall, zone),
        created_at=now,
        versions=[_row(version) for version in versions],
        attachments=[one.row() for one in attached],
    )
    if _line(number) in {"", numbers.AUTO}:
        _add_numbered(session, release, now=now, zone=office_zone or zone)
    else:
        _add_as(session, release, _line(number))
    return release


def find(session: Session, given: str) -> Release:
    """The release of a number or, where there is none, of an id. Raises NotFound."""
    asked = _line(given)
    found = session.scalar(select(Release).where(Release.number == asked))
    parsed = numbers.parse(asked)
    if found is None and parsed is not None:
        found = session.scalar(
            select(Release).where(
                Release.year == parsed.year, Release.ordinal == parsed.ordinal
            )
        )
    # SQLite and PostgreSQL both end before twenty digits.
    if found is None and asked.isdecimal() and len(asked) < 10:  # noqa: PLR2004
        found = session.get(Release, int(asked))
    if found is None:
        raise NotFound(
            worded("There is no release %(given)s.", given=f"{given!r}"),
            to="release",
            mend=worded("See `parution release list`."),
        )
    return found


def suffixes() -> Sequence[str]:
    """Every kind of file that can be imported."""
    return sorted(_readers())


def _add_as(session: Session, release: Release, number: str) -> None:
    parsed = numbers.parse(number)
    taken = Release.number == number
    if parsed is not None:
        release.year, release.ordinal = parsed.year, parsed.ordinal
        taken |= (Release.year == parsed.year) & (Release.ordinal == parsed.ordinal)
    release.number = number
    refused = BadInput(
        worded(
            "There is already a release with the number %(number)s.",
            number=f"{number!r}",
        ),
        to="number",
        mend=worded("Give another number; a text that changed is a correction."),
    )
    if session.scalar(select(Release.id).where(taken)) is not None:
        raise refused
    if not _added(session, release):
        raise refused


def _add_numbered(
    session: Session, release: Release, *, now: datetime, zone: str
) -> None:
    """Take the next number; whoever takes the same at this instant is told by the table."""
    for _ in range(_TRIES):
        number = numbers.following(session, now=now, zone=zone)
        release.year, release.ordinal = number.year, number.ordinal
        release.number = str(number)
        if _added(session, release):
            return
    raise Conflict(
        worded("Others keep taking the next number."),
        to="number",
        mend=worded("Try again in a moment, or give a number."),
    )


def _added(session: Session, release: Release) -> bool:
    try:
        with session.begin_nested():
            session.add(release)
            session.flush()
    except IntegrityError:
        return False
    return True


def _row(version: ImportedVersion) -> Version:
    return Version(
        language=version.language,
        title=version.title,
        body=version.body,
        file_name=version.file_name,
        dropped=[{"what": one.what, "place": one.place} for one in version.dropped],
    )


def _parent(session: Session, kind: ReleaseKind, given: str) -> Release | None:
    if given.strip():
        return find(session, given)
    if Need.PARENT in KINDS[kind].needs:
        raise BadInput(
            worded("This kind of release speaks of another one, and none was named."),
            to="parent",
            mend=worded("Name it by its number or id, like --parent 112/2026."),
        )
    return None


def _line(given: str) -> str:
    return " ".join(given.split())


def _address(given: str) -> str:
    clean = _line(given)
    if clean and not _ADDRESS.fullmatch(clean):
        raise BadInput(
            worded("%(clean)s is not an e-mail address.", clean=f"{clean!r}"),
            to="press-email",
            mend=worded("Write it like presse@ministere.ma."),
        )
    return clean


def _moment(wall: datetime | None, zone: str) -> datetime | None:
    return None if wall is None else zones.moment_of(wall, zone)


def _kind(kind: str) -> ReleaseKind:
    try:
        return ReleaseKind(kind)
    except ValueError:
        raise BadInput(
            worded("There is no kind of release called %(kind)s.", kind=f"{kind!r}"),
            to="kind",
            mend=worded(
                "The kinds are: %(releasekind)s.", releasekind=", ".join(ReleaseKind)
            ),
        ) from None


def read_source(source: Source, language: str) -> ImportedVersion:
    """Read a file that is in memory as one language's version. Raises BadInput."""
    document = _reader(source.name).read(source)
    return _imported(document, source.name, language)


def _version(path: Path, language: str | None) -> ImportedVersion:
    reader = _reader(path.name)
    found = _language(path, language)
    return _imported(reader.read(load(path)), path.name, found)


def _reader(name: str) -> Reader:
    suffix = Path(name).suffix
    reader = _readers().get(suffix.lower())
    if reader is None:
        raise BadInput(
            worded(
                "Files of the kind %(value)s cannot be imported.",
                value=suffix or "(none)",
            ),
            to=name,
            mend=worded(
                "Save it as one of these: %(suffixes)s.", suffixes=", ".join(suffixes())
            ),
        )
    return reader


def _imported(document: Document, name: str, language: str) -> ImportedVersion:
    title, body = titles.split(document.text)
    if not title or not body:
        raise BadInput(
            worded("The file has no text.")
            if not title
            else worded("The file has a title and no text."),
            to=name,
            mend=worded("Put the title on the first line and the text below it."),
        )
    return ImportedVersion(
        language=language,
        title=title,
        body=body,
        file_name=name,
        pictures=document.pictures,
        dropped=document.dropped,
    )


@cache
def _readers() -> Mapping[str, Reader]:
    """The reader of each suffix."""
    kinds = members(distributor.releases.reading, "Reader")
    return {suffix: kind() for kind in kinds.values() for suffix in kind.suffixes}


def _language(path: Path, language: str | None) -> str:
    suffix = Path(path.stem).suffix.removeprefix(".").lower()
    # What people call Amazigh in file names: its script's name, and its older code.
    own = {"tz": Language.AMAZIGH.value, "ber": Language.AMAZIGH.value}
    suffix = own.get(suffix, suffix)
    named = suffix if suffix in set(Language) else (language or suffix)
    try:
        return Language(named).value
    except ValueError:
        raise BadInput(
            worded("The file's language is not known.")
            if not named
            else worded(
                "%(named)s is not a language this office writes.", named=f"{named!r}"
            ),
            to=path.name,
            mend=worded(
                "Name it like note.fr.md, note.ar.md, note.en.md or note.zgh.md, or give --lang."
            ),
        ) from None
