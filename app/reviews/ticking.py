"""What the review does by the clock: freeze, tell that nobody validated, send."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, defer

from app.alert_words import NOT_SENT, NOT_VALIDATED
from app.reviews import calendar, drafting, editions
from app.reviews.mailing import GroupMail
from app.reviews.models import Edition
from app.reviews.states import EditionState
from core.alerts import Raised, open_alerts, settle
from core.clock import Clock
from core.db import Database
from core.errors import OfficeError
from core.jobs import Job
from core.log import logger
from core.settings import Settings
from core.zones import wall_of

_log = logger("review")


class Post(Protocol):
    """Who takes editions to their readers: composes first, which is slow, then sends."""

    def compose(self, session: Session, row: Edition) -> Sequence[GroupMail]: ...

    def send(
        self, session: Session, row: Edition, mails: Sequence[GroupMail], now: datetime
    ) -> None: ...


class Ticking:
    """One idempotent tick: any number of workers, any restart, no harm."""

    def __init__(
        self, *, database: Database, clock: Clock, settings: Settings, post: Post
    ) -> None:
        self._database = database
        self._clock = clock
        self._settings = settings
        self._post = post

    def tick(self) -> int:
        """Answers how many editions moved on."""
        now = self._clock.now()
        return self._freeze(now) + self._tell(now) + self._send_ready(now)

    def next_due(self) -> datetime | None:
        """When something falls due next: what is due and done lies behind."""
        now = self._clock.now()
        with self._database.read() as session:
            return min(self._moments(session, now), default=None)

    def _moments(self, session: Session, now: datetime) -> Iterator[datetime]:
        for slot in self._unfrozen(session, now):
            yield slot.freeze_at
        for slot in calendar.coming(now, self._settings.review, self._zone):
            if slot.freeze_at > now:
                yield slot.freeze_at
                break
        for row in _waiting(session):
            at = row.ready_at or now
            if row.state == EditionState.VALIDATED or at > now:
                yield at
            if row.state == EditionState.FROZEN and (row.validate_by or now) > now:
                yield row.validate_by or now

    @property
    def _zone(self) -> str:
        return self._settings.organisation.zone

    def _unfrozen(self, session: Session, now: datetime) -> Sequence[calendar.Slot]:
        due = calendar.due(now, self._settings.review, self._zone)
        done = set(
            session.scalars(
                select(Edition.key).where(
                    Edition.key.in_([slot.key for slot in due]),
                    Edition.state != EditionState.OPEN,
                )
            )
        )
        return [slot for slot in due if slot.key not in done]

    def _freeze(self, now: datetime) -> int:
        with self._database.read() as session:
            due = self._unfrozen(session, now)
        frozen = 0
        for slot in due:
            try:
                frozen += self._freeze_one(slot, now)
            except IntegrityError:
                # Another worker froze it at this very moment, or printed one of its
                # articles: the next tick sees what there is then.
                _log.warning("edition.frozen_elsewhere", edition=slot.key)
        return frozen

    def _freeze_one(self, slot: calendar.Slot, now: datetime) -> bool:
        with self._database.read() as session:
            composed = drafting.draft(session, slot, settings=self._settings, now=now)
        with self._database.write() as session:
            row = editions.freeze(
                session, slot, settings=self._settings, now=now, composed=composed
            )
            if row is not None:
                _log.info("edition.frozen", edition=slot.key, state=row.state)
            return row is not None

    def _tell(self, now: datetime) -> int:
        """Raise an alert for what nobody validated in time; it stands until somebody does."""
        with self._database.read() as session:
            held = [
                Raised(
                    rule=NOT_VALIDATED,
                    about=f"edition:{row.id}",
                    fields={
                        "day": row.day.isoformat(),
                        "hour": f"{wall_of(row.ready_at or now, self._zone):%H:%M}",
                    },
                )
                for row in _waiting(session)
                if row.state == EditionState.FROZEN
                and row.validate_by is not None
                and row.validate_by <= now
            ]
        return self._settle(held, NOT_VALIDATED, now)

    def _settle(self, held: Sequence[Raised], rule: str, now: datetime) -> int:
        """Reads first: most ticks find the alerts as they are, and write nothing."""
        with self._database.read() as session:
            there = {one.about for one in open_alerts(session, rules=[rule])}
        if there == {one.about for one in held}:
            return 0
        with self._database.write() as session:
            return len(settle(session, held, rules=[rule], now=now))

    def _send_ready(self, now: datetime) -> int:
        """One that cannot be sent keeps no other back: an alert says why, until it left."""
        self._let_go(now)
        with self._database.read() as session:
            ready = [
                row.id
                for row in _waiting(session)
                if row.state == EditionState.VALIDATED and _is_due(row, now)
            ]
        troubles: list[Raised] = []
        sent = 0
        for edition_id in ready:
            try:
                sent += self._send_one(edition_id, now)
            except OfficeError as trouble:
                _log.warning(
                    "edition.not_sent", edition=edition_id, reason=str(trouble)
                )
                troubles.append(self._trouble(edition_id, trouble.kept))
            except Exception as fault:  # noqa: BLE001 - a fault of ours in one edition keeps no other back
                _log.error("edition.not_sent", edition=edition_id, exc_info=fault)
                troubles.append(self._trouble(edition_id, type(fault).__name__))
        self._settle(troubles, NOT_SENT, now)
        return sent

    def _let_go(self, now: datetime) -> None:
        """What nobody validated, where the office sends it all the same.

        A new version is somebody's work: it always waits for a person.
        """
        if self._settings.review.unvalidated != "send":
            return
        with self._database.write() as session:
            for waiting in _waiting(session):
                row = editions.locked(session, waiting.key)
                if row is None:
                    continue
                unread = row.state == EditionState.FROZEN and row.version == 1
                if unread and _is_due(row, now):
                    editions.let_go(row, now=now)

    def _send_one(self, edition_id: int, now: datetime) -> int:
        """Its mails are planned and it is sent in one transaction, or neither."""
        with self._database.read() as session:
            row = session.get_one(Edition, edition_id)
            validated_at, mails = row.validated_at, self._post.compose(session, row)
        with self._database.write(ledger=True) as session:
            row = session.get_one(
                Edition, edition_id, with_for_update=True, populate_existing=True
            )
            if row.state != EditionState.VALIDATED or row.validated_at != validated_at:
                # Sent by another worker, or reopened, while it was composed.
                return 0
            self._post.send(session, row, mails, now)
            editions.sent(session, row, now=now)
        _log.info("edition.sent", edition=edition_id)
        return 1

    def _trouble(self, edition_id: int, reason: str) -> Raised:
        with self._database.read() as session:
            day = session.get_one(Edition, edition_id).day
        return Raised(
            rule=NOT_SENT,
            about=f"edition:{edition_id}",
            fields={"day": day.isoformat(), "reason": reason},
        )


def _is_due(row: Edition, now: datetime) -> bool:
    return row.ready_at is not None and row.ready_at <= now


def _waiting(session: Session) -> Sequence[Edition]:
    return session.scalars(
        select(Edition)
        .where(Edition.state.in_([EditionState.FROZEN, EditionState.VALIDATED]))
        # A report is a megabyte, and most ticks only look at the hours.
        .options(defer(Edition.content), defer(Edition.whole))
        .order_by(Edition.id)
    ).all()


def job(ticking: Ticking) -> Job:
    return Job(
        name="review",
        every=timedelta(seconds=20),
        run=ticking.tick,
        next_due=ticking.next_due,
    )
