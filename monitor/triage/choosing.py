"""What a queue can be narrowed to, and which other line or release a person may mean."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from core.models import Outlet, Release
from monitor.models import Article, Coverage, Sighting, Source, Watch
from monitor.states import Decision

_MOST: Final = 100
_FEW: Final = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """The releases, watches and sources there are to choose from, by id."""

    releases: Mapping[int, str]
    watches: Mapping[int, str]
    sources: Mapping[int, str]
    languages: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyChoice:
    """A line whose text another may be."""

    id: int
    outlet: str
    title: str


def choices(session: Session) -> Choice:
    """Releases, sources and languages of open proposals; every watch. The newest hundred."""
    is_open = Coverage.decision == Decision.PROPOSED
    releases = session.execute(
        select(Release.id, Release.number)
        .where(Release.id.in_(select(Coverage.release_id).where(is_open)))
        .order_by(Release.id.desc())
        .limit(_MOST)
    )
    articles = select(Coverage.article_id).where(is_open)
    sources = session.execute(
        select(Source.id, Outlet.name, Source.kind)
        .join(Outlet, Outlet.id == Source.outlet_id)
        .where(
            Source.id.in_(
                select(Sighting.source_id).where(Sighting.article_id.in_(articles))
            )
        )
        .order_by(Outlet.name, Source.id)
        .limit(_MOST)
    ).all()
    watches = session.execute(
        select(Watch.id, Watch.name).order_by(Watch.name).limit(_MOST)
    )
    languages = session.scalars(
        select(Article.language)
        .where(Article.id.in_(articles), Article.language != "")
        .distinct()
        .order_by(Article.language)
        .limit(_FEW)
    )
    names = [name for _, name, _ in sources]
    return Choice(
        releases={row.id: row.number for row in releases},
        watches={row.id: row.name for row in watches},
        # Two of one outlet are told apart by their number.
        sources={
            one: name if names.count(name) == 1 else f"{name} #{one}"
            for one, name, _ in sources
        },
        languages=list(languages),
    )


def copies_of(session: Session, coverage_id: int) -> Sequence[CopyChoice]:
    """The newest lines of the same release whose text a line may be."""
    row = session.get_one(Coverage, coverage_id)
    own = row.article.story_id
    rows = session.execute(
        select(Coverage.id, Outlet.name, Article.title)
        .join(Article, Article.id == Coverage.article_id)
        .join(Outlet, Outlet.id == Article.outlet_id)
        .where(
            Coverage.release_id == row.release_id,
            Coverage.id != row.id,
            Coverage.decision != Decision.WITHDRAWN,
            or_(Article.story_id.is_(None), Article.story_id != (own or 0)),
        )
        .order_by(Coverage.id.desc())
        .limit(_FEW)
    )
    return [
        CopyChoice(id=line, outlet=outlet, title=title) for line, outlet, title in rows
    ]


def releases_beside(session: Session, release_id: int) -> Mapping[int, str]:
    """The newest releases but this one: number and title, by id."""
    rows = session.scalars(
        select(Release)
        .where(Release.id != release_id)
        .order_by(Release.id.desc())
        .limit(_FEW)
    ).all()
    return {
        row.id: " · ".join([row.number, *(one.title for one in row.versions[:1])])
        for row in rows
    }
