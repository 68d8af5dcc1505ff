"""The figures that the tables tell, alike from whichever process is asked: counts and ages.

One look serves all who ask within a while, and who asks during a look gets the last one.
What grows with the years (deliveries, articles) is counted more seldom.
"""

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, Generic, TypeVar

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy.pool import QueuePool

import distributor.figures
import monitor.figures
from app.bootstrap import Office
from app.seeing import looks
from app.seeing.looks import Tick
from core.clock import Timer
from core.errors import OfficeError
from core.log import logger
from core.trouble import OF_THE_DATABASE
from distributor.figures import Mail, Moving
from distributor.sending.hold import on_hold
from monitor.figures import Press

_log = logger("seeing")
_Seen = TypeVar("_Seen")
# The values of its labels, and the figure.
_Sample = tuple[tuple[str, ...], float]
# What it is, and its labels.
_Told = tuple[str, tuple[str, ...]]

_SOON: Final = 15.0
_SELDOM: Final = 60.0
# The polls of so long are told.
_LATELY: Final = timedelta(hours=1)


@dataclass(slots=True)
class _Kept(Generic[_Seen]):
    """The last look, and one at a time."""

    look: Callable[[], _Seen]
    seconds: float
    timer: Timer
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _seen: tuple[float, _Seen] | None = None

    def get(self) -> _Seen | None:
        """None where it cannot be seen now; who asks during a look gets the last one."""
        seen, now = self._seen, self.timer.monotonic()
        if seen is not None and now - seen[0] < self.seconds:
            return seen[1]
        if not self._lock.acquire(blocking=seen is None):
            return None if seen is None else seen[1]
        try:
            return self._again(now)
        finally:
            self._lock.release()

    def _again(self, now: float) -> _Seen | None:
        # Whoever waited for the first look finds it.
        if self._seen is not None and now - self._seen[0] < self.seconds:
            return self._seen[1]
        try:
            self._seen = now, self.look()
        except (OfficeError, *OF_THE_DATABASE, OSError) as error:
            _log.warning("figures.unseen", reason=type(error).__name__)
            return None
        return self._seen[1]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Now:
    ticks: list[Tick]
    moving: Moving


class Rows(Collector):
    def __init__(self, office: Office) -> None:
        self._office = office
        self._now = _Kept(self._look_now, _SOON, office.timer)
        self._mail = _Kept(self._look_mail, _SELDOM, office.timer)
        self._press = _Kept(self._look_press, _SELDOM, office.timer)

    def describe(self) -> Iterable[Metric]:
        """The names alone, so that registering asks no database."""
        return [_family(name, ()) for name in HELP]

    def collect(self) -> Iterator[Metric]:
        now, mail, press = self._now.get(), self._mail.get(), self._press.get()
        yield _family("parution_database_up", [((), now is not None)])
        if now is not None:
            yield from self._of_now(now)
        if mail is not None:
            yield from _of_mail(mail)
        if press is not None:
            yield from self._of_press(press)
        yield from self._of_machine()

    def _look_now(self) -> _Now:
        with self._office.database.read() as session:
            return _Now(
                ticks=list(looks.ticks(session)),
                moving=distributor.figures.moving(
                    session, now=self._office.clock.now()
                ),
            )

    def _look_mail(self) -> Mail:
        with self._office.database.read() as session:
            return distributor.figures.mail(session)

    def _look_press(self) -> Press:
        now = self._office.clock.now()
        with self._office.database.read() as session:
            return monitor.figures.press(session, since=now - _LATELY, now=now)

    def _of_now(self, now: _Now) -> Iterator[Metric]:
        stamp, clock = self._office.timer.stamp(), self._office.clock.now()
        yield _family(
            "parution_job_age_seconds",
            [((one.job,), _age(one.ran_at, stamp)) for one in now.ticks],
        )
        yield _family(
            "parution_job_failing",
            [((one.job,), one.is_failing) for one in now.ticks],
        )
        moving = now.moving
        yield _family(
            "parution_dispatch_overdue_seconds",
            [((), _age(moving.overdue_since, clock))],
        )
        since = moving.waiting_since
        if since is not None:
            since = max(since, moving.last_attempt_at or since)
        yield _family("parution_sender_idle_seconds", [((), _age(since, clock))])

    def _of_press(self, press: Press) -> Iterator[Metric]:
        yield _family("parution_sources", _by_name(press.sources))
        yield _family("parution_articles", [((), press.articles)])
        yield _family("parution_articles_to_sift", [((), press.to_sift)])
        yield _family("parution_articles_to_read", [((), press.to_read)])
        yield _family("parution_polls_last_hour", _by_name(press.polls))
        yield _family(
            "parution_entries_last_hour",
            [(("seen",), press.entries), (("new",), press.new_entries)],
        )
        yield _family("parution_proposals_waiting", [((), press.proposals)])
        yield _family("parution_sources_due", [((), press.due)])
        age = _age(press.due_since, self._office.clock.now())
        yield _family("parution_sources_due_seconds", [((), age)])

    def _of_machine(self) -> Iterator[Metric]:
        office = self._office
        folder = office.settings.data_dir
        try:
            yield _family("parution_disk_free_bytes", [((), looks.free_bytes(folder))])
        except OSError as error:
            _log.warning("figures.unseen", reason=type(error).__name__)
        yield _family("parution_on_hold", [((), on_hold(folder) is not None)])
        yield _family("parution_zone_data_good", [((), office.zone_rules.can_arm())])
        kept = looks.newest_backup(office)
        if kept is not None:
            made = looks.made_at(office, kept)
            yield _family("parution_backup_timestamp_seconds", [((), made.timestamp())])
            yield _family("parution_backup_bytes", [((), kept.size)])


class Process(Collector):
    """What this process alone knows of its database: its connections and its gate."""

    def __init__(self, office: Office) -> None:
        self._database = office.database

    def describe(self) -> Iterable[Metric]:
        return [_family(name, ()) for name in PROCESS_HELP]

    def collect(self) -> Iterator[Metric]:
        pool = self._database.engine.pool
        if isinstance(pool, QueuePool):
            yield _family("parution_database_connections", [((), pool.checkedout())])
            yield _family("parution_database_pool_size", [((), pool.size())])
        gate = self._database.gate
        if gate is not None:
            yield _family("parution_gate_passes", [((), gate.passed)])
            yield _family("parution_gate_wait_seconds", [((), gate.waited_seconds)])


HELP: Final[dict[str, _Told]] = {
    "parution_database_up": ("Whether the tables could be read (1) or not (0).", ()),
    "parution_job_age_seconds": (
        "How long ago a job's last tick ended, on whichever worker.",
        ("job_name",),
    ),
    "parution_job_failing": ("Whether a job's last tick failed.", ("job_name",)),
    "parution_dispatch_overdue_seconds": (
        "How long a planned dispatch is past its hour and neither started nor held.",
        (),
    ),
    "parution_sender_idle_seconds": (
        "How long something is due and no attempt was made; 0 when nothing is due.",
        (),
    ),
    "parution_deliveries": ("Deliveries by channel and state.", ("channel", "state")),
    "parution_dispatches": ("Dispatches by state.", ("state",)),
    "parution_attempts": (
        "The number of the last attempt at a delivery; its growth is the sending rate.",
        (),
    ),
    "parution_sources": ("Sources that are polled, by state.", ("state",)),
    "parution_articles": ("Articles that are kept.", ()),
    "parution_articles_to_sift": ("Articles that wait to be matched.", ()),
    "parution_articles_to_read": ("Articles whose page is to be read by now.", ()),
    "parution_polls_last_hour": ("Polls of the last hour, by outcome.", ("outcome",)),
    "parution_entries_last_hour": (
        "Entries that these polls saw, and how many of them were new.",
        ("which",),
    ),
    "parution_proposals_waiting": ("Proposals that wait for a person.", ()),
    "parution_sources_due": ("Sources whose time to be asked has come.", ()),
    "parution_sources_due_seconds": (
        "How long the one of them waits that waits longest.",
        (),
    ),
    "parution_disk_free_bytes": ("Room where the office keeps its files.", ()),
    "parution_on_hold": ("Whether everything is on hold.", ()),
    "parution_zone_data_good": (
        "Whether the time-zone data is new enough to plan by.",
        (),
    ),
    "parution_backup_timestamp_seconds": (
        "The hour of the newest backup; it counts only after it was verified.",
        (),
    ),
    "parution_backup_bytes": ("Its size.", ()),
}
PROCESS_HELP: Final[dict[str, _Told]] = {
    "parution_database_connections": ("Connections of this process in use.", ()),
    "parution_database_pool_size": ("Connections it keeps open when idle.", ()),
    "parution_gate_passes": ("Writing transactions let in, on SQLite.", ()),
    "parution_gate_wait_seconds": ("How long they waited for it, together.", ()),
}
# These only grow, but for a restart or a restored backup; their samples end in _total.
COUNTERS: Final = frozenset(
    {"parution_attempts", "parution_gate_passes", "parution_gate_wait_seconds"}
)
_KNOWN: Final = HELP | PROCESS_HELP


def _family(name: str, samples: Iterable[_Sample]) -> Metric:
    told, labels = _KNOWN[name]
    kind = CounterMetricFamily if name in COUNTERS else GaugeMetricFamily
    made = kind(name, told, labels=labels)
    for values, value in samples:
        made.add_metric(values, float(value))
    return made


def _of_mail(mail: Mail) -> Iterator[Metric]:
    yield _family(
        "parution_deliveries",
        [
            ((channel, state), count)
            for channel, states in mail.deliveries.items()
            for state, count in states.items()
        ],
    )
    yield _family("parution_dispatches", _by_name(mail.dispatches))
    yield _family("parution_attempts", [((), mail.attempts)])


def _by_name(counts: Mapping[str, int]) -> list[_Sample]:
    return [((name,), count) for name, count in counts.items()]


def _age(since: datetime | None, now: datetime) -> float:
    return 0.0 if since is None else max(0.0, (now - since).total_seconds())
