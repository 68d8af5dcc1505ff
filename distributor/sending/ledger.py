"""The ledger: leases, intents and outcomes of deliveries, committed in groups (S2).

lease -> intend -> (the channel sends) -> record. Threads hand in their turns; whoever comes
first commits everything that is there, so one durable commit (1 to 8 ms) carries the
outcomes, the next intents and the next leases of all connections.
"""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

from core.clock import Clock, Timer
from core.db import Database
from core.errors import Unavailable
from core.ids import Ids
from core.log import logger
from core.wording import worded
from distributor.channels.base import Outcome, Verdict
from distributor.sending import entries, schedule
from distributor.sending.entries import Claim, Done, Entry, Intent
from distributor.states import Because, DeliveryState

_log = logger("ledger")

_DEADLOCK: Final = "40P01"
# Chosen, not measured: each takes the server's deadlock_timeout, a second, to be noticed.
_MORE_TRIES: Final = 3
_LEADS_TO = {
    Verdict.ACCEPTED: DeliveryState.ACCEPTED,
    Verdict.REFUSED: DeliveryState.REFUSED,
    Verdict.UNSURE: DeliveryState.UNSURE,
    Verdict.BACK: DeliveryState.WAITING,
}


@dataclass(slots=True, kw_only=True)
class _Turn:
    """What one thread hands in, and what it gets back."""

    channel: str
    done: Sequence[Done] = ()
    claims: Sequence[Claim] = ()
    more: int = 0
    intents: Sequence[Intent] = ()
    leased: Sequence[Claim] = ()
    # Anything else that belongs into the same commit.
    work: Callable[[Connection], None] | None = None
    over: threading.Event = field(default_factory=threading.Event)
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
        self._pending: list[_Turn] = []
        self._committing = False

    def lease(self, channel: str, *, most: int) -> Sequence[Claim]:
        """Hold up to *most* due deliveries of the running dispatches of a channel.

        They stay `waiting`: a lease that ends gives them back untouched.
        """
        return self.step(channel, more=most)[1]

    def step(
        self,
        channel: str,
        *,
        done: Sequence[Done] = (),
        claims: Sequence[Claim] = (),
        more: int = 0,
    ) -> tuple[Sequence[Intent], Sequence[Claim]]:
        """Record what was *done*, intend to send *claims*, lease *more*: in one commit.

        Answers an intent only for the claims that may be sent: still leased by us, still
        waiting, not suppressed, their dispatch running. That is looked at here and nowhere
        later, so a suppression committed before this commit is always honoured.
        """
        turn = _Turn(channel=channel, done=done, claims=claims, more=more)
        self._take(turn)
        return turn.intents, turn.leased

    def release(self, claims: Sequence[Claim]) -> None:
        """Give leases back that will not be used."""
        if claims:
            self._take(
                _Turn(channel="", work=lambda opened: entries.release(opened, claims))
            )

    def settle(self, done: Sequence[Done]) -> int:
        """Record what is known of deliveries whose sender died; answers of how many."""
        if not done:
            return 0
        known: list[Done] = []

        def work(connection: Connection) -> None:
            known[:] = entries.in_the_air(connection, done)
            if known:
                now = self._clock.now()
                entries.record(
                    connection, [self._entry(one, now) for one in known], now=now
                )

        self._take(_Turn(channel="", work=work))
        return len(known)

    def doubt_crashed(self) -> int:
        """Call what is `sending` without a living lease `unsure` (S3); answers how many."""
        found = 0

        def work(connection: Connection) -> None:
            nonlocal found
            found = entries.doubt(
                connection, now=self._clock.now(), stamp=self._timer.stamp()
            )

        self._take(_Turn(channel="", work=work))
        return found

    def _take(self, turn: _Turn) -> None:
        """Commit *turn* together with what other threads hand in meanwhile."""
        with self._condition:
            self._pending.append(turn)
            self._condition.wait_for(lambda: turn.over.is_set() or not self._committing)
            if turn.over.is_set():
                group: list[_Turn] = []
            else:
                self._committing = True
                group, self._pending = self._pending, []
        if group:
            self._commit(group)
        if not turn.committed:
            raise Unavailable(
                worded("The ledger could not be written."),
                to="database",
                mend=worded(
                    "Look for the first error in the log; what was being sent is kept as unsure."
                ),
            )

    def _commit(self, group: Sequence[_Turn]) -> None:
        committed = False
        try:
            self._write_alone(group)
            committed = True
        finally:
            with self._condition:
                for turn in group:
                    turn.committed = committed
                    turn.over.set()
                self._committing = False
                self._condition.notify_all()

    def _write_alone(self, group: Sequence[_Turn]) -> None:
        """Write *group* in one commit, again where PostgreSQL ended it for a deadlock.

        Of those who wait for each other it ends one, of which then nothing was done.
        """
        for left in reversed(range(1 + _MORE_TRIES)):
            try:
                with self._database.write(ledger=True) as session:
                    self._write(session.connection(), group)
            except OperationalError as error:
                if not left or getattr(error.orig, "sqlstate", "") != _DEADLOCK:
                    raise
                _log.warning("ledger.deadlock", turns=len(group))
            else:
                return

    def _write(self, connection: Connection, group: Sequence[_Turn]) -> None:
        now = self._clock.now()
        done = [one for turn in group for one in turn.done]
        if done:
            entries.record(connection, [self._entry(one, now) for one in done], now=now)
        claims = [claim for turn in group for claim in turn.claims]
        if claims:
            intents = entries.intend(
                connection,
                claims,
                now=now,
                until=self._timer.stamp() + self._lease_for,
            )
            for turn in group:
                turn.intents = [
                    intents[claim] for claim in turn.claims if claim in intents
                ]
        for turn in group:
            if turn.work is not None:
                turn.work(connection)
        self._lease(connection, group, now)

    def _lease(
        self, connection: Connection, group: Sequence[_Turn], now: datetime
    ) -> None:
        """Lease for all turns of a channel at once, and deal out what was found."""
        stamp = self._timer.stamp()
        for channel in {turn.channel for turn in group if turn.more}:
            asking = [turn for turn in group if turn.channel == channel and turn.more]
            free = list(
                entries.lease(
                    connection,
                    channel=channel,
                    most=sum(turn.more for turn in asking),
                    token=self._ids.token(),
                    now=now,
                    stamp=stamp,
                    until=stamp + self._lease_for,
                )
            )
            for turn in asking:
                turn.leased, free = free[: turn.more], free[turn.more :]

    def _entry(self, done: Done, now: datetime) -> Entry:
        """What an outcome makes of its delivery."""
        verdict, claim = done.outcome.verdict, done.intent.claim
        if verdict is not Verdict.LATER:
            return Entry(
                done=done,
                state=_LEADS_TO[verdict],
                reason="" if verdict is Verdict.ACCEPTED else done.outcome.answer,
                due_at=_put_back_until(done.outcome, now),
            )
        due_at = schedule.next_try(
            done.intent.number,
            now=now,
            deadline_at=claim.deadline_at,
            chance=self._ids.chance(),
        )
        if due_at is None:
            return Entry(
                done=done, state=DeliveryState.REFUSED, reason=str(Because.DEADLINE)
            )
        return Entry(
            done=done,
            state=DeliveryState.WAITING,
            reason=done.outcome.answer,
            due_at=due_at,
        )


def _put_back_until(outcome: Outcome, now: datetime) -> datetime | None:
    """When a message that a channel put back is due again; at once where it does not say.

    One over the pace of its domain would else stand first in each lease, before all others.
    """
    if outcome.verdict is not Verdict.BACK or outcome.again_after is None:
        return None
    return now + outcome.again_after
