"""Release files NAME.{fr,ar,en}.{md,txt} -> versions of one release."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from core import zones
from core.errors import BadInput
from core.models import Release, Version
from core.values import Language, ReleaseKind

_FORMATS = {".md", ".txt"}
_HEADING = re.compile(r"^#{1,6}\s+(.*?)\s*#*\s*$")
_KICKERS = {
    "communique de presse",
    "communiqué de presse",
    "communiqué",
    "communique",
    "invitation",
    "note de presse",
    "press release",
    "press advisory",
    "for immediate release",
    "pour diffusion immédiate",
    "بلاغ صحفي",
    "بلاغ صحافي",
    "بلاغ",
    "بيان صحفي",
    "دعوة",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedVersion:
    language: str
    title: str
    body: str
    file_name: str


def read(
    paths: Sequence[Path], language: str | None = None
) -> Sequence[ImportedVersion]:
    """Read each file as one language's version. Raises BadInput that names the file.

    *language* stands for a suffix that is missing, so it fits one file only.
    """
    if not paths:
        raise BadInput(
            "No file was given.",
            to="files",
            mend="Name them like note.fr.md note.ar.md.",
        )
    versions = [_version(path, language) for path in paths]
    seen: dict[str, str] = {}
    for version in versions:
        other = seen.setdefault(version.language, version.file_name)
        if other != version.file_name:
            raise BadInput(
                f"This file and {other} are both in {version.language!r}.",
                to=version.file_name,
                mend="Give one file for each language.",
            )
    return tuple(versions)


def store(
    session: Session,
    *,
    number: str,
    kind: str,
    versions: Sequence[ImportedVersion],
    zone: str,
    embargo_wall: datetime | None,
    event_wall: datetime | None,
    now: datetime,
) -> Release:
    """Keep a new release. Raises BadInput, before anything is written."""
    clean = " ".join(number.split())
    if not clean:
        raise BadInput(
            "The release has no number.", to="number", mend="Give one, like 112/2026."
        )
    if session.scalar(select(Release.id).where(Release.number == clean)) is not None:
        raise BadInput(
            f"There is already a release with the number {clean!r}.",
            to="number",
            mend="Give another number; a text that changed is a correction.",
        )
    zones.zone(zone)
    release = Release(
        number=clean,
        kind=_kind(kind),
        zone=zone,
        embargo_wall=embargo_wall,
        embargo_at=_moment(embargo_wall, zone),
        event_wall=event_wall,
        event_at=_moment(event_wall, zone),
        created_at=now,
        versions=[
            Version(
                language=version.language,
                title=version.title,
                body=version.body,
                file_name=version.file_name,
            )
            for version in versions
        ],
    )
    session.add(release)
    session.flush()
    return release


def _moment(wall: datetime | None, zone: str) -> datetime | None:
    return None if wall is None else zones.moment_of(wall, zone)


def _kind(kind: str) -> ReleaseKind:
    try:
        return ReleaseKind(kind)
    except ValueError:
        raise BadInput(
            f"There is no kind of release called {kind!r}.",
            to="kind",
            mend=f"The kinds are: {', '.join(ReleaseKind)}.",
        ) from None


def _version(path: Path, language: str | None) -> ImportedVersion:
    if path.suffix.lower() not in _FORMATS:
        raise BadInput(
            f"Files of the kind {path.suffix or '(none)'} cannot be imported.",
            to=path.name,
            mend="Save it as text or Markdown, like note.fr.md.",
        )
    found = _language(path, language)
    title, body = split_title(_text(path))
    if not title or not body:
        raise BadInput(
            "The file has no text."
            if not title
            else "The file has a title and no text.",
            to=path.name,
            mend="Put the title on the first line and the text below it.",
        )
    return ImportedVersion(language=found, title=title, body=body, file_name=path.name)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise BadInput(
            f"The file cannot be read: {error.strerror}.",
            to=str(path),
            mend="Check the name and who may read it.",
        ) from error
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise BadInput(
            "The file is not UTF-8 text.",
            to=f"{path.name}, line {line}",
            mend="Save it again with the encoding UTF-8.",
        ) from error


def _language(path: Path, language: str | None) -> str:
    suffix = Path(path.stem).suffix.removeprefix(".").lower()
    named = suffix if suffix in set(Language) else (language or suffix)
    try:
        return Language(named).value
    except ValueError:
        raise BadInput(
            "The file's language is not known."
            if not named
            else f"{named!r} is not a language this office writes.",
            to=path.name,
            mend="Name it like note.fr.md, note.ar.md or note.en.md, or give --lang.",
        ) from None


def split_title(text: str) -> tuple[str, str]:
    """The title on one line, and the body without it.

    1. the first heading, if the text has one;
    2. else the first line that is not a kicker such as COMMUNIQUE DE PRESSE.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    place = next(
        (place for place, line in enumerate(lines) if _HEADING.match(line)), None
    )
    if place is None:
        place = next(
            (
                place
                for place, line in enumerate(lines)
                if _bare(line) and not _kicker(line)
            ),
            None,
        )
    if place is None:
        return "", ""
    heading = _HEADING.match(lines[place])
    title = " ".join(_bare(heading[1] if heading else lines[place]).split())
    return title, "\n".join(lines[:place] + lines[place + 1 :]).strip()


def _bare(line: str) -> str:
    return line.strip().strip("*_#").strip()


def _kicker(line: str) -> bool:
    return _bare(line).rstrip(" :.").casefold() in _KICKERS
