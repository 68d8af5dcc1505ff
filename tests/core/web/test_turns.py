"""Who may ask next, without a network and without waiting."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.clock import StoppedClock
from core.web.line import Line
from core.web.pace import Pace
from core.web.turns import Turns
from core.web.values import Answer, Ask


class Asker:
    def __init__(self, turns, line, domain):
        self.turns, self.line, self.domain = turns, line, domain
        self.is_dead = False
        self.is_paced = True
        self.state = "waiting"
        line.pulled(1)
        turns.queue(self)
        turns.pump()

    def granted(self):
        self.state = "there"

    def rested(self, seconds):
        self.state = f"rested {seconds:.0f}"

    def stop(self):
        self.is_dead = True

    def done(self):
        self.state = "done"
        self.turns.end(self.domain)


async def nobody_waits(seconds):
    raise AssertionError


def turns_of(most=10):
    timer = StoppedClock(datetime(2026, 11, 24, tzinfo=UTC))
    return Turns(Pace(0), timer=timer, wait=nobody_waits, most=most)


@pytest.fixture
def opening():
    return turns_of


def line(**given):
    return Line(**{"room": 10, "most": 20, **given})


def states(*askers):
    return [asker.state for asker in askers]


def test_one_domain_serves_one_after_the_other(opening):
    turns, one = opening(), line()
    first, second, other = (Asker(turns, one, name) for name in "aab")
    assert states(first, second, other) == ["there", "waiting", "there"]
    first.done()
    assert second.state == "there"


def test_places_are_bounded_and_lines_take_turns(opening):
    turns, crowd, single = opening(most=1), line(), line()
    crowded = [Asker(turns, crowd, f"c{n}") for n in range(5)]
    alone = Asker(turns, single, "s")
    crowded[0].done()
    crowded[1].done()
    assert alone.state == "there"
    assert states(*crowded) == ["done", "done", "waiting", "waiting", "waiting"]


def test_who_waits_for_a_domain_leaves_its_room_to_others(opening):
    turns, one = opening(), line(room=3)
    for _ in range(5):
        Asker(turns, one, "a")
    assert one.room() == 2
    for name in "bc":
        Asker(turns, one, name)
    assert one.room() == 0


def test_who_went_away_is_passed_over(opening):
    turns, one = opening(), line()
    first, gone, last = (Asker(turns, one, "a") for _ in range(3))
    gone.stop()
    first.done()
    assert states(gone, last) == ["waiting", "there"]
    last.done()
    assert not turns.is_wanted("a")
    assert Asker(turns, one, "a").state == "there"


def test_the_urgent_one_goes_before_those_behind(opening):
    turns, crowd = opening(), line()
    crowded = [Asker(turns, crowd, "a") for _ in range(3)]
    urgent = Asker(turns, line(is_urgent=True), "a")
    crowded[0].done()
    assert states(*crowded, urgent) == ["done", "waiting", "waiting", "there"]


def test_a_line_whose_bodies_nobody_takes_starts_nothing(opening):
    turns, full, other = opening(), line(held=100), line()
    full.grown = 101
    stalled = Asker(turns, full, "a")
    assert (stalled.state, full.is_stalled) == ("waiting", True)
    assert Asker(turns, other, "b").state == "there"
    ask = Ask(url="http://a.test/")
    full.fresh.append((Answer(ask=ask), 101))
    full.hand_over()
    full.take(wants_room=False)
    turns.pump()
    assert stalled.state == "there"


def test_a_stalled_line_does_not_bar_a_domain_from_another(opening):
    turns, full = opening(), line(held=100)
    full.grown = 101
    stalled, behind = Asker(turns, full, "a"), Asker(turns, full, "b")
    # What the caller of the full line may itself be waiting for.
    wanted = Asker(turns, line(is_urgent=True), "a")
    assert states(stalled, behind, wanted) == ["there", "waiting", "waiting"]
    stalled.done()
    assert wanted.state == "there"


def test_a_rest_is_told_to_who_waits_and_who_comes(opening):
    turns, one = opening(), line()
    first, second = (Asker(turns, one, "a") for _ in range(2))
    turns.rest("a", 30)
    third = Asker(turns, one, "a")
    assert states(first, second, third) == ["there", "rested 30", "rested 30"]
    first.done()
    assert Asker(turns, one, "a").state == "rested 30"
    assert Asker(turns, one, "b").state == "there"


steps = st.lists(
    st.one_of(
        st.tuples(st.just("ask"), st.integers(0, 2), st.sampled_from("abcd")),
        st.tuples(st.sampled_from(["done", "stop"]), st.integers(0, 30), st.just("")),
    ),
    max_size=60,
)


@given(steps, st.integers(1, 4))
def test_whatever_comes_each_is_served_once_and_no_domain_twice_at_once(given, most):
    turns = turns_of(most)
    lines = [line(), line(), line(is_urgent=True)]
    askers = []

    def there():
        return [asker for asker in askers if asker.state == "there"]

    for what, number, domain in given:
        if what == "ask":
            askers.append(Asker(turns, lines[number], domain))
        elif askers:
            asker = askers[number % len(askers)]
            if what == "done" and asker.state == "there":
                asker.done()
            elif what == "stop" and asker.state == "waiting":
                asker.stop()
        assert len(there()) <= most
        assert len({asker.domain for asker in there()}) == len(there())
    while there():
        there()[0].done()
    left = [asker for asker in askers if asker.state != "done"]
    assert all(asker.is_dead for asker in left)
    assert [one.asleep for one in lines] == [0, 0, 0]
    assert not any(turns.is_wanted(domain) for domain in "abcd")
