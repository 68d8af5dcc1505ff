"""The two clocks."""

from datetime import UTC, datetime, timedelta

from core.clock import StoppedClock, SystemClock, SystemTimer

NINE = datetime(2026, 11, 24, 9, tzinfo=UTC)


def test_a_stopped_clock_stands_still():
    clock = StoppedClock(NINE)
    assert clock.now() == clock.now() == NINE


def test_waiting_moves_a_stopped_clock_and_its_machine_time():
    clock = StoppedClock(NINE)
    clock.wait(timedelta(seconds=90))
    assert clock.now() == clock.stamp() == NINE + timedelta(seconds=90)
    assert clock.monotonic() == 90


def test_a_stopped_clock_can_be_moved_to_a_moment():
    clock = StoppedClock(NINE)
    clock.move_to(NINE + timedelta(days=1))
    assert clock.now() == datetime(2026, 11, 25, 9, tzinfo=UTC)


def test_the_system_clock_tells_utc():
    assert SystemClock().now().tzinfo is UTC
    assert SystemTimer().stamp().tzinfo is UTC


def test_machine_time_never_goes_back():
    timer = SystemTimer()
    before = timer.monotonic()
    timer.wait(timedelta(0))
    assert timer.monotonic() >= before
