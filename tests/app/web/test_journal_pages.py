"""The journal at the screen: who did what, filtered, page by page, in the reader's words, as a file."""

import csv
import io
import json
from datetime import timedelta

import pytest
from screen_makers import an_office, cookie, fill, signed_in

from app.alert_words import JOURNAL_BROKEN
from app.journaling import Journaling
from app.web.journal_view import history
from core.alerts import Raised, settle
from core.i18n import words
from core.journal import acting, note
from core.journal.actor import PAGE
from core.models import Release
from core.values import Language, Role
from monitor.models import Watch


@pytest.fixture
def office(tmp_path, clock, ids):
    with an_office(tmp_path, clock, ids) as opened:
        fill(opened)
        yield opened


def say(office, what="a.b", about="c:1", by="salma", **values):
    with acting(by, via=PAGE), office.database.write() as session:
        note(session, what=what, about=about, **values)


def test_a_change_on_a_page_is_told_under_the_name_of_who_made_it(office):
    watcher = signed_in(office, Role.WATCHER)
    watcher.post("/watches", data={"name": "ministère", "q": "rabat"})
    page = signed_in(office, Role.VALIDATOR).get("/journal").text
    assert "Watch: added" in page
    assert f"<bdi>{Role.WATCHER}</bdi> · on a page" in page
    assert 'href="/watches/1"' in page
    with office.database.read() as session:
        (line,) = history(session, "watch:1", words(Language.ENGLISH), zone="UTC")
        assert session.query(Watch).one().created_by == line.by == str(Role.WATCHER)
    after = {one.name: one.after for one in line.fields}
    assert after["query"] == "rabat"
    assert after["created_at"] == "24 Nov 2026, 09:00:00"


def test_only_who_answers_for_what_leaves_may_read_it(office):
    for role in (Role.READER, Role.WRITER, Role.WATCHER):
        assert signed_in(office, role).get("/journal").status_code == 403
        assert signed_in(office, role).get("/journal/file/csv").status_code == 403
    for role in (Role.VALIDATOR, Role.ADMINISTRATOR):
        assert signed_in(office, role).get("/journal").status_code == 200


def test_the_filters_stand_in_the_address(office, clock):
    say(office, about="dispatch:12", what="dispatch.approved")
    say(office, about="dispatch:13", what="dispatch.approved", by="karim")
    clock.wait(timedelta(days=2))
    say(office, about="dispatch:12", what="dispatch.paused")
    boss = signed_in(office, Role.ADMINISTRATOR)

    def lines(query):
        answer = boss.get(f"/journal?{query}")
        assert answer.status_code == 200
        return answer.text.count('id="line-')

    assert lines("about=dispatch:12") == 2
    assert lines("by=karim&what=&about=&since=&until=") == 1
    assert lines("what=dispatch.approved") == 2
    assert lines("since=2026-11-26") == 1
    assert lines("until=2026-11-25&about=dispatch:12") == 1
    assert lines("since=2026-11-24&until=2026-11-24&about=dispatch:13") == 1
    assert lines("about=dispatch:99") == 0
    assert "No line answers." in boss.get("/journal?about=dispatch:99").text


def test_older_lines_are_a_page_further_with_the_same_filters(office):
    for number in range(60):
        say(office, about="c:1", after={"number": number})
    boss = signed_in(office, Role.ADMINISTRATOR)
    page = boss.get("/journal?about=c:1").text
    assert page.count('id="line-') == 50
    older = page.split('class="button" href="/journal?')[1].split('"')[0]
    assert "about=c%3A1" in older
    page = boss.get(f"/journal?{older.replace('&amp;', '&')}").text
    assert page.count('id="line-') == 10


def test_secrets_are_said_to_have_changed(office):
    say(office, after={"password_hash": "changed"}, before={"password_hash": "changed"})
    page = signed_in(office, Role.ADMINISTRATOR).get("/journal?about=c:1").text
    assert "it is a secret and is not shown" in page


def test_a_verb_nobody_gave_words_is_shown_as_it_is(office):
    say(office, what="kite.flown", about="kite:7")
    page = signed_in(office, Role.ADMINISTRATOR).get("/journal?about=kite:7").text
    assert "kite.flown" in page
    assert "kite 7" in page


def test_the_page_says_up_to_where_it_was_read_and_what_is_wrong(office, clock):
    boss = signed_in(office, Role.ADMINISTRATOR)
    assert "Not sealed yet" in boss.get("/journal").text
    say(office)
    Journaling(
        database=office.database,
        clock=clock,
        ids=office.ids,
        settings=office.settings,
    ).tick()
    assert "Read and sealed on" in boss.get("/journal").text
    with office.database.write() as session:
        settle(
            session,
            [
                Raised(
                    rule=JOURNAL_BROKEN,
                    about="journal",
                    fields={"number": 7, "why": "missing"},
                )
            ],
            rules=[JOURNAL_BROKEN],
            now=clock.now(),
        )
    page = boss.get("/journal").text
    assert "changed from outside" in page
    assert "At line 7: a line is missing." in page
    assert "its line \u20687\u2069 does not follow" in boss.get("/").text


def test_the_lines_are_taken_away_as_files_that_act_nowhere(office):
    say(office, after={"title": "=cmd|' /C calc'!A0"}, about="=1+1")
    boss = signed_in(office, Role.ADMINISTRATOR)
    answer = boss.get("/journal/file/csv?by=salma")
    assert 'filename="journal.csv"' in answer.headers["content-disposition"]
    (row,) = csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff")))
    assert row["about"] == "'=1+1"
    assert json.loads(row["after"])["title"].startswith("=cmd")
    written = boss.get("/journal/file/jsonl").text.splitlines()
    assert [json.loads(one)["id"] for one in written] == list(
        range(1, len(written) + 1)
    )


def test_the_hold_switch_is_told(office):
    boss = signed_in(office, Role.VALIDATOR)
    boss.post("/hold", data={"because": "On attend."})
    boss.post("/hold/release")
    page = boss.get("/journal?about=office").text
    assert "Everything put on hold" in page
    assert "On attend." in page
    assert "Hold released" in page


def test_a_contact_who_follows_a_link_is_a_visitor(office):
    client = signed_in(office, Role.WRITER)
    with acting("salma", via=PAGE), office.database.write() as session:
        session.get_one(Release, 1).place = "Fès"
    client.cookies.clear()
    client.cookies.set("parution_session", cookie(office, Role.VALIDATOR))
    assert "Release: changed" in client.get("/journal?about=release:1&lang=en").text


@pytest.mark.parametrize(
    "query", ["before=0", "since=2026-13-01", "before=99999999999", f"by={'x' * 300}"]
)
def test_what_cannot_be_asked_is_named(office, query):
    boss = signed_in(office, Role.ADMINISTRATOR)
    assert boss.get(f"/journal?{query}").status_code == 400
