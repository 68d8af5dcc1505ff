"""What the listening half does not keep for good (promise L6): full texts, old polls, sketches."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Select, delete, select, update
from sqlalchemy.orm import Session, joinedload

from core.db import Database
from core.i18n import N_
from core.retention import Rule, Sweep, Then
from core.settings import Retention
from monitor import search
from monitor.catalogue.licences import licensed
from monitor.intake import recording, storing
from monitor.matching.stories import WINDOW
from monitor.models import Article, ArticleVersion, Poll, Sketch

# Articles in one transaction.
_ARTICLES: Final = 100
_POLLS: Final = 2_000
# As long as a copy may come, and as the index of stories reaches back.
_SKETCHED: Final = 2 * WINDOW


def forget(database: Database, retention: Retention, *, now: datetime) -> int:
    """Drop what is due; answers of how many articles the full text was."""
    dropped = {
        rule.name: rule.look.apply(database, now)
        for rule in rules(retention)
        if isinstance(rule.look, Sweep)
    }
    return dropped["full-text"]


def rules(retention: Retention) -> Sequence[Rule]:
    kept_text = timedelta(days=retention.full_text_days)
    return (
        Rule(
            name="full-text",
            what=N_("The full text of articles and of their versions"),
            tables=("article", "article_version"),
            then=Then.EMPTIED,
            kept_for=kept_text,
            since=N_("the day the article was first seen"),
            setting="retention.full_text_days",
            why=N_(
                "Matching needs it that long; copyright allows no archive of it. A source's licence may allow longer."
            ),
            look=Sweep(
                due=lambda session, now: _texts(
                    session, before=now - kept_text, now=now
                ),
                drop=_forget_texts,
                at_once=_ARTICLES,
            ),
        ),
        Rule(
            name="articles",
            what=N_("Title, outlet, author, date, address and excerpt of articles"),
            tables=(
                "outlet",
                "source",
                "article",
                "article_address",
                "sighting",
                "story",
                "watch",
                "watch_match",
                "look_back",
            ),
            then=Then.KEPT,
            why=N_("They are the evidence of what the press said."),
            is_personal=True,
        ),
        Rule(
            name="coverage",
            what=N_("Coverage, what people decided of it, and the goals of a release"),
            tables=(
                "coverage",
                "coverage_decision",
                "goal",
                "key_message",
                "rectification",
                "release_profile",
                "story_said",
            ),
            then=Then.KEPT,
            why=N_("They are the evidence of what the press said."),
        ),
        Rule(
            name="bylines",
            what=N_("Which contact a by-line may name"),
            tables=("byline",),
            then=Then.KEPT,
            why=N_("It goes with its contact."),
            is_personal=True,
        ),
        Rule(
            name="polls",
            what=N_("What each look at a source found"),
            tables=("poll",),
            then=Then.REMOVED,
            kept_for=recording.KEPT_POLLS,
            since=N_("the look"),
            why=N_("A source that falls silent is judged by its last weeks."),
            look=Sweep(
                due=lambda _, now: recording.old_polls(now),
                drop=_drop_polls,
                at_once=_POLLS,
            ),
        ),
        Rule(
            name="sketches",
            what=N_("Hashes of articles by which copies are known"),
            tables=("sketch",),
            then=Then.REMOVED,
            kept_for=_SKETCHED,
            since=N_("the day the article was first seen"),
            why=N_("No copy is compared with it any more."),
            look=Sweep(due=lambda _, now: _sketches(now), drop=_drop_sketches),
        ),
    )


def _drop_polls(session: Session, ids: Sequence[int]) -> None:
    session.execute(delete(Poll).where(Poll.id.in_(ids)))


def _sketches(now: datetime) -> Select[Any]:
    """What no copy is compared with any more; stories and their articles stay."""
    return (
        select(Sketch.id)
        .where(Sketch.appeared_at < now - _SKETCHED)
        .order_by(Sketch.id)
    )


def _drop_sketches(session: Session, ids: Sequence[int]) -> None:
    session.execute(delete(Sketch).where(Sketch.id.in_(ids)))


def _texts(session: Session, *, before: datetime, now: datetime) -> Select[Any]:
    """Outlets with a source that carries a licence keep theirs as long as it says."""
    return (
        select(Article.id)
        .where(
            Article.first_seen_at < before,
            Article.full_text.is_not(None),
            Article.outlet_id.not_in(list(licensed(session, now.date()))),
        )
        .order_by(Article.id)
    )


def _forget_texts(session: Session, ids: Sequence[int]) -> None:
    rows = session.scalars(
        select(Article).where(Article.id.in_(ids)).options(joinedload(Article.outlet))
    ).all()
    storing.lock_outlets(session, {row.outlet_id for row in rows})
    for table, key in (
        (Article, Article.id),
        (ArticleVersion, ArticleVersion.article_id),
    ):
        session.execute(update(table).where(key.in_(ids)).values(full_text=None))
    # Searching goes on with title and excerpt.
    search.index(session, [search.of_row(row) for row in rows])
