"""The dead-man's ping: an address elsewhere is asked while all is well, so that silence wakes somebody.

Nothing here tells anybody of trouble: a machine that is off, a sender that hangs and a
database that cannot be written cannot either. Whoever is asked no more raises the alarm.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from app.bootstrap import Office
from app.seeing import standing
from core.errors import FetchFailed, FetchRefused
from core.jobs import Job
from core.log import logger

_log = logger("seeing")
_TOO_BAD = 400


@dataclass(slots=True)
class Ping:
    """Machine time throughout: it tells of this machine, and a rehearsal has none."""

    office: Office
    _last: datetime | None = field(default=None, init=False)

    def tick(self) -> int:
        """Answers whether it was asked. Its own failure is logged and stops nothing."""
        now = self.office.timer.stamp()
        every = timedelta(minutes=self.office.settings.alerts.ping_minutes)
        if self._last is not None and timedelta() <= now - self._last < every:
            return 0
        self._last = now
        wrong = standing.faults(self.office)
        if wrong:
            _log.warning("ping.withheld", because=", ".join(wrong))
            self._count("withheld")
            if not self.office.settings.alerts.ping_fail:
                return 0
        return self._ask("/fail" if wrong else "")

    def _ask(self, suffix: str) -> int:
        given = self.office.settings.alerts
        address = given.ping_url.get_secret_value().rstrip("/") + suffix
        try:
            # What an operator set, and no page of a press site: no robots.txt to ask for.
            answer = self.office.web.get(address, robots=False)
        except (FetchRefused, FetchFailed) as error:
            # Not its address: whoever knows it can ask it too.
            _log.warning("ping.failed", reason=error.what)
            self._count("failed")
            return 0
        if answer.status >= _TOO_BAD:
            _log.warning("ping.failed", reason=f"It answers {answer.status}.")
            self._count("failed")
            return 0
        self._count("fail" if suffix else "sent")
        return 1

    def _count(self, outcome: str) -> None:
        self.office.instruments.counts.pings.labels(outcome).inc()


def job(office: Office) -> Job:
    return Job(
        name="ping",
        every=timedelta(seconds=30),
        run=Ping(office).tick,
        # It tells of this machine and not of the office: no plan waits for it.
        next_due=lambda: None,
    )
