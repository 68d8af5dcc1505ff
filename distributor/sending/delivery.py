"""Delivery: the tick that starts what is due and sends it, through any crash.

crashed -> unsure; due -> started or held; then, on each connection:
lease -> message -> intend -> send -> record.
"""

import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import closing
from datetime import datetime, timedelta
from functools import cached_property

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select, update

from core.clock import Clock, Timer
from core.db import Database
from core.ids import Ids
from core.keys import Links
from core.log import logger
from core.settings import Settings
from core.zones import ZoneRules
from distributor.channels.base import (
    Channel,
    ChannelFault,
    Connection,
    Message,
    Outcome,
    Sent,
    Verdict,
    Watchable,
)
from distributor.models import Batch, Delivery, Dispatch
from distributor.sending import failover, flight, hold, message, restored, starting
from distributor.sending.entries import SENDING, WAITING, Claim, Done, Intent
from distributor.sending.flight import FlightLog
from distributor.sending.ledger import Ledger
from distributor.sending.letters import Letters
from distributor.sending.watching import Told, handed, nobody
from distributor.states import OPEN, Because, DeliveryState, DispatchState

_log = logger("sending")

# How often, in machine time, a long dispatch lets others start.
_LOOK_AROUND = timedelta(seconds=1)


class Sending:
    """Does one tick at a time; any number of processes may each have one."""

    def __init__(
        self,
        *,
        database: Database,
        clock: Clock,
        timer: Timer,
        ids: Ids,
        channels: Mapping[str, Channel],
        links: Links,
        settings: Settings,
        zone_rules: ZoneRules,
        told: Told = nobody,
    ) -> None:
        self._told = told
        self._database = database
        self._clock = clock
        self._timer = timer
        self._ids = ids
        self._channels = channels
        self._settings = settings
        self._zone_rules = zone_rules
        self._ending = threading.Event()
        self._sent_mark = restored.SentMark(database, settings.data_dir)
        self._letters = Letters(
            database,
            settings=settings,
            links=links,
            signs={name: channel.signs for name, channel in channels.items()},
        )

    @cached_property
    def _ledger(self) -> Ledger:
        return Ledger(
            self._database,
            clock=self._clock,
            timer=self._timer,
            ids=self._ids,
            lease_for=timedelta(seconds=self._settings.sending.lease_seconds),
        )

    def tick(self) -> int:
        """Do what is due; answers how many deliveries an attempt was made for."""
        self._doubt_crashed()
        if self._is_over():
            return 0
        self._sent_mark.check(now=self._clock.now())
        self._begin_due()
        with self._database.read() as session:
            if session.scalar(_running().limit(1)) is None:
                return 0
        self._refuse_overdue()
        sent = self._send_due()
        self._end_finished()
        self._letters.forget()
        return sent

    def is_due(self) -> bool:
        """Whether there is something to start, or to send that nobody has leased."""
        if self._is_over():
            return False
        with self._database.read() as session:
            if starting.is_due(
                session, zone_rules=self._zone_rules, now=self._clock.now()
            ):
                return True
        return bool(self._channels_with_work())

    def end(self) -> None:
        """Begin nothing more: a tick that is running ends with what is in the air."""
        self._ending.set()

    def _is_over(self) -> bool:
        """Whether nothing more may begin: this worker ends, or somebody holds everything."""
        return self._ending.is_set() or bool(hold.on_hold(self._settings.data_dir))

    def next_due(self) -> datetime | None:
        """When something falls due next; now when something is in the air."""
        with self._database.read() as session:
            in_the_air = session.scalar(select(Delivery.id).where(SENDING).limit(1))
            if in_the_air is not None:
                return self._clock.now()
            moments = [
                starting.next_due(session),
                session.scalar(
                    select(func.min(Delivery.due_at)).where(
                        WAITING,
                        Delivery.dispatch_id.in_(_running()),
                    )
                ),
                session.scalar(
                    select(func.min(Batch.send_at)).where(
                        _is_held_early(self._clock.now())
                    )
                ),
            ]
        return min((moment for moment in moments if moment is not None), default=None)

    def _settle_crashed(self) -> None:
        """What the log of a dead process proves needs nobody's doubt."""
        for path, done in flight.orphans(self._settings.data_dir):
            settled = self._ledger.settle(done)
            path.unlink(missing_ok=True)
            if settled:
                _log.warning("delivery.settled", count=settled, reason="flight log")

    def _doubt_crashed(self) -> None:
        self._settle_crashed()
        with self._database.read() as session:
            asked = select(Delivery.id).where(SENDING)
            if session.scalar(asked.limit(1)) is None:
                return
        doubted = self._ledger.doubt_crashed()
        if doubted:
            _log.warning("delivery.unsure", count=doubted, reason=str(Because.CRASH))

    def _begin_due(self) -> None:
        self._start_due()
        self._fail_over()

    def _start_due(self) -> None:
        """Reads first: most ticks find nothing."""
        now = self._clock.now()
        with self._database.read() as session:
            if not starting.is_due(session, zone_rules=self._zone_rules, now=now):
                return
        with self._database.write(ledger=True) as session:
            starting.start_due(
                session,
                settings=self._settings,
                zone_rules=self._zone_rules,
                now=now,
            )

    def _refuse_overdue(self) -> None:
        now = self._clock.now()
        with self._database.write(ledger=True) as session:
            overdue = session.execute(
                update(Delivery)
                .where(
                    Delivery.state == DeliveryState.WAITING,
                    Delivery.dispatch_id.in_(
                        _running().where(Dispatch.deadline_at <= now)
                    ),
                )
                .values(
                    state=DeliveryState.REFUSED,
                    reason=Because.DEADLINE,
                    changed_at=now,
                    lease=None,
                    leased_until=None,
                )
                .returning(Delivery.id)
            ).all()
        if overdue:
            _log.warning("delivery.refused", count=len(overdue), reason="deadline")

    def _channels_with_work(self) -> Sequence[Channel]:
        """The channels that something is due on and that nobody has leased."""
        if self._is_over():
            return ()
        free = exists().where(
            Delivery.dispatch_id == Dispatch.id,
            WAITING,
            Delivery.due_at <= self._clock.now(),
            or_(
                Delivery.leased_until.is_(None),
                Delivery.leased_until < self._timer.stamp(),
            ),
        )
        with self._database.read() as session:
            names = session.scalars(
                select(Dispatch.channel)
                .where(Dispatch.state == DispatchState.RUNNING, free)
                .distinct()
            ).all()
        return [self._channels[name] for name in names if name in self._channels]

    def _fail_over(self) -> None:
        with self._database.read() as session:
            at_fault = session.scalar(
                select(Dispatch.id)
                .where(
                    Dispatch.state == DispatchState.PAUSED,
                    Dispatch.paused_at.is_not(None),
                )
                .limit(1)
            )
        if at_fault is None:
            return
        with self._database.write(ledger=True) as session:
            moves = failover.take_next(
                session,
                open_channels=self._channels.keys(),
                now=self._clock.now(),
                after=timedelta(minutes=self._settings.sending.failover_minutes),
            )
        for move in moves:
            _log.warning(
                "dispatch.channel_left",
                dispatch=move.dispatch_id,
                left=move.left,
                taken=move.taken,
            )

    def _send_due(self) -> int:
        """Send until nothing is due, on several connections for each channel.

        What falls due meanwhile joins in: a slow channel keeps no other one waiting.
        """
        sent = 0
        most = self._settings.sending.connections
        with ThreadPoolExecutor(max(1, most * len(self._channels))) as threads:
            working: dict[Future[int], str] = {}
            while True:
                for channel in self._channels_with_work():
                    there_are = list(working.values()).count(channel.name)
                    for _ in range(most - there_are):
                        working[threads.submit(self._send, channel)] = channel.name
                if not working:
                    return sent
                done, _ = wait(
                    working,
                    timeout=_LOOK_AROUND.total_seconds(),
                    return_when=FIRST_COMPLETED,
                )
                for future in done:
                    del working[future]
                    sent += future.result()
                self._sent_mark.note()
                self._doubt_crashed()
                self._begin_due()

    def _send(self, channel: Channel) -> int:
        """One connection's work; answers how many attempts it made."""
        claims = self._ledger.lease(channel.name, most=channel.depth)
        if not claims:
            return 0
        try:
            connection = channel.connect()
        except ChannelFault as fault:
            self._pause(channel, fault)
            self._ledger.release(claims)
            return 0
        with (
            closing(connection),
            flight.logged(self._settings.data_dir, self._ids.token()) as log,
        ):
            if isinstance(connection, Watchable):
                connection.watched_by(log)
            return self._converse(channel, connection, claims, log)

    def _converse(
        self,
        channel: Channel,
        connection: Connection,
        claims: Sequence[Claim],
        log: FlightLog,
    ) -> int:
        sent = 0
        done: Sequence[Done] = ()
        while claims or done:
            if self._is_over():
                self._ledger.step(channel.name, done=done)
                self._ledger.release(claims)
                return sent
            # Written before the intent: an error in a template leaves nobody in doubt.
            messages = {claim: self._message(channel, claim) for claim in claims}
            log.will_send(claims, now=self._clock.now())
            intents, claims = self._ledger.step(
                channel.name,
                done=done,
                claims=claims,
                more=channel.depth,
            )
            if not isinstance(connection, Watchable):
                log.begun(*(intent.claim.token for intent in intents))
            answered = self._watched(channel, connection, intents, messages)
            log.flush()
            done = [
                Done(
                    intent=intent, outcome=outcome, digest=messages[intent.claim].digest
                )
                for intent, outcome in zip(intents, answered.outcomes, strict=True)
            ]
            sent += len(done)
            if answered.fault is not None:
                self._pause(channel, answered.fault)
                self._ledger.step(channel.name, done=done)
                self._ledger.release(claims)
                return sent
        return sent

    def _watched(
        self,
        channel: Channel,
        connection: Connection,
        intents: Sequence[Intent],
        messages: Mapping[Claim, Message],
    ) -> Sent:
        began = self._timer.monotonic()
        sent = self._hand_over(connection, intents, messages)
        if intents:
            seconds = self._timer.monotonic() - began
            self._told(handed(channel.name, sent, seconds=seconds))
        return sent

    def _hand_over(
        self,
        connection: Connection,
        intents: Sequence[Intent],
        messages: Mapping[Claim, Message],
    ) -> Sent:
        if not intents:
            return Sent(outcomes=())
        if self._timer.stamp() >= intents[0].until:
            # This process was stopped between its intent and now, and others think it
            # dead: what they called unsure must not leave after all.
            late = Outcome(
                verdict=Verdict.BACK, answer="The lease ended before it left."
            )
            return Sent(outcomes=[late] * len(intents))
        return connection.send([messages[intent.claim] for intent in intents])

    def _pause(self, channel: Channel, fault: ChannelFault) -> None:
        now = self._clock.now()
        resume_at = None if fault.again_after is None else now + fault.again_after
        with self._database.write(ledger=True) as session:
            failover.pause(
                session,
                channel.name,
                reason=fault.reason,
                resume_at=resume_at,
                now=now,
            )
        _log.warning("channel.paused", channel=channel.name, reason=fault.reason)

    def _message(self, channel: Channel, claim: Claim) -> Message:
        letter = self._letters.letter(
            claim.dispatch_id, claim.language, channel=channel.name
        )
        return letter.address(
            message.Person(address=claim.address, name=claim.name, token=claim.token),
            wants_parts=channel.wants_parts,
            send_at=claim.send_at,
        )

    def _end_finished(self) -> None:
        """Call a dispatch done when nothing of it waits, is in the air or with a provider.

        What a provider holds for its hour can still be paused and stopped (S7). What came
        back from the air after its dispatch was stopped would wait for ever, and is cancelled.
        """
        now = self._clock.now()
        open_delivery = exists().where(
            Delivery.dispatch_id == Dispatch.id,
            Delivery.state.in_(OPEN),
        )
        with self._database.write(ledger=True) as session:
            failover.is_over(session)
            session.execute(
                update(Delivery)
                .where(
                    Delivery.dispatch_id.in_(
                        select(Dispatch.id).where(
                            Dispatch.state == DispatchState.STOPPED
                        )
                    ),
                    Delivery.state.in_([DeliveryState.WAITING, DeliveryState.HELD]),
                )
                .values(
                    state=DeliveryState.CANCELLED,
                    reason=Because.STOPPED,
                    changed_at=now,
                    lease=None,
                    leased_until=None,
                )
                .execution_options(synchronize_session=False)
            )
            ended = session.scalars(
                update(Dispatch)
                .where(
                    Dispatch.state == DispatchState.RUNNING,
                    ~open_delivery,
                    ~exists().where(
                        Batch.dispatch_id == Dispatch.id, _is_held_early(now)
                    ),
                )
                .values(state=DispatchState.DONE, reason="", ended_at=now)
                .returning(Dispatch.id)
                .execution_options(synchronize_session=False)
            ).all()
        for dispatch_id in ended:
            _log.info("dispatch.done", dispatch=dispatch_id)


def _is_held_early(now: datetime) -> ColumnElement[bool]:
    """Whether a provider has a batch whose hour is to come, and that nobody called back."""
    return and_(Batch.cancelled_at.is_(None), Batch.send_at > now)


def _running() -> Select[int]:
    return select(Dispatch.id).where(Dispatch.state == DispatchState.RUNNING)
