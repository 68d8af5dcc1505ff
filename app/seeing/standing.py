"""What is wrong with the office's own running: the alerts it raises of itself, and the ping's word.

A minute's look, by any number of workers: what holds is raised once and ends when it is
over. What no row can tell, because no row can be written, is told by the ping's silence.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from platform import node
from typing import Final

from sqlalchemy.orm import Session

import distributor.figures
from app.alert_words import (
    BACKUP_OLD,
    CLOCK_OFF,
    DISK_LOW,
    DISPATCH_WAITING,
    EVERYTHING_HELD,
    JOBS_STILL,
    SENDER_STUCK,
    ZONE_DATA_OLD,
)
from app.bootstrap import Office
from app.seeing import looks
from app.seeing.ground import SENDER_PATIENCE
from core.alerts import Raised, open_alerts, settle
from core.errors import OfficeError
from core.jobs import Job
from core.log import logger
from core.models import Alert
from core.trouble import OF_THE_DATABASE
from core.zones import wall_of
from distributor.sending.hold import on_hold

_log = logger("seeing")

RULES: Final = (
    BACKUP_OLD,
    CLOCK_OFF,
    DISK_LOW,
    DISPATCH_WAITING,
    EVERYTHING_HELD,
    JOBS_STILL,
    SENDER_STUCK,
    ZONE_DATA_OLD,
)
OLD_BACKUP: Final = timedelta(days=2)
# Room that comes and goes around the floor is one alert and not many.
_ENOUGH_AGAIN: Final = 1.25
# Of these each machine speaks for itself: its disk, its clock, its folders.
_OF_A_MACHINE: Final = frozenset(
    {BACKUP_OLD, CLOCK_OFF, DISK_LOW, EVERYTHING_HELD, SENDER_STUCK, ZONE_DATA_OLD}
)
_OTHERS_TOO: Final = timedelta(days=1)
# After a start, the other jobs' last ticks are those of before.
_JUST_BEGUN: Final = looks.STILL


@dataclass(slots=True, kw_only=True)
class Standing:
    office: Office
    began: datetime
    # Names this machine where several share a database; empty where it is the only one.
    machine: str = ""
    free_bytes: Callable[[Path], int] = looks.free_bytes

    def tick(self) -> int:
        """Answers how many alerts were raised. Writes only where something changed."""
        with self.office.database.read() as session:
            there = open_alerts(session, rules=RULES)
            mine = {one.rule for one in there if one.about.endswith(self._own(""))}
            held = [*self.held(session, there=mine), *self._of_others(there)]
        if {(a.rule, a.about) for a in there} == {(h.rule, h.about) for h in held}:
            return 0
        with self.office.database.write() as session:
            raised = settle(session, held, rules=RULES, now=self.office.clock.now())
        for one in raised:
            _log.warning("office.troubled", rule=one.rule, about=one.about)
        return len(raised)

    def _own(self, about: str) -> str:
        return f"{about}@{self.machine}" if self.machine else about

    def _of_others(self, there: Sequence[Alert]) -> Iterator[Raised]:
        """What other machines raised of themselves: a day, for one may never come back."""
        since = self.office.clock.now() - _OTHERS_TOO
        for one in there:
            is_others = one.rule in _OF_A_MACHINE and one.about.partition("@")[
                2
            ] not in {
                "",
                self.machine,
            }
            if is_others and one.raised_at > since:
                yield Raised(rule=one.rule, about=one.about, fields=one.fields)

    def held(
        self, session: Session, *, there: frozenset[str] | set[str] = frozenset()
    ) -> Iterator[Raised]:
        """*there* are the rules that stand already."""
        yield from self._of_machine(there)
        yield from self._of_jobs(session)
        yield from self._of_mail(session)

    def _of_machine(self, there: frozenset[str] | set[str]) -> Iterator[Raised]:
        office = self.office
        floor = looks.LITTLE_ROOM * (_ENOUGH_AGAIN if DISK_LOW in there else 1)
        free = self.free_bytes(office.settings.data_dir)
        if free < floor:
            yield Raised(
                rule=DISK_LOW,
                about=self._own("disk"),
                fields={"number": free // 1024**2},
            )
        if not office.zone_rules.can_arm():
            version = office.zone_rules.version
            yield Raised(
                rule=ZONE_DATA_OLD, about=self._own("zones"), fields={"number": version}
            )
        kept = looks.newest_backup(office)
        if kept is not None:
            today = wall_of(
                office.timer.stamp(), office.settings.organisation.zone
            ).date()
            if today - kept.day > OLD_BACKUP:
                yield Raised(
                    rule=BACKUP_OLD,
                    about=self._own("backup"),
                    fields={"day": kept.day.isoformat()},
                )

    def _of_jobs(self, session: Session) -> Iterator[Raised]:
        stamp = self.office.timer.stamp()
        found = looks.ticks(session)
        ahead = looks.clocks_apart(found, stamp)
        if ahead:
            yield Raised(
                rule=CLOCK_OFF,
                about=self._own("clock"),
                fields={"minutes": int(ahead.total_seconds() // 60)},
            )
        still = looks.still(found, stamp)
        if still and stamp - self.began > _JUST_BEGUN:
            yield Raised(
                rule=JOBS_STILL, about="jobs", fields={"reason": ", ".join(still)}
            )

    def _of_mail(self, session: Session) -> Iterator[Raised]:
        now, given = self.office.clock.now(), self.office.settings
        patience = timedelta(minutes=given.alerts.held_minutes)
        since = looks.held_since(given.data_dir)
        if since is not None:
            if self.office.timer.stamp() - since >= patience:
                yield Raised(rule=EVERYTHING_HELD, about=self._own("hold"))
        elif _is_stuck(session, now):
            yield Raised(rule=SENDER_STUCK, about=self._own("sender"))
        for one in distributor.figures.waiting(session, before=now - patience):
            yield Raised(
                rule=DISPATCH_WAITING,
                about=f"dispatch:{one.dispatch_id}",
                fields={"number": one.dispatch_id, "reason": one.reason},
            )


def _is_stuck(session: Session, now: datetime) -> bool:
    moving = distributor.figures.moving(session, now=now)
    return moving.is_stuck(now, SENDER_PATIENCE) or moving.is_late(now, SENDER_PATIENCE)


def faults(office: Office) -> Sequence[str]:
    """Why the ping is not sent now: names of checks, and nothing of anybody."""
    try:
        with office.database.read() as session:
            named = _faults(office, session)
    except (OfficeError, *OF_THE_DATABASE, OSError) as error:
        _log.warning("office.unseen", reason=type(error).__name__)
        return ["database"]
    return named


def _faults(office: Office, session: Session) -> Sequence[str]:
    stamp, data_dir = office.timer.stamp(), office.settings.data_dir
    found = looks.ticks(session)
    is_held = on_hold(data_dir) is not None
    said = {
        "jobs": not looks.is_anybody_ticking(found, stamp)
        or bool(looks.still(found, stamp)),
        "database": not looks.is_writable(office, session),
        "sender": not is_held and _is_stuck(session, office.clock.now()),
        "disk": looks.free_bytes(data_dir) < looks.NO_ROOM_AT_ALL,
    }
    return [name for name, is_wrong in said.items() if is_wrong]


def job(office: Office) -> Job:
    is_alone = office.database.engine.dialect.name == "sqlite"
    standing = Standing(
        office=office,
        began=office.timer.stamp(),
        machine="" if is_alone else node(),
    )
    return Job(
        name="standing",
        every=timedelta(minutes=1),
        run=standing.tick,
        # It tells of the machine and of what is late already: nothing of it is planned.
        next_due=lambda: None,
    )
