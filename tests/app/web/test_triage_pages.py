"""Triage on screen without a script, and what its script is answered."""

import re

import pytest
from screen_makers import an_office, signed_in
from triage_office import fill_desk

from core.values import SCREENS, Role
from monitor.models import Coverage

PART = {"X-Part": "1"}


@pytest.fixture
def office(tmp_path, clock, ids):
    with an_office(tmp_path, clock, ids) as opened:
        fill_desk(opened, 6, groups=[(1, 2, 3)], arabic=(5,))
        yield opened


@pytest.fixture
def watcher(office):
    return signed_in(office, Role.WATCHER)


def lines(page):
    return [
        int(one)
        for one in re.findall(r'<li class="queue-row[^>]*data-line="(\d+)"', page.text)
    ]


def decisions(office):
    with office.database.read() as session:
        return {row.id: row.decision for row in session.query(Coverage)}


def confirm(client, line, *, query="", seen=0, **more):
    data = {"decision": "confirmed", "seen": seen, **more}
    headers = more.pop("headers", None)
    return client.post(f"/triage/{line}{query}", data=data, headers=headers)


@pytest.mark.parametrize("language", SCREENS)
def test_the_queue_shows_the_newest_and_its_evidence(watcher, language):
    page = watcher.get("/triage", params={"lang": language})
    assert page.status_code == 200
    assert lines(page) == [6, 5, 4, 1]
    assert 'id="reading-title"' in page.text
    assert "Titre 6</h2>" in page.text
    assert "<img" not in page.text


def test_a_decision_leads_to_the_next_and_says_what_was_done(office, watcher):
    sent = confirm(watcher, 6)
    assert sent.headers["location"] == "/triage?line=5&done=6"
    page = watcher.get(sent.headers["location"])
    assert "Titre 6" in page.text
    assert lines(page) == [5, 4, 1]
    back = watcher.post("/triage/6", data={"decision": "proposed", "seen": 1})
    assert back.headers["location"] == "/triage?line=6"
    assert decisions(office)[6] == "proposed"


def test_a_group_is_confirmed_at_once(office, watcher):
    assert "+2 copies" in watcher.get("/triage").text
    confirm(watcher, 1, copies="true")
    assert [decisions(office)[one] for one in (1, 2, 3)] == ["confirmed"] * 3


def test_the_queue_stays_as_it_was_narrowed(watcher):
    page = watcher.get("/triage?language=ar&release=&label=")
    assert lines(page) == [5]
    sent = confirm(watcher, 5, query="?language=ar")
    assert sent.headers["location"] == "/triage?language=ar&done=5"
    assert (
        "No open proposal is like that." in watcher.get(sent.headers["location"]).text
    )
    assert watcher.get("/triage?language=1").status_code == 400
    assert watcher.get("/triage?release=99999999999").status_code == 400


def test_what_another_decided_meanwhile_is_shown_and_kept(office, watcher):
    confirm(signed_in(office, Role.VALIDATOR), 6)
    mine = watcher.post(
        "/triage/6", data={"decision": "rejected", "rejection": "homonym", "seen": 0}
    )
    assert mine.status_code == 409
    assert "Somebody else decided this line meanwhile" in mine.text
    assert "validator" in mine.text
    assert decisions(office)[6] == "confirmed"


def test_the_script_is_answered_with_a_sentence_and_a_row(office, watcher):
    told = watcher.post(
        "/triage/1", data={"decision": "confirmed", "seen": 0}, headers=PART
    ).json()
    assert "Titre 1" in told["said"]
    assert told["seen"] == 1
    assert 'data-line="2"' in told["row"], "its copies are led by the next"
    again = watcher.post(
        "/triage/1", data={"decision": "confirmed", "seen": 0}, headers=PART
    )
    assert again.status_code == 409
    assert "meanwhile" in again.json()["what"]
    assert "state-confirmed" in again.json()["row"]
    wrong = watcher.post(
        "/triage/4", data={"decision": "rejected", "rejection": "other"}, headers=PART
    )
    assert (wrong.status_code, wrong.json()["what"]) == (
        400,
        "A rejection needs its reason.",
    )


def test_parts_of_the_page_are_given_alone(watcher):
    panes = watcher.get("/triage?line=5&part=panes").text
    assert panes.count("<html") == 0
    assert 'action="/triage/5?' in panes
    rows = watcher.get("/triage?after=5&part=rows").text
    assert "<html" not in rows
    assert re.findall(r'data-line="(\d+)"', rows) == ["4", "1"]


def test_a_line_is_moved_to_another_release_or_called_a_copy(office, watcher):
    watcher.post("/triage/6", data={"decision": "moved", "other": 2, "seen": 0})
    watcher.post("/triage/4", data={"decision": "copy", "other": 5, "seen": 0})
    found = decisions(office)
    assert (found[6], found[7]) == ("rejected", "confirmed")
    page = watcher.get("/triage")
    assert lines(page) == [4, 1]
    assert "+1 copy" in page.text


def test_readers_see_the_queue_and_decide_nothing(office):
    reader = signed_in(office, Role.READER)
    page = reader.get("/triage")
    assert page.status_code == 200
    assert 'name="decision"' not in page.text
    assert confirm(reader, 6).status_code == 403


def test_what_is_said_of_an_article_leads_back_to_the_queue(watcher):
    back = "/triage?language=fr&line=6"
    said = watcher.post("/coverage/6/said", data={"tone": "positive", "back": back})
    assert said.headers["location"] == back
    noted = watcher.post("/coverage/6/errors", data={"wrong": "1 420", "back": back})
    assert noted.headers["location"] == back
    away = watcher.post(
        "/coverage/6/said", data={"tone": "positive", "back": "//evil.test"}
    )
    assert away.status_code == 400
