"""When a domain may be asked next, in machine time. Decides; waits for nothing.

A *visit* is what one ask causes at one domain: its robots.txt, the page, and redirects that
stay there. Visits to a domain come one after the other with a pause between their starts.
Within a visit nobody waits (a person testing a source would see three pauses for one page),
but each request counts, so that over time no more than one per pause is made.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

# The longest pause a robots.txt may ask for (news-crawl's figure), and a rest by itself.
MOST_DELAY = 120.0
MOST_REST = 24 * 3600.0
_FIRST_REST = 60.0
_MOST_OWN_REST = 3600.0
# Domains past their pause are forgotten when so many are remembered.
_REMEMBERED = 4_096


@dataclass(slots=True)
class _Visit:
    began: float
    pause: float
    requests: int = 0

    @property
    def ends(self) -> float:
        return self.began + self.pause * max(1, self.requests)


@dataclass(slots=True)
class _Rest:
    until: float
    seconds: float


class Pace:
    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._visits: dict[str, _Visit] = {}
        self._rests: dict[str, _Rest] = {}
        self._forget_at = _REMEMBERED

    def ready_in(self, domain: str, now: float) -> float:
        """Seconds until a visit to *domain* may begin; 0 means now."""
        visit = self._visits.get(domain)
        return max(0.0, visit.ends - now) if visit is not None else 0.0

    def resting_for(self, domain: str, now: float) -> float:
        """Seconds the domain still rests; 0 means that it may be asked."""
        rest = self._rests.get(domain)
        return max(0.0, rest.until - now) if rest is not None else 0.0

    def begin(self, domain: str, now: float) -> None:
        self._visits[domain] = _Visit(now, self._seconds)
        if len(self._visits) >= self._forget_at:
            self._forget(now)

    def count(self, domain: str) -> None:
        """One request of the visit that is under way."""
        visit = self._visits.get(domain)
        if visit is not None:
            visit.requests += 1

    def slow(self, domain: str, seconds: float) -> None:
        """What robots.txt asks for, as far as it is reasonable."""
        visit = self._visits.get(domain)
        if visit is not None:
            visit.pause = max(visit.pause, min(seconds, MOST_DELAY))

    def rest(self, domain: str, now: float, asked: float | None) -> None:
        """The domain said 429: *asked* is its Retry-After, None when it gave none."""
        kept = self._rests.get(domain)
        if asked is not None:
            seconds = min(max(asked, self._seconds), MOST_REST)
        elif kept is None:
            seconds = _FIRST_REST
        else:
            seconds = min(kept.seconds * 2, _MOST_OWN_REST)
        self._rests[domain] = _Rest(now + seconds, seconds)

    def well(self, domain: str) -> None:
        """The domain answered with something else than 429."""
        if self._rests:
            self._rests.pop(domain, None)

    def _forget(self, now: float) -> None:
        self._visits = {d: v for d, v in self._visits.items() if v.ends > now}
        self._forget_at = max(_REMEMBERED, 2 * len(self._visits))


def retry_after(value: str, now: datetime) -> float | None:
    """Seconds a Retry-After asks for: digits or an HTTP date. None when unreadable."""
    plain = value.strip()
    # Ten digits are 300 years; more would not fit a float for long.
    if plain.isascii() and plain.isdigit():
        return float(plain[:10])
    try:
        at = parsedate_to_datetime(plain)
    except (ValueError, OverflowError):
        return None
    at = at.replace(tzinfo=UTC) if at.tzinfo is None else at
    return max(0.0, (at - now).total_seconds())
