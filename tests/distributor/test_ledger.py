"""The ledger under any order of work, crashes, suppressions and pauses."""

import tempfile
import threading
from collections import Counter
from datetime import UTC, datetime, timedelta

from engines import address
from hypothesis import given, settings
from hypothesis import strategies as st
from sending_makers import a_dispatch
from sqlalchemy import select, update

from core.clock import StoppedClock
from core.db import open_database
from core.ids import CountedIds
from distributor.channels.base import Outcome, Verdict
from distributor.contacts.suppression import suppress
from distributor.models import Attempt, Batch, Delivery, Dispatch
from distributor.sending.entries import Done
from distributor.sending.ledger import Ledger
from distributor.states import DeliveryState, DispatchState

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
WORKERS = 2

moves = st.lists(
    st.one_of(
        st.tuples(st.just("lease"), st.integers(0, WORKERS - 1)),
        st.tuples(st.just("intend"), st.integers(0, WORKERS - 1)),
        st.tuples(st.sampled_from(list(Verdict)), st.integers(0, WORKERS - 1)),
        st.tuples(st.just("crash"), st.integers(0, WORKERS - 1)),
        st.tuples(st.just("time passes"), st.integers(1, 90)),
        st.tuples(st.just("suppress"), st.integers(0, 3)),
        st.tuples(st.just("pause"), st.booleans()),
    ),
    max_size=40,
)


class World:
    """Two workers with their own ledgers on one database, and what the server saw."""

    def __init__(self, database):
        self.database = database
        self.clock = StoppedClock(NOON - timedelta(hours=1))
        ids = CountedIds()
        self.dispatch_id = a_dispatch(database, clock=self.clock, ids=ids)
        self.clock.move_to(NOON)
        self.ledgers = [a_ledger(database, self.clock, ids) for _ in range(WORKERS)]
        self.claims = [[] for _ in range(WORKERS)]
        self.intents = [[] for _ in range(WORKERS)]
        self.perhaps_accepted = Counter()
        self.suppressed = set()
        self.paused = True
        self.do("pause", False)

    def do(self, move, what):
        if move in set(Verdict):
            self.answer(Verdict(move), what)
        else:
            getattr(self, move.replace(" ", "_"))(what)

    def lease(self, worker):
        self.claims[worker] += self.ledgers[worker].lease("outbox", most=2)

    def intend(self, worker):
        claims, self.claims[worker] = self.claims[worker], []
        intents, _ = self.ledgers[worker].step("outbox", claims=claims)
        for intent in intents:
            key = intent.claim.address_key
            assert key not in self.suppressed
            assert not self.paused
            assert not self.perhaps_accepted[key], "sent again after a doubt"
        self.intents[worker] += intents

    def answer(self, verdict, worker):
        done = [
            Done(intent=intent, outcome=Outcome(verdict=verdict, answer="words"))
            for intent in self.intents[worker]
        ]
        self.intents[worker] = []
        if verdict in {Verdict.ACCEPTED, Verdict.UNSURE}:
            self.perhaps_accepted.update(one.intent.claim.address_key for one in done)
        self.ledgers[worker].step("outbox", done=done)

    def crash(self, worker):
        # The server may have taken what was in the air.
        self.perhaps_accepted.update(
            intent.claim.address_key for intent in self.intents[worker]
        )
        self.claims[worker], self.intents[worker] = [], []

    def time_passes(self, seconds):
        self.clock.wait(timedelta(seconds=seconds))
        self.ledgers[0].doubt_crashed()

    def suppress(self, number):
        key = f"p{number}@presse.test"
        self.suppressed.add(key)
        with self.database.write() as session:
            suppress(session, key, reason="asked", now=self.clock.now())

    def pause(self, paused):
        self.paused = paused
        state = DispatchState.PAUSED if paused else DispatchState.RUNNING
        with self.database.write() as session:
            session.execute(update(Dispatch).values(state=state))


def begin(database):
    with database.write() as session:
        session.execute(update(Dispatch).values(state=DispatchState.RUNNING))


def a_ledger(database, clock, ids):
    return Ledger(
        database,
        clock=clock,
        timer=clock,
        ids=ids,
        lease_for=timedelta(seconds=60),
    )


@settings(max_examples=40, deadline=None)
@given(moves)
def test_no_order_of_events_sends_anything_twice_or_loses_anybody(given_moves):
    with tempfile.TemporaryDirectory() as folder:
        database = open_database(address(folder))
        try:
            world = World(database)
            for move, what in given_moves:
                world.do(move, what)
            world.crash(0)
            world.crash(1)
            world.time_passes(3600)
            with database.read() as session:
                rows = session.scalars(select(Delivery)).all()
        finally:
            database.close()
    assert len(rows) == 4
    for row in rows:
        assert row.state in set(DeliveryState) - {DeliveryState.SENDING}
        if world.perhaps_accepted[row.address_key]:
            assert row.state in {DeliveryState.ACCEPTED, DeliveryState.UNSURE}


def test_threads_that_come_together_are_committed_together(each_database, clock, ids):
    database = each_database
    a_dispatch(database, clock=clock, ids=ids, count=40)
    begin(database)
    clock.move_to(NOON)
    ledger = a_ledger(database, clock, ids)
    held, lock = [], threading.Lock()

    def work():
        while claims := ledger.lease("outbox", most=2):
            intents, _ = ledger.step("outbox", claims=claims)
            ledger.step(
                "outbox",
                done=[
                    Done(intent=one, outcome=Outcome(verdict=Verdict.ACCEPTED))
                    for one in intents
                ],
            )
            with lock:
                held.extend(one.claim.address_key for one in intents)

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(held) == sorted(set(held))
    assert len(held) == 40
    with database.read() as session:
        assert set(session.scalars(select(Delivery.state))) == {"accepted"}


def test_a_claim_that_has_lapsed_takes_nothing_that_was_leased_again(
    each_database, clock, ids
):
    """Two threads of one worker: one is late, the other one holds its delivery by now."""
    a_dispatch(each_database, clock=clock, ids=ids)
    clock.move_to(NOON)
    ledger = a_ledger(each_database, clock, ids)
    begin(each_database)
    (late,) = ledger.lease("outbox", most=1)
    clock.wait(timedelta(seconds=61))
    again, other = ledger.lease("outbox", most=2)
    assert again.delivery_id == late.delivery_id
    intents, _ = ledger.step("outbox", claims=[late, other])
    assert [intent.claim for intent in intents] == [other]
    intents, _ = ledger.step("outbox", claims=[again])
    assert [intent.claim for intent in intents] == [again]


def test_a_cut_off_attempt_is_kept_and_a_late_yes_completes_it(
    each_database, clock, ids
):
    database = each_database
    a_dispatch(database, clock=clock, ids=ids, count=3)
    with database.write() as session:
        session.execute(update(Dispatch).values(state=DispatchState.RUNNING))
    clock.move_to(NOON)
    slow, heir = a_ledger(database, clock, ids), a_ledger(database, clock, ids)
    intents, _ = slow.step("outbox", claims=slow.lease("outbox", most=2))
    clock.wait(timedelta(seconds=61))
    assert heir.doubt_crashed() == 2
    assert heir.doubt_crashed() == 0
    with database.read() as session:
        cut_off = session.scalars(select(Attempt)).all()
        assert [(one.number, one.channel) for one in cut_off] == [(1, "outbox")] * 2
        assert {one.began_at for one in cut_off} == {NOON}
        assert {one.ended_at for one in cut_off} == {None}
    yes, no = (
        Outcome(verdict=Verdict.ACCEPTED, answer="250 ok", reference="Q1"),
        Outcome(verdict=Verdict.BACK, answer="not sent"),
    )
    slow.step(
        "outbox",
        done=[
            Done(intent=one, outcome=outcome)
            for one, outcome in zip(intents, (yes, no), strict=True)
        ],
    )
    with database.read() as session:
        states = Counter(session.scalars(select(Delivery.state)))
        references = set(session.scalars(select(Attempt.reference)))
    # Only a yes or a no is evidence; what was "not sent" may have been, as others know it.
    assert states == {"accepted": 1, "unsure": 1, "waiting": 1}
    assert references == {"Q1", ""}


def test_a_providers_batch_is_kept_once_and_named_by_its_deliveries(
    each_database, clock, ids
):
    database = each_database
    a_dispatch(database, clock=clock, ids=ids, count=3)
    hour = NOON + timedelta(hours=4)
    with database.write() as session:
        session.execute(
            update(Dispatch).values(
                state=DispatchState.RUNNING, mode="planned", due_at=hour
            )
        )
    clock.move_to(NOON)
    ledger = a_ledger(database, clock, ids)
    claims = ledger.lease("outbox", most=3)
    assert {claim.send_at for claim in claims} == {hour}
    intents, _ = ledger.step("outbox", claims=claims)
    taken = Outcome(verdict=Verdict.ACCEPTED, batch="B1")
    ledger.step("outbox", done=[Done(intent=one, outcome=taken) for one in intents])
    with database.read() as session:
        (batch,) = session.scalars(select(Batch)).all()
        assert (batch.name, batch.send_at) == ("B1", hour)
        assert set(session.scalars(select(Delivery.batch_id))) == {batch.id}
