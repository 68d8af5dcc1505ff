"""The releases as matching sees them: indexed once, and again when one came or changed."""

import threading

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from core.db import Database
from core.models import Release, Version
from core.zones import wall_of
from monitor.matching.index import ReleaseIndex
from monitor.matching.profile import release_text
from monitor.matching.values import ReleaseText

# What changes when a release is added, imported again or taken away.
_Mark = tuple[int, int, int]


class Releases:
    """Shared by the threads that match; reading the whole of them again is rare."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._guard = threading.Lock()
        self._mark: _Mark | None = None
        self._index = ReleaseIndex()

    def index(self) -> ReleaseIndex:
        """Every release there is now. It is never changed, only replaced."""
        with self._guard, self._database.read() as session:
            mark = _mark(session)
            if mark != self._mark:
                self._index = ReleaseIndex(_texts(session))
                self._mark = mark
            return self._index


def _mark(session: Session) -> _Mark:
    row = session.execute(
        select(
            func.count(Version.id),
            func.coalesce(func.max(Version.id), 0),
            select(func.coalesce(func.max(Release.id), 0)).scalar_subquery(),
        )
    ).one()
    return row[0], row[1], row[2]


def _texts(session: Session) -> list[ReleaseText]:
    rows = session.scalars(
        select(Release).options(selectinload(Release.versions)).order_by(Release.id)
    )
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
