"""Each request has a number: in the log, and in an answer that tells of an error of ours."""

import json
from dataclasses import replace
from io import StringIO

import pytest
import structlog
from fastapi.testclient import TestClient
from screen_makers import an_office
from sqlalchemy.exc import TimeoutError as NoneFree

from app.tables import metadata
from app.web import make_app
from core import log


class Gone:
    """A database that fails in a way we know, or in one we do not."""

    def __init__(self, database, error):
        self.engine, self.gate, self.error = database.engine, None, error

    def read(self):
        raise self.error


@pytest.fixture
def office(tmp_path, clock, ids):
    with an_office(tmp_path, clock, ids) as opened:
        metadata.create_all(opened.database.engine)
        yield opened


def asked(office, path, error, **given):
    broken = replace(office, database=Gone(office.database, error))
    client = TestClient(make_app(broken), raise_server_exceptions=False)
    stream = StringIO()
    log.configure(level="info", stream=stream)
    try:
        answer = client.get(path, **given)
    finally:
        structlog.reset_defaults()
    return answer, [json.loads(one) for one in stream.getvalue().splitlines()]


FULL = OSError(28, "No space left on device")
BUSY = NoneFree("QueuePool limit")
ODD = ValueError("amal@example.org")


@pytest.mark.parametrize(
    ("path", "error", "status", "event"),
    [
        ("/u/a-token", FULL, 503, "page.troubled"),
        ("/u/a-token", BUSY, 503, "page.troubled"),
        ("/u/a-token", ODD, 500, "page.failed"),
        ("/api/v1/releases", BUSY, 503, "api.troubled"),
        ("/api/v1/releases", ODD, 500, "api.failed"),
    ],
)
def test_an_error_of_ours_shows_the_number_its_line_bears(
    office, path, error, status, event
):
    headers = {"X-Request-Id": "mine", "Authorization": "Bearer x"}
    answer, lines = asked(office, path, error, headers=headers)
    number = answer.headers["x-request-id"]
    assert answer.status_code == status
    assert len(number) == 16
    assert number != "mine"
    assert number in answer.text or event.startswith("api.")
    assert lines[0]["event"] == event
    assert {one["request"] for one in lines} == {number}
    assert "a-token" not in json.dumps(lines)
    assert "amal@" not in json.dumps(lines)


def test_an_answer_without_an_error_of_ours_is_the_same_each_time(office):
    client = TestClient(make_app(office))
    for path in ("/health/live", "/nothing", "/login"):
        first, second = client.get(path), client.get(path)
        assert first.headers == second.headers
        assert "x-request-id" not in first.headers


def test_every_request_has_its_own(office):
    numbers = {
        asked(office, "/u/a-token", FULL)[0].headers["x-request-id"] for _ in range(3)
    }
    assert len(numbers) == 3
