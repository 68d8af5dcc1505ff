"""Logs that give nobody away."""

import json
from io import StringIO

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from core.log import configure, logger, mask


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
