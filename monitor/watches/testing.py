"""What a query would have selected: shown before it is saved as a watch."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Final

from sqlalchemy.orm import Session

from core.zones import wall_of
from monitor import search
from monitor.query.evaluating import evidence, question
from monitor.query.printing import text_of
from monitor.query.reading import parse

DAYS: Final = 30
MOST_TESTED: Final = 2_000  # candidates; a query that has more of them is too wide
_LOT: Final = 200
_SAMPLE: Final = 10
_NOISIEST: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class BackTest:
    # As it was understood.
    query: str
    since: datetime
    # Articles it would have selected; at least these when not whole.
    count: int
    is_whole: bool
    # Every day of the time, by the office's calendar.
    per_day: Mapping[date, int]
    # The newest of them.
    sample: Sequence[search.Hit]
    # The words and phrases that selected most, with how many articles hold each.
    noisiest: Sequence[tuple[str, int]]


def back_test(
    session: Session, query: str, *, now: datetime, zone: str, days: int = DAYS
) -> BackTest:
    """Try *query* on what was stored in the last *days*. Raises BadInput."""
    node = parse(query)
    asked = question(node)
    since = now - timedelta(days=days)
    held: Counter[str] = Counter()
    dates: Counter[date] = Counter()
    candidates = search.article_ids(
        session, node, since=search.first_seen(session, since)
    )
    tested = list(islice(candidates, MOST_TESTED + 1))
    for first in range(0, min(len(tested), MOST_TESTED), _LOT):
        lot = tested[first : min(first + _LOT, MOST_TESTED)]
        for article, seen in search.readable(session, lot):
            passages = evidence(asked, article)
            if passages is not None:
                dates[wall_of(seen, zone).date()] += 1
                held.update({one.phrase for one in passages})
    return BackTest(
        query=text_of(node),
        since=since,
        count=dates.total(),
        is_whole=len(tested) <= MOST_TESTED,
        per_day=_each_day(
            dates, wall_of(since, zone).date(), wall_of(now, zone).date()
        ),
        sample=search.search(
            session, query, within=search.Within(since=since), limit=_SAMPLE
        ).hits,
        noisiest=held.most_common(_NOISIEST),
    )


def _each_day(
    counted: Mapping[date, int], first: date, last: date
) -> Mapping[date, int]:
    days = [first + timedelta(days=one) for one in range((last - first).days + 1)]
    return {day: counted.get(day, 0) for day in days}
