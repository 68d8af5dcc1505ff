"""Pace over all lines and to one domain; lines kept between turns."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from smtp_double import HANG_UP, Staged, a_channel, a_message, a_server, messages

from core.clock import StoppedClock
from distributor.channels.base import Verdict
from distributor.channels.smtp.pace import Pace


@pytest.fixture
def timer():
    return StoppedClock(datetime(2026, 11, 24, 9, tzinfo=UTC))


def a_pace(timer, *, per_second=0.0, per_domain_per_second=0.0):
    return Pace(
        per_second=per_second, per_domain_per_second=per_domain_per_second, timer=timer
    )


def test_without_a_pace_nothing_waits(timer):
    pace = a_pace(timer)
    assert all(pace.of_all(within=0) for _ in range(1000))
    assert all(pace.of_domain("presse.test") is None for _ in range(1000))
    assert timer.monotonic() == 0


def test_the_channels_pace_is_waited_for(timer):
    pace = a_pace(timer, per_second=2)
    assert all(pace.of_all(within=10) for _ in range(5))
    assert timer.monotonic() == pytest.approx(2.0)


def test_a_turn_too_far_off_is_not_taken(timer):
    pace = a_pace(timer, per_second=0.1)
    assert pace.of_all(within=1)
    assert not pace.of_all(within=1)
    assert timer.monotonic() == pytest.approx(1.0)
    assert pace.of_all(within=9.5)
    assert timer.monotonic() == pytest.approx(10.0)


def test_a_domain_that_had_its_share_leaves_the_others_alone(timer):
    pace = a_pace(timer, per_domain_per_second=1)
    assert pace.of_domain("a.test") is None
    assert pace.of_domain("b.test") is None
    assert pace.of_domain("a.test") == timedelta(seconds=1)
    assert timer.monotonic() == 0


def test_who_was_put_back_is_told_one_turn_after_the_other(timer):
    pace = a_pace(timer, per_domain_per_second=2)
    waits = [pace.of_domain("a.test") for _ in range(4)]
    assert waits == [None, *(timedelta(seconds=each) for each in (0.5, 1, 1.5))]


def test_domains_that_rest_are_forgotten(timer):
    pace = a_pace(timer, per_domain_per_second=1)
    for number in range(2500):
        pace.of_domain(f"d{number}.test")
        timer.wait(timedelta(seconds=1))
    assert len(pace._domains) <= 1000


@given(
    rate=st.sampled_from([0.5, 1.0, 3.0, 10.0]),
    steps=st.lists(st.floats(0, 2), max_size=50),
)
def test_no_second_lets_more_through_than_its_share(rate, steps):
    timer = StoppedClock(datetime(2026, 11, 24, 9, tzinfo=UTC))
    pace = a_pace(timer, per_domain_per_second=rate)
    passed = []
    for step in steps:
        timer.wait(timedelta(seconds=step))
        if pace.of_domain("a.test") is None:
            passed.append(timer.monotonic())
    gaps = [after - before for before, after in pairwise(passed)]
    assert all(gap >= 1 / rate - 1e-5 for gap in gaps)


def test_messages_wait_on_the_line_for_the_channels_pace(timer):
    with a_server(Staged()) as server:
        channel = a_channel(server.port, timer=timer, per_second=4, timeout=30)
        connection = channel.connect()
        sent = connection.send(messages(9))
        connection.close()
    assert {one.verdict for one in sent.outcomes} == {Verdict.ACCEPTED}
    assert timer.monotonic() == pytest.approx(2.0)


def test_a_slow_pace_hands_over_few_at_once():
    assert a_channel(25).depth == 20
    assert a_channel(25, pipeline=7).depth == 7
    assert a_channel(25, per_second=1, timeout=24).depth == 3
    assert a_channel(25, per_second=0.01).depth == 1


def test_a_pace_slower_than_a_call_may_last_puts_the_rest_back(timer):
    with a_server(Staged()) as server:
        channel = a_channel(server.port, timer=timer, per_second=0.01, timeout=10)
        connection = channel.connect()
        sent = connection.send(messages(3))
        connection.close()
    verdicts = [one.verdict for one in sent.outcomes]
    assert verdicts == [Verdict.ACCEPTED, Verdict.BACK, Verdict.BACK]
    assert sent.fault is None
    assert timer.monotonic() == pytest.approx(5.0)


def test_a_domain_over_its_pace_goes_back_while_others_go_on(timer):
    addresses = ["a@big.test", "b@BIG.test", "c@big.test", "d@small.test"]
    with a_server(Staged()) as server:
        channel = a_channel(server.port, timer=timer, per_domain_per_second=0.5)
        connection = channel.connect()
        sent = connection.send([a_message(recipient=one) for one in addresses])
        connection.close()
    assert [one.verdict for one in sent.outcomes] == [
        Verdict.ACCEPTED,
        Verdict.BACK,
        Verdict.BACK,
        Verdict.ACCEPTED,
    ]
    assert [one.again_after for one in sent.outcomes[1:3]] == [
        timedelta(seconds=2),
        timedelta(seconds=4),
    ]
    assert sent.fault is None
    assert server.took == ["a@big.test", "d@small.test"]


def test_a_call_for_one_busy_domain_alone_waits_for_its_next_turn(timer):
    with a_server(Staged()) as server:
        channel = a_channel(server.port, timer=timer, per_domain_per_second=2)
        connection = channel.connect()
        for _ in range(3):
            sent = connection.send(messages(1))
            assert sent.outcomes[0].verdict is Verdict.ACCEPTED
        connection.close()
    assert timer.monotonic() == pytest.approx(1.0)


def greetings(server):
    return sum(word.startswith("EHLO") for word in server.heard)


def test_a_line_is_kept_for_the_next_turn(timer):
    with a_server(Staged()) as server:
        channel = a_channel(server.port, timer=timer)
        for _ in range(3):
            connection = channel.connect()
            connection.send(messages(2))
            connection.close()
    assert greetings(server) == 1
    assert "NOOP" not in server.heard


def test_a_line_kept_a_while_is_asked_whether_it_lives(timer):
    with a_server(Staged()) as server:
        channel = a_channel(server.port, timer=timer)
        channel.connect().close()
        timer.wait(timedelta(seconds=10))
        connection = channel.connect()
        connection.send(messages(1))
        connection.close()
    assert greetings(server) == 1
    assert "NOOP" in server.heard


@pytest.mark.parametrize(
    "dead",
    [HANG_UP, b"421 idle too long\r\n", b"250 ok\r\n421 idle too long\r\n"],
)
def test_a_line_that_died_meanwhile_is_replaced(timer, dead):
    with a_server(Staged(NOOP=[dead]), Staged()) as server:
        channel = a_channel(server.port, timer=timer)
        channel.connect().close()
        timer.wait(timedelta(seconds=10))
        connection = channel.connect()
        sent = connection.send(messages(1))
        connection.close()
    assert sent.outcomes[0].verdict is Verdict.ACCEPTED
    assert greetings(server) == 2


def test_a_line_that_lay_idle_for_more_than_a_minute_is_parted_from(timer):
    with a_server(Staged(), Staged()) as server:
        channel = a_channel(server.port, timer=timer)
        channel.connect().close()
        timer.wait(timedelta(seconds=61))
        channel.connect().close()
    assert greetings(server) == 2
    assert "QUIT" in server.heard


def test_lines_go_when_their_channel_goes(timer):
    with a_server(Staged()) as server:
        channel = a_channel(server.port, timer=timer)
        channel.connect().close()
        line = server.talks[0]
        del channel
        server.join(timeout=10)
    assert not server.is_alive()
    assert line.line.fileno() == -1
