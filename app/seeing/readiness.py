"""Is the office ready: one entry for each thing it needs, asked within a bound, never in a crowd.

A database that hangs may hang whoever asks it: one thread looks at a time, and whoever asks
meanwhile is told what is known, or that nothing came back in time.
"""

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import text

from app.bootstrap import Office
from app.migrations import history
from app.seeing import looks
from core.errors import OfficeError
from core.log import logger
from core.trouble import OF_THE_DATABASE

_log = logger("seeing")

# What was seen a moment ago is told again.
_FRESH_SECONDS: Final = 2.0
_PATIENCE_SECONDS: Final = 3.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    name: str
    ok: bool
    # For whoever may know what the office is made of.
    found: str
    # Without it this process cannot do its work; what only others lack is told beside.
    needed: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    checks: Sequence[Check]

    @property
    def ready(self) -> bool:
        return all(one.ok for one in self.checks if one.needed)


class Readiness:
    def __init__(self, office: Office, *, ticks: bool) -> None:
        """*ticks* says whether this very process runs the jobs."""
        self._office = office
        self._ticks = ticks
        self._began = office.timer.stamp()
        self._lock = threading.Lock()
        self._looking: threading.Event | None = None
        self._seen: tuple[float, Verdict] | None = None

    def verdict(self) -> Verdict:
        now = self._office.timer.monotonic()
        with self._lock:
            if self._seen is not None and now - self._seen[0] < _FRESH_SECONDS:
                return self._seen[1]
            looking = self._looking
            if looking is None:
                looking = self._looking = threading.Event()
                threading.Thread(
                    target=self._look, args=[looking], name="readiness", daemon=True
                ).start()
        if not looking.wait(_PATIENCE_SECONDS):
            return _silent()
        with self._lock:
            return self._seen[1] if self._seen is not None else _silent()

    def _look(self, done: threading.Event) -> None:
        try:
            verdict = Verdict(checks=[*self._of_machine(), *self._of_database()])
        except Exception:  # noqa: BLE001 - whoever waits must hear, whatever it was
            _log.exception("readiness.failed")
            verdict = Verdict(
                checks=[Check(name="looking", ok=False, found="see the log")]
            )
        with self._lock:
            self._seen = self._office.timer.monotonic(), verdict
            self._looking = None
        done.set()

    def _of_machine(self) -> Iterator[Check]:
        office = self._office
        rules, libraries = office.zone_rules, looks.parsers()
        yield Check(name="time zones", ok=rules.can_arm(), found=rules.version)
        yield Check(
            name="parsers",
            ok=libraries.is_libxml2_new_enough,
            found=", ".join(f"{n} {v}" for n, v in libraries.versions.items()),
        )
        yield _tried("disk", self._room)

    def _room(self) -> Check:
        free = looks.free_bytes(self._office.settings.data_dir)
        return Check(
            name="disk",
            ok=free >= looks.NO_ROOM_AT_ALL,
            found=f"{free // 1024**2} MB free",
        )

    def _of_database(self) -> Iterator[Check]:
        database = _tried("database", self._database)
        yield database
        if not database.ok:
            return
        migrations = _tried("migrations", self._migrations)
        yield migrations
        if migrations.ok:
            yield _tried("jobs", self._jobs)

    def _database(self) -> Check:
        with self._office.database.read() as session:
            session.execute(text("SELECT 1"))
            writable = looks.is_writable(self._office, session)
        found = "answers" if writable else "read-only"
        return Check(name="database", ok=writable, found=found)

    def _migrations(self) -> Check:
        there = history.revision(self._office.database) or "none"
        return Check(name="migrations", ok=there == history.newest(), found=there)

    def _jobs(self) -> Check:
        """Those of this process have some minutes to begin; others' are told and not needed."""
        now = self._office.timer.stamp()
        with self._office.database.read() as session:
            found = looks.ticks(session)
        last = max((one.ran_at for one in found), default=None)
        since = max(last or self._began, self._began) if self._ticks else last
        if since is None:
            return Check(name="jobs", ok=False, found="never ran", needed=self._ticks)
        age = max(0, int((now - since).total_seconds()))
        return Check(
            name="jobs",
            ok=now - since <= looks.STILL,
            found=f"last ran {age} s ago" if last else "not yet",
            needed=self._ticks,
        )


def _tried(name: str, look: Callable[[], Check]) -> Check:
    """What cannot be looked at is not well; its words may name a host, so the log has them."""
    try:
        return look()
    except (OfficeError, *OF_THE_DATABASE, OSError) as error:
        _log.warning("readiness.unseen", check=name, reason=str(error))
        return Check(name=name, ok=False, found=type(error).__name__)


def _silent() -> Verdict:
    found = f"no answer within {_PATIENCE_SECONDS:.0f} s"
    return Verdict(checks=[Check(name="database", ok=False, found=found)])
