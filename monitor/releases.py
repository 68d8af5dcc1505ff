"""Releases and articles as matching takes them; releases are indexed as they come."""

import threading
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, time
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from core.db import Database
from core.models import Release, Version
from core.text.tokens import tokens
from core.zones import zone
from monitor import profiles
from monitor.intake import dates
from monitor.matching.days import Precision, day_references
from monitor.matching.index import ReleaseIndex
from monitor.matching.proposal import applied
from monitor.matching.values import ArticleText, ReleaseText
from monitor.models import Article, Coverage, ReleaseProfile

# What changes when a release is added, imported again, taken away, or its profile edited.
_Mark = tuple[int, int, int, int]

# When the first dispatch of each release left, as the sending half knows it.
Sent = Callable[[Session], Mapping[int, datetime]]
NOBODY_SENT: Final[Mapping[int, datetime]] = {}


def nobody_sent(session: Session) -> Mapping[int, datetime]:
    """For an office, or a test, that sends nothing."""
    del session
    return NOBODY_SENT


# Releases read at once.
_LOT: Final = 500


class Releases:
    """Shared by the threads that match. The index holds no texts: it asks for a few again."""

    def __init__(self, database: Database, *, sent: Sent = nobody_sent) -> None:
        self._database = database
        self._sent = sent
        self._guard = threading.Lock()
        self._mark: tuple[_Mark, Mapping[int, datetime]] | None = None
        # Each release's seal and its number in the index; and the ids by number.
        self._known: dict[int, tuple[str, int]] = {}
        self._ids: list[int] = []
        self._index = ReleaseIndex(load=self._load)

    def known(self) -> Mapping[int, tuple[str, int]]:
        """Each release that is indexed: its seal as `current` has it, and its number."""
        with self._guard:
            return dict(self._known)

    def current(self, session: Session, ids: Collection[int]) -> Mapping[int, str]:
        """The seals that the releases of *ids* have now, with the moments they left."""
        return _current(session, self._sent(session), ids) if ids else {}

    def index(self) -> ReleaseIndex:
        """Every release there is now. What is added while a thread reads, it sees or not."""
        with self._guard, self._database.read() as session:
            sent = self._sent(session)
            mark = (_mark(session), sent)
            if mark != self._mark:
                self._renew(session, sent)
                self._mark = mark
            return self._index

    def _renew(self, session: Session, sent: Mapping[int, datetime]) -> None:
        """Add what is new; what changed is taken out and added anew, under another number."""
        current = _current(session, sent)
        for release_id, (seal, owner) in list(self._known.items()):
            if current.get(release_id) != seal:
                self._index.drop(owner)
                del self._known[release_id]
        fresh = [one for one in sorted(current) if one not in self._known]
        for start in range(0, len(fresh), _LOT):
            lot = list(texts(session, fresh[start : start + _LOT], sent=sent))
            # Before they can be asked for.
            self._ids += [int(one.id) for one in lot]
            for text, owner in zip(lot, self._index.extend(lot), strict=True):
                self._known[int(text.id)] = (current[int(text.id)], owner)

    def _load(self, owners: Sequence[int]) -> Sequence[ReleaseText]:
        """Read releases again, by their numbers; one that is gone meanwhile is empty."""
        wanted = [self._ids[owner] for owner in owners]
        with self._database.read() as session:
            sent = self._sent(session)
            found = {int(one.id): one for one in texts(session, wanted, sent=sent)}
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
        published_at=appeared_at(row),
        outlet=row.outlet.name,
        url=row.url,
    )


def appeared_at(row: Article) -> datetime:
    """When it appeared, as far as is known."""
    return dates.appeared(
        row.published_at, row.published_as, first_seen_at=row.first_seen_at
    )


def minutes_early(row: Coverage) -> int | None:
    """How long before the embargo's end the article appeared; None when it did not.

    A day without an hour counts as late as it can have been.
    """
    embargo = row.release.embargo_at
    appeared = appeared_at(row.article)
    if embargo is None or appeared >= embargo:
        return None
    return max(1, int((embargo - appeared).total_seconds() // 60))


def seals(session: Session, ids: Collection[int] | None = None) -> Mapping[int, str]:
    """Each release that has versions, with what changes when it must be matched anew.

    Those of *ids*, where some are given.
    """
    asked = (
        select(
            Version.release_id,
            func.count(Version.id),
            func.max(Version.id),
            func.coalesce(func.max(ReleaseProfile.edition), 0),
        )
        .outerjoin(ReleaseProfile, ReleaseProfile.release_id == Version.release_id)
        .group_by(Version.release_id)
    )
    if ids is not None:
        asked = asked.where(Version.release_id.in_(ids))
    rows = session.execute(asked)
    return {
        release_id: f"{count}:{last}" + (f":{edition}" if edition else "")
        for release_id, count, last, edition in rows
    }


def _current(
    session: Session,
    sent: Mapping[int, datetime],
    ids: Collection[int] | None = None,
) -> Mapping[int, str]:
    return {
        release_id: f"{seal} {sent.get(release_id, '')}"
        for release_id, seal in seals(session, ids).items()
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


def texts(
    session: Session, ids: Sequence[int], *, sent: Mapping[int, datetime] = NOBODY_SENT
) -> Iterator[ReleaseText]:
    """The releases of some ids as matching takes them, in the order of their ids.

    *sent* are the moments their first dispatches left. What was never sent from here
    counts as sent when its embargo ends, else on the day its dateline gives when that was
    before the import, else when it was imported.
    """
    rows = session.scalars(
        select(Release)
        .where(Release.id.in_(ids))
        .options(selectinload(Release.versions))
        .order_by(Release.id)
    )
    edits = profiles.edits(session, ids)
    for row in rows:
        text = profiles.base_text(row)
        at = sent.get(row.id) or _sent_elsewhere(row, text)
        yield applied(
            replace(text, published_at=at, known_at=min(at, row.created_at)),
            edits.get(row.id, {}),
        )


def _sent_elsewhere(row: Release, text: ReleaseText) -> datetime:
    if row.embargo_at is not None:
        return row.embargo_at
    dates = [
        one.first
        for version in text.versions.values()
        for one in day_references(tokens(version.dateline), published=None)
        if one.precision is Precision.DAY
    ]
    written = [datetime.combine(one, time(), tzinfo=zone(row.zone)) for one in dates]
    return min([*written, row.created_at])
