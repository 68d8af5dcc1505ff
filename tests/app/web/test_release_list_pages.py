"""The list of releases and their calendar, new drafts, previews and tests."""

import re

import pytest
from editor_rows import a_dispatch, two_languages
from screen_makers import an_office, fill, signed_in

from core.models import Release
from core.values import SCREENS, Role
from distributor.models import Dispatch


@pytest.fixture
def office(tmp_path, clock, ids):
    with an_office(tmp_path, clock, ids) as opened:
        fill(opened)
        with opened.database.write() as session:
            two_languages(session, clock.now())
        yield opened


@pytest.fixture
def writer(office):
    return signed_in(office, Role.WRITER)


def numbers(page):
    return re.findall(r'class="number">([^<]+)<', page.text)


def test_filters_of_the_list_stand_in_its_address(office, writer):
    with office.database.write() as session:
        a_dispatch(session, 2, office.clock.now())
    assert numbers(writer.get("/releases")) == ["200/2026", "112/2026"]
    assert numbers(writer.get("/releases?state=waits")) == ["200/2026"]
    assert numbers(writer.get("/releases?state=draft")) == ["112/2026"]
    assert numbers(writer.get("/releases?missing=ar&year=2026")) == ["112/2026"]
    assert numbers(writer.get("/releases?q=LQAA")) == []
    assert numbers(writer.get("/releases?q=لقاء&kind=communique")) == ["200/2026"]
    page = writer.get("/releases?q=لقاء&kind=communique").text
    assert '<option value="communique" selected>' in page
    # What is no filter of ours asks for nothing.
    assert len(numbers(writer.get("/releases?state=x&kind=y&year=z&missing=w"))) == 2


def test_a_new_release_is_a_draft_with_the_next_number(office, writer):
    assert "201/2026" in writer.get("/releases/new").text
    made = writer.post("/releases/new", data={"kind": "invitation", "number": ""})
    assert made.headers["location"] == "/releases/3/edit"
    page = writer.get("/releases/3/edit")
    assert page.status_code == 200
    assert 'id="version-fr"' in page.text
    assert 'id="version-ar"' in page.text
    assert writer.get("/releases/3").status_code == 200
    assert writer.get("/releases/3/preview").status_code == 200


def test_a_new_release_that_cannot_be_says_why_beside_its_field(writer):
    answer = writer.post(
        "/releases/new", data={"kind": "correction", "number": "9/2026"}
    )
    assert answer.status_code == 400
    assert 'aria-describedby="parent-wrong"' in answer.text
    assert 'value="9/2026"' in answer.text


def test_the_calendar_shows_dispatches_events_and_milestones(office, writer):
    now = office.clock.now()
    with office.database.write() as session:
        a_dispatch(session, 2, now)
        session.get_one(Release, 1).event_wall = now.replace(tzinfo=None, day=26)
    page = writer.get("/releases/calendar?month=2026-11").text
    assert 'href="/dispatches/1"' in page
    assert page.index("2 days before") < page.index("<strong>Event")
    assert 'scope="col">Monday' in page
    # Without a month, and with one that is none, it is this month.
    for path in ("/releases/calendar", "/releases/calendar?month=2026-13"):
        assert "calendar-today" in writer.get(path).text


@pytest.mark.parametrize("language", SCREENS)
def test_the_calendar_names_its_months_in_the_readers_language(writer, language):
    writer.cookies.set("parution_language", language)
    named = {"fr": "Novembre", "ar": "نونبر", "en": "November"}[language]
    assert f"<h1>{named}" in writer.get("/releases/calendar?month=2026-11").text


def test_a_preview_has_its_tabs_and_a_frame_that_may_do_nothing(writer):
    page = writer.get("/releases/2/preview")
    assert 'sandbox src="/releases/2/preview/mail?language=fr' in page.text
    headers = writer.get("/releases/2/preview?tab=headers&language=ar").text
    for name in ("From", "Subject", "Message-ID", "List-Unsubscribe", "To"):
        assert f'dir="ltr">{name}</th>' in headers
    assert "لقاء الوكالات" in headers
    assert "سلمى" in writer.get("/releases/2/preview?tab=text&language=ar").text
    assert "phone" in writer.get("/releases/2/preview?tab=phone").text
    assert "is missing" in writer.get("/releases/2/preview?tab=pdf").text
    mail = writer.get("/releases/2/preview/mail?language=ar&dark=true")
    policy = mail.headers["content-security-policy"]
    assert "sandbox" in policy
    assert "script" not in policy
    assert "لقاء الوكالات" in mail.text


def test_a_preview_finds_a_contact_by_name_or_address(writer):
    page = writer.get("/releases/2/preview?q=nadia+1").text
    assert "n1@press.test" in page
    contact = re.search(r"contact=(\d+)", page)[1]
    shown = writer.get(f"/releases/2/preview?tab=text&contact={contact}").text
    assert "Nadia 1" in shown
    assert writer.get("/releases/2/preview?contact=999").status_code == 404


def test_a_test_is_sent_to_the_office_and_remembered(office, writer):
    page = writer.get("/releases/2/preview").text
    assert "No test of it was sent yet." in page
    form = {
        "key": re.search(r'name="key" value="([^"]+)"', page)[1],
        "address": "presse@ministere.test",
        "channel": "outbox",
        "language": ["fr", "ar"],
    }
    for _ in range(2):
        sent = writer.post("/releases/2/test", data=form)
        assert sent.headers["location"] == "/releases/2/preview?sent=true#test"
    with office.database.read() as session:
        made = session.query(Dispatch).all()
        assert [(one.purpose, one.about) for one in made] == [
            ("notice", "test:2:fr"),
            ("notice", "test:2:ar"),
        ]
    assert "No test of it" not in writer.get("/releases/2/preview").text
    assert writer.get("/").status_code == 200


def test_a_test_to_a_stranger_is_refused(office, writer):
    form = {
        "key": "k",
        "address": "n1@press.test",
        "channel": "outbox",
        "language": ["fr"],
    }
    refused = writer.post("/releases/2/test", data=form)
    assert refused.status_code == 400
    assert "only to addresses of this office" in refused.text
    assert 'value="n1@press.test"' in refused.text


def test_a_reader_may_look_and_not_send(office):
    reader = signed_in(office, Role.READER)
    page = reader.get("/releases/2/preview")
    assert page.status_code == 200
    assert "Send this test" not in page.text
