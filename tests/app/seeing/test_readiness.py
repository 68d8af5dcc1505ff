"""Ready: one entry for each thing, asked within a bound, by one at a time."""

import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from fastapi.testclient import TestClient
from seeing_office import beat, seen_office
from sqlalchemy import text
from sqlalchemy.exc import TimeoutError as NoneFree

from app.seeing.readiness import Readiness
from app.web import make_app
from core.zones import ZoneRules

HOME = ("127.0.0.1", 5000)


@pytest.fixture
def office(tmp_path, clock, ids):
    with seen_office(tmp_path, clock, ids) as opened:
        yield opened


def checks(office, *, ticks=True):
    verdict = Readiness(office, ticks=ticks).verdict()
    return verdict.ready, {one.name: one for one in verdict.checks}


def test_each_thing_the_office_needs_has_an_entry(office):
    ready, found = checks(office)
    assert ready
    assert set(found) == {
        "time zones",
        "parsers",
        "disk",
        "database",
        "migrations",
        "jobs",
    }
    assert "libxml2" in found["parsers"].found


def test_jobs_have_time_to_begin_and_then_must_have_run(office, clock):
    readiness = Readiness(office, ticks=True)
    assert readiness.verdict().ready
    clock.wait(timedelta(minutes=11))
    late = readiness.verdict()
    assert [one.name for one in late.checks if not one.ok] == ["jobs"]
    assert not late.ready
    beat(office, "send")
    clock.wait(timedelta(seconds=5))
    assert readiness.verdict().ready


def test_pages_without_jobs_tell_of_silent_workers_and_stay_ready(office, clock):
    ready, found = checks(office, ticks=False)
    assert ready
    assert (found["jobs"].ok, found["jobs"].needed) == (False, False)
    beat(office, "send")
    assert checks(office, ticks=False)[1]["jobs"].ok


def test_old_zone_data_is_not_ready(office):
    old = replace(office, zone_rules=ZoneRules(version="2020a", origin="test"))
    ready, found = checks(old)
    assert not ready
    assert not found["time zones"].ok


def test_tables_of_another_version_are_not_ready(office):
    with office.database.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    ready, found = checks(office)
    assert not ready
    assert (found["migrations"].ok, found["migrations"].found) == (False, "0001")
    assert "jobs" not in found


class Broken:
    """A database that raises, or hangs, when it is read."""

    def __init__(self, database, hold=None, fault=None):
        self.engine = database.engine
        self.hold = hold
        self.fault = fault or OSError(5, "Input/output error")
        self.asked = 0

    def read(self):
        self.asked += 1
        if self.hold is not None:
            self.hold.wait(20)
        raise self.fault


def test_a_database_that_does_not_answer_is_told_without_its_words(office):
    ready, found = checks(replace(office, database=Broken(office.database)))
    assert not ready
    assert (found["database"].ok, found["database"].found) == (False, "OSError")
    assert "migrations" not in found


def test_a_database_without_a_free_connection_is_one_that_does_not_answer(office):
    busy = Broken(office.database, fault=NoneFree("QueuePool limit"))
    ready, found = checks(replace(office, database=busy))
    assert not ready
    assert (found["database"].ok, found["database"].found) == (False, "TimeoutError")


def test_a_database_that_hangs_is_asked_by_one_thread_however_many_ask(office):
    hold = threading.Event()
    broken = Broken(office.database, hold)
    readiness = Readiness(replace(office, database=broken), ticks=True)
    found = []
    askers = [
        threading.Thread(target=lambda: found.append(readiness.verdict()))
        for _ in range(8)
    ]
    for one in askers:
        one.start()
    for one in askers:
        one.join(20)
    hold.set()
    assert [one.ready for one in found] == [False] * 8
    assert {one.checks[0].found for one in found} == {"no answer within 3 s"}
    assert broken.asked == 1


def test_a_moments_answer_serves_all_who_ask(office, clock):
    broken = Broken(office.database)
    readiness = Readiness(replace(office, database=broken), ticks=True)
    for _ in range(5):
        readiness.verdict()
    assert broken.asked == 1
    clock.wait(timedelta(seconds=3))
    readiness.verdict()
    assert broken.asked == 2


def test_what_the_office_is_made_of_is_told_on_this_machine_only(office):
    app = make_app(office, ticks=True)
    here = TestClient(app, client=HOME).get("/health/ready")
    assert here.status_code == 200
    assert all("found" in one for one in here.json()["checks"])
    for asked in (
        TestClient(app).get("/health/ready"),
        TestClient(app, client=HOME).get(
            "/health/ready", headers={"X-Forwarded-For": "203.0.113.7"}
        ),
    ):
        assert asked.status_code == 200
        assert all(
            {*one} == {"check", "ok", "needed"} for one in asked.json()["checks"]
        )


def test_an_office_that_is_not_ready_answers_503_and_lives_on(office, clock):
    app = TestClient(make_app(office, ticks=True), client=HOME)
    clock.wait(timedelta(minutes=11))
    assert app.get("/health/ready").status_code == 503
    assert app.get("/health/live").json() == {"live": True}
