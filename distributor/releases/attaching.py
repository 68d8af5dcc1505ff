"""Files that go with a release: the signed PDF, annexes, pictures."""

import hashlib
import re
import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path, PurePath
from typing import Final

from sqlalchemy.orm import Session

from core.errors import BadInput
from core.models import Attachment, Release
from core.values import Language
from core.wording import worded
from distributor.releases import lively, media
from distributor.releases.bare import bare
from distributor.releases.reading.base import Picture, Source, load

_LONGEST: Final = 120
# What some system refuses in a name, or reads as more than a name.
_UNSAFE: Final = re.compile(r'[\\/:*?"<>|]+')
_TAIL: Final = 2048


class AttachmentRole(StrEnum):
    # The signed, stamped PDF: what an agency asks for before it prints.
    SIGNED = "signed"
    ANNEX = "annex"
    PICTURE = "picture"


@dataclass(frozen=True, slots=True, kw_only=True)
class Attached:
    """A file, looked at. An empty language goes with every version."""

    file_name: str
    role: AttachmentRole
    language: str
    media_type: str
    content: bytes
    alternative: str = ""

    def row(self) -> Attachment:
        return Attachment(
            language=self.language,
            role=self.role.value,
            file_name=self.file_name,
            media_type=self.media_type,
            size=len(self.content),
            digest=hashlib.sha256(self.content).hexdigest(),
            alternative=self.alternative,
            content=self.content,
        )


def read(given: str, role: AttachmentRole, *, alternative: str = "") -> Attached:
    """Read `FILE` or `FILE:LANG`. Raises BadInput."""
    path, language = _split(given)
    return look_at(load(path), role, language=language, alternative=alternative)


def look_at(
    source: Source, role: AttachmentRole, *, language: str = "", alternative: str = ""
) -> Attached:
    """A file in memory, as what it is said to be. Raises BadInput."""
    name = PurePath(source.name)
    found = media.of(source.content, source.name)
    if found is None:
        raise BadInput(
            worded("The file is of no kind that newsrooms accept."),
            to=source.name,
            mend=worded(
                "Attach a PDF, PNG, JPEG, GIF, DOCX, XLSX, PPTX, ODT, ODS, ODP, TXT or CSV file."
            ),
        )
    if name.suffix.lower() not in found.suffixes:
        raise BadInput(
            worded(
                "The file is %(media_type)s, and its name says otherwise.",
                media_type=found.media_type,
            ),
            to=source.name,
            mend=worded(
                "Name it %(stem)s%(suffixes)s if that is what it is.",
                stem=name.stem,
                suffixes=found.suffixes[0],
            ),
        )
    if role is AttachmentRole.SIGNED:
        _require_pdf(source.name, found, source.content)
    if role is AttachmentRole.PICTURE and not found.is_picture:
        raise BadInput(
            worded("The file is no picture."),
            to=source.name,
            mend=worded("Give a PNG, JPEG or GIF file, or attach it as an annex."),
        )
    lively.refuse(source.content, found.media_type, name=source.name)
    return Attached(
        file_name=safe_name(source.name),
        role=role,
        language=language,
        media_type=found.media_type,
        content=_as_kept(source.content, found, source.name),
        alternative=" ".join(alternative.split()),
    )


def _as_kept(content: bytes, found: media.Media, name: str) -> bytes:
    if not found.is_picture:
        return content
    return bare(content, found.media_type, name=name)


def role_of(given: str) -> AttachmentRole:
    try:
        return AttachmentRole(given)
    except ValueError:
        raise BadInput(
            worded("There is no role of a file called %(given)s.", given=f"{given!r}"),
            to="role",
            mend=worded(
                "The roles are: %(attachmentrole)s.",
                attachmentrole=", ".join(AttachmentRole),
            ),
        ) from None


def of_picture(picture: Picture, language: str) -> Attached:
    found = media.picture(picture.content)
    assert found is not None
    return Attached(
        file_name=picture.file_name,
        role=AttachmentRole.PICTURE,
        language=language,
        media_type=found.media_type,
        content=_as_kept(picture.content, found, picture.file_name),
        alternative=picture.alternative,
    )


def add(session: Session, release: Release, attached: Attached) -> Attachment:
    """Add a file to a release, whose seal breaks by it. Raises BadInput."""
    check(
        [*release.attachments, attached],
        languages={version.language for version in release.versions},
    )
    row = attached.row()
    release.attachments.append(row)
    session.flush()
    return row


def check(
    attached: Sequence[Attached | Attachment], *, languages: Collection[str]
) -> None:
    """Raise BadInput when two files cannot be told apart, or one goes with no version."""
    names: set[str] = set()
    signed: set[str] = set()
    for one in attached:
        if one.file_name.casefold() in names:
            raise BadInput(
                worded("Two files of the release have this name."),
                to=one.file_name,
                mend=worded("Give each file a name of its own."),
            )
        names.add(one.file_name.casefold())
        if one.language and one.language not in languages:
            raise BadInput(
                worded(
                    "The release has no version in %(language)s that this file goes with.",
                    language=f"{one.language!r}",
                ),
                to=one.file_name,
                mend=worded(
                    "Its languages are: %(languages)s.",
                    languages=", ".join(sorted(languages)),
                ),
            )
        if one.role == AttachmentRole.SIGNED:
            if one.language in signed:
                raise BadInput(
                    worded("There are two signed PDFs for the same version."),
                    to=one.file_name,
                    mend=worded(
                        "Give one, or name their languages like --signed note.pdf:fr."
                    ),
                )
            signed.add(one.language)


def safe_name(name: str) -> str:
    """A file name that every system takes, and that hides nothing: no path, no direction marks."""
    plain = unicodedata.normalize("NFC", PurePath(name.replace("\\", "/")).name)
    shown = "".join(
        " " if unicodedata.category(sign)[0] in "CZ" else sign for sign in plain
    )
    clean = " ".join(_UNSAFE.sub("-", shown).split()).lstrip(".- ")
    stem, suffix = PurePath(clean).stem, PurePath(clean).suffix
    return f"{stem[: _LONGEST - len(suffix)].rstrip(' .')}{suffix.lower()}" or "file"


def _split(given: str) -> tuple[Path, str]:
    before, colon, language = given.rpartition(":")
    if colon and language in set(Language) and not Path(given).exists():
        return Path(before), language
    return Path(given), ""


def _require_pdf(name: str, found: media.Media, content: bytes) -> None:
    # Begun and ended: a download that broke off opens nowhere.
    if found.media_type != media.PDF or b"%%EOF" not in content[-_TAIL:]:
        raise BadInput(
            worded("The signed document is not a whole PDF."),
            to=name,
            mend=worded("Scan or save the signed, stamped page as a PDF again."),
        )
