"""The screens of searches and watches, in every language."""

import re
from datetime import timedelta

import pytest
from engines import address
from screen_makers import signed_in

from app.bootstrap import open_office
from app.web.passages import pieces
from core.clock import SystemTimer
from core.models import Account, Outlet, Release
from core.settings import Settings
from core.values import SCREENS, Role
from monitor import coverage, search, watches
from monitor.matching.values import Label
from monitor.models import Article

HOSTILE = "<script>alert(1)</script> santé"


@pytest.fixture
def office(tmp_path, clock, ids):
    settings = Settings.model_validate(
        {"data_dir": tmp_path, "database_url": address(tmp_path)}
    )
    with open_office(settings, clock=clock, timer=SystemTimer(), ids=ids) as opened:
        fill(opened)
        yield opened


def fill(office):
    now = office.clock.now()
    with office.database.write() as session:
        for role in Role:
            session.add(Account(name=role, role=role, password_hash="", created_at=now))
        outlet = Outlet(name="صدى الأطلس")
        made = [
            Article(
                outlet=outlet,
                url=f"https://sada.test/{number}",
                address_hash=number,
                title=HOSTILE,
                title_hash=number,
                language="fr",
                first_seen_at=now - timedelta(hours=30 - number),
                full_text=f"La santé, {HOSTILE}." if number % 2 else None,
                excerpt="La santé …",
            )
            for number in range(30)
        ]
        session.add_all(made)
        session.flush()
        search.index(session, [search.of_row(one) for one in made])
        watches.add(session, name=HOSTILE, query="santé", by="samira", now=now)


@pytest.fixture
def visitor(office):
    def sign_in(role):
        client = signed_in(office, role)
        client.follow_redirects = True
        return client

    return sign_in


SCREENS_OF_OURS = [
    ("/search", {}, 200),
    ("/search", {"q": "santé"}, 200),
    ("/search", {"q": "santé", "order": "rank"}, 200),
    ("/search", {"q": "absent"}, 200),
    ("/search", {"q": "(santé"}, 400),
    ("/watches", {}, 200),
    ("/watches", {"q": "santé", "name": HOSTILE}, 200),
    ("/watches", {"q": "absent"}, 200),
    ("/watches", {"q": "title:"}, 400),
    ("/watches/1", {}, 200),
    ("/watches/99", {}, 404),
]


@pytest.mark.parametrize("language", SCREENS)
def test_each_screen_is_shown_in_every_language(visitor, language):
    reader = visitor(Role.READER)
    for path, asked, status in SCREENS_OF_OURS:
        page = reader.get(path, params={"lang": language.value} | asked)
        assert page.status_code == status, (path, asked)
        assert f'lang="{language.value}"' in page.text
        assert "<script>alert" not in page.text


def test_a_search_shows_its_words_and_goes_on(visitor):
    reader = visitor(Role.READER)
    page = reader.get("/search", params={"q": "santé"}).text
    assert page.count('<article class="row">') == 20
    assert "La <mark>santé</mark>" in page
    assert "excerpt only" in page or "extrait" in page
    older = reader.get("/search", params={"q": "santé", "after": 11}).text
    assert older.count('<article class="row">') == 10


def test_a_search_is_narrowed_and_kept_as_a_watch(visitor, office):
    watcher = visitor(Role.WATCHER)

    def count(**asked):
        page = watcher.get("/search", params={"q": "santé", **asked})
        assert page.status_code == 200, asked
        return page.text.count('<article class="row">')

    assert count(language="ar") == 0
    assert count(language="fr", source="sada", since="", until="") == 0
    assert count(source="صدى") == 20
    day = office.clock.now().date().isoformat()
    assert 0 < count(since=day) < 20
    assert count(until="2020-01-01") == 0
    assert count(covered="true") == 0
    with office.database.write() as session:
        session.add(
            Release(
                number="1/2026",
                kind="communique",
                zone="Africa/Casablanca",
                created_at=office.clock.now(),
            )
        )
        session.flush()
        coverage.add(
            session,
            article_id=3,
            release_id=1,
            label=Label.MENTION,
            by="samira",
            now=office.clock.now(),
        )
    assert count(covered="true") == 1
    assert count(covered="true", order="rank") == 1
    page = watcher.get("/search", params={"q": "santé", "language": "fr"}).text
    kept = re.search(r'name="q" value="([^"]+)"><input type="hidden" name="name"', page)
    assert kept[1] == "santé AND language:fr"
    watcher.post("/watches", data={"q": kept[1], "name": kept[1]})
    with office.database.read() as session:
        assert [line.query for line in watches.listed(session)][-1] == kept[1]


def test_a_fault_is_shown_with_its_caret(visitor):
    page = visitor(Role.READER).get("/search", params={"q": "santé ("}).text
    assert "<pre" in page
    assert "  santé (" in page
    assert "^" in page


def test_a_watch_is_tried_saved_switched_and_removed(visitor, office):
    watcher = visitor(Role.WATCHER)
    tried = watcher.get("/watches", params={"q": "santé", "name": "Santé"}).text
    assert 'action="/watches" method="post"' in tried
    assert "30 article" in tried
    watcher.post("/watches", data={"q": "santé", "name": "Santé"})
    watches.look_back(office.database, now=office.clock.now())
    assert watcher.get("/watches/2").text.count('<article class="row">') == 30
    watcher.post("/watches/2", data={"do": "off"})
    with office.database.read() as session:
        assert not watches.line(session, 2).is_on
    watcher.post("/watches/2", data={"do": "remove"})
    assert watcher.get("/watches/2").status_code == 404


def test_a_watch_with_a_wrong_name_keeps_what_was_typed(visitor):
    watcher = visitor(Role.WATCHER)
    page = watcher.post("/watches", data={"q": "santé OR soin", "name": HOSTILE})
    assert page.status_code == 400
    assert 'id="name-wrong"' in page.text
    assert "santé OR soin</textarea>" in page.text
    assert (
        watcher.post("/watches", data={"q": "(santé", "name": "b"}).status_code == 400
    )


def test_a_query_is_tried_alone_and_beside_what_it_changes(visitor):
    reader = visitor(Role.READER)
    part = reader.get("/watches/trial", params={"q": "santé", "lang": "en"})
    assert "<html" not in part.text
    assert "30 articles in the last 30 days" in part.text
    worse = reader.get("/watches/trial", params={"q": "santé (", "lang": "ar"})
    assert "<pre" in worse.text
    missed = reader.get("/watches/trial", params={"q": "santé absent", "lang": "en"})
    assert "hold some of its words" in missed.text
    changed = reader.get(
        "/watches/trial", params={"q": "absent", "watch": 1, "lang": "en"}
    )
    assert "would no longer be selected" in changed.text
    assert reader.get("/watches/trial", params={"watch": 1}).text.strip() == ""


def test_a_changed_watch_looks_back_and_two_people_lose_no_words(visitor, office):
    first, second = visitor(Role.WATCHER), visitor(Role.VALIDATOR)
    sent = first.post("/watches/1", data={"q": "santé OR soin", "name": "Santé"})
    assert sent.status_code == 200, "the new watch's page"
    with office.database.read() as session:
        (line,) = watches.listed(session)
    assert (line.name, line.query, line.has_looked_back) == (
        "Santé",
        "santé OR soin",
        False,
    )
    told = {"q": "santé OR rêve", "name": "Santé", "was": "santé"}
    late = second.post("/watches/1", data=told)
    assert late.status_code == 409, "that one is gone"
    late = second.post(f"/watches/{line.id}", data=told)
    assert late.status_code == 409, "that one says something else"
    assert "santé OR rêve</textarea>" in late.text
    assert "santé OR soin" in late.text
    again = first.post(f"/watches/{line.id}", data={"q": line.query, "name": "Soins"})
    assert again.url.path == f"/watches/{line.id}", (
        "another name alone is no other watch"
    )


def test_who_may_only_read_saves_no_watch(visitor):
    reader = visitor(Role.READER)
    assert 'action="/watches" method="post"' not in reader.get("/watches?q=a").text
    sent = reader.post("/watches", data={"q": "santé", "name": "Santé"})
    assert sent.status_code == 403


def test_pieces_stand_around_the_words_and_are_few():
    text = " ".join(f"mot{number}" for number in range(400))
    at = [text.index(f"mot{number}") for number in (5, 100, 101, 200, 300, 399)]
    found = pieces(text, [{"start": one, "end": one + 4} for one in at])
    assert len(found) == 3
    shown = [
        piece.text[one["start"] : one["end"]]
        for piece in found
        for one in piece.passages
    ]
    assert shown == ["mot5", "mot1", "mot1", "mot2"]
    assert all(piece.text.startswith("… mot") for piece in found[1:])
    (begin,) = pieces(text, [])
    assert begin.text.startswith("mot0 ")


@pytest.mark.parametrize(
    "query", ["(santé", "title:", "a NEAR/99 b", "foo:bar", "a OR"]
)
def test_what_is_wrong_with_a_query_is_said_in_the_readers_language(visitor, query):
    client = visitor(Role.WATCHER)
    told = set()
    for language in SCREENS:
        client.get(f"/language/{language}")
        page = client.get("/search", params={"q": query}).text
        told.add(page.partition('role="alert"')[2].partition("<pre")[0])
        told.add(page.partition("</pre>")[2].partition("</div>")[0])
    assert len(told) == 2 * len(SCREENS), "the sentence and the mend, in each"
