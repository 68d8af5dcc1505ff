"""Screens of sources and articles, in every language, on a real database."""

import dataclasses
import html
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from fake_web import FakeWeb
from screen_makers import an_office, signed_in
from source_rows import fill

from app.web.article_view import without_middle
from core.i18n import words
from core.models import Account, Alert, Release
from core.values import SCREENS, Language, Role
from monitor.catalogue.reading import read_list
from monitor.models import Article, Coverage, Sighting, Source
from monitor.states import SourceState


@pytest.fixture
def office(tmp_path, clock, ids):
    with an_office(tmp_path, clock, ids) as opened:
        with opened.database.write() as session:
            session.add_all(
                Account(name=role, role=role, password_hash="", created_at=clock.now())
                for role in Role
            )
            fill(session, now=clock.now())
        yield opened


@pytest.fixture
def watcher(office):
    return signed_in(office, Role.WATCHER)


@pytest.mark.parametrize("language", SCREENS)
@pytest.mark.parametrize(
    "path", ["/", "/sources", "/sources?state=blocked", "/articles/1"]
)
def test_screens_speak_each_language(watcher, language, path):
    page = watcher.get(path, params={"lang": language} if "?" not in path else None)
    assert page.status_code == 200
    assert page.headers["content-security-policy"].startswith("default-src 'none'")


@pytest.mark.parametrize("language", SCREENS)
def test_every_state_has_its_sentence_and_its_next_step(watcher, language):
    for number, state in enumerate(SourceState, start=1):
        page = watcher.get(f"/sources/{number}", params={"lang": language})
        assert page.status_code == 200, state
        assert f"state-{state}" in page.text
        assert "%(" not in page.text


def test_states_are_counted_and_filtered(watcher):
    page = watcher.get("/sources?state=blocked")
    assert "prove that they are human" in page.text
    assert page.text.count('class="row"') == 1
    assert watcher.get("/sources?q=echo stale").text.count('class="row"') == 0
    assert watcher.get("/sources?q=cho stale").text.count('class="row"') == 1
    assert watcher.get("/sources?q=%25").text.count('class="row"') == 0


def test_what_is_wrong_stands_first_and_once(watcher):
    shown = re.findall(r'class="state state-([a-z-]+)"', watcher.get("/sources").text)
    states = [state for state in shown if state in set(SourceState)]
    assert len(states) == len(SourceState)
    assert states[0] == "hijacked"
    assert set(states[-2:]) == {"ok", "new"}


def test_arabic_readers_see_the_arabic_name(watcher):
    page = watcher.get("/sources/2", params={"lang": "ar"})
    assert "<h1><bdi>صدى الأخبار 1</bdi></h1>" in page.text
    assert "سوس - ماسة" in page.text


def test_open_alerts_stand_on_the_first_page(watcher, office, clock):
    assert "does not look like its own" in watcher.get("/").text
    with office.database.write() as session:
        session.query(Alert).one().ended_at = clock.now()
    assert "does not look like its own" not in watcher.get("/").text
    assert "does not look like its own" in watcher.get("/sources/6").text


def test_an_article_shows_what_was_changed_in_it(watcher):
    page = watcher.get("/articles/1?version=1").text
    assert "<del>27 </del><ins>30 </ins>" in page
    assert "<ins>urbaines </ins>" in page
    assert "https://echo.test/old" in page


def test_what_was_kept_is_cut_between_words():
    text = " ".join(f"mot{number}" for number in range(200))
    first, last = without_middle(text).split(" … ")
    assert text.startswith(f"{first} "), "no word is halved"
    assert text.endswith(f" {last}")
    assert len(first) + len(last) <= 400


@pytest.mark.parametrize("path", ["/articles/1", "/sources/2"])
def test_a_date_without_an_hour_is_shown_without_one(watcher, office, path):
    with office.database.write() as session:
        row = session.get_one(Article, 1)
        row.published_at, row.published_as = datetime(2026, 11, 20, tzinfo=UTC), "day"
    page = watcher.get(path, params={"lang": "fr"}).text
    assert "<bdi>20/11/2026</bdi>" in page


def test_watchers_pause_and_resume_and_readers_may_not(watcher, office, clock):
    told = {"action": "pause", "because": "no more"}
    reader = signed_in(office, Role.READER)
    assert reader.post("/sources/2/reading", data=told).status_code == 403
    assert (
        watcher.post("/sources/2/reading", data={"action": "pause"}).status_code == 400
    )
    assert watcher.post("/sources/2/reading", data=told).status_code == 303
    with office.database.read() as session:
        assert session.get_one(Source, 2).next_poll_at.year == 2999
    assert "no more" in watcher.get("/sources/2").text
    watcher.post("/sources/2/reading", data={"action": "resume"})
    with office.database.read() as session:
        row = session.get_one(Source, 2)
    assert (row.next_poll_at, row.options) == (clock.now(), {})


def test_what_is_said_of_a_source_is_kept(watcher, office):
    told = {"tier": "3", "robots_agreement": "M. Alami, 3 novembre"}
    assert watcher.post("/sources/7/options", data=told).status_code == 303
    page = watcher.get("/sources/7").text
    assert "Read by agreement with the outlet: <bdi>M. Alami, 3 novembre</bdi>" in page
    assert "tier 3" in page
    told["robots_agreement"] = "a\u202eb"
    assert watcher.post("/sources/7/options", data=told).status_code == 400


def test_a_source_of_other_hands_is_accepted_by_a_person(watcher, office):
    watcher.post("/sources/6/reading", data={"action": "accept"})
    with office.database.read() as session:
        assert session.get_one(Source, 6).state == SourceState.NEW


@pytest.mark.parametrize("path", ["/sources/999", "/articles/999", "/sources/x"])
def test_a_source_that_is_not_there_is_said_in_words(watcher, path):
    assert watcher.get(path).status_code == 404


def test_regions_and_countries_are_said_in_the_readers_language():
    from app import source_words  # noqa: PLC0415 - the module under test, once

    said = words(Language.ARABIC)
    assert source_words.region("L'Oriental", said=said) == "الشرق"
    assert source_words.region("FR", said=said) == "فرنسا"


def test_what_the_starter_list_says_is_said_in_each_language():
    from app import source_words  # noqa: PLC0415 - the module under test

    for outlet in read_list(Path("starter")):
        clauses = {one.strip() for one in outlet.known.split(";")} - {""}
        assert clauses <= source_words.KNOWN, outlet.name
    said = source_words.known("refuses robots; M. Alami", said=words(Language.FRENCH))
    assert said == "refuse les robots\u00a0; M. Alami"


HOME = "https://nouveau.test/"
NAMED = "<link rel=alternate type=application/rss+xml href={}>"


def a_feed(path):
    items = "".join(
        f"<item><title>Un titre de journal {n}</title><link>{HOME}{path}/{n}</link></item>"
        for n in range(3)
    )
    return f"<rss version='2.0'><channel><title>Nouveau</title>{items}</channel></rss>"


def served_by(office, answers):
    return signed_in(dataclasses.replace(office, web=FakeWeb(answers)), Role.WATCHER)


def test_a_source_is_found_and_added_at_the_screen(office):
    head = NAMED.format("/feed")
    client = served_by(
        office,
        {HOME: f"<html><head>{head}</head></html>", f"{HOME}feed": a_feed("a")},
    )
    added = client.post("/sources", data={"url": f" {HOME} "})
    assert added.status_code == 303
    page = client.get(added.headers["location"]).text
    assert "<h1><bdi>Nouveau</bdi></h1>" in page
    again = client.post("/sources", data={"url": HOME})
    assert again.status_code == 400
    assert "there already" in again.text


def test_a_person_chooses_among_sources_as_good_as_each_other(office):
    head = NAMED.format("/fr.xml") + NAMED.format("/ar.xml")
    client = served_by(
        office,
        {
            HOME: f"<html><head>{head}</head></html>",
            f"{HOME}fr.xml": a_feed("fr"),
            f"{HOME}ar.xml": a_feed("ar"),
        },
    )
    asked = client.post("/sources", data={"url": HOME})
    assert asked.status_code == 422
    assert asked.text.count("Add this one") == 2
    chosen = {"url": f"{HOME}ar.xml", "kind": "feed", "outlet": "Nouveau"}
    assert client.post("/sources", data=chosen).status_code == 303


def test_readers_add_nothing(office):
    reader = signed_in(office, Role.READER)
    assert reader.post("/sources", data={"url": HOME}).status_code == 403


def test_a_source_is_tried_now_and_nothing_is_stored(office):
    client = served_by(
        office,
        {"https://ok.test/feed/1": a_feed("a"), "https://blocked.test/feed/6": 403},
    )
    page = client.post("/sources/2/test")
    assert page.status_code == 200
    assert "3 entries" in page.text
    assert "Un titre de journal 0" in page.text
    with office.database.read() as session:
        assert session.query(Article).count() == 1


def test_a_source_that_brought_something_is_not_removed(office, watcher):
    with office.database.read() as session:
        busy = session.query(Sighting).first().source_id
    brought = watcher.post(f"/sources/{busy}/reading", data={"action": "remove"})
    empty = watcher.post("/sources/1/reading", data={"action": "remove"})
    assert empty.headers["location"] == "/sources"
    assert watcher.get("/sources/1").status_code == 404
    assert brought.status_code == 409
    assert "Pause it instead." in brought.text


def test_what_cannot_be_changed_is_said_on_the_sources_own_page(watcher):
    page = watcher.post("/sources/2/reading", data={"action": "pause", "because": " "})
    assert page.status_code == 400
    assert "A pause needs a reason." in page.text
    told = {"selector": "<<", "robots_agreement": "M. Alami"}
    page = watcher.post("/sources/2/options", data=told)
    assert page.status_code == 400
    assert 'value="M. Alami"' in page.text


def test_a_list_is_looked_at_before_it_is_taken_in_and_goes_out_again(watcher, office):
    given = b"""<opml version="2.0"><body>
<outline text="Neuf" title="Neuf" xmlUrl="https://neuf.test/feed"/>
<outline text="Ancien" xmlUrl="https://ok.test/feed/1"/></body></opml>"""
    file = {"file": ("mes sources.opml", given, "text/x-opml")}
    page = watcher.post("/source-lists", files=file)
    assert page.status_code == 200
    assert "1 new source<" in page.text
    assert "1 source that is there already" in page.text
    with office.database.read() as session:
        before = session.query(Source).count()
    text = re.search(r"<textarea[^>]*>\n(.*?)</textarea>", page.text, re.DOTALL)[1]
    told = {"name": "mes sources.opml", "text": html.unescape(text)}
    assert watcher.post("/source-lists/import", data=told).status_code == 303
    with office.database.read() as session:
        assert session.query(Source).count() == before + 1
    for form in ("opml", "toml"):
        out = watcher.get(f"/source-lists/outlets.{form}")
        assert "neuf.test" in out.text
        assert "attachment" in out.headers["content-disposition"]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.pdf", b"x", "neither TOML, OPML nor tab-separated"),
        ("a.opml", b"<html", "is not OPML"),
        ("a.toml", b"\xff", "is not UTF-8"),
        ("a.tsv", b"x" * 900_001, "too large for the screen"),
    ],
)
def test_a_list_that_cannot_be_read_is_explained(watcher, name, content, said):
    page = watcher.post("/source-lists", files={"file": (name, content)})
    assert page.status_code == 400
    assert said in page.text


def test_what_was_printed_is_entered_and_counts_as_coverage(watcher, office):
    told = {
        "outlet": "Le Matin",
        "medium": "print",
        "title": "Les agences réunies",
        "published": "2026-11-23",
        "page": "4",
        "release": "",
    }
    assert watcher.get("/coverage/add").status_code == 200
    wrong = watcher.post("/coverage/add", data=told | {"page": "quatre"})
    assert wrong.status_code == 400
    assert 'id="page-wrong"' in wrong.text
    assert 'value="Les agences réunies"' in wrong.text
    kept = watcher.post("/coverage/add", data=told)
    assert kept.headers["location"].startswith("/articles/")
    with office.database.write() as session:
        session.add(
            Release(
                number="1/2026",
                kind="communique",
                zone="Africa/Casablanca",
                created_at=office.clock.now(),
            )
        )
    counted = watcher.post("/coverage/add", data=told | {"release": "1"})
    assert counted.headers["location"] == "/coverage/1"
    with office.database.read() as session:
        assert session.get_one(Coverage, 1).decision == "confirmed"
    ahead = watcher.post("/coverage/add", data=told | {"published": "2027-01-01"})
    assert 'id="published-wrong"' in ahead.text
