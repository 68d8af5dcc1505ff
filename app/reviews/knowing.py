"""What both halves know of a release, gathered once for its balance."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from itertools import chain
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

import distributor.report
import monitor.report
from app.reviews.authors import Authors, of_coverage
from app.reviews.lines import by_story
from app.reviews.measuring import Group, Measured, counting, measure
from core.models import Release
from core.releases import found_release
from core.values import Language, ReleaseKind
from distributor.report import DispatchSummary
from distributor.sending.reach import Reach, reach, sizes
from monitor import goals, retelling
from monitor.goals import GoalView
from monitor.report import CoverageLine
from monitor.retelling import Retold, VersionPickUp

_COMPARED: Final = 5  # earlier releases
# What follows another release is no event to be compared with.
_FOLLOWING: Final = (
    ReleaseKind.CORRECTION,
    ReleaseKind.CANCELLATION,
    ReleaseKind.REMINDER,
)


@dataclass(frozen=True, kw_only=True)
class Known:
    """Everything both halves know of a release, gathered once."""

    release: Release
    # The dispatches that left, newest first; when the first of them did.
    sent: Sequence[DispatchSummary]
    sent_at: datetime | None
    # Every coverage line, and those that count: each text with its copies.
    every: Sequence[CoverageLine]
    groups: Sequence[Group]
    authors: Authors
    reached: Reach
    goal: GoalView
    pick_up: Sequence[VersionPickUp]
    retold: Retold

    @cached_property
    def lines(self) -> Sequence[CoverageLine]:
        return list(chain.from_iterable(self.groups))


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """One release beside the others."""

    # Its number and title, the latter in `language`.
    name: str
    language: Language
    sent_at: datetime | None
    # Contacts who have it.
    reached: int
    measured: Measured


def know(session: Session, release_id: int, *, excerpt: int) -> Known:
    """*excerpt* is how much of an article may be quoted. Raises NotFound."""
    release = found_release(session, release_id)
    every = monitor.report.coverage(session, release_id=release_id)
    groups = by_story(counting(every))
    lines = list(chain.from_iterable(groups))
    reached = reach(session, release_id)
    goal = goals.view(session, release_id)
    versions = retelling.version_texts(session, release_id)
    return Known(
        release=release,
        sent=[
            one
            for one in distributor.report.dispatches(session, release_id=release_id)
            if one.started_at is not None
        ],
        sent_at=distributor.report.sent(session).get(release_id),
        every=every,
        groups=groups,
        authors=of_coverage(session, reached, lines),
        reached=reached,
        goal=goal,
        pick_up=retelling.pick_up(versions, lines),
        retold=retelling.pull_through(
            session, lines, goal.messages, versions, most=excerpt
        ),
    )


def compared(
    session: Session, known: Known, measured: Measured, language: Language
) -> Iterator[Compared]:
    """The release, then those sent before it, measured alike, the latest first."""
    sent = distributor.report.sent(session)
    before = {
        release_id: at
        for release_id, at in sent.items()
        if release_id != known.release.id
        and (known.sent_at is None or at < known.sent_at)
    }
    rows = session.scalars(
        select(Release).where(
            Release.id.in_(_latest(before)), Release.kind.not_in(_FOLLOWING)
        )
    )
    latest = sorted(rows, key=lambda one: (before[one.id], one.id), reverse=True)
    shown = latest[:_COMPARED]
    reached = sizes(session, [one.id for one in (known.release, *shown)])
    now_reached = reached.get(known.release.id, 0)
    yield _compared(known.release, known.sent_at, now_reached, measured, language)
    for row in shown:
        lines = monitor.report.coverage(session, release_id=row.id)
        groups = by_story(counting(lines))
        at, had = before[row.id], reached.get(row.id, 0)
        yield _compared(row, at, had, measure(groups, sent_at=at), language)


def _latest(before: Mapping[int, datetime]) -> Sequence[int]:
    """Enough for those that follow others to fall out."""
    return sorted(before, key=lambda one: before[one], reverse=True)[: 20 * _COMPARED]


def _compared(
    release: Release,
    sent_at: datetime | None,
    reached: int,
    measured: Measured,
    language: Language,
) -> Compared:
    return Compared(
        name=named(release, language),
        language=titled(release, language)[0],
        sent_at=sent_at,
        reached=reached,
        measured=measured,
    )


def named(release: Release, language: Language) -> str:
    """Its number, and its title where it has one."""
    title = titled(release, language)[1]
    return f"{release.number} · {title}" if title else release.number


def titled(release: Release, language: Language) -> tuple[Language, str]:
    """The title in *language*, else in the release's first, and which that is."""
    titles = {Language(one.language): one.title for one in release.versions}
    if language in titles:
        return language, titles[language]
    return next(iter(titles.items()), (language, ""))
