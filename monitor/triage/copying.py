"""A person says that an article is a copy of another: it joins that one's story, and may leave it."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.errors import BadInput
from core.wording import worded
from monitor import coverage
from monitor.models import Article, Coverage, CoverageDecision, Story, StorySaid
from monitor.releases import appeared_at
from monitor.states import Decision, Rejection


def join(
    session: Session, row: Coverage, other_id: int, *, by: str, now: datetime
) -> None:
    """Put the article of a line into the story of another, and decide it as that one is.

    An undecided other leaves it undecided: both are one row then. Raises BadInput.
    """
    other = session.get(Coverage, other_id)
    if other is None or other.release_id != row.release_id:
        raise BadInput(
            worded("A copy is of a line about the same release."),
            to="other",
            mend=worded("Choose one of the list."),
        )
    article = row.article
    story = _story(session, other.article)
    if article.story_id == story.id:
        raise BadInput(
            worded("Both are copies of one text already."),
            to="other",
            mend=worded("Choose another line, or decide both at once."),
        )
    session.add(
        StorySaid(
            coverage_id=row.id,
            article_id=article.id,
            story_id=story.id,
            was_id=article.story_id,
            by=by,
            said_at=now,
        )
    )
    _into(session, article, story)
    _decide_alike(session, row, other, by=by, now=now)


def part(session: Session, row: Coverage, *, by: str, now: datetime) -> bool:
    """Take back the last such word about a line, where its last act was one; whether it was."""
    said = session.scalar(
        select(StorySaid)
        .where(StorySaid.coverage_id == row.id, StorySaid.ended_at.is_(None))
        .order_by(StorySaid.id.desc())
        .limit(1)
    )
    if said is None or said.said_at < (row.decided_at or said.said_at):
        return False
    said.ended_at, said.ended_by = now, by
    was = session.get(Story, said.was_id) if said.was_id is not None else None
    _into(session, row.article, was)
    return True


def _decide_alike(
    session: Session, row: Coverage, other: Coverage, *, by: str, now: datetime
) -> None:
    decision = Decision(other.decision)
    if decision not in {Decision.CONFIRMED, Decision.REJECTED}:
        # That it was said stays on record, so that others see it and it can be taken back.
        session.add(coverage.decision_row(row, Decision.PROPOSED, by=by, now=now))
        session.flush()
        return
    last = session.scalar(
        select(CoverageDecision)
        .where(CoverageDecision.coverage_id == other.id)
        .order_by(CoverageDecision.id.desc())
        .limit(1)
    )
    rejection = last.rejection if last is not None else ""
    coverage.decide(
        session,
        row.id,
        decision,
        by=by,
        now=now,
        because=other.because,
        rejection=Rejection(rejection) if rejection else None,
    )


def _story(session: Session, article: Article) -> Story:
    """The story of an article, begun where it has none: its text is too short for one."""
    found = session.get(Story, article.story_id) if article.story_id else None
    if found is not None:
        return found
    at = appeared_at(article)
    made = Story(origin_id=article.id, articles=1, first_at=at, last_at=at)
    session.add(made)
    session.flush()
    article.story_id = made.id
    session.flush()
    return made


def _into(session: Session, article: Article, story: Story | None) -> None:
    """Move an article, and count both stories anew. A story that is empty now stays."""
    left = session.get(Story, article.story_id) if article.story_id else None
    article.story_id = story.id if story is not None else None
    session.flush()
    for one in (left, story):
        if one is not None:
            _recount(session, one)
    session.flush()


def _recount(session: Session, story: Story) -> None:
    articles = _articles(session, story.id)
    story.articles = (
        session.scalar(
            select(func.count())
            .select_from(Article)
            .where(Article.story_id == story.id)
        )
        or 0
    )
    if articles and story.origin_id not in {one.id for one in articles}:
        story.origin_id = min(articles, key=appeared_at).id


def _articles(session: Session, story_id: int) -> Sequence[Article]:
    return session.scalars(
        select(Article).where(Article.story_id == story_id).limit(500)
    ).all()
