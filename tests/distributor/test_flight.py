"""What a dead process's log proves, and what it must never prove."""

import os
from collections import Counter
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sending_makers import Box, a_dispatch, sending, settings
from sqlalchemy import select

from core.ids import CountedIds
from distributor.channels.base import Outcome, Verdict
from distributor.models import Attempt, Delivery
from distributor.sending import flight
from distributor.sending.entries import Claim
from distributor.sending.flight import FlightLog

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
BOOT = Path("/proc/sys/kernel/random/boot_id")
TAKEN = Outcome(verdict=Verdict.ACCEPTED, answer="250 ok", reference="Q1")

needs_a_boot = pytest.mark.skipif(
    not BOOT.exists(), reason="This system does not name its boots."
)


def a_claim(token, *, attempts=0):
    return Claim(
        delivery_id=int(token),
        dispatch_id=1,
        address="n@presse.test",
        address_key="n@presse.test",
        name="Nadia",
        language="fr",
        token=token,
        channel="smtp",
        lease="L",
        attempts=attempts,
        deadline_at=NOON + timedelta(hours=24),
        send_at=None,
    )


def written(tmp_path, *steps):
    """The bytes of a log after these steps."""
    handle = os.open(tmp_path / "log", os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)
    log = FlightLog(handle)
    for step in steps:
        step(log)
    log.flush()
    log.close()
    os.close(handle)
    # Without the room that was not used, so that a cut meets what was written.
    return (tmp_path / "log").read_bytes().rstrip(b"\0")


def will(*tokens):
    return lambda log: log.will_send([a_claim(one) for one in tokens], now=NOON)


def begun(token):
    return lambda log: log.begun(token)


def heard(token, outcome=TAKEN):
    return lambda log: log.heard(token, outcome)


def verdicts(log):
    return {one.intent.claim.token: one.outcome.verdict for one in flight.proven(log)}


def test_only_what_was_in_the_air_is_left_in_doubt(tmp_path):
    log = written(tmp_path, will("1", "2", "3"), begun("1"), heard("1"), begun("2"))
    assert verdicts(log) == {"1": Verdict.ACCEPTED, "3": Verdict.BACK}
    (first, *_) = flight.proven(log)
    assert first.outcome == TAKEN
    assert (first.intent.claim.lease, first.intent.number) == ("L", 1)
    assert b"presse.test" not in log, "a log names nobody"
    assert verdicts(log + bytes(100)) == verdicts(log)


def test_a_message_sent_again_is_as_it_was_the_last_time(tmp_path):
    back = Outcome(verdict=Verdict.BACK, answer="busy")
    log = written(tmp_path, will("1"), begun("1"), heard("1", back), will("1"))
    assert verdicts(log) == {"1": Verdict.BACK}
    log = written(
        tmp_path, will("1"), begun("1"), heard("1", back), will("1"), begun("1")
    )
    assert verdicts(log) == {}


@given(st.integers(0, 400))
def test_a_log_cut_anywhere_never_calls_unsent_what_was_begun(tmp_path_factory, cut):
    folder = tmp_path_factory.mktemp("cut")
    log = written(folder, will("1", "2"), begun("1"), heard("1"), begun("2"))
    found = verdicts(log[: len(log) - min(cut, len(log))])
    whole_lines = log[: len(log) - min(cut, len(log))].count(b"\n")
    if whole_lines >= 3:
        assert found.get("1") is not Verdict.BACK
    if whole_lines == 5:
        assert found == {"1": Verdict.ACCEPTED}


@pytest.mark.parametrize("broken", [b"{]\n", b'["heard"]\n', b"null\n", b"\n"])
def test_a_log_broken_in_the_middle_proves_nothing(tmp_path, broken):
    log = written(tmp_path, will("1", "2"), begun("1"))
    first, rest = log.split(b"\n", 1)
    assert flight.proven(first + b"\n" + broken + rest) == ()


@needs_a_boot
def test_the_log_of_a_living_process_is_left_alone(tmp_path):
    with flight.logged(tmp_path, "a") as log:
        will("1")(log)
        assert list(flight.orphans(tmp_path)) == []
    assert list((tmp_path / "flight").iterdir()) == []


@needs_a_boot
def test_a_log_of_another_boot_says_nothing(tmp_path):
    (tmp_path / "flight").mkdir()
    other = tmp_path / "flight" / "another-boot.a"
    other.write_bytes(written(tmp_path, will("1")))
    assert list(flight.orphans(tmp_path)) == [(other, ())]


def test_without_a_folder_nothing_is_logged(tmp_path):
    with flight.logged(tmp_path / "none", "a") as log:
        will("1")(log)
    assert not (tmp_path / "none").exists()


def test_a_log_that_cannot_grow_stops_before_the_message_is_written(tmp_path):
    (tmp_path / "log").touch()
    closed_to_us = os.open(tmp_path / "log", os.O_RDONLY)
    with pytest.raises(OSError, match="Bad file descriptor"):
        FlightLog(closed_to_us).begun("1")
    os.close(closed_to_us)


def test_a_log_grows_as_long_as_its_connection_lives(tmp_path):
    tokens = [str(number) for number in range(1, 3001)]
    steps = [step for one in tokens for step in (will(one), begun(one), heard(one))]
    log = written(tmp_path, *steps, begun("1"))
    assert len(log) > 1 << 18
    found = verdicts(log)
    assert "1" not in found
    assert set(found) == set(tokens) - {"1"}


class Killed(BaseException):
    """Stands for kill -9: nothing below may catch it."""


class Watched(Box):
    """Sends one by one and says how far it is; dies at the third message."""

    depth = 4

    def __init__(self, dies):
        super().__init__()
        self.dies = dies

    def watched_by(self, watch):
        self.watch = watch

    def send(self, messages):
        for message in messages:
            self.watch.begun(message.token)
            if len(self.sent) == 2 and self.dies:
                raise Killed
            sent = super().send([message])
            self.watch.heard(message.token, sent.outcomes[0])
        return sent


@needs_a_boot
def test_a_dead_senders_log_leaves_one_in_doubt_and_the_rest_is_sent(
    database, clock, tmp_path
):
    ids = CountedIds()
    one = settings(data_dir=tmp_path, sending={"connections": 1})
    a_dispatch(database, clock=clock, ids=ids, given=one)
    clock.move_to(NOON)
    dying, heir = Watched(dies=True), Watched(dies=False)
    with suppress(Killed):
        sending(database, clock=clock, ids=ids, channel=dying, given=one).tick()
    office = sending(database, clock=clock, ids=ids, channel=heir, given=one)
    assert office.tick() == 1, "what never left is sent at once, without its lease"
    with database.read() as session:
        states = Counter(session.scalars(select(Delivery.state)))
        assert states == {"accepted": 3, "sending": 1}
        references = {
            (attempt.number, attempt.verdict)
            for attempt in session.scalars(select(Attempt))
        }
    assert references == {(1, "accepted"), (1, "back"), (2, "accepted")}
    clock.wait(timedelta(seconds=121))
    office.tick()
    with database.read() as session:
        states = Counter(session.scalars(select(Delivery.state)))
    assert states == {"accepted": 3, "unsure": 1}
    assert len(dying.sent) + len(heir.sent) == 3
