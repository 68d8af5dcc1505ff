"""Bodies: what an edition or a notice says in each language, as whoever asked for it composed it.

Into `plain` and `page` go UNSUBSCRIBE, PREFERENCES and READ where each reader's own links
stand. Words of others are `cleared` of these signs before.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session, undefer

from core.errors import BadInput
from core.i18n import words
from core.settings import Settings
from core.values import Language
from core.wording import worded
from distributor.channels.base import File
from distributor.contacts import lists
from distributor.models import Body, BodyFile, Dispatch
from distributor.releases import seal
from distributor.releases.seal import SealedBody
from distributor.sending import enclosures
from distributor.sending.rendering import Rendered, crlf, frame_language
from distributor.sending.splice import PAD, Mark, cleared
from distributor.sending.text import Cover, Picture
from distributor.states import Purpose

__all__ = ["MINE", "PREFERENCES", "READ", "UNSUBSCRIBE", "Composed", "cleared"]

# Leads off the mailing list this mail was sent to, and off nothing else.
UNSUBSCRIBE: Final = Mark.UNSUBSCRIBE.value
# Without a public address, and in a notice, there are no such pages: the line that holds the
# sign is left out, so that its words belong on the same line, and nothing else does.
PREFERENCES: Final = Mark.PREFERENCES.value
READ: Final = Mark.READ.value
# In a notice to somebody who asked for their data, and nowhere else.
MINE: Final = Mark.MINE.value


@dataclass(frozen=True, slots=True, kw_only=True)
class Composed:
    """One language's mail; the page is HTML that stands alone."""

    language: Language
    subject: str
    plain: str
    page: str
    # Those that are too large to travel are named under the text instead.
    files: Sequence[File] = ()


def require(bodies: Sequence[Composed]) -> None:
    """Raises BadInput where there is nothing to send, or two bodies for one language."""
    languages = [one.language for one in bodies]
    if not bodies or len(set(languages)) < len(languages):
        raise BadInput(
            worded("There must be one body for each language, and at least one."),
            to="bodies",
            mend=worded("Compose one for each language that readers choose between."),
        )
    for one in bodies:
        if not (one.subject.strip() and one.plain.strip() and one.page.strip()):
            raise BadInput(
                worded(
                    "The body in %(language)s has no subject, no words or no page.",
                    language=one.language,
                ),
                to="bodies",
                mend=worded("Give it all three."),
            )


def add(session: Session, dispatch: Dispatch, bodies: Sequence[Composed]) -> None:
    for one in bodies:
        session.add(
            Body(
                dispatch_id=dispatch.id,
                language=one.language,
                subject=one.subject,
                plain=one.plain,
                page=one.page,
                files=[
                    BodyFile(
                        file_name=file.name,
                        media_type=file.media_type,
                        content_id=file.content_id,
                        digest=hashlib.sha256(file.content).hexdigest(),
                        content=file.content,
                    )
                    for file in one.files
                ],
            )
        )
        # One by one: the first body stays the first.
        session.flush()


def seal_of(about: str, bodies: Sequence[Composed], settings: Settings) -> str:
    """The seal of what is to be sent, before it is written."""
    return seal.body_seal(
        about,
        [
            SealedBody(
                language=one.language,
                subject=one.subject,
                plain=one.plain,
                page=one.page,
                files=[
                    (file.name, file.media_type, file.content) for file in one.files
                ],
            )
            for one in bodies
        ],
        organisation=settings.organisation,
    )


def sealed(session: Session, dispatch: Dispatch, settings: Settings) -> str:
    """The same seal, of the rows as they are now."""
    rows = session.scalars(select(Body).where(Body.dispatch_id == dispatch.id)).all()
    return seal.body_seal(
        dispatch.about,
        [
            SealedBody(
                language=row.language,
                subject=row.subject,
                plain=row.plain,
                page=row.page,
                files=[
                    (file.file_name, file.media_type, file.content)
                    for file in _files(session, row)
                ],
            )
            for row in rows
        ],
        organisation=settings.organisation,
    )


def letter(
    session: Session, dispatch: Dispatch, language: Language, *, settings: Settings
) -> tuple[Cover, Rendered]:
    """One language's mail, ready to take the values of each recipient."""
    row = session.scalars(
        select(Body).where(Body.dispatch_id == dispatch.id, Body.language == language)
    ).one()
    choice = enclosures.choose(_candidates(session, row))
    purpose = Purpose(dispatch.purpose)
    files = [
        File(
            name=one.file_name,
            media_type=one.media_type,
            content=one.content,
            content_id=one.content_id,
        )
        for one in _files(session, row, [one.id for one in choice.travels])
    ]
    cover = Cover(
        language=language,
        subject=row.subject,
        purpose=purpose,
        kind=purpose,
        due_at=dispatch.due_at,
        zone=dispatch.zone,
        dispatch=str(dispatch.id),
        list_id="notices"
        if dispatch.mailing_list_id is None
        else f"list-{dispatch.mailing_list_id}",
        list_name=lists.name_of(session, dispatch.mailing_list_id),
        files=[one for one in files if not one.content_id],
        pictures=[Picture(file=one, alternative="") for one in files if one.content_id],
        automatic=purpose is Purpose.NOTICE,
    )
    left_behind = [one.name for one in choice.left_behind]
    without = _without(purpose, settings)
    return cover, Rendered(
        plain=_prepared(_named_plain(row.plain, left_behind, language), without),
        page=_prepared(_named_page(row.page, left_behind, language), without),
    )


def _candidates(session: Session, body: Body) -> Sequence[enclosures.Candidate]:
    rows = session.execute(
        select(BodyFile.id, BodyFile.file_name, func.length(BodyFile.content))
        .where(BodyFile.body_id == body.id)
        .order_by(BodyFile.id)
    )
    return [
        enclosures.Candidate(id=id_, role="annex", name=name, size=size)
        for id_, name, size in rows
    ]


def _files(
    session: Session, body: Body, ids: Sequence[int] | None = None
) -> Sequence[BodyFile]:
    """The files of a body, or those of *ids*, with their content."""
    asked = select(BodyFile).where(BodyFile.body_id == body.id).order_by(BodyFile.id)
    if ids is not None:
        asked = asked.where(BodyFile.id.in_(ids))
    return session.scalars(asked.options(undefer(BodyFile.content))).all()


def _without(purpose: Purpose, settings: Settings) -> frozenset[str]:
    """The signs of the links there are not."""
    has_pages = bool(settings.web.public_url)
    if purpose is Purpose.NOTICE:
        others = frozenset({UNSUBSCRIBE, PREFERENCES, READ})
        return others if has_pages else others | {MINE}
    return frozenset({MINE}) if has_pages else frozenset({PREFERENCES, READ, MINE})


def _prepared(text: str, without: frozenset[str]) -> str:
    """Without the lines whose links there are not, padded where readers differ."""
    lines = []
    for line in text.replace("\r\n", "\n").split("\n"):
        if any(sign in line for sign in without):
            continue
        differs = any(mark in line for mark in Mark)
        lines.append(f"{line}{PAD}" if differs else line)
    return crlf("\n".join(lines))


def _named_plain(plain: str, names: Sequence[str], language: Language) -> str:
    if not names:
        return plain
    head, foot = _too_large(language)
    return "\n".join(
        [plain.rstrip("\n"), "", head, *(f"- {name}" for name in names), foot]
    )


def _named_page(page: str, names: Sequence[str], language: Language) -> str:
    if not names:
        return page
    head, foot = _too_large(language)
    listed = "".join(f"<li><bdi>{escape(name)}</bdi></li>" for name in names)
    said = f"<p>{escape(head)}</p><ul>{listed}</ul><p>{escape(foot)}</p>"
    before, end, after = page.rpartition("</body>")
    return f"{before}{said}\n{end}{after}" if end else f"{page}\n{said}"


def _too_large(language: Language) -> tuple[str, str]:
    _ = words(frame_language(language)).gettext
    return (
        _("Too large for this message"),
        _("Answer this message to receive these files."),
    )
