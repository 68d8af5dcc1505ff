"""What the listening half tells the screens, the command line and the review: frozen values."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, case, exists, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session, joinedload

from core.errors import NotFound
from core.models import Outlet, Release
from core.wording import worded
from monitor.catalogue.showing import SourceView, view_of
from monitor.intake.poll import NEVER
from monitor.matching.explaining import explain
from monitor.matching.marks import Mark, MarkKind, Piece, pieces
from monitor.models import Article, Coverage, Poll, Rectification, Sighting, Source
from monitor.origins import Origin, origins, taken_from
from monitor.profiles import base_text
from monitor.releases import appeared_at, article_text, minutes_early, texts
from monitor.states import Decision, PollOutcome, TextFrom

# Rows of a long list held at once.
_ROWS: Final = 500
# What is told of an article, by its name.
_COLUMNS: Final = (
    Article.id,
    Outlet.name.label("outlet"),
    Article.title,
    Article.author,
    Article.language,
    Article.url,
    Article.published_at,
    Article.published_as,
    Article.section,
    Article.image,
    Article.deleted_at,
    Article.first_seen_at,
    Article.excerpt,
    Article.story_id,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Completeness:
    read: int
    total: int
    silent: Sequence[SourceView]


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverageLine:
    id: int
    article_id: int
    release_id: int
    number: str
    label: str
    score: float
    decision: str
    # Who decided, why, and the label they gave where it is another; empty while proposed.
    decided_by: str
    because: str
    corrected: str
    # What a person said of it: a `Tone` or nothing, and whether it stood on the front page.
    tone: str
    on_front: bool
    # An error in it was neither mended nor its mending refused.
    to_rectify: bool
    outlet: str
    outlet_ar: str
    title: str
    author: str
    language: str
    url: str
    # In print or on air: a person entered it.
    by_hand: bool
    published_at: datetime | None
    # A `Precision`: a day without an hour is not shown as midnight.
    published_as: str
    # When it appeared, as far as is known: what copies are ordered by.
    appeared_at: datetime
    read_at: datetime
    # SHA-256 of the text that was read; empty where none was.
    digest: str
    found_at: datetime
    # It appeared before the release's embargo ended, as that stands now.
    before_embargo: bool
    # How long before, in minutes; None where it did not.
    minutes_early: int | None
    excerpt: str
    reasons: Sequence[Mapping[str, Any]]
    passages: Sequence[Mapping[str, Any]]
    story_id: int | None
    # Whose text it is: the agency its copies name, else the outlet that had it first. Empty
    # when that is this article's own outlet.
    taken_from: str
    # The outlet whose story it is a light rewrite of.
    rewrites: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """A coverage line with both texts, cut at what is marked in them.

    Of the article its excerpt, and nothing marked, once its text is no longer kept.
    """

    line: CoverageLine
    is_kept: bool
    article: Sequence[Piece]
    # By language, the one with most passages first.
    versions: Mapping[str, Sequence[Piece]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """One passage as the release and the article have it; the latter only while it is kept."""

    language: str
    release: str
    article: str


def completeness(session: Session, *, since: datetime, until: datetime) -> Completeness:
    """A source counts as read when one poll of the period read it or found it unchanged.

    Sources that are paused or entered by hand are not waited for, and not counted.
    """
    read = exists().where(
        Poll.source_id == Source.id,
        Poll.began_at >= since,
        Poll.began_at < until,
        Poll.outcome.in_([PollOutcome.READ, PollOutcome.UNCHANGED]),
    )
    asked = Source.next_poll_at < NEVER
    total = session.scalar(select(func.count()).select_from(Source).where(asked)) or 0
    silent = session.scalars(
        select(Source)
        .where(asked, ~read)
        .options(joinedload(Source.outlet))
        .order_by(Source.id)
    )
    lines = [view_of(row) for row in silent]
    return Completeness(read=total - len(lines), total=total, silent=lines)


def coverage(
    session: Session,
    *,
    release_id: int | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    decisions: Sequence[str] = (),
    label: str = "",
    before: tuple[datetime, int] | None = None,
    most: int | None = None,
) -> Sequence[CoverageLine]:
    """What was found, newest first; the label is a person's where they gave one.

    *before* a line's moment and id, the *most* of them.
    """
    newest = (Coverage.found_at.desc(), Coverage.id.desc())
    asked = (
        select(Coverage)
        .options(
            # A week's coverage is megabytes of text that no list shows.
            joinedload(Coverage.article).defer(Article.full_text),
            joinedload(Coverage.article).joinedload(Article.outlet),
            joinedload(Coverage.release),
        )
        .order_by(*newest)
    )
    # Which lines, from an index alone: their articles are looked up for those few only.
    ids = select(Coverage.id).order_by(*newest).limit(most)
    if before is not None:
        ids = ids.where(_earlier(Coverage.found_at, Coverage.id, before))
    if release_id is not None:
        ids = ids.where(Coverage.release_id == release_id)
    if since is not None:
        ids = ids.where(Coverage.found_at >= since)
    if until is not None:
        ids = ids.where(Coverage.found_at < until)
    if decisions:
        ids = ids.where(Coverage.decision.in_(decisions))
    if label:
        given = case(
            (Coverage.corrected != "", Coverage.corrected), else_=Coverage.label
        )
        ids = ids.where(given == label)
    rows = session.scalars(asked.where(Coverage.id.in_(ids))).all()
    stories = origins(session, {row.article.story_id for row in rows})
    wrong = _to_rectify(session)
    return [_coverage_line(row, stories, wrong) for row in rows]


def decisions(
    session: Session, *, since: datetime, until: datetime
) -> Mapping[str, int]:
    """How many proposals of the period have which decision."""
    rows = session.execute(
        select(Coverage.decision, func.count().label("lines"))
        .where(Coverage.found_at >= since, Coverage.found_at < until)
        .group_by(Coverage.decision)
    )
    return {row.decision: row.lines for row in rows}


def decided(session: Session, *, release_id: int | None = None) -> Mapping[str, int]:
    """How many lines have which decision, of one release or of all."""
    asked = select(Coverage.decision, func.count().label("lines"))
    if release_id is not None:
        asked = asked.where(Coverage.release_id == release_id)
    rows = session.execute(asked.group_by(Coverage.decision))
    return {row.decision: row.lines for row in rows}


def open_proposals(session: Session) -> int:
    """How many proposals wait for a person."""
    asked = select(func.count()).where(Coverage.decision == Decision.PROPOSED)
    return session.scalar(asked) or 0


def covered(session: Session, *, limit: int = 100) -> Mapping[int, str]:
    """The newest releases that were covered: their numbers by id."""
    rows = session.execute(
        select(Release.id, Release.number)
        .where(exists().where(Coverage.release_id == Release.id))
        .order_by(Release.id.desc())
        .limit(limit)
    )
    return {row.id: row.number for row in rows}


def evidence(session: Session, coverage_id: int) -> Evidence:
    """One coverage line with the texts its passages point into. Raises NotFound."""
    row = session.get(Coverage, coverage_id)
    if row is None:
        raise NotFound(
            worded(
                "There is no coverage line %(coverage_id)s.", coverage_id=coverage_id
            ),
            to="coverage",
            mend=worded("See `parution coverage list`."),
        )
    article = article_text(row.article)
    release = next(iter(texts(session, [row.release_id])))
    stories = origins(session, {row.article.story_id})
    line = _coverage_line(row, stories, _to_rectify(session))
    is_kept = row.article.full_text is not None
    explained = explain(article, release)
    return Evidence(
        line=line,
        is_kept=is_kept,
        article=pieces(
            article.body,
            [*_passages(line.passages, "start", "end"), *explained.article]
            if is_kept
            else (),
        ),
        versions={
            language: pieces(
                release.versions[language].text,
                [
                    *_passages(line.passages, "release_start", "release_end", language),
                    *explained.versions[language],
                ],
            )
            for language in _by_passages(line, list(release.versions))
        },
    )


def _passages(
    passages: Sequence[Mapping[str, Any]], start: str, end: str, language: str = ""
) -> Sequence[Mark]:
    """Passages numbered in the order of the article, on whichever side they are marked."""
    ordered = sorted(passages, key=lambda one: one["start"])
    return [
        Mark(start=one[start], end=one[end], kind=MarkKind.PASSAGE, number=number)
        for number, one in enumerate(ordered, start=1)
        if language in {"", one["language"]}
    ]


def _by_passages(line: CoverageLine, languages: Sequence[str]) -> Sequence[str]:
    """The version that was taken from first, else the one in the article's language."""
    counts = Counter(one["language"] for one in line.passages)
    return sorted(languages, key=lambda one: (-counts[one], one != line.language, one))


def quotes(
    session: Session, lines: Sequence[CoverageLine]
) -> Mapping[int, Sequence[Quote]]:
    """What each line's article took over, by the line's id, in the order of the article."""
    versions = {
        release_id: _version_texts(session, release_id)
        for release_id in {line.release_id for line in lines}
    }
    taking = [line for line in lines if line.passages]
    bodies = full_texts(session, [line.article_id for line in taking])
    return {
        line.id: _quotes(line, versions[line.release_id], bodies[line.article_id])
        for line in taking
    }


def full_texts(session: Session, ids: Sequence[int]) -> Mapping[int, str | None]:
    """The texts of some articles by their ids, None where it is not kept."""
    found: dict[int, str | None] = {}
    for start in range(0, len(ids), _ROWS):
        rows = session.execute(
            select(Article.id, Article.full_text).where(
                Article.id.in_(ids[start : start + _ROWS])
            )
        )
        found.update((article_id, text) for article_id, text in rows)
    return found


def _quotes(
    line: CoverageLine, versions: Mapping[str, str], text: str | None
) -> Sequence[Quote]:
    return [
        Quote(
            language=one["language"],
            release=versions[one["language"]][
                one["release_start"] : one["release_end"]
            ],
            article="" if text is None else text[one["start"] : one["end"]],
        )
        for one in sorted(line.passages, key=lambda one: one["start"])
        if one["language"] in versions
    ]


def _version_texts(session: Session, release_id: int) -> Mapping[str, str]:
    """By language the text that the offsets of passages count in."""
    found = base_text(session.get_one(Release, release_id))
    return {language: one.text for language, one in found.versions.items()}


def _to_rectify(session: Session) -> frozenset[int]:
    """The coverage lines with an error whose outlet is yet to answer: always few."""
    return frozenset(
        session.scalars(
            select(Rectification.coverage_id).where(Rectification.redress == "")
        )
    )


def _coverage_line(
    row: Coverage, stories: Mapping[int, Origin], wrong: frozenset[int]
) -> CoverageLine:
    article = row.article
    story = stories.get(article.story_id or 0)
    early = minutes_early(row)
    return CoverageLine(
        id=row.id,
        article_id=row.article_id,
        release_id=row.release_id,
        number=row.release.number,
        label=row.corrected or row.label,
        score=row.score,
        decision=row.decision,
        decided_by=row.decided_by,
        because=row.because,
        corrected=row.corrected,
        tone=row.tone,
        on_front=row.on_front,
        to_rectify=row.id in wrong,
        outlet=article.outlet.name,
        outlet_ar=article.outlet.name_ar,
        title=article.title,
        author=article.author,
        language=article.language,
        url=article.url,
        by_hand=article.text_from == TextFrom.HAND,
        published_at=article.published_at,
        published_as=article.published_as,
        appeared_at=appeared_at(article),
        read_at=article.first_seen_at,
        digest=article.text_hash,
        found_at=row.found_at,
        before_embargo=early is not None,
        minutes_early=early,
        excerpt=article.excerpt,
        reasons=row.reasons,
        passages=row.passages,
        story_id=article.story_id,
        taken_from=taken_from(article.outlet.name, story),
        rewrites=story.rewrites if story else "",
    )


def articles(
    session: Session,
    *,
    since: datetime | None = None,
    source_id: int | None = None,
    before: tuple[datetime, int] | None = None,
    most: int | None = None,
) -> Iterator[Mapping[str, Any]]:
    """What outlets published, newest first, row by row: there may be a million."""
    asked = (
        select(*_COLUMNS)
        .join(Outlet, Outlet.id == Article.outlet_id)
        .order_by(Article.first_seen_at.desc(), Article.id.desc())
        .limit(most)
        .execution_options(yield_per=_ROWS)
    )
    if before is not None:
        asked = asked.where(_earlier(Article.first_seen_at, Article.id, before))
    if since is not None:
        asked = asked.where(Article.first_seen_at >= since)
    if source_id is not None:
        seen = select(Sighting.article_id).where(Sighting.source_id == source_id)
        asked = asked.where(Article.id.in_(seen))
    for row in session.execute(asked).mappings():
        yield {str(name): value for name, value in row.items()}


def _earlier(
    moment: InstrumentedAttribute[datetime],
    id_: InstrumentedAttribute[int],
    before: tuple[datetime, int],
) -> ColumnElement[bool]:
    """What comes behind a line of a list that begins with the newest."""
    at, last = before
    return (moment < at) | ((moment == at) & (id_ < last))


def article(session: Session, article_id: int) -> Mapping[str, Any]:
    """One article. Raises NotFound."""
    row = (
        session.execute(
            select(*_COLUMNS)
            .join(Outlet, Outlet.id == Article.outlet_id)
            .where(Article.id == article_id)
        )
        .mappings()
        .one_or_none()
    )
    if row is None:
        raise NotFound(
            worded("There is no article %(article_id)s.", article_id=article_id),
            to="article",
            mend=worded("See `parution article list`."),
        )
    return {str(name): value for name, value in row.items()}
