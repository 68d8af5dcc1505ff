"""Watches what the law wants in time: requests of people to be answered, licences that end."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from app.alert_words import LICENCE_ENDING, REQUEST_DUE
from core.alerts import Raised, open_alerts, settle
from core.clock import Clock
from core.db import Database
from core.jobs import Job
from core.settings import Settings
from core.zones import wall_of
from distributor.contacts import requests
from monitor.catalogue import licences

_RULES: Final = (REQUEST_DUE, LICENCE_ENDING)
# A person needs some days to gather an answer.
_BEFORE: Final = timedelta(days=7)


@dataclass(slots=True, kw_only=True)
class Watching:
    """Any number of processes may each have one."""

    database: Database
    clock: Clock
    settings: Settings

    def tick(self) -> int:
        """Answers how many alerts hold now."""
        now = self.clock.now()
        with self.database.read() as session:
            held = [*self._due(session, now), *self._ending(session, now)]
            there = open_alerts(session, rules=_RULES)
        if {(one.rule, one.about) for one in there} != {
            (one.rule, one.about) for one in held
        }:
            with self.database.write() as session:
                settle(session, held, rules=_RULES, now=now)
        return len(held)

    def _due(self, session: Session, now: datetime) -> Iterator[Raised]:
        """Without a name: an alert is mailed and told to programs."""
        for one in requests.listed(session, open_only=True):
            if one.due_at - _BEFORE <= now:
                day = wall_of(one.due_at, self.settings.organisation.zone).date()
                yield Raised(
                    rule=REQUEST_DUE,
                    about=f"person_request:{one.id}",
                    fields={"number": one.id, "day": day.isoformat()},
                )

    def _ending(self, session: Session, now: datetime) -> Iterator[Raised]:
        today = wall_of(now, self.settings.organisation.zone).date()
        within = self.settings.legal.licence_days
        for one in licences.ending(session, today, within=within):
            yield Raised(
                rule=LICENCE_ENDING,
                about=f"source:{one.source_id}",
                fields={
                    "outlet": one.outlet,
                    "outlet_ar": one.outlet_ar,
                    "day": one.licence.until,
                },
            )


def job(watching: Watching) -> Job:
    return Job(
        name="legal",
        every=timedelta(minutes=30),
        run=watching.tick,
        # Its days come by themselves: nothing of the office waits for it.
        next_due=lambda: None,
    )
