"""Watches: tried, saved, looked back for, and asked about each article."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from core.errors import BadInput, NotFound
from core.models import Outlet
from monitor import search, watches
from monitor.models import Article, WatchMatch

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)


def store(session, *bodies, index=True):
    """One article each, an hour apart, the last one an hour ago."""
    outlet = session.scalar(select(Outlet)) or Outlet(name="Le Matin")
    had = session.scalar(select(func.count()).select_from(Article))
    made = [
        Article(
            outlet=outlet,
            url=f"https://journal.test/{had + number}",
            address_hash=had + number,
            title="Titre",
            title_hash=had + number,
            full_text=body,
            first_seen_at=NOW - timedelta(hours=len(bodies) - number),
        )
        for number, body in enumerate(bodies)
    ]
    session.add_all(made)
    session.flush()
    if index:
        search.index(session, [search.of_row(one) for one in made])
    return made


def add(session, name, query):
    return watches.add(session, name=name, query=query, by="samira", now=NOW)


def selected(session, name):
    return [one.id for one in watches.articles(session, name)]


def test_a_watch_is_saved_as_it_was_understood(each_database):
    with each_database.write() as session:
        add(session, "  La  santé ", "santé -sport")
    with each_database.read() as session:
        (line,) = watches.listed(session)
    assert (line.name, line.query) == ("La santé", "santé AND NOT sport")
    assert (line.count, line.last_found_at, line.is_on) == (0, None, True)
    assert not line.has_looked_back


@pytest.mark.parametrize(
    ("name", "query", "what"),
    [
        ("", "santé", "needs a name"),
        ("n" * 101, "santé", "needs a name"),
        ("Santé\u202egnp", "santé", "needs a name"),
        ("Santé", "sport", "of this name already"),
        ("Autre", "(sport", "not closed"),
    ],
)
def test_a_watch_that_cannot_be_is_refused(database, name, query, what):
    with database.write() as session:
        add(session, "Santé", "santé")
        with pytest.raises(BadInput, match=what):
            add(session, name, query)


def test_a_query_is_tried_before_it_is_saved(each_database):
    with each_database.write() as session:
        store(session, *["école santé"] * 3, *["école"] * 27, "sport")
        tried = watches.back_test(
            session, "école OR santé", now=NOW, zone="Africa/Casablanca", days=2
        )
        assert (tried.query, tried.count, tried.is_whole) == (
            "école OR santé",
            30,
            True,
        )
        assert list(tried.noisiest) == [("école", 30), ("santé", 3)]
        assert sum(tried.per_day.values()) == 30
        assert [day.isoformat() for day in tried.per_day] == [
            "2026-11-22",
            "2026-11-23",
            "2026-11-24",
        ]
        assert len(tried.sample) == 10
        assert session.scalar(select(func.count()).select_from(WatchMatch)) == 0


def test_a_wide_query_is_counted_without_reading_everything(each_database):
    with each_database.write() as session:
        store(session, *["école santé"] * 300)
        for query, count, is_whole in [
            ("école", 300, True),
            ("école NEAR/3 santé", 200, False),
            ("=école", 200, False),
        ]:
            tried = watches.back_test(
                session, query, now=NOW, zone="Africa/Casablanca", days=30
            )
            assert (tried.count, tried.is_whole) == (count, is_whole)
            assert sum(tried.per_day.values()) == count


def test_a_watch_looks_back_in_lots_and_goes_on_where_it_was(each_database):
    with each_database.write() as session:
        made = store(session, *["santé", "sport"] * 130)
        add(session, "Santé", "santé")
        add(session, "Rien", "absent")
    wanted = [one.id for one in made if one.full_text == "santé"]
    assert watches.look_back(each_database, now=NOW, lots=1) == 1
    with each_database.read() as session:
        assert len(watches.articles(session, "Santé", limit=500)) == 100
        assert not any(one.has_looked_back for one in watches.listed(session))
    assert watches.look_back(each_database, now=NOW) == 2
    assert watches.look_back(each_database, now=NOW) == 0
    with each_database.read() as session:
        found = watches.articles(session, "Santé", limit=500)
        assert [one.id for one in found] == wanted[::-1]
        assert all(one.has_looked_back for one in watches.listed(session))
        page = watches.articles(session, "Santé", limit=2, after=found[1].id)
        assert [one.id for one in page] == [found[2].id, found[3].id]


def test_an_article_is_matched_with_every_watch_once(each_database):
    with each_database.write() as session:
        (article,) = store(session, "santé et école")
        add(session, "Santé", "santé")
        add(session, "École", "école")
        add(session, "Sport", "sport")
        known = watches.Watches.load(session)
        hits = known.matches(search.of_row(article))
        assert len(known) == 3
        for _ in range(2):
            watches.keep(session, hits, now=NOW)
        assert selected(session, "Santé") == selected(session, "École") == [article.id]
        assert selected(session, "Sport") == []
        (one,) = watches.articles(session, "École")
        assert [one.body[at["start"] : at["end"]] for at in one.passages] == ["école"]


def test_an_article_that_changed_shows_where_it_stands_now(each_database):
    with each_database.write() as session:
        (article,) = store(session, "santé")
        add(session, "Santé", "santé")
        known = watches.Watches.load(session)
        watches.keep(session, known.matches(search.of_row(article)), now=NOW)
        article.full_text = "La santé"
        later = NOW + timedelta(hours=1)
        watches.keep(session, known.matches(search.of_row(article)), now=later)
        (one,) = watches.articles(session, "Santé")
        assert (one.passages[0]["start"], one.found_at) == (3, NOW)
        article.full_text = None
        (one,) = watches.articles(session, "Santé")
        assert (one.body, one.passages) == ("", [])


def test_watches_are_read_again_only_when_they_changed(each_database):
    with each_database.write() as session:
        add(session, "Santé", "santé")
        first = watches.Watches.load(session)
        assert watches.Watches.load(session, first) is first
        add(session, "Sport", "sport")
        second = watches.Watches.load(session, first)
        assert (len(first), len(second)) == (1, 2)
        watches.switch(session, "Sport", is_on=False)
        assert len(watches.Watches.load(session, second)) == 1


def test_a_watch_turned_on_again_looks_back_for_what_it_missed(database):
    with database.write() as session:
        add(session, "Santé", "santé")
    watches.look_back(database, now=NOW)
    with database.write() as session:
        watches.switch(session, "Santé", is_on=False)
        (article,) = store(session, "santé")
    assert watches.look_back(database, now=NOW) == 0
    with database.write() as session:
        watches.switch(session, "Santé", is_on=True)
    watches.look_back(database, now=NOW)
    with database.read() as session:
        assert selected(session, "Santé") == [article.id]


def test_a_removed_watch_is_forgotten_with_what_it_selected(each_database):
    with each_database.write() as session:
        store(session, "santé")
        add(session, "Santé", "santé")
    watches.look_back(each_database, now=NOW)
    with each_database.write() as session:
        watches.remove(session, "Santé")
        assert session.scalar(select(func.count()).select_from(WatchMatch)) == 0
        assert session.scalar(select(func.count()).select_from(Article)) == 1
        with pytest.raises(NotFound, match="no such watch"):
            watches.remove(session, "Santé")
