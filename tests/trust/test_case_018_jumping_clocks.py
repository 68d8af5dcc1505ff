"""Case 18: clocks that jump by a day or a step, before and in the middle: nobody early, none twice."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from sending_makers import Box, a_dispatch, sending, settings
from sqlalchemy import select

from core import accounts
from core.accounts import sessions
from core.accounts.sessions import Limits
from core.clock import StoppedClock
from core.ids import RandomIds
from core.values import Role
from distributor.models import Delivery, Dispatch

DUE = datetime(2026, 11, 24, 12, tzinfo=UTC)
DAY = timedelta(days=1)
PEOPLE = 6
THIRD = "p2@presse.test"


def told(database):
    with database.read() as session:
        dispatch = session.get_one(Dispatch, 1)
        states = Counter(session.scalars(select(Delivery.state)))
    return dispatch.state, dict(states)


def ticks(office, count=10):
    for _ in range(count):
        office.tick()


def addresses(box):
    return [message.recipient for message in box.sent]


@pytest.mark.parametrize(
    "jump", [-DAY, DAY, timedelta(hours=-2), timedelta(seconds=-3)]
)
def test_office_time_that_jumps_in_the_middle_loses_and_doubles_nobody(
    each_database, clock, ids, jump
):
    a_dispatch(each_database, clock=clock, ids=ids, count=PEOPLE)
    machine = StoppedClock(DUE)

    def jumps(message):
        if message.recipient == THIRD:
            clock.move_to(clock.now() + jump)

    box = Box(before=jumps)
    office = sending(each_database, clock=clock, ids=ids, channel=box, timer=machine)
    clock.move_to(DUE)
    ticks(office)
    # Set right again, as an administrator would.
    clock.move_to(DUE + timedelta(minutes=5))
    ticks(office)
    assert sorted(addresses(box)) == [f"p{number}@presse.test" for number in range(6)]
    assert told(each_database) == ("done", {"accepted": PEOPLE})


def test_office_time_a_day_ahead_before_the_hour_holds_and_a_day_behind_waits(
    database, clock, ids
):
    """Forward by a day, what is due is late beyond its grace: a person decides, not the clock."""
    a_dispatch(database, clock=clock, ids=ids, count=PEOPLE)
    box = Box()
    office = sending(database, clock=clock, ids=ids, channel=box)
    clock.move_to(DUE - DAY)
    ticks(office, 2)
    assert told(database)[0] == "planned"
    clock.move_to(DUE + DAY)
    ticks(office, 2)
    assert told(database)[0] == "held"
    clock.move_to(DUE)
    ticks(office, 2)
    assert (told(database)[0], box.sent) == ("held", [])


@pytest.mark.parametrize("step", [-DAY, DAY, timedelta(seconds=90)])
def test_a_step_of_the_machine_in_the_middle_of_a_lease_doubles_nobody(
    each_database, clock, ids, step
):
    """NTP sets the machine's clock while a batch is claimed; another worker looks at once."""
    one_line = settings(sending={"connections": 1})
    a_dispatch(each_database, clock=clock, ids=ids, count=PEOPLE)
    clock.move_to(DUE)
    machine = StoppedClock(DUE)
    other = Box()
    second = sending(
        each_database,
        clock=clock,
        ids=ids,
        channel=other,
        timer=machine,
        given=one_line,
    )

    def steps(message):
        if message.recipient == THIRD:
            machine.move_to(machine.stamp() + step)
            second.tick()

    box = Box(before=steps)
    first = sending(
        each_database, clock=clock, ids=ids, channel=box, timer=machine, given=one_line
    )
    ticks(first)
    # Later the machine's own time has come where it is.
    machine.move_to(max(machine.stamp(), DUE) + timedelta(hours=1))
    ticks(first)
    ticks(second)
    mailed = Counter(addresses(box) + addresses(other))
    assert max(mailed.values()) == 1
    state, states = told(each_database)
    # Only what was in the air when the lease seemed to end may be in doubt, and it is named.
    assert states.get("unsure", 0) <= 1
    assert states.get("accepted", 0) + states.get("unsure", 0) == PEOPLE
    # Who is named unsure may have been mailed, or stood in the air and was not.
    assert PEOPLE - states.get("unsure", 0) <= len(mailed) <= PEOPLE
    assert state == "done" or states.get("unsure")


def test_a_session_does_not_outlive_its_end_by_a_clock_set_back_for_long(
    database, clock
):
    """Set back, a session may last longer by as much; its longest end still comes."""
    with database.write() as session:
        accounts.add(
            session,
            name="samira",
            role=Role.READER,
            password="une phrase assez longue 42",
            now=clock.now(),
        )
        token = sessions.start(
            session, 1, ids=RandomIds(), now=clock.now(), how="password"
        )

    def is_signed_in(at):
        with database.read() as session:
            return sessions.find(session, token, now=at, limits=Limits()) is not None

    assert is_signed_in(clock.now() - DAY)
    assert is_signed_in(clock.now() + timedelta(hours=11))
    assert not is_signed_in(clock.now() + DAY)
