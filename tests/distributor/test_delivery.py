from datetime import UTC, datetime, timedelta

import pytest
from sending_makers import LINKS, RULES, Box, a_dispatch, sending, settings
from sqlalchemy import select, update

import distributor.report
from core import accounts
from core.clock import StoppedClock
from core.errors import BadInput, Conflict, NotFound
from core.i18n import words
from core.keys import Purpose
from core.models import Account, Version
from core.values import Language, Role
from core.zones import ZoneRules
from distributor.after.unsubscribe import unsubscribe
from distributor.channels.base import ChannelFault, Outcome, Verdict
from distributor.contacts import person
from distributor.contacts.suppression import digest
from distributor.models import Attempt, Delivery, Dispatch, Suppression
from distributor.sending import approval, control
from distributor.states import DeliveryState

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
LATER = Outcome(verdict=Verdict.LATER, answer="451 greylisted")
REFUSED = Outcome(verdict=Verdict.REFUSED, answer="550 no such user")
UNSURE = Outcome(verdict=Verdict.UNSURE, answer="answer lost")
FIRST = "p0@presse.test"


def summary(database, dispatch_id):
    with database.read() as session:
        return distributor.report.summarise(session, dispatch_id)


def counts(database, dispatch_id):
    """The counts that are not nothing."""
    found = summary(database, dispatch_id).counts
    return {state: count for state, count in found.items() if count}


@pytest.fixture
def dispatch_id(database, clock, ids):
    return a_dispatch(database, clock=clock, ids=ids)


def test_a_worker_says_whether_there_is_something_to_send(
    database, clock, ids, dispatch_id
):
    office = sending(database, clock=clock, ids=ids, channel=Box())
    clock.move_to(NOON - timedelta(seconds=1))
    assert not office.is_due()
    clock.move_to(NOON)
    assert office.is_due()
    office.tick()
    assert not office.is_due()


def test_who_was_told_to_end_has_nothing_to_send(database, clock, ids, dispatch_id):
    office = sending(database, clock=clock, ids=ids, channel=Box())
    clock.move_to(NOON)
    office.end()
    assert not office.is_due()


def test_nothing_leaves_before_its_time_and_all_at_it(
    database, clock, ids, dispatch_id
):
    box = Box()
    office = sending(database, clock=clock, ids=ids, channel=box)
    clock.move_to(NOON - timedelta(seconds=1))
    assert office.tick() == 0
    assert office.next_due() == NOON
    assert box.sent == []
    clock.move_to(NOON)
    assert office.tick() == 4
    assert sorted(message.recipient for message in box.sent) == [
        f"p{number}@presse.test" for number in range(4)
    ]
    done = summary(database, dispatch_id)
    assert (done.state, done.started_at, done.ended_at) == ("done", NOON, NOON)
    assert counts(database, dispatch_id) == {"accepted": 4}
    assert office.next_due() is None
    assert office.tick() == 0


def test_a_dispatch_past_its_grace_is_held_until_a_person_resumes_it(
    database, clock, ids, dispatch_id
):
    box = Box()
    office = sending(database, clock=clock, ids=ids, channel=box)
    clock.move_to(NOON + timedelta(minutes=16))
    office.tick()
    assert summary(database, dispatch_id).state == "held"
    assert "16 min late" in summary(database, dispatch_id).reason
    assert counts(database, dispatch_id) == {"held": 4}
    with database.write() as session:
        control.resume(
            session,
            dispatch_id,
            settings=settings(),
            zone_rules=RULES,
            now=clock.now(),
        )
    office.tick()
    assert counts(database, dispatch_id) == {"accepted": 4}


def test_a_text_that_changed_breaks_the_seal(database, clock, ids, dispatch_id):
    box = Box()
    with database.write() as session:
        session.scalars(select(Version)).first().body += "!"
    clock.move_to(NOON)
    sending(database, clock=clock, ids=ids, channel=box).tick()
    assert box.sent == []
    assert summary(database, dispatch_id).state == "held"
    with database.write() as session, pytest.raises(Conflict, match="changed"):
        control.resume(
            session, dispatch_id, settings=settings(), zone_rules=RULES, now=NOON
        )


def test_two_person_offices_send_only_what_a_second_person_approved(
    database, clock, ids, dispatch_id
):
    strict = settings(approval="two-person", sending={"undo_minutes": 0})
    with database.write() as session:
        for name, role in (("w", Role.WRITER), ("v", Role.VALIDATOR)):
            session.add(
                Account(name=name, role=role, password_hash="", created_at=clock.now())
            )
        session.flush()
        writer, validator = (accounts.by_name(session, name) for name in "wv")
        with pytest.raises(Conflict, match="may not"):
            approval.approve(
                session,
                dispatch_id,
                account=writer,
                settings=strict,
                zone_rules=RULES,
                now=clock.now(),
            )
    box = Box()
    office = sending(database, clock=clock, ids=ids, channel=box, given=strict)
    clock.move_to(NOON)
    office.tick()
    assert summary(database, dispatch_id).state == "held"
    with database.write() as session:
        with pytest.raises(Conflict, match="approved"):
            control.resume(
                session, dispatch_id, settings=strict, zone_rules=RULES, now=NOON
            )
        approval.approve(
            session,
            dispatch_id,
            account=validator,
            settings=strict,
            zone_rules=RULES,
            now=NOON,
        )
    office.tick()
    assert counts(database, dispatch_id) == {"accepted": 4}


def test_an_address_suppressed_during_the_dispatch_is_not_mailed(
    database, clock, ids, dispatch_id
):
    one = settings(sending={"connections": 1})

    def someone_unsubscribes(message):
        if not box.sent:
            with database.write() as session:
                token = session.scalar(
                    select(Delivery.token).where(Delivery.address != message.recipient)
                )
                signed = LINKS.sign(Purpose.UNSUBSCRIBE, token)
                assert unsubscribe(
                    session, signed, links=LINKS, settings=settings(), now=clock.now()
                )
                assert not unsubscribe(
                    session, signed, links=LINKS, settings=settings(), now=clock.now()
                )

    box = Box(before=someone_unsubscribes)
    clock.move_to(NOON)
    sending(database, clock=clock, ids=ids, channel=box, given=one).tick()
    assert counts(database, dispatch_id) == {"accepted": 3, "cancelled": 1}


def test_a_suppression_alone_is_seen_at_the_last_moment(
    database, clock, ids, dispatch_id
):
    """A row written by another program, without our cancelling."""
    with database.write() as session:
        session.add(
            Suppression(
                address_key=FIRST,
                address_hash=digest(FIRST),
                reason="law",
                since=clock.now(),
            )
        )
    box = Box()
    clock.move_to(NOON)
    sending(database, clock=clock, ids=ids, channel=box).tick()
    assert FIRST not in {message.recipient for message in box.sent}
    with database.read() as session:
        lines = distributor.report.deliveries(session, dispatch_id)
    assert (lines[0].state, lines[0].reason) == ("cancelled", "suppressed")


def test_an_unknown_token_unsubscribes_nobody(database, clock):
    with database.write() as session, pytest.raises(NotFound):
        unsubscribe(
            session, "no-such-token", links=LINKS, settings=settings(), now=clock.now()
        )


def test_a_recipient_fault_is_retried_until_the_deadline(
    database, clock, ids, dispatch_id
):
    box = Box(answers={FIRST: LATER})
    office = sending(database, clock=clock, ids=ids, channel=box)
    clock.move_to(NOON)
    office.tick()
    assert counts(database, dispatch_id) == {"accepted": 3, "waiting": 1}
    assert office.next_due() == NOON + timedelta(minutes=2)
    assert office.tick() == 0, "not before its time"
    for _ in range(40):
        due_at = office.next_due()
        if due_at is None:
            break
        clock.move_to(due_at)
        office.tick()
    assert counts(database, dispatch_id) == {"accepted": 3, "refused": 1}
    with database.read() as session:
        line = distributor.report.deliveries(session, dispatch_id)[0]
    assert line.reason == "deadline"
    assert line.attempts > 5
    assert clock.now() < NOON + timedelta(hours=24)


def test_a_refusal_and_a_doubt_keep_the_servers_words(
    database, clock, ids, dispatch_id
):
    box = Box(answers={FIRST: REFUSED, "p1@presse.test": UNSURE})
    clock.move_to(NOON)
    sending(database, clock=clock, ids=ids, channel=box).tick()
    with database.read() as session:
        lines = distributor.report.deliveries(session, dispatch_id)
        assert session.scalars(select(Attempt.verdict)).all().count("accepted") == 2
    assert [(line.state, line.reason) for line in lines[:2]] == [
        ("refused", "550 no such user"),
        ("unsure", "answer lost"),
    ]
    assert summary(database, dispatch_id).state == "done"


def test_a_channel_fault_pauses_the_dispatch_and_blames_nobody(
    database, clock, ids, dispatch_id
):
    fault = ChannelFault("421 busy", again_after=timedelta(minutes=1))
    box = Box(answers={f"p{number}@presse.test": fault for number in range(4)})
    office = sending(database, clock=clock, ids=ids, channel=box)
    clock.move_to(NOON)
    office.tick()
    paused = summary(database, dispatch_id)
    assert (paused.state, paused.reason) == ("paused", "421 busy")
    assert counts(database, dispatch_id) == {"waiting": 4}
    assert office.next_due() == NOON + timedelta(minutes=1)
    box.answers = {}
    clock.move_to(NOON + timedelta(minutes=1))
    office.tick()
    assert counts(database, dispatch_id) == {"accepted": 4}
    assert summary(database, dispatch_id).state == "done"


def test_a_fault_that_needs_a_person_waits_for_one(database, clock, ids, dispatch_id):
    class Shut(Box):
        def connect(self):
            raise ChannelFault("535 wrong password", again_after=None)

    clock.move_to(NOON)
    office = sending(database, clock=clock, ids=ids, channel=Shut())
    office.tick()
    assert summary(database, dispatch_id).reason == "535 wrong password"
    assert office.next_due() is None
    with database.write() as session:
        control.resume(
            session, dispatch_id, settings=settings(), zone_rules=RULES, now=NOON
        )
    sending(database, clock=clock, ids=ids, channel=Box()).tick()
    assert counts(database, dispatch_id) == {"accepted": 4}


def test_pausing_and_stopping_work_during_the_dispatch(
    database, clock, ids, dispatch_id
):
    one = settings(sending={"connections": 1})

    def pauses(message):
        if not box.sent:
            with database.write() as session:
                control.pause(session, dispatch_id, reason="Wait.")

    box = Box(before=pauses)
    office = sending(database, clock=clock, ids=ids, channel=box, given=one)
    clock.move_to(NOON)
    office.tick()
    assert counts(database, dispatch_id) == {"accepted": 1, "waiting": 3}
    with database.write() as session:
        control.stop(session, dispatch_id, reason="Enough.", now=NOON)
    office.tick()
    assert counts(database, dispatch_id) == {"accepted": 1, "cancelled": 3}
    with database.write() as session, pytest.raises(Conflict) as refused:
        control.resume(session, dispatch_id, settings=one, zone_rules=RULES, now=NOON)
    french = words(Language.FRENCH).explain(refused.value)
    assert french.startswith(
        f"C'est impossible\u202f: l'envoi {dispatch_id} est arrêté."
    )


def test_what_comes_back_from_the_air_after_a_stop_is_cancelled(
    database, clock, ids, dispatch_id
):
    """Left waiting it would never end: nobody sends, refuses or forgets it."""
    one = settings(sending={"connections": 1})

    def stops(message):
        if message.recipient == FIRST:
            with database.write() as session:
                control.stop(session, dispatch_id, reason="Enough.", now=NOON)

    box = Box(answers={FIRST: LATER}, before=stops)
    office = sending(database, clock=clock, ids=ids, channel=box, given=one)
    clock.move_to(NOON)
    office.tick()
    assert counts(database, dispatch_id) == {"cancelled": 4}


def test_a_plan_that_new_clock_rules_move_is_held(database, clock, ids, dispatch_id):
    with database.write() as session:
        # As if the rules of the day it was planned had put it an hour earlier.
        dispatch = session.get_one(Dispatch, dispatch_id)
        dispatch.due_at -= timedelta(hours=1)
        session.execute(update(Delivery).values(due_at=dispatch.due_at))
        dispatch.zone_rules = "2026a"
    box = Box()
    office = sending(database, clock=clock, ids=ids, channel=box)
    office.tick()
    held = summary(database, dispatch_id)
    assert (held.state, held.due_at) == ("held", NOON)
    with database.write() as session:
        control.resume(
            session,
            dispatch_id,
            settings=settings(),
            zone_rules=ZoneRules(version="2026c", origin="test"),
            now=clock.now(),
        )
    assert counts(database, dispatch_id) == {"waiting": 4}
    clock.move_to(NOON - timedelta(seconds=1))
    office.tick()
    assert box.sent == []
    clock.move_to(NOON)
    office.tick()
    assert len(box.sent) == 4


def test_only_a_doubt_is_settled_and_with_its_reason(database, clock, ids, dispatch_id):
    box = Box(answers={FIRST: UNSURE})
    clock.move_to(NOON)
    sending(database, clock=clock, ids=ids, channel=box).tick()
    with database.write() as session:
        lines = distributor.report.deliveries(session, dispatch_id)
        doubt, sure = lines[0].id, lines[1].id

        def settle(delivery, state):
            return control.settle(
                session,
                dispatch_id,
                delivery,
                state,
                by="Nadia",
                because="she called",
                now=NOON,
            )

        with pytest.raises(BadInput):
            settle(doubt, "waiting")
        with pytest.raises(NotFound):
            settle(999, "accepted")
        with pytest.raises(Conflict):
            settle(sure, "refused")
        settled = settle(doubt, "accepted")
    assert settled.state == DeliveryState.ACCEPTED
    assert settled.reason == "settled by Nadia: she called"


def test_a_person_who_is_still_to_be_reached_is_not_erased(
    database, clock, ids, dispatch_id
):
    with database.write() as session, pytest.raises(Conflict, match="suppress"):
        person.erase(session, FIRST, now=clock.now())
    clock.move_to(NOON)
    sending(database, clock=clock, ids=ids, channel=Box()).tick()
    with database.write() as session:
        person.erase(session, FIRST, now=clock.now())
        lines = distributor.report.deliveries(session, dispatch_id)
    assert sum(line.address == "" for line in lines) == 1
    assert not any("p0" in line.address for line in lines)


def test_a_worker_that_lost_its_lease_sends_nothing(database, clock, ids, dispatch_id):
    one = settings(sending={"connections": 1})
    timer = StoppedClock(NOON)
    other = Box()

    class Slow(Box):
        def connect(self):
            # It holds leases, and sleeps until another worker has done the work.
            timer.wait(timedelta(seconds=121))
            sending(
                database, clock=clock, ids=ids, channel=other, given=one, timer=timer
            ).tick()
            return self

    slow = Slow()
    clock.move_to(NOON)
    sending(database, clock=clock, ids=ids, channel=slow, given=one, timer=timer).tick()
    assert len(other.sent) == 4
    assert slow.sent == []
    assert counts(database, dispatch_id) == {"accepted": 4}


def test_an_answer_slower_than_the_lease_settles_the_doubt(
    database, clock, ids, dispatch_id
):
    one = settings(sending={"connections": 1})
    timer = StoppedClock(NOON)
    seen = []

    def sleeps(message):
        if seen:
            return
        timer.wait(timedelta(seconds=121))
        sending(
            database, clock=clock, ids=ids, channel=Box(), given=one, timer=timer
        ).tick()
        seen.append(counts(database, dispatch_id))

    box = Box(before=sleeps)
    clock.move_to(NOON)
    sending(database, clock=clock, ids=ids, channel=box, given=one, timer=timer).tick()
    assert seen == [{"accepted": 3, "unsure": 1}]
    assert counts(database, dispatch_id) == {"accepted": 4}
    assert len(box.sent) == 1


def test_a_file_named_hold_stops_a_dispatch_in_the_middle(
    database, clock, ids, tmp_path
):
    one = settings(data_dir=tmp_path, sending={"connections": 1})
    dispatch_id = a_dispatch(database, clock=clock, ids=ids, given=one)
    box = Box(before=lambda _: (tmp_path / "HOLD").write_text("Wait."))
    office = sending(database, clock=clock, ids=ids, channel=box, given=one)
    clock.move_to(NOON)
    assert office.tick() == 1
    assert office.tick() == 0
    assert counts(database, dispatch_id) == {"accepted": 1, "waiting": 3}
    box.before = lambda _: None
    (tmp_path / "HOLD").unlink()
    assert office.tick() == 3
    assert counts(database, dispatch_id) == {"accepted": 4}


def test_a_worker_that_ends_gives_back_what_it_only_leased(database, clock, ids):
    one = settings(sending={"connections": 1})
    dispatch_id = a_dispatch(database, clock=clock, ids=ids, given=one)
    box = Box()
    office = sending(database, clock=clock, ids=ids, channel=box, given=one)
    box.before = lambda _: office.end()
    clock.move_to(NOON)
    assert office.tick() == 1
    assert counts(database, dispatch_id) == {"accepted": 1, "waiting": 3}
    with database.read() as session:
        assert (
            session.scalar(select(Delivery.id).where(Delivery.lease.is_not(None)))
            is None
        )


def test_what_a_channel_puts_back_for_a_while_lets_others_go_first(
    database, clock, ids
):
    one = settings(sending={"connections": 1})
    dispatch_id = a_dispatch(database, clock=clock, ids=ids, given=one)
    over_pace = Outcome(
        verdict=Verdict.BACK,
        answer="presse.test gets no more messages a second.",
        again_after=timedelta(seconds=30),
    )
    box = Box(answers={FIRST: over_pace})
    office = sending(database, clock=clock, ids=ids, channel=box, given=one)
    clock.move_to(NOON)
    assert office.tick() == 4
    assert counts(database, dispatch_id) == {"accepted": 3, "waiting": 1}
    assert office.next_due() == NOON + timedelta(seconds=30)
    box.answers = {}
    clock.wait(timedelta(seconds=30))
    assert office.tick() == 1
    assert counts(database, dispatch_id) == {"accepted": 4}


def test_mail_that_a_provider_holds_for_its_hour_can_still_be_stopped(
    database, clock, ids
):
    """Done is called only once the hour has come (promise S7)."""
    dispatch_id = a_dispatch(database, clock=clock, ids=ids)
    with database.write() as session:
        # Handed over three hours early, as `starting` does for mode "planned".
        session.execute(
            update(Dispatch).values(
                mode="planned",
                state="running",
                due_at=NOON + timedelta(hours=3),
            )
        )
    clock.move_to(NOON)
    held = Outcome(verdict=Verdict.ACCEPTED, batch="B1")
    box = Box(answers={f"p{number}@presse.test": held for number in range(4)})
    office = sending(database, clock=clock, ids=ids, channel=box)
    assert office.tick() == 4
    assert summary(database, dispatch_id).state == "running"
    assert office.next_due() == NOON + timedelta(hours=3)
    with database.write() as session:
        paused = control.pause(session, dispatch_id, reason="Wait.")
        paused.state = "running"
    clock.move_to(NOON + timedelta(hours=3))
    office.tick()
    assert summary(database, dispatch_id).state == "done"
