"""What the watches selected in a period, and what is known of the outlets: for the review."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from core.models import Outlet
from monitor.catalogue import licences
from monitor.models import Article, Watch, WatchMatch
from monitor.origins import Origin, origins, taken_from
from monitor.releases import appeared_at


@dataclass(frozen=True, slots=True, kw_only=True)
class Selected:
    """An article with the watches that selected it, and the words each found."""

    article_id: int
    watches: Mapping[str, Sequence[str]]
    outlet: str
    outlet_ar: str
    title: str
    author: str
    language: str
    url: str
    published_at: datetime | None
    published_as: str
    appeared_at: datetime
    read_at: datetime
    digest: str
    excerpt: str
    story_id: int | None
    taken_from: str
    rewrites: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OutletFacts:
    # An `OutletKind`, or empty.
    kind: str
    # A region, a country's two letters, or empty for nationwide.
    region: str
    tier: int
    # What its licence wants said beside each of its articles.
    notice: str = ""


def selected(
    session: Session, *, since: datetime, until: datetime
) -> Sequence[Selected]:
    """Articles that a watch found in the period, each once, in the order they came."""
    rows = session.scalars(
        select(WatchMatch)
        .join(Watch)
        .where(Watch.is_on, WatchMatch.found_at >= since, WatchMatch.found_at < until)
        .options(
            joinedload(WatchMatch.watch),
            # A day of it is megabytes that no list shows.
            joinedload(WatchMatch.article).defer(Article.full_text),
            joinedload(WatchMatch.article).joinedload(Article.outlet),
        )
        .order_by(WatchMatch.article_id, WatchMatch.watch_id)
    ).all()
    by_article: dict[int, list[WatchMatch]] = {}
    for row in rows:
        by_article.setdefault(row.article_id, []).append(row)
    stories = origins(session, {row.article.story_id for row in rows})
    return [_selected(matches, stories) for matches in by_article.values()]


def outlet_facts(session: Session, day: date) -> Mapping[str, OutletFacts]:
    """By the outlet's name, which is unique; licences as they hold on *day*."""
    said = licences.notices(session, day)
    rows = session.execute(
        select(Outlet.id, Outlet.name, Outlet.kind, Outlet.region, Outlet.tier)
    )
    return {
        row.name: OutletFacts(
            kind=row.kind,
            region=row.region,
            tier=row.tier,
            notice=said.get(row.id, ""),
        )
        for row in rows
    }


def articles_seen(session: Session, *, since: datetime, until: datetime) -> int:
    """How many articles came in a period, whether they were of use or not."""
    return (
        session.scalar(
            select(func.count())
            .select_from(Article)
            .where(Article.first_seen_at >= since, Article.first_seen_at < until)
        )
        or 0
    )


def _selected(matches: Sequence[WatchMatch], stories: Mapping[int, Origin]) -> Selected:
    article = matches[0].article
    story = stories.get(article.story_id or 0)
    return Selected(
        article_id=article.id,
        watches={match.watch.name: _phrases(match.passages) for match in matches},
        outlet=article.outlet.name,
        outlet_ar=article.outlet.name_ar,
        title=article.title,
        author=article.author,
        language=article.language,
        url=article.url,
        published_at=article.published_at,
        published_as=article.published_as,
        appeared_at=appeared_at(article),
        read_at=article.first_seen_at,
        digest=article.text_hash,
        excerpt=article.excerpt,
        story_id=article.story_id,
        taken_from=taken_from(article.outlet.name, story),
        rewrites=story.rewrites if story else "",
    )


def _phrases(passages: Sequence[Mapping[str, Any]]) -> Sequence[str]:
    """The words of the query that were found, each once."""
    return list(dict.fromkeys(str(one["phrase"]) for one in passages))
