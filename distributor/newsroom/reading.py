"""What a visitor of the newsroom may see at this moment. Every public answer is read here."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import (
    Select,
    func,
    literal,
    select,
    type_coerce,
)
from sqlalchemy.orm import Session, undefer

from core.db import Moment
from core.models import Release
from core.values import Language, ReleaseKind
from distributor.models import Dispatch, Publication, PublishedFile, PublishedText
from distributor.newsroom.copying import searchable
from distributor.newsroom.showing import WALLS, has_come, is_public, shown, walls_passed

# What follows a release and says that it is not right any more.
_PUT_RIGHT: Final = (ReleaseKind.CORRECTION, ReleaseKind.CANCELLATION)
MOST_IN_SITEMAP: Final = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A release in one language, as a list shows it."""

    slug: str
    number: str
    kind: ReleaseKind
    language: Language
    title: str
    body: str
    shown_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A release as its own page shows it."""

    line: Line
    publication_id: int
    place: str
    signatory: str
    press_contact: str
    press_phone: str
    press_email: str
    languages: Sequence[Language]
    files: Sequence[PublishedFile]
    corrects: Line | None
    corrected_by: Sequence[Line]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a list is asked for."""

    language: Language
    since: datetime | None = None
    until: datetime | None = None
    kinds: Sequence[ReleaseKind] = ()
    query: str = ""
    first: int = 0
    most: int = 20


def listed(session: Session, asked: Asked, *, now: datetime) -> Sequence[Line]:
    """The newest first."""
    wanted = (
        _lines(now)
        .where(PublishedText.language == asked.language)
        .order_by(shown().desc(), Publication.id.desc())
        .offset(asked.first)
        .limit(asked.most)
    )
    if asked.since is not None:
        wanted = wanted.where(shown() >= asked.since)
    if asked.until is not None:
        wanted = wanted.where(shown() < asked.until)
    if asked.kinds:
        wanted = wanted.where(Publication.kind.in_(asked.kinds))
    for word in searchable(asked.query).split():
        wanted = wanted.where(
            PublishedText.found_by.contains(f" {word}", autoescape=True)
        )
    return _read(session, wanted, now=now)


def span(
    session: Session, language: Language, *, now: datetime
) -> tuple[datetime, datetime] | None:
    """When the first and the last of a language's releases appeared."""
    row: Any = session.execute(
        select(
            type_coerce(func.min(shown()), Moment()),
            type_coerce(func.max(shown()), Moment()),
        )
        .select_from(_joined())
        .where(is_public(now), PublishedText.language == language)
    ).one()
    return None if row[0] is None else (row[0], row[1])


def languages(session: Session, *, now: datetime) -> Sequence[Language]:
    """Those in which something can be read."""
    found = set(
        session.scalars(
            select(PublishedText.language)
            .select_from(_joined())
            .where(is_public(now))
            .distinct()
        )
    )
    return [one for one in Language if one in found]


def everything(session: Session, *, now: datetime) -> Sequence[Line]:
    """Every page there is, for the sitemap; the newest first."""
    newest = (shown().desc(), Publication.id.desc(), PublishedText.id)
    wanted = _lines(now, whole=False).order_by(*newest)
    return _read(session, wanted.limit(MOST_IN_SITEMAP), now=now)


def texts(session: Session, slug: str, *, now: datetime) -> Sequence[Line]:
    """One release in every language it has; none when it does not show now."""
    wanted = _lines(now).where(Publication.slug == slug)
    return _read(session, wanted.order_by(PublishedText.id), now=now)


def page(
    session: Session, slug: str, language: Language, *, now: datetime
) -> Page | None:
    """None where it does not show now, or not in this language."""
    said = texts(session, slug, now=now)
    line = next((one for one in said if one.language is language), None)
    if line is None:
        return None
    publication = _current(session, slug)
    release = publication.release
    return Page(
        line=line,
        publication_id=publication.id,
        place=publication.place,
        signatory=publication.signatory,
        press_contact=publication.press_contact,
        press_phone=publication.press_phone,
        press_email=publication.press_email,
        languages=[one.language for one in said],
        files=[one for one in publication.files if one.language in {"", language}],
        corrects=_parent(session, release, language, now=now),
        corrected_by=_corrections(session, release, language, now=now),
    )


def was_withdrawn(session: Session, slug: str, *, now: datetime) -> bool:
    """Whether it was taken out after the public could read it: only then is that said."""
    at = session.scalar(
        select(Publication.withdrawn_at).where(
            Publication.slug == slug,
            Publication.ended_at.is_(None),
            Publication.withdrawn_at <= now,
        )
    )
    if at is None:
        return False
    found = session.execute(
        select(*WALLS)
        .join(Release, Release.id == Publication.release_id)
        .outerjoin(Dispatch, Dispatch.id == Publication.dispatch_id)
        .where(
            Publication.slug == slug,
            Publication.ended_at.is_(None),
            has_come(Publication.withdrawn_at),
        )
    ).one_or_none()
    return found is not None and walls_passed(found, now=at)


def files(session: Session, slug: str, *, now: datetime) -> Sequence[PublishedFile]:
    """The files of a release that shows now, without their contents."""
    if not texts(session, slug, now=now):
        return ()
    return _current(session, slug).files


def content(session: Session, file_id: int, *, small: bool) -> bytes:
    """Ask only for a file that `files` told of."""
    field = PublishedFile.small if small else PublishedFile.content
    found = session.get_one(PublishedFile, file_id, options=[undefer(field)])
    return (found.small if small else found.content) or b""


def _joined() -> Any:
    return (
        PublishedText.__table__.join(
            Publication.__table__, PublishedText.publication_id == Publication.id
        )
        .join(Release.__table__, Release.id == Publication.release_id)
        .outerjoin(Dispatch.__table__, Dispatch.id == Publication.dispatch_id)
    )


def _lines(now: datetime, *, whole: bool = True) -> Select[*tuple[Any, ...]]:
    """Without the texts themselves unless *whole*."""
    return (
        select(
            Publication.slug,
            Publication.number,
            Publication.kind,
            PublishedText.language,
            PublishedText.title,
            PublishedText.body if whole else literal("").label("body"),
            type_coerce(shown(), Moment()).label("shown_at"),
            *WALLS,
        )
        .select_from(_joined())
        .where(is_public(now))
    )


def _read(
    session: Session, wanted: Select[*tuple[Any, ...]], *, now: datetime
) -> Sequence[Line]:
    return [
        Line(
            slug=row.slug,
            number=row.number,
            kind=ReleaseKind(row.kind),
            language=Language(row.language),
            title=row.title,
            body=row.body,
            shown_at=row.shown_at,
        )
        for row in session.execute(wanted)
        if walls_passed(row, now=now)
    ]


def _current(session: Session, slug: str) -> Publication:
    return session.scalars(
        select(Publication).where(
            Publication.slug == slug, Publication.ended_at.is_(None)
        )
    ).one()


def _parent(
    session: Session, release: Release, language: Language, *, now: datetime
) -> Line | None:
    if release.parent_id is None or release.kind not in _PUT_RIGHT:
        return None
    wanted = _lines(now).where(Publication.release_id == release.parent_id)
    return next(iter(_once_each(_read(session, wanted, now=now), language)), None)


def _corrections(
    session: Session, release: Release, language: Language, *, now: datetime
) -> Sequence[Line]:
    wanted = (
        _lines(now)
        .where(Release.parent_id == release.id, Publication.kind.in_(_PUT_RIGHT))
        .order_by(shown())
    )
    return _once_each(_read(session, wanted, now=now), language)


def _once_each(lines: Iterable[Line], language: Language) -> Sequence[Line]:
    """Each release once, in the visitor's language where it has one."""
    found: dict[str, Line] = {}
    for one in lines:
        if one.slug not in found or one.language is language:
            found[one.slug] = one
    return list(found.values())


def corrected(
    session: Session, slugs: Iterable[str], *, now: datetime
) -> Mapping[str, ReleaseKind]:
    """Which of these were put right by a release that shows now, and by what kind."""
    mine = Publication.__table__.alias("mine")
    wanted = (
        select(mine.c.slug, Publication.kind)
        .select_from(_joined().join(mine, mine.c.release_id == Release.parent_id))
        .where(
            is_public(now),
            mine.c.ended_at.is_(None),
            mine.c.slug.in_(list(slugs)),
            Publication.kind.in_(_PUT_RIGHT),
        )
    )
    return {slug: ReleaseKind(kind) for slug, kind in session.execute(wanted)}
