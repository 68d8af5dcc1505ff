"""A program in a loop is slowed, by its token; one without a good token by its address."""

import json
from datetime import timedelta
from io import StringIO

import pytest
import structlog
from programs import called_office, program

from app.api.limits import TooOften, Turns
from core import log


@pytest.fixture
def turns(clock):
    return Turns(clock)


def so_often(count):
    """How many of *count* were let through."""
    done = 0

    def times(call, who):
        nonlocal done
        done = 0
        for _ in range(count):
            try:
                call(who)
            except TooOften:
                continue
            done += 1
        return done

    return times


def test_a_token_has_a_bucket_of_its_own_that_fills_again(turns, clock):
    times = so_often(2_000)
    assert times(turns.count_call, 1) == 1_200
    assert times(turns.count_call, 2) == 1_200
    clock.move_to(clock.now() + timedelta(seconds=10))
    assert times(turns.count_call, 1) == 200


def test_who_guesses_tokens_is_stopped_after_a_few(turns):
    assert so_often(100)(turns.count_wrong, "203.0.113.9") == 30
    assert so_often(10)(turns.count_wrong, "203.0.113.10") == 10


@pytest.fixture
def office(tmp_path, clock, ids):
    with called_office(tmp_path, clock, ids) as opened:
        yield opened


@pytest.fixture
def logged():
    stream = StringIO()
    log.configure(level="info", stream=stream)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    structlog.reset_defaults()


def test_a_call_too_many_is_told_when_to_come_again(office):
    client = program(office)
    client.headers["Authorization"] = "Bearer parution_wrong"
    statuses = [client.get("/releases").status_code for _ in range(31)]
    assert statuses == [401] * 30 + [429]
    refused = client.get("/releases")
    assert refused.headers["retry-after"] == "60"
    assert refused.json()["mend"]
    # Whoever has a good token at the same address goes on.
    assert program(office, called="another").get("/releases").status_code == 200


def test_refusals_are_logged_with_who_and_without_the_token(office, logged):
    client = program(office, "reader")
    assert client.post("/releases", json={}).status_code == 403
    client.headers["Authorization"] = "Bearer parution_wrong-one"
    client.get("/releases")
    events = {one["event"]: one for one in logged()}
    assert events["call.not-allowed"]["account"] > 0
    assert events["call.not-allowed"]["token"] > 0
    assert events["token.refused"]["from_address"]
    assert "wrong-one" not in json.dumps(logged())
