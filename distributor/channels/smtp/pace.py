"""Pace: how many messages may leave a second, over all lines and to one domain."""

import threading
from datetime import timedelta

from core.clock import Timer

# Past so many domains those that rest are forgotten: they would wait for nothing.
_MOST_DOMAINS = 1000


class Bucket:
    """Lets `rate` a second through, one after the other; 0 lets everything through."""

    def __init__(self, rate: float) -> None:
        self._gap = 1 / rate if rate else 0.0
        self._free_at = 0.0
        self._promised = 0.0

    def take(self, now: float, *, within: float) -> float | None:
        """How long to wait for the turn just taken; None when longer, and none is taken."""
        wait = self.wait(now)
        if wait > within:
            return None
        if self._gap:
            self._free_at = now + wait + self._gap
        return wait

    def wait(self, now: float) -> float:
        return max(0.0, self._free_at - now) if self._gap else 0.0

    def promise(self, now: float) -> float:
        """When to ask again: each who asks is told one turn later, or all came at once."""
        self._promised = max(self._promised + self._gap, self._free_at)
        return self._promised - now


class Pace:
    """Shared by all lines of one channel."""

    def __init__(
        self, *, per_second: float, per_domain_per_second: float, timer: Timer
    ) -> None:
        self._timer = timer
        self._guard = threading.Lock()
        self._all = Bucket(per_second)
        self._per_domain = per_domain_per_second
        self._domains: dict[str, Bucket] = {}
        self.is_free = not per_second

    def of_domain(self, domain: str, *, within: float = 0.0) -> timedelta | None:
        """Take the domain's turn and answer None; or answer when to ask again.

        A turn that comes within so many seconds is waited for.
        """
        if not self._per_domain:
            return None
        with self._guard:
            now = self._timer.monotonic()
            bucket = self._bucket(domain, now)
            wait = bucket.take(now, within=within)
            later = timedelta(seconds=bucket.promise(now)) if wait is None else None
        self._wait(within if wait is None else wait)
        return later

    def of_all(self, *, within: float) -> bool:
        """Take the channel's next turn and wait for it; False when it is too far off."""
        if self.is_free:
            return True
        with self._guard:
            wait = self._all.take(self._timer.monotonic(), within=within)
        self._wait(within if wait is None else wait)
        return wait is not None

    def _wait(self, seconds: float) -> None:
        if seconds > 0:
            self._timer.wait(timedelta(seconds=seconds))

    def _bucket(self, domain: str, now: float) -> Bucket:
        found = self._domains.get(domain)
        if found is None:
            if len(self._domains) >= _MOST_DOMAINS:
                self._domains = {
                    name: bucket
                    for name, bucket in self._domains.items()
                    if bucket.wait(now)
                }
            found = self._domains[domain] = Bucket(self._per_domain)
        return found
