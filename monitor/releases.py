"""Releases and articles as matching takes them; releases are indexed as they come."""

import threading
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from core.db import Database
from core.models import Release, Version
from core.zones import wall_of
from monitor.intake import dates
from monitor.matching.index import ReleaseIndex
from monitor.matching.profile import release_text
from monitor.matching.values import ArticleText, ReleaseText
from monitor.models import Article, ReleaseProfile

# What changes when a release is added, imported again, taken away, or its profile edited.
_Mark = tuple[int, int, int, int]

# Releases read at once.
_LOT: Final = 500


class Releases:
    """Shared by the threads that match. The index holds no texts: it asks for a few again."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._guard = threading.Lock()
        self._mark: _Mark | None = None
        # Each release's seal and its number in the index; and the ids by number.
        self._known: dict[int, tuple[str, int]] = {}
        self._ids: list[int] = []
        self._index = ReleaseIndex(load=self._load)

    def index(self) -> ReleaseIndex:
        """Every release there is now. What is added while a thread reads, it sees or not."""
        with self._guard, self._database.read() as session:
            mark = _mark(session)
            if mark != self._mark:
                self._renew(session)
                self._mark = mark
            return self._index

    def _renew(self, session: Session) -> None:
        """Add what is new; what changed is taken out and added anew, under another number."""
        current = seals(session)
        for release_id, (seal, owner) in list(self._known.items()):
            if current.get(release_id) != seal:
                self._index.drop(owner)
                del self._known[release_id]
        fresh = [one for one in sorted(current) if one not in self._known]
        for start in range(0, len(fresh), _LOT):
            lot = list(texts(session, fresh[start : start + _LOT]))
            # Before they can be asked for.
            self._ids += [int(one.id) for one in lot]
            for text, owner in zip(lot, self._index.extend(lot), strict=True):
                self._known[int(text.id)] = (current[int(text.id)], owner)

    def _load(self, owners: Sequence[int]) -> Sequence[ReleaseText]:
        """Read releases again, by their numbers; one that is gone meanwhile is empty."""
        wanted = [self._ids[owner] for owner in owners]
        with self._database.read() as session:
            found = {int(one.id): one for one in texts(session, wanted)}
        return [
            found.get(one) or ReleaseText(id=str(one), issuer="", versions={})
            for one in wanted
        ]


def article_text(row: Article) -> ArticleText:
    """An article as matching takes it: its excerpt, when its text is no longer kept."""
    return ArticleText(
        id=str(row.id),
        title=row.title,
        body=row.excerpt if row.full_text is None else row.full_text,
        language=row.language,
        published_at=dates.appeared(
            row.published_at, row.published_as, first_seen_at=row.first_seen_at
        ),
        outlet=row.outlet.name,
        url=row.url,
    )


def seals(session: Session) -> Mapping[int, str]:
    """Each release that has versions, with what changes when it must be matched anew."""
    rows = session.execute(
        select(
            Version.release_id,
            func.count(Version.id),
            func.max(Version.id),
            func.coalesce(func.max(ReleaseProfile.edition), 0),
        )
        .outerjoin(ReleaseProfile, ReleaseProfile.release_id == Version.release_id)
        .group_by(Version.release_id)
    )
    return {
        release_id: f"{count}:{last}" + (f":{edition}" if edition else "")
        for release_id, count, last, edition in rows
    }


def _mark(session: Session) -> _Mark:
    row = session.execute(
        select(
            func.count(Version.id),
            func.coalesce(func.max(Version.id), 0),
            select(func.coalesce(func.max(Release.id), 0)).scalar_subquery(),
            select(
                func.coalesce(func.sum(ReleaseProfile.edition), 0)
            ).scalar_subquery(),
        )
    ).one()
    return row[0], row[1], row[2], row[3]


def texts(session: Session, ids: Sequence[int]) -> Iterator[ReleaseText]:
    """The releases of some ids as matching takes them, in the order of their ids."""
    rows = session.scalars(
        select(Release)
        .where(Release.id.in_(ids))
        .options(selectinload(Release.versions))
        .order_by(Release.id)
    )
    for row in rows:
        yield release_text(
            release_id=str(row.id),
            versions={one.language: (one.title, one.body) for one in row.versions},
            published_at=row.embargo_at or row.created_at,
            embargo_at=row.embargo_at,
            event_days=[wall_of(row.event_at, row.zone).date()] if row.event_at else [],
        )
