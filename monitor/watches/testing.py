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
from monitor.query.tree import All, Either, Near, Node, Not, Phrase

DAYS: Final = 30
MOST_TESTED: Final = 5_000  # candidates; a query that has more of them is too wide
_READ: Final = 200  # of them are read: to count words, and what the index cannot tell
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
    # The words and phrases that selected most, with how many of the newest hold each.
    noisiest: Sequence[tuple[str, int]]


def back_test(
    session: Session, query: str, *, now: datetime, zone: str, days: int = DAYS
) -> BackTest:
    """Try *query* on what was stored in the last *days*. Raises BadInput."""
    node = parse(query)
    since = now - timedelta(days=days)
    first = search.first_seen(session, since)
    candidates = list(
        islice(search.article_ids(session, node, since=first), MOST_TESTED + 1)
    )
    most = MOST_TESTED if _is_certain(node) else _READ
    tested = candidates[:most]
    read, held = _read(session, node, tested[:_READ])
    seen = {**search.seen_at(session, tested[_READ:]), **read}
    dates = Counter(wall_of(moment, zone).date() for moment in seen.values())
    return BackTest(
        query=text_of(node),
        since=since,
        count=len(seen),
        is_whole=len(candidates) <= most,
        per_day=_each_day(
            dates, wall_of(since, zone).date(), wall_of(now, zone).date()
        ),
        sample=search.search(
            session, query, within=search.Within(since=since), limit=_SAMPLE
        ).hits,
        noisiest=held.most_common(_NOISIEST),
    )


def _is_certain(node: Node) -> bool:
    """Whether what the index finds need not be read to be counted."""
    match node:
        case Near():
            return False
        case Phrase():
            return not node.is_exact
        case All() | Either():
            return all(_is_certain(part) for part in node.parts)
        case Not():
            return _is_certain(node.part)


def _read(
    session: Session, node: Node, ids: Sequence[int]
) -> tuple[Mapping[int, datetime], Counter[str]]:
    """Which of *ids* answer, when each was seen, and how many hold each phrase."""
    asked = question(node)
    seen: dict[int, datetime] = {}
    held: Counter[str] = Counter()
    for article, moment in search.readable(session, ids):
        passages = evidence(asked, article)
        if passages is not None:
            seen[article.id] = moment
            held.update({one.phrase for one in passages})
    return seen, held


def _each_day(
    counted: Mapping[date, int], first: date, last: date
) -> Mapping[date, int]:
    days = [first + timedelta(days=one) for one in range((last - first).days + 1)]
    return {day: counted.get(day, 0) for day in days}
