"""The ledger: leases, intents and outcomes of deliveries, committed in groups (S2).

lease -> intend -> (the channel sends) -> record. Threads hand in their requests; whoever
comes first commits everything that is there, so one durable commit (1 to 8 ms) carries the
outcomes and the next intents of all connections.
"""

import threading
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import and_, exists, insert, literal_column, or_, select, text, update
from sqlalchemy.orm import Session

from core.clock import Clock, Timer
from core.db import Database
from core.errors import Unavailable
from core.ids import Ids
from distributor.channels.base import Outcome, Verdict
from distributor.models import Attempt, Delivery, Dispatch, Suppression
from distributor.sending import schedule
from distributor.states import Because, DeliveryState, DispatchState

# Written out and not bound, or SQLite would not use the partial index.
WAITING = text("delivery.state = 'waiting'")
SENDING = text("delivery.state = 'sending'")


_LEADS_TO = {
    Verdict.REFUSED: DeliveryState.REFUSED,
    Verdict.UNSURE: DeliveryState.UNSURE,
    Verdict.BACK: DeliveryState.WAITING,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A delivery this worker holds, as long as nobody took its lease."""

    delivery_id: int
    dispatch_id: int
    address: str
    address_key: str
    name: str
    language: str
    token: str
    channel: str
    lease: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Intent:
    """A delivery that is `sending` from now on: its message must be written."""

    claim: Claim
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    intent: Intent
    outcome: Outcome


@dataclass(slots=True, kw_only=True)
class _Request:
    work: Callable[[Session], None]
    done: threading.Event = field(default_factory=threading.Event)
    committed: bool = False


class Ledger:
    """Safe to use from many threads, and beside other processes' ledgers."""

    def __init__(
        self,
        database: Database,
        *,
        clock: Clock,
        timer: Timer,
        ids: Ids,
        lease_for: timedelta,
    ) -> None:
        self._database = database
        self._clock = clock
        self._timer = timer
        self._ids = ids
        self._lease_for = lease_for
        self._condition = threading.Condition()
        self._pending: list[_Request] = []
        self._committing = False

    def lease(self, channel: str, *, most: int) -> Sequence[Claim]:
        """Hold up to *most* due deliveries of the running dispatches of a channel.

        They stay `waiting`: a lease that ends gives them back untouched.
        """
        claims: list[Claim] = []
        lease = self._ids.token()
        self._commit_with_others(
            lambda session: claims.extend(self._lease(session, channel, most, lease))
        )
        return claims

    def step(
        self, *, done: Sequence[Done], claims: Sequence[Claim]
    ) -> Sequence[Intent]:
        """Record what was *done* and intend to send *claims*, in one commit.

        Answers an intent only for the claims that may be sent: still leased by us, still
        waiting, not suppressed, their dispatch running. That is looked at here and nowhere
        later, so a suppression committed before this commit is always honoured.
        """
        intents: list[Intent] = []

        def work(session: Session) -> None:
            for one in done:
                self._record(session, one)
            for claim in claims:
                intent = self._intend(session, claim)
                if intent is not None:
                    intents.append(intent)

        self._commit_with_others(work)
        return intents

    def release(self, claims: Sequence[Claim]) -> None:
        """Give leases back that will not be used."""
        if claims:
            self._commit_with_others(lambda session: _release(session, claims))

    def doubt_crashed(self) -> int:
        """Call what is `sending` without a living lease `unsure` (S3); answers how many."""
        found: list[int] = []
        self._commit_with_others(
            lambda session: found.extend(
                session.scalars(
                    update(Delivery)
                    .where(
                        SENDING,
                        or_(
                            Delivery.leased_until.is_(None),
                            Delivery.leased_until < self._timer.stamp(),
                        ),
                    )
                    .values(
                        state=DeliveryState.UNSURE,
                        reason=Because.CRASH,
                        changed_at=self._clock.now(),
                    )
                    .returning(Delivery.id)
                    .execution_options(synchronize_session=False)
                )
            )
        )
        return len(found)

    def _commit_with_others(self, work: Callable[[Session], None]) -> None:
        """Commit *work* together with what other threads hand in meanwhile."""
        request = _Request(work=work)
        with self._condition:
            self._pending.append(request)
            self._condition.wait_for(
                lambda: request.done.is_set() or not self._committing
            )
            if not request.done.is_set():
                self._committing = True
                batch, self._pending = self._pending, []
            else:
                batch = []
        if batch:
            self._commit(batch)
        if not request.committed:
            raise Unavailable(
                "The ledger could not be written.",
                to="database",
                mend="Look for the first error in the log; what was being sent is kept as unsure.",
            )

    def _commit(self, batch: Sequence[_Request]) -> None:
        committed = False
        try:
            with self._database.write(ledger=True) as session:
                for request in batch:
                    request.work(session)
            committed = True
        finally:
            with self._condition:
                for request in batch:
                    request.committed = committed
                    request.done.set()
                self._committing = False
                self._condition.notify_all()

    def _lease(
        self, session: Session, channel: str, most: int, lease: str
    ) -> Sequence[Claim]:
        stamp = self._timer.stamp()
        running = select(Dispatch.id).where(
            Dispatch.state == DispatchState.RUNNING, Dispatch.channel == channel
        )
        free = (
            select(Delivery.id)
            .where(
                WAITING,
                Delivery.due_at <= self._clock.now(),
                or_(Delivery.leased_until.is_(None), Delivery.leased_until < stamp),
                # "+ 0" keeps SQLite on the partial index, in order; by the index over
                # dispatches it sorts all that waits for every lease (seen in its plan).
                (Delivery.dispatch_id + literal_column("0")).in_(running),
            )
            .order_by(Delivery.due_at, Delivery.id)
            .limit(most)
            .with_for_update(skip_locked=True)
        )
        rows = session.execute(
            update(Delivery)
            .where(Delivery.id.in_(free))
            .values(lease=lease, leased_until=stamp + self._lease_for)
            .returning(
                Delivery.id,
                Delivery.dispatch_id,
                Delivery.address,
                Delivery.address_key,
                Delivery.name,
                Delivery.language,
                Delivery.token,
            )
            .execution_options(synchronize_session=False)
        )
        return [
            Claim(
                delivery_id=row.id,
                dispatch_id=row.dispatch_id,
                address=row.address,
                address_key=row.address_key,
                name=row.name,
                language=row.language,
                token=row.token,
                channel=channel,
                lease=lease,
            )
            for row in rows
        ]

    def _intend(self, session: Session, claim: Claim) -> Intent | None:
        now = self._clock.now()
        ours = and_(
            Delivery.id == claim.delivery_id,
            Delivery.lease == claim.lease,
            Delivery.state == DeliveryState.WAITING,
        )
        is_suppressed = exists().where(Suppression.address_key == claim.address_key)
        runs = exists().where(
            Dispatch.id == claim.dispatch_id, Dispatch.state == DispatchState.RUNNING
        )
        number = session.scalar(
            update(Delivery)
            .where(ours, runs, ~is_suppressed)
            .values(
                state=DeliveryState.SENDING,
                reason="",
                attempts=Delivery.attempts + 1,
                leased_until=self._timer.stamp() + self._lease_for,
                changed_at=now,
            )
            .returning(Delivery.attempts)
            .execution_options(synchronize_session=False)
        )
        if number is None:
            session.execute(
                update(Delivery)
                .where(ours, is_suppressed)
                .values(
                    state=DeliveryState.CANCELLED,
                    reason=Because.SUPPRESSED,
                    changed_at=now,
                    lease=None,
                    leased_until=None,
                )
                .execution_options(synchronize_session=False)
            )
            _release(session, [claim])
            return None
        session.execute(
            insert(Attempt).values(
                delivery_id=claim.delivery_id,
                number=number,
                channel=claim.channel,
                began_at=now,
            )
        )
        return Intent(claim=claim, number=number)

    def _record(self, session: Session, done: Done) -> None:
        now = self._clock.now()
        intent, outcome = done.intent, done.outcome
        self._end_attempt(session, intent, outcome)
        state, reason, due_at = self._after(session, done, now)
        from_states: Collection[DeliveryState] = {DeliveryState.SENDING}
        if state in {DeliveryState.ACCEPTED, DeliveryState.REFUSED}:
            # A server slower than our lease was taken for a crash; its answer is evidence.
            from_states = {DeliveryState.SENDING, DeliveryState.UNSURE}
        changes = {"state": state, "reason": reason, "changed_at": now}
        if due_at is not None:
            changes["due_at"] = due_at
        session.execute(
            update(Delivery)
            .where(
                Delivery.id == intent.claim.delivery_id,
                Delivery.lease == intent.claim.lease,
                Delivery.state.in_(from_states),
            )
            .values(**changes, lease=None, leased_until=None)
            .execution_options(synchronize_session=False)
        )

    def _after(
        self, session: Session, done: Done, now: datetime
    ) -> tuple[DeliveryState, str, datetime | None]:
        """The state an outcome leads to, its reason, and when it is due again."""
        answer = done.outcome.answer
        match done.outcome.verdict:
            case Verdict.ACCEPTED:
                return DeliveryState.ACCEPTED, "", None
            case Verdict.REFUSED | Verdict.UNSURE | Verdict.BACK as verdict:
                return _LEADS_TO[verdict], answer, None
            case Verdict.LATER:
                deadline_at = session.scalars(
                    select(Dispatch.deadline_at).where(
                        Dispatch.id == done.intent.claim.dispatch_id
                    )
                ).one()
                due_at = schedule.next_try(
                    done.intent.number,
                    now=now,
                    deadline_at=deadline_at,
                    chance=self._ids.chance(),
                )
                if due_at is None:
                    return DeliveryState.REFUSED, str(Because.DEADLINE), None
                return DeliveryState.WAITING, answer, due_at

    def _end_attempt(self, session: Session, intent: Intent, outcome: Outcome) -> None:
        session.execute(
            update(Attempt)
            .where(
                Attempt.delivery_id == intent.claim.delivery_id,
                Attempt.number == intent.number,
            )
            .values(
                ended_at=self._clock.now(),
                verdict=outcome.verdict,
                answer=outcome.answer,
                reference=outcome.reference,
            )
            .execution_options(synchronize_session=False)
        )


def _release(session: Session, claims: Sequence[Claim]) -> None:
    for claim in claims:
        session.execute(
            update(Delivery)
            .where(
                Delivery.id == claim.delivery_id,
                Delivery.lease == claim.lease,
                Delivery.state == DeliveryState.WAITING,
            )
            .values(lease=None, leased_until=None)
            .execution_options(synchronize_session=False)
        )
