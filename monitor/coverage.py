"""Keeps what was found, once for each article and release. People confirm or reject."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from core.db import Database
from core.errors import BadInput, NotFound
from core.models import Release
from core.zones import wall_of
from monitor.matching import stories
from monitor.matching.attribute import attribute
from monitor.matching.index import ReleaseIndex
from monitor.matching.profile import release_text
from monitor.matching.values import ArticleText, Attribution, Label, ReleaseText
from monitor.models import Article, Coverage
from monitor.states import Decision

# Copies of one text appear within days; older articles start stories of their own.
_STORY_WINDOW = timedelta(days=3)
# Articles matched in one transaction, so that the ledger never waits long.
_BATCH = 20


def attribute_articles(
    database: Database, article_ids: Sequence[int], *, now: datetime
) -> int:
    """Match stored articles with every release and keep what covers one.

    Answers how many coverage lines are new. Articles whose full text was forgotten are
    matched on their excerpt.
    """
    if not article_ids:
        return 0
    with database.read() as session:
        index = ReleaseIndex(_releases(session))
        texts = _texts(session, article_ids)
    new = 0
    for start in range(0, len(texts), _BATCH):
        batch = texts[start : start + _BATCH]
        found = {int(text.id): attribute(text, index) for text in batch}
        with database.write() as session:
            for article_id, attributions in found.items():
                new += keep(session, article_id, attributions, now=now)
    _group(database, article_ids, now=now)
    return new


def look_back(database: Database, *, now: datetime) -> int:
    """Match everything stored again, for a release that was added later (promise L5)."""
    with database.read() as session:
        every = session.scalars(select(Article.id).order_by(Article.id)).all()
    return attribute_articles(database, every, now=now)


def _releases(session: Session) -> list[ReleaseText]:
    rows = session.scalars(select(Release).options(selectinload(Release.versions)))
    return [
        release_text(
            release_id=str(row.id),
            versions={one.language: (one.title, one.body) for one in row.versions},
            published_at=row.embargo_at or row.created_at,
            embargo_at=row.embargo_at,
            event_days=[wall_of(row.event_at, row.zone).date()] if row.event_at else [],
        )
        for row in rows
    ]


def _texts(session: Session, article_ids: Sequence[int]) -> list[ArticleText]:
    rows = session.scalars(
        select(Article)
        .where(Article.id.in_(article_ids))
        .options(joinedload(Article.outlet))
        .order_by(Article.id)
    )
    return [_text(row) for row in rows]


def _text(row: Article) -> ArticleText:
    return ArticleText(
        id=str(row.id),
        title=row.title,
        body=row.excerpt if row.full_text is None else row.full_text,
        language=row.language,
        published_at=row.published_at or row.first_seen_at,
        outlet=row.outlet.name,
        url=row.url,
    )


def _group(database: Database, article_ids: Sequence[int], *, now: datetime) -> None:
    """Give copies of one text the id of their earliest article; known ids stay."""
    with database.read() as session:
        recent = session.scalars(
            select(Article)
            .where(Article.first_seen_at >= now - _STORY_WINDOW)
            .options(joinedload(Article.outlet))
        ).all()
        leaders = stories.group([_text(row) for row in recent])
        known = {row.id: row.story_id for row in recent}
    with database.write() as session:
        for article_id in article_ids:
            leader = leaders.get(str(article_id))
            if leader is None:
                continue
            story = known.get(int(leader)) or int(leader)
            session.get_one(Article, article_id).story_id = story
            if int(leader) not in article_ids and known.get(int(leader)) is None:
                session.get_one(Article, int(leader)).story_id = story


def keep(
    session: Session,
    article_id: int,
    attributions: Iterable[Attribution],
    *,
    now: datetime,
) -> int:
    """Write the proposals; what a person decided stays. Answers how many are new."""
    known = {
        row.release_id: row
        for row in session.scalars(
            select(Coverage).where(Coverage.article_id == article_id)
        )
    }
    new = 0
    for found in attributions:
        if not found.label.covers:
            continue
        row = known.get(int(found.release_id))
        if row is None:
            row = Coverage(
                article_id=article_id,
                release_id=int(found.release_id),
                decision=Decision.PROPOSED,
                found_at=now,
                **_evidence(found),
            )
            session.add(row)
            new += 1
        elif row.decision == Decision.PROPOSED:
            for name, value in _evidence(found).items():
                setattr(row, name, value)
    session.flush()
    return new


def decide(
    session: Session,
    coverage_id: int,
    decision: Decision,
    *,
    by: str,
    because: str,
    now: datetime,
) -> None:
    """Record what a person said of a proposal. A rejection needs its reason."""
    row = session.get(Coverage, coverage_id)
    if row is None:
        raise NotFound(
            f"There is no coverage line {coverage_id}.",
            to="coverage",
            mend="See `parution coverage list`.",
        )
    if decision is Decision.REJECTED and not because.strip():
        raise BadInput(
            "A rejection needs its reason.",
            to="because",
            mend="Say why in a few words.",
        )
    row.decision = decision
    row.decided_by = by
    row.decided_at = now
    row.because = because.strip()


def add(
    session: Session,
    *,
    article_id: int,
    release_id: int,
    label: Label,
    by: str,
    now: datetime,
) -> Coverage:
    """Enter a coverage line by hand, confirmed by the person who enters it."""
    row = session.scalar(
        select(Coverage).where(
            Coverage.article_id == article_id, Coverage.release_id == release_id
        )
    ) or Coverage(article_id=article_id, release_id=release_id, found_at=now)
    row.label, row.score, row.reasons, row.passages = label, 1.0, [], []
    row.decision, row.decided_by, row.decided_at = Decision.CONFIRMED, by, now
    session.add(row)
    session.flush()
    return row


def _evidence(found: Attribution) -> Mapping[str, Any]:
    reasons: Sequence[Mapping[str, Any]] = [
        {"code": str(reason.code), **reason.fields} for reason in found.reasons
    ]
    return {
        "label": str(found.label),
        "score": found.score,
        "reasons": reasons,
        "passages": [
            {
                "start": one.start,
                "end": one.end,
                "language": one.language,
                "release_start": one.release_start,
                "release_end": one.release_end,
            }
            for one in found.passages
        ],
    }


def label_named(name: str) -> Label:
    """Raises BadInput for a word that is no label of coverage."""
    labels = [label for label in Label if label.covers]
    if name not in labels:
        raise BadInput(
            f"There is no label called {name!r}.",
            to="label",
            mend=f"The labels are: {', '.join(labels)}.",
        )
    return Label(name)
