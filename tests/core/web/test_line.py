"""What lies between the caller's thread and the loop's."""

import threading

import pytest

from core.web.line import Line
from core.web.values import Answer, Ask

FAR = 10.0


def line(**given):
    return Line(**{"room": 4, "most": 10, "held": 100, **given})


def done(one, number, weight=0):
    one.grown += weight
    one.fresh.append((Answer(ask=Ask(url=f"http://a.test/{number}")), weight))
    one.hand_over()


def test_a_slow_caller_takes_all_that_came_meanwhile():
    one = line()
    one.pulled(3)
    for number in range(3):
        done(one, number)
    assert len(one.take(wants_room=True)) == 3
    assert one.is_empty()


def test_a_quick_caller_takes_the_first_that_comes():
    one = line(room=0)
    one.pulled(2)
    timer = threading.Timer(0.01, done, (one, 0))
    timer.start()
    assert len(one.take(wants_room=True)) == 1
    assert not one.is_empty()
    timer.join()


def test_a_caller_with_more_asks_is_told_of_room():
    one = line()
    one.pulled(4)
    told = []
    thread = threading.Thread(target=lambda: told.append(one.take(wants_room=True)))
    thread.start()
    one.asleep = 1
    one.tell_room()
    thread.join(FAR)
    assert told == [()]
    assert one.room() == 1


def test_who_sleeps_takes_no_room_up_to_a_bound():
    one = line()
    one.pulled(9)
    one.asleep = 9
    assert one.room() == 1


def test_it_is_full_until_bodies_are_taken():
    one = line()
    one.pulled(2)
    done(one, 0, weight=60)
    assert not one.is_full()
    done(one, 1, weight=60)
    assert one.is_full()
    one.take(wants_room=False)
    assert not one.is_full()


def test_a_fault_ends_who_waits():
    one = line()
    one.pulled(1)
    threading.Timer(0.01, one.fail, (LookupError("gone"),)).start()
    with pytest.raises(LookupError):
        one.take(wants_room=False)
