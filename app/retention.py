"""The table of retention: what is kept, how long, from when and why; counted and applied.

`rules(settings)` answers every line as a `core.retention.Rule`:

    name        for programs, such as "full-text"
    what        the sentence that names the rows (a msgid of the catalogues, as since and why)
    tables      the tables they are in; every table of the office is in at least one line
    then        removed, emptied, pseudonymised, proposed (to a person), or kept
    kept_for    a timedelta; None is for good, or as long as what it belongs to
    since       from which moment that is counted
    setting     the setting that says how long, or empty
    why         the purpose or the ground
    is_personal whether these rows say something of people

Each part writes the lines of the rows that it writes: `core`, `distributor`, `monitor`, and
here the webhooks and the reviews. A new table gets its place there, or a test says so.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import Select, delete, select
from sqlalchemy.orm import Session

import core.forgetting
import distributor.forgetting
import monitor.forgetting
from app.alert_words import CONTACTS_UNVERIFIED
from app.webhooks import noting
from app.webhooks.models import WebhookCall, WebhookEvent
from core.alerts import Raised, open_alerts, settle
from core.clock import Clock, SystemTimer, Timer
from core.db import Database
from core.i18n import N_
from core.jobs import Job
from core.log import logger
from core.retention import Rule, Sweep, Then
from core.settings import Settings
from core.zones import wall_of

_log = logger("retention")

# By the office's wall: when nobody waits for a page, and the night's backup is made.
_HOUR: Final = 4
_CONTACTS: Final = "contacts"


def rules(settings: Settings, timer: Timer | None = None) -> Sequence[Rule]:
    """Every line; *timer* is asked only when sessions are counted or dropped."""
    retention = settings.retention
    return (
        *distributor.forgetting.rules(retention),
        *monitor.forgetting.rules(retention),
        *_ours(),
        *core.forgetting.rules(retention, settings.web, timer or SystemTimer()),
    )


def due(
    database: Database, told: Sequence[Rule], *, now: datetime
) -> Mapping[str, int]:
    """How many rows of each rule are due; nothing is dropped."""
    with database.read() as session:
        return {
            rule.name: rule.look.count(session, now)
            for rule in told
            if rule.look is not None
        }


def apply(
    database: Database, told: Sequence[Rule], *, now: datetime
) -> Mapping[str, int]:
    """Drop what is due; answers how many of each rule. Again does no harm.

    A rule that fails keeps no other from being applied; the first failure is raised then.
    """
    dropped: dict[str, int] = {}
    failures: list[Exception] = []
    for rule in told:
        if isinstance(rule.look, Sweep):
            try:
                dropped[rule.name] = rule.look.apply(database, now)
            except Exception as failure:  # noqa: BLE001 - it is raised when all were tried
                _log.error(
                    "retention.failed", rule=rule.name, fault=type(failure).__name__
                )
                failures.append(failure)
    if failures:
        raise failures[0]
    return dropped


def propose(database: Database, settings: Settings, *, now: datetime) -> int:
    """Tell a person of contacts that nobody verified for too long; answers how many."""
    told = [
        one
        for one in distributor.forgetting.rules(settings.retention)
        if one.name == _CONTACTS
    ]
    count = due(database, told, now=now)[_CONTACTS]
    held = [_unverified(settings, count, now)] if count else []
    with database.read() as session:
        there = open_alerts(session, rules=[CONTACTS_UNVERIFIED])
    if {one.about for one in there} != {one.about for one in held}:
        with database.write() as session:
            settle(session, held, rules=[CONTACTS_UNVERIFIED], now=now)
    return count


def _unverified(settings: Settings, count: int, now: datetime) -> Raised:
    before = now - timedelta(days=settings.retention.contact_days)
    day = wall_of(before, settings.organisation.zone).date()
    return Raised(
        rule=CONTACTS_UNVERIFIED,
        about=_CONTACTS,
        fields={"number": count, "day": day.isoformat()},
    )


@dataclass(slots=True, kw_only=True)
class Retaining:
    """Applies the table once a day. Any number of processes may each have one."""

    database: Database
    clock: Clock
    timer: Timer
    settings: Settings
    _done_on: date | None = field(default=None, init=False)

    def tick(self) -> int:
        now = self.clock.now()
        wall = wall_of(now, self.settings.organisation.zone)
        if wall.hour < _HOUR or wall.date() == self._done_on:
            return 0
        propose(self.database, self.settings, now=now)
        dropped = apply(self.database, rules(self.settings, self.timer), now=now)
        self._done_on = wall.date()
        _log.info("retention.applied", **{k: v for k, v in dropped.items() if v})
        return sum(dropped.values())


def job(retaining: Retaining) -> Job:
    return Job(
        name="retention",
        every=timedelta(minutes=10),
        run=retaining.tick,
        # It follows what is old: nothing of it is planned.
        next_due=lambda: None,
    )


def _ours() -> Sequence[Rule]:
    return (
        Rule(
            name="editions",
            what=N_("Editions of the review, their plans and their readers"),
            tables=("edition", "printed_article", "review_plan", "reader_group"),
            then=Then.KEPT,
            why=N_("They are the archive of the office."),
            is_personal=True,
        ),
        Rule(
            name="webhooks",
            what=N_("Programs that are told what happens"),
            tables=("webhook", "webhook_mark"),
            then=Then.KEPT,
            why=N_("They go when somebody takes them away."),
        ),
        Rule(
            name="webhook-events",
            what=N_("What was told to programs, and how they answered"),
            tables=("webhook_event", "webhook_call"),
            then=Then.REMOVED,
            kept_for=noting.KEPT_FOR,
            since=N_("the moment it was noted"),
            why=N_("A program that was away is told again."),
            is_personal=True,
            look=Sweep(due=_events, drop=_drop_events),
        ),
    )


def _events(_: Session, now: datetime) -> Select[Any]:
    return select(WebhookEvent.id).where(WebhookEvent.made_at < now - noting.KEPT_FOR)


def _drop_events(session: Session, ids: Sequence[int]) -> None:
    session.execute(delete(WebhookCall).where(WebhookCall.event_id.in_(ids)))
    session.execute(delete(WebhookEvent).where(WebhookEvent.id.in_(ids)))
