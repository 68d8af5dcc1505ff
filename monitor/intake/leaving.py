"""Takes an article out of its story, when it turns out to be another one's second address."""

from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from monitor.intake import dates
from monitor.models import Article, Sketch, Story


def leave(session: Session, article_id: int) -> None:
    """Take an article out of its story, because it is no more: it joined another.

    A story without articles goes; one whose first article went is led by the next.
    """
    # Sketches are forgotten before stories are: the article itself knows which is its own.
    story_id = session.scalar(select(Article.story_id).where(Article.id == article_id))
    story = session.get(Story, story_id) if story_id is not None else None
    if story is None:
        return
    session.execute(delete(Sketch).where(Sketch.article_id == article_id))
    rest = session.scalars(
        select(Article).where(Article.story_id == story.id, Article.id != article_id)
    ).all()
    if not rest:
        session.execute(
            update(Story).where(Story.rewrites_id == story.id).values(rewrites_id=None)
        )
        session.delete(story)
        session.flush()
        return
    story.articles = len(rest)
    if story.origin_id == article_id:
        story.origin_id = min(rest, key=_appeared).id
    session.flush()


def _appeared(row: Article) -> datetime:
    return dates.appeared(
        row.published_at, row.published_as, first_seen_at=row.first_seen_at
    )
