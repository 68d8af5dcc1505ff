"""Which dates of a source can be believed. Decides; touches nothing.

A date we cannot believe is left out, never replaced: when an article was first seen is kept
apart (promise L4).
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final

from monitor.sources.base import Dated, Entry
from monitor.states import Precision

# Clocks of others go wrong by minutes; what is further ahead is announced or mistaken.
_AHEAD: Final = timedelta(hours=26)
# Software that has no date writes its epoch: 1970, 1980 and the like.
_EARLIEST: Final = datetime(1990, 1, 1, tzinfo=UTC)
_DAY: Final = timedelta(hours=24)
# So many entries do not appear in one second, unless all dates are of one export.
_FROZEN_ENTRIES: Final = 5


def believable(date: Dated | None, *, now: datetime) -> Dated | None:
    """*date*, unless it lies before the web or ahead of now.

    A little ahead is the zone that was left out: such a date is kept as it is given.
    """
    if date is None or date.at < _EARLIEST or date.at > now + _AHEAD:
        return None
    return date


def believed(entries: Sequence[Entry], *, now: datetime) -> Sequence[Entry]:
    """The entries with dates that can be believed; frozen ones are all left out."""
    kept = [_with(one, believable(one.published, now=now)) for one in entries]
    moments = {one.published.at for one in kept if one.published is not None}
    dated = sum(one.published is not None for one in kept)
    if dated >= _FROZEN_ENTRIES and len(moments) == 1 and dated == len(kept):
        return [_with(one, None) for one in kept]
    return kept


def appeared(
    published_at: datetime | None, published_as: str, *, first_seen_at: datetime
) -> datetime:
    """When an article appeared, to be compared with other moments.

    A day without an hour is taken as late as it can have been: its first moment would come
    before every release of that day, and before the article it copies.
    """
    if published_at is None:
        return first_seen_at
    if published_as != Precision.DAY:
        return published_at
    return max(published_at, min(first_seen_at, published_at + _DAY))


def newest(entries: Sequence[Entry]) -> datetime | None:
    return max(
        (one.published.at for one in entries if one.published is not None), default=None
    )


def _with(entry: Entry, date: Dated | None) -> Entry:
    return entry if entry.published is date else replace(entry, published=date)
