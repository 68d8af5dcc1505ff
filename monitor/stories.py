"""Stories as rows: every article finds its story when it is sifted, and keeps it.

sketch the text -> lock -> learn what other workers added -> nearest leader -> Story, Sketch

A story's id never changes. Its first article leads it: others are compared with that one.
Its origin is shown instead: the earliest, or the agency's own article when copies name one.
"""

import threading
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import func, select, text, update
from sqlalchemy.orm import Session, joinedload

from core.db import Database
from core.models import Outlet
from monitor.intake import dates, storing
from monitor.matching.agencies import named_agency
from monitor.matching.reuse import Hashes
from monitor.matching.stories import (
    WINDOW,
    Kinship,
    StoryIndex,
    as_bytes,
    from_bytes,
    is_long_enough,
    runs,
)
from monitor.models import Article, Sketch, Story, StorySaid

# An `OutletKind`, which stands above this module.
_AGENCY: Final = "agency"
_LOT: Final = 500


class Stories:
    """Shared by the threads of a process; processes meet in the rows, one at a time."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._guard = threading.Lock()
        self._forget()

    def _forget(self) -> None:
        self._index = StoryIndex(self._load)
        # The last sketch that was learnt.
        self._reached = 0
        self._session: Session | None = None

    def group(self, ids: Sequence[int], *, now: datetime) -> None:
        """Give each of the articles its story; those that have one keep it.

        An article that was edited is sketched again, and stays in its story.
        """
        with self._database.read() as session:
            rows = session.scalars(
                select(Article)
                .where(Article.id.in_(ids), Article.full_text.is_not(None))
                .options(joinedload(Article.outlet))
            ).all()
        sketched = sorted(
            ((_appeared(row), row.id, row, runs(row.full_text or "")) for row in rows),
            key=lambda one: one[:2],
        )
        wanted = [
            (row, held, at) for at, _, row, held in sketched if is_long_enough(held)
        ]
        if not wanted:
            return
        with self._guard:
            if not self._reached:
                # A week's stories are thousands: they are not read while others wait.
                with self._database.read() as session:
                    self._learn(session, now=now)
            try:
                with self._database.write() as session:
                    self._session = session
                    # Whoever joins an article to another holds its outlet.
                    storing.lock_outlets(
                        session, {row.outlet_id for row, _, _ in wanted}
                    )
                    _lock(session)
                    self._learn(session, now=now)
                    for row, held, at in wanted:
                        self._place(session, row, held, at=at)
            except BaseException:
                # What was added to the index and not to the rows is not to be met again.
                self._forget()
                raise
            finally:
                self._session = None

    def _learn(self, session: Session, *, now: datetime) -> None:
        """Take in the stories that were begun since, here or by another worker."""
        led = (
            select(func.min(Sketch.id).label("id"))
            .where(Sketch.appeared_at > now - 2 * WINDOW)
            .group_by(Sketch.story_id)
            .subquery()
        )
        rows = session.execute(
            select(Sketch.id, Sketch.story_id, Sketch.prints, Sketch.appeared_at)
            .join(led, led.c.id == Sketch.id)
            .where(Sketch.id > self._reached)
            .order_by(Sketch.id)
            .execution_options(yield_per=_LOT)
        )
        for row in rows:
            self._index.add(row.story_id, from_bytes(row.prints), at=row.appeared_at)
            self._reached = row.id

    def _place(
        self, session: Session, row: Article, held: Hashes, *, at: datetime
    ) -> None:
        known = session.scalar(select(Sketch).where(Sketch.article_id == row.id))
        if known is not None:
            known.prints, known.runs = as_bytes(held), len(held)
            return
        now_in = session.execute(
            select(Article.story_id).where(Article.id == row.id)
        ).one_or_none()
        if now_in is None:
            return
        kin = self._index.nearest(held, at=at)
        if now_in.story_id is not None:
            # A person put it there before there was text enough.
            story = session.get_one(Story, now_in.story_id)
        elif kin is not None and kin.kinship is Kinship.COPY:
            story = session.get_one(Story, _as_said(session, kin.leader))
            _join(session, story, row, at=at)
        else:
            story = Story(
                origin_id=row.id,
                agency=named_agency(row.author, row.full_text or ""),
                rewrites_id=kin.leader if kin else None,
                articles=1,
                first_at=at,
                last_at=at,
            )
            session.add(story)
            session.flush()
        sketch = Sketch(
            article_id=row.id,
            story_id=story.id,
            runs=len(held),
            prints=as_bytes(held),
            appeared_at=at,
        )
        session.add(sketch)
        session.execute(
            update(Article).where(Article.id == row.id).values(story_id=story.id)
        )
        session.flush()
        if story.articles == 1:
            self._index.add(story.id, held, at=at)
        self._reached = max(self._reached, sketch.id)

    def _load(self, leaders: Sequence[int]) -> Mapping[int, Hashes]:
        """The runs of some stories' first articles, while they are kept."""
        if self._session is None:
            raise RuntimeError("stories are compared inside `group`")
        first = (
            select(func.min(Sketch.id))
            .where(Sketch.story_id.in_(leaders))
            .group_by(Sketch.story_id)
        )
        rows = self._session.execute(
            select(Sketch.story_id, Sketch.prints).where(Sketch.id.in_(first))
        )
        return {story_id: from_bytes(prints) for story_id, prints in rows}


def _as_said(session: Session, story_id: int) -> int:
    """The story that people say its text belongs to: what they joined, copies follow."""
    said = session.scalar(
        select(StorySaid.story_id)
        .where(StorySaid.was_id == story_id, StorySaid.ended_at.is_(None))
        .order_by(StorySaid.id.desc())
        .limit(1)
    )
    return story_id if said is None else said


def _join(session: Session, story: Story, row: Article, *, at: datetime) -> None:
    """Count a copy in, and see whether it is where the text comes from."""
    origin = session.get_one(Article, story.origin_id)
    outlet = session.get_one(Outlet, origin.outlet_id)
    story.articles += 1
    story.agency = story.agency or named_agency(row.author, row.full_text or "")
    story.first_at, story.last_at = min(story.first_at, at), max(story.last_at, at)
    is_agency, was_agency = (
        row.outlet.kind == _AGENCY,
        outlet.kind == _AGENCY,
    )
    if is_agency != was_agency:
        if is_agency:
            story.origin_id = row.id
    elif at < _appeared(origin):
        story.origin_id = row.id


def _appeared(row: Article) -> datetime:
    return dates.appeared(
        row.published_at, row.published_as, first_seen_at=row.first_seen_at
    )


def _lock(session: Session) -> None:
    """One worker at a time: two would each begin a story for copies of one text.

    SQLite lets one write at a time anyway.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("LOCK TABLE story IN SHARE ROW EXCLUSIVE MODE"))
