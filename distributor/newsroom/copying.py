"""The copy of a release that the newsroom shows: its words, its files, and its part of the address."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import BadInput, Conflict
from core.models import Attachment, Release
from core.text.tokens import tokens
from core.wording import worded
from distributor.models import Publication, PublishedFile, PublishedText
from distributor.newsroom.pictures import Drawn
from distributor.releases.attaching import AttachmentRole

LONGEST_NOTE: Final = 500
LONGEST_CREDIT: Final = 200
_LONGEST_SLUG: Final = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Caption:
    """What a picture shows and whose it is."""

    alternative: str = ""
    credit: str = ""


def slug_of(session: Session, release: Release) -> str:
    """The same for a release each time, and another release's never."""
    before = session.scalar(
        select(Publication.slug)
        .where(Publication.release_id == release.id)
        .order_by(Publication.id.desc())
        .limit(1)
    )
    if before is not None:
        return before
    plain = unicodedata.normalize("NFKC", release.number).casefold()
    short = re.sub(r"[^\w]+", "-", plain).strip("-_")[:_LONGEST_SLUG].strip("-")
    slug = short or f"release-{release.id}"
    taken = session.scalar(
        select(Publication.id).where(Publication.slug == slug).limit(1)
    )
    return slug if taken is None else f"{slug}-{release.id}"


def texts(release: Release) -> list[PublishedText]:
    return [
        PublishedText(
            language=one.language,
            title=one.title,
            body=one.body,
            found_by=searchable(one.title),
        )
        for one in release.versions
    ]


def searchable(text: str) -> str:
    """Its folded words with a blank around each, as they are looked for."""
    return f" {' '.join(tokens(text).words)} "


def files(
    release: Release, captions: Mapping[str, Caption], pictures: Sequence[Drawn]
) -> list[PublishedFile]:
    drawn = {one.source: one for one in pictures}
    made = [
        _picture(one, drawn, captions.get(one.file_name, Caption()))
        if one.role == AttachmentRole.PICTURE
        else _file(one)
        for one in release.attachments
    ]
    names = [one.file_name.casefold() for one in made]
    for place, one in enumerate(made):
        # A PNG that became a JPEG may now be called like another.
        if one.file_name.casefold() in names[:place]:
            one.file_name = f"{place + 1}-{one.file_name}"
    return made


def _file(attached: Attachment) -> PublishedFile:
    return PublishedFile(
        language=attached.language,
        role=attached.role,
        file_name=attached.file_name,
        media_type=attached.media_type,
        size=attached.size,
        digest=attached.digest,
        content=attached.content,
    )


def _picture(
    attached: Attachment, drawn: Mapping[str, Drawn], caption: Caption
) -> PublishedFile:
    found = drawn.get(attached.digest)
    if found is None:
        raise Conflict(
            worded("A picture was added or changed meanwhile."),
            to=attached.file_name,
            mend=worded("Look at the pictures again."),
        )
    alternative = caption.alternative.strip() or attached.alternative.strip()
    if not alternative:
        raise BadInput(
            worded("A picture does not say what it shows."),
            to=attached.file_name,
            mend=worded("Describe it in a sentence, for those who do not see it."),
        )
    if not caption.credit.strip():
        raise BadInput(
            worded("A picture does not say whose it is."),
            to=attached.file_name,
            mend=worded("Name the photographer or the office."),
        )
    return PublishedFile(
        language=attached.language,
        role=attached.role,
        file_name=PurePath(attached.file_name).stem + found.suffix,
        media_type=found.media_type,
        size=len(found.content),
        digest=found.source,
        alternative=short(alternative, attached.file_name, LONGEST_NOTE),
        credit=short(caption.credit, attached.file_name, LONGEST_CREDIT),
        width=found.width,
        height=found.height,
        content=found.content,
        small=found.small,
    )


def short(text: str, to: str, most: int) -> str:
    plain = " ".join(text.split())
    if len(plain) > most:
        raise BadInput(
            worded("This text is too long."),
            to=to,
            mend=worded("Say it in fewer words."),
        )
    return plain
