"""The steps of an event on one page: as proposed, as typed, and planned one dispatch each."""

from datetime import datetime, timedelta

import pytest
from bs4 import BeautifulSoup
from screen_makers import an_office, fill, signed_in

from app.migrations.history import upgrade
from core.models import Release
from core.values import Role
from distributor.models import Dispatch

EVENT = datetime(2026, 12, 5, 10)


@pytest.fixture
def office(tmp_path, clock, ids):
    with an_office(tmp_path, clock, ids) as opened:
        upgrade(opened.database)
        fill(opened)
        with opened.database.write() as session:
            release = session.get_one(Release, 1)
            release.kind = "invitation"
            release.event_wall = EVENT
            release.event_at = EVENT.replace(tzinfo=opened.clock.now().tzinfo)
        yield opened


def fields(page, **changes):
    form = BeautifulSoup(page.text, "lxml").select_one("#steps")
    return {
        "mailing_list": "nationale",
        "channel": "outbox",
        "day": [one["value"] for one in form.select("[name=day]")],
        "hour": [one["value"] for one in form.select("[name=hour]")],
        "wanted": [
            one["value"]
            for one in form.select("[name=wanted]")
            if one.has_attr("checked")
        ],
    } | changes


def test_the_proposed_days_stand_around_the_event_and_name_what_is_missing(office):
    page = signed_in(office, Role.WRITER).get("/releases/1/steps")
    told = fields(page)
    assert told["day"][:2] == ["2026-11-25", "2026-12-03"]
    assert told["wanted"] == ["J-10", "J-2"]
    text = BeautifulSoup(page.text, "lxml").get_text(" ")
    assert "Write one, then plan it." in text
    assert "الأربعاء" in text


def test_ticked_steps_become_dispatches_and_the_page_shows_them(office):
    client = signed_in(office, Role.WRITER)
    data = fields(client.get("/releases/1/steps"), wanted=["J-10"])
    data["hour"][0] = "11:30"
    answer = client.post("/releases/1/steps", data=data)
    assert answer.status_code == 303, BeautifulSoup(answer.text, "lxml").get_text(" ")
    with office.database.read() as session:
        [made] = session.query(Dispatch)
        assert (made.step, made.wall) == ("J-10", datetime(2026, 11, 25, 11, 30))
    page = client.get("/releases/1/steps")
    assert 'href="/dispatches/1"' in page.text
    assert fields(page)["wanted"] == ["J-2"]


def test_looking_plans_nothing_and_keeps_what_was_typed(office):
    client = signed_in(office, Role.WRITER)
    data = fields(client.get("/releases/1/steps"), look="true")
    data["day"][0] = "2026-11-26"
    page = client.post("/releases/1/steps", data=data)
    assert (page.status_code, fields(page)["day"][0]) == (200, "2026-11-26")
    assert "Thursday, 26 November 2026" in page.text
    with office.database.read() as session:
        assert session.query(Dispatch).count() == 0


def test_a_step_that_cannot_be_planned_says_why_beside_the_others(office, clock):
    client = signed_in(office, Role.WRITER)
    data = fields(client.get("/releases/1/steps"), wanted=["J-10", "J"])
    answer = client.post("/releases/1/steps", data=data)
    assert answer.status_code == 409
    assert "1 step was planned" in answer.text
    clock.wait(timedelta(days=30))
    assert "Its time has passed." in client.get("/releases/1/steps").text


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"wanted": []}, "Tick the steps"),
        ({"day": ["soon"] * 5}, "Type the day as"),
        ({"mailing_list": "nobody"}, "nobody"),
    ],
)
def test_what_cannot_be_read_plans_nothing_and_says_the_mend(office, changes, said):
    client = signed_in(office, Role.WRITER)
    data = fields(client.get("/releases/1/steps"), **changes)
    answer = client.post("/releases/1/steps", data=data)
    assert answer.status_code in {400, 409}
    assert said in BeautifulSoup(answer.text, "lxml").get_text(" ")
    with office.database.read() as session:
        assert session.query(Dispatch).count() == 0


def test_a_release_without_an_event_says_what_to_do(office):
    with office.database.write() as session:
        session.get_one(Release, 1).event_wall = None
    answer = signed_in(office, Role.WRITER).get("/releases/1/steps")
    assert (answer.status_code, "Say when the event is" in answer.text) == (400, True)


def test_a_reader_may_plan_no_steps(office):
    assert signed_in(office, Role.READER).get("/releases/1/steps").status_code == 403


@pytest.mark.parametrize(
    ("kind", "leads"),
    [("invitation", True), ("reminder", True), ("communique", False)],
)
def test_a_release_leads_to_who_comes_where_it_asks_somebody_to_come(
    office, kind, leads
):
    with office.database.write() as session:
        session.get_one(Release, 1).kind = kind
    client = signed_in(office, Role.WRITER)
    page = BeautifulSoup(client.get("/releases/1").text, "lxml")
    assert bool(page.select('a[href="/releases/1/event"]')) is leads
    answer = client.get("/releases/1/event")
    assert answer.status_code == (200 if leads else 400)
