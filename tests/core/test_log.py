"""Logs that give nobody away."""

import json
import logging
from io import StringIO

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from core.log import bridge_libraries, configure, logger, mask


@pytest.fixture
def lines():
    stream = StringIO()
    configure(level="info", stream=stream)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    structlog.reset_defaults()


def test_an_event_is_one_json_object_a_line(lines):
    logger("sending").info("delivery.refused", release=12, code=550)
    (event,) = lines()
    assert event["event"] == "delivery.refused"
    assert (event["area"], event["release"], event["code"]) == ("sending", 12, 550)
    assert event["timestamp"].endswith("Z")


def test_a_mail_address_is_masked(lines):
    logger("sending").info("delivery.refused", answer="<amal@example.org> unknown")
    assert lines()[0]["answer"] == "<<address>> unknown"


def test_a_line_break_cannot_forge_a_line(lines):
    logger("sending").info("answer.read", answer='550 no\r\n{"event": "forged"}')
    (event,) = lines()
    assert event["answer"] == '550 no  {"event": "forged"}'


def test_a_traceback_keeps_its_lines_and_loses_its_addresses(lines):
    try:
        int("amal@example.org")
    except ValueError:
        logger("worker").exception("job.failed")
    (event,) = lines()
    assert "\n" in event["exception"]
    assert "amal" not in event["exception"]


def test_what_is_below_the_level_is_not_written(lines):
    logger("sending").debug("delivery.seen")
    assert lines() == []


@pytest.mark.parametrize("sign", ["\r", "\n", "\x1b", "\x85", "\u2028", "\u2029"])
def test_a_control_sign_is_neutralised(sign):
    assert mask(f"a{sign}b") == "a b"


@given(st.text())
def test_a_masked_text_stays_on_one_line(text):
    assert len(mask(text).splitlines()) <= 1


@given(st.emails(), st.text(alphabet="abc <>", max_size=5))
def test_no_address_survives_the_mask(address, around):
    assert address not in mask(f"{around} {address} {around}")


@pytest.mark.parametrize(
    "given",
    [
        ValueError("amal@example.org\n"),
        {"to": ["amal@example.org"], "amal@example.org": 1},
        float("nan"),
        "a\ud800b amal@example.org",
        {1, 2},
        b"amal@example.org",
    ],
)
def test_whatever_is_given_makes_one_line_of_json_without_an_address(lines, given):
    logger("sending").info("answer.read", answer=given)
    (event,) = lines()
    assert event["event"] == "answer.read"
    assert "amal@" not in json.dumps(event)


def test_what_refers_to_itself_ends_somewhere(lines):
    loop = []
    loop.append(loop)
    logger("sending").info("answer.read", answer=loop)
    assert len(lines()) == 1


class Full(StringIO):
    """A stream on a disk that is full for a while."""

    room = False

    def write(self, text):
        if not self.room:
            raise OSError(28, "No space left on device")
        return super().write(text)


def test_a_full_disk_under_the_log_loses_lines_and_stops_nobody():
    stream = Full()
    configure(level="info", stream=stream)
    try:
        for number in range(3):
            logger("sending").info("delivery.sent", number=number)
        stream.room = True
        logger("sending").info("delivery.sent", number=3)
    finally:
        structlog.reset_defaults()
    told = [json.loads(line) for line in stream.getvalue().splitlines() if line]
    assert [(one["event"], one.get("count")) for one in told] == [
        ("log.lost", 3),
        ("delivery.sent", None),
    ]


def test_what_a_library_says_is_a_line_like_ours(lines):
    library = logging.getLogger("some.library")
    before = logging.getLogger().handlers[:]
    try:
        bridge_libraries()
        bridge_libraries()
        library.warning("cannot reach %s\n", "amal@example.org")
        library.info("not worth it")
    finally:
        logging.captureWarnings(False)
        logging.getLogger().handlers[:] = before
    (event,) = lines()
    assert event["library"] == "some.library"
    assert event["said"] == "cannot reach <address> "
