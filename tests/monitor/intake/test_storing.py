"""Entries become articles, once, on both databases."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from listening_makers import a_source, an_entry, stored
from postgres_locks import wait_until_blocked
from sqlalchemy import func, select

from app.tables import metadata
from core.db import open_database
from monitor.intake.identity import keyed
from monitor.intake.storing import Brought, Reading, store
from monitor.models import Article, ArticleAddress, ArticleVersion, Sighting
from monitor.states import Change


@pytest.fixture
def session(each_database):
    with each_database.write() as opened:
        yield opened


@pytest.fixture
def source(session, clock):
    return a_source(session, clock)


def articles(session):
    return session.scalars(select(Article).order_by(Article.id)).all()


def versions(session):
    return session.scalars(select(ArticleVersion).order_by(ArticleVersion.number)).all()


def test_a_new_entry_becomes_an_article_to_be_read(session, clock, source):
    found = stored(
        session,
        clock,
        source,
        an_entry("1", at=clock.now(), author="Amal", summary="Un résumé."),
    )
    (article,) = articles(session)
    assert found.new == 1
    assert (article.url, article.author, article.excerpt) == (
        "https://a.test/1",
        "Amal",
        "Un résumé.",
    )
    assert article.published_at == article.first_seen_at == clock.now()
    assert article.next_read_at == clock.now()
    assert article.sift_at is None, "it is sifted once it was read"


def test_an_excerpt_is_cut_between_words_and_says_so(session, clock, source):
    stored(session, clock, source, an_entry("1", summary="Rabat réunit " * 40))
    (article,) = articles(session)
    assert len(article.excerpt) <= 300
    assert article.excerpt.endswith(("Rabat…", "réunit…"))


def test_entries_that_name_no_section_are_of_their_source_s(session, clock, source):
    brought = Brought(
        source_id=source,
        outlet_id=1,
        entries=keyed([an_entry("1"), an_entry("2", section="Sport")]),
        section="Économie",
    )
    reading = Reading(reads_all=False, since=clock.now())
    store(session, [brought], now=clock.now(), stamp=clock.stamp(), reading=reading)
    assert [one.section for one in articles(session)] == ["Sport", "Économie"]


def test_what_a_source_carries_whole_is_sifted_at_once(session, clock, source):
    stored(
        session, clock, source, an_entry("1", content="Une phrase de l'article. " * 80)
    )
    (article,) = articles(session)
    assert article.next_read_at is None
    assert article.sift_at == clock.stamp()


def test_the_newest_of_a_look_has_the_highest_id(session, clock, source):
    hour = timedelta(hours=1)
    stored(
        session,
        clock,
        source,
        an_entry("undated"),
        an_entry("old", at=clock.now() - 3 * hour),
        an_entry("new", at=clock.now() - hour),
        an_entry("older", at=clock.now() - 4 * hour),
    )
    order = [one.url.rpartition("/")[2] for one in articles(session)]
    assert order == ["older", "old", "new", "undated"]


def test_the_same_entries_bring_nothing_twice(session, clock, source):
    entries = [an_entry(str(number)) for number in range(5)]
    assert stored(session, clock, source, *entries).new == 5
    assert stored(session, clock, source, *reversed(entries)).new == 0
    assert len(articles(session)) == 5


def test_two_sources_of_an_outlet_show_one_article(session, clock, source):
    urgent = a_source(session, clock, path="/urgent")
    stored(session, clock, source, an_entry("x"))
    found = stored(session, clock, urgent, an_entry("x?utm_source=urgent#top", key="9"))
    assert found.new == 0
    assert len(articles(session)) == 1
    assert session.scalar(select(func.count()).select_from(Sighting)) == 2


def test_two_outlets_with_one_text_keep_an_article_each(session, clock, source):
    other = a_source(session, clock, outlet="B", host="b.test")
    title = "Le conseil adopte le projet de loi"
    stored(session, clock, source, an_entry("1", title))
    assert stored(session, clock, other, an_entry("1", title, host="b.test")).new == 1


def test_the_same_title_of_the_same_hours_is_the_same_article(session, clock, source):
    title = "Le conseil adopte le projet de loi sur l'eau"
    stored(session, clock, source, an_entry("politique/1", title, at=clock.now()))
    later = clock.now() + timedelta(hours=2)
    again = stored(session, clock, source, an_entry("national/1", title, at=later))
    assert again.new == 0
    (alias,) = session.scalars(select(ArticleAddress))
    assert alias.url == "https://a.test/national/1"
    assert (
        stored(session, clock, source, an_entry("national/1?x=2", title, at=later)).new
        == 0
    )


def test_a_column_that_keeps_its_title_from_day_to_day_stays_apart(
    session, clock, source
):
    title = "La revue de presse du jour"
    stored(session, clock, source, an_entry("1", title, at=clock.now()))
    tomorrow = clock.now() + timedelta(days=1)
    assert stored(session, clock, source, an_entry("2", title, at=tomorrow)).new == 1


def test_an_edited_title_is_a_version(session, clock, source):
    stored(session, clock, source, an_entry("1", "Douze morts dans l'accident"))
    clock.wait(timedelta(hours=1))
    found = stored(
        session, clock, source, an_entry("1", "Treize morts dans l'accident")
    )
    (article,) = articles(session)
    assert found.edited == 1
    assert article.title == "Treize morts dans l'accident"
    (version,) = versions(session)
    assert (version.title, version.change) == (
        "Douze morts dans l'accident",
        Change.EDITED,
    )
    assert version.changed_at == clock.now()


def test_other_signs_in_a_title_are_no_version(session, clock, source):
    stored(session, clock, source, an_entry("1", "L'eau, une urgence"))
    assert (
        stored(session, clock, source, an_entry("1", "L’eau: une urgence")).edited == 0
    )
    assert versions(session) == []


def test_a_title_that_changes_at_each_look_is_not_kept_without_end(
    session, clock, source
):
    for minute in range(40):
        entry = an_entry("1", f"En direct, minute {minute} du match", key="7")
        stored(session, clock, source, entry)
    assert len(versions(session)) == 24
    (article,) = articles(session)
    assert article.title == "En direct, minute 39 du match"


def test_a_moved_article_is_found_under_both_addresses(session, clock, source):
    title = "Le port de Nador ouvre en décembre"
    stored(session, clock, source, an_entry("eco/old", title, key="7"))
    found = stored(session, clock, source, an_entry("economie/new", title, key="7"))
    assert (found.moved, found.new) == (1, 0)
    (article,) = articles(session)
    assert article.url == "https://a.test/economie/new"
    assert [one.change for one in versions(session)] == [Change.MOVED]
    other = a_source(session, clock, path="/eco")
    assert (
        stored(
            session, clock, other, an_entry("eco/old", "Autre intitulé de ce port")
        ).new
        == 0
    )


def test_a_key_that_is_used_again_names_a_new_article(session, clock, source):
    stored(session, clock, source, an_entry("1", "Le port de Nador ouvre", key="same"))
    found = stored(
        session, clock, source, an_entry("2", "La pluie revient à Fès", key="same")
    )
    assert found.new == 1
    assert len(articles(session)) == 2
    again = stored(
        session, clock, source, an_entry("2", "La pluie revient à Fès", key="same")
    )
    assert again.new == 0
    assert versions(session) == []


def test_old_articles_of_a_first_look_are_not_read_one_by_one(session, clock, source):
    entries = [
        an_entry("new", at=clock.now() - timedelta(days=1)),
        an_entry("old", at=clock.now() - timedelta(days=400)),
        an_entry("undated"),
    ]
    store(
        session,
        [Brought(source_id=source, outlet_id=1, entries=keyed(entries))],
        now=clock.now(),
        stamp=clock.stamp(),
        reading=Reading(reads_all=True, since=clock.now() - timedelta(days=3)),
    )
    read = [one.url for one in articles(session) if one.next_read_at is not None]
    assert read == ["https://a.test/new", "https://a.test/undated"]


@pytest.mark.postgres
def test_two_workers_store_the_first_article_of_an_outlet_once(postgres_url, clock):
    database = open_database(postgres_url)
    metadata.create_all(database.engine)
    with database.write() as opened:
        feed, sitemap = (
            a_source(opened, clock, path=path) for path in ("/feed", "/sitemap")
        )

    def store_it_too():
        with database.write() as opened:
            return stored(opened, clock, sitemap, an_entry("1")).new

    with ThreadPoolExecutor(1) as other:
        with database.write() as opened:
            assert stored(opened, clock, feed, an_entry("1")).new == 1
            waiting = other.submit(store_it_too)
            wait_until_blocked(database)
        assert waiting.result() == 0
    database.close()


names = st.lists(
    st.tuples(
        st.sampled_from("abcde"), st.sampled_from(["", "?utm_source=x", "/amp", "#top"])
    ),
    max_size=8,
)


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(looks=st.lists(names, max_size=5))
def test_whatever_comes_in_which_order_each_article_is_there_once(
    database, clock, looks
):
    with database.write() as opened:
        for table in (Sighting, ArticleAddress, ArticleVersion, Article):
            opened.query(table).delete()
        source = a_source(opened, clock, path=f"/{clock.now()}")
        clock.wait(timedelta(seconds=1))
        for look in looks:
            entries = [
                an_entry(f"{name}{noise}", f"Titre {name}", key=name)
                for name, noise in look
            ]
            stored(opened, clock, source, *entries)
        seen = {name for look in looks for name, _ in look}
        assert sorted(one.title for one in articles(opened)) == sorted(
            f"Titre {name}" for name in seen
        )
