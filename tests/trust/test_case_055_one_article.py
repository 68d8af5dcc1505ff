"""Case 55: whatever a source does to its entries, each article is there once, with its history."""

from datetime import timedelta
from email.utils import format_datetime
from xml.sax.saxutils import escape

import pytest
from fake_web import FakeWeb
from listening_makers import a_source
from sqlalchemy import select

from core.bounded import Bounded
from core.ids import CountedIds
from core.settings import Settings
from monitor.intake.parsing import Parsing
from monitor.models import Article, ArticleVersion
from monitor.pipeline import Pipeline

FEED, URGENT = "https://quotidien.ma/feed", "https://quotidien.ma/urgent"


@pytest.fixture(scope="module")
def bounded():
    with Bounded() as made:
        yield made


@pytest.fixture
def web():
    return FakeWeb()


@pytest.fixture
def pipeline(database, clock, web, bounded):
    with database.write() as session:
        for path in ("/feed", "/urgent"):
            a_source(
                session, clock, outlet="Le Quotidien", host="quotidien.ma", path=path
            )
    return Pipeline(
        database=database,
        clock=clock,
        timer=clock,
        ids=CountedIds(),
        web=web,
        parsing=Parsing(bounded=bounded),
        settings=Settings(),
        windows=lambda _: [],
    )


@pytest.fixture
def publish(pipeline, web, clock):
    """Serve entries in one feed, or in both, and read them a day apart."""

    def served(*entries, urgent=()):
        web.answers[FEED], web.answers[URGENT] = a_feed(*entries), a_feed(*urgent)
        for source_id in (1, 2):
            pipeline.run_one(source_id)
        clock.wait(timedelta(days=1))

    return served


def item(link="", title="", *, guid=None, date=None):
    parts = [f"<title>{escape(title)}</title>"] if title else []
    parts += [f"<link>{escape(link)}</link>"] if link else []
    parts += [f"<guid isPermaLink='false'>{guid}</guid>"] if guid else []
    parts += [f"<pubDate>{date}</pubDate>"] if date else []
    return f"<item>{''.join(parts)}</item>"


def a_feed(*items):
    return f"<rss version='2.0'><channel><title>Q</title>{''.join(items)}</channel></rss>".encode()


def articles(database):
    with database.read() as session:
        return session.scalars(select(Article).order_by(Article.id)).all()


def titles(database):
    return [one.title for one in articles(database)]


def history(database):
    with database.read() as session:
        rows = session.scalars(select(ArticleVersion).order_by(ArticleVersion.id)).all()
        return [(one.change, one.title) for one in rows]


def test_entries_without_key_and_date_are_kept_once(publish, database):
    for _ in range(2):
        publish(
            item("https://quotidien.ma/1", "Un"), item("https://quotidien.ma/2", "Deux")
        )
    assert titles(database) == ["Deux", "Un"], (
        "the newest, first in the feed, comes last"
    )
    assert [one.published_at for one in articles(database)] == [None, None]


def test_a_key_that_is_used_for_another_story_loses_neither(publish, database):
    publish(
        item("https://quotidien.ma/1", "Le port de Nador ouvre ses quais", guid="42")
    )
    publish(item("https://quotidien.ma/2", "La pluie revient enfin à Fès", guid="42"))
    assert len(titles(database)) == 2
    assert history(database) == []


@pytest.mark.parametrize(
    "date",
    [
        "Thu, 01 Jan 1970 00:00:00 GMT",
        "Fri, 01 Jan 2099 00:00:00 GMT",
        "Sat, 01 Jan 0001 00:00:00 GMT",
        "hier soir",
    ],
)
def test_a_date_nobody_can_believe_is_left_out(publish, database, clock, date):
    seen = clock.now()
    publish(item("https://quotidien.ma/1", "Un", date=date))
    (article,) = articles(database)
    assert (article.published_at, article.first_seen_at) == (None, seen)


def test_an_edited_title_is_one_article_with_its_history(publish, database):
    publish(item("https://quotidien.ma/1", "Douze blessés dans l'accident"))
    publish(item("https://quotidien.ma/1", "Quinze blessés dans l'accident"))
    publish(
        item("https://quotidien.ma/1", "Accident : le bilan monte à quinze blessés")
    )
    assert titles(database) == ["Accident : le bilan monte à quinze blessés"]
    assert history(database) == [
        ("edited", "Douze blessés dans l'accident"),
        ("edited", "Quinze blessés dans l'accident"),
    ]


def test_a_moved_address_is_one_article_with_its_history(publish, database):
    title = "Le port de Nador ouvre ses quais"
    publish(item("https://quotidien.ma/eco/port", title, guid="7"))
    publish(item("https://quotidien.ma/economie/2026/port-nador", title, guid="7"))
    (article,) = articles(database)
    assert article.url == "https://quotidien.ma/economie/2026/port-nador"
    assert history(database) == [("moved", title)]


@pytest.mark.parametrize(
    "form",
    [
        "https://quotidien.ma/eco/port?utm_source=rss&utm_medium=feed",
        "https://quotidien.ma/eco/port?fbclid=IwAR0x#commentaires",
        "https://quotidien.ma/eco/port/amp/",
        "https://quotidien.ma/eco/port?outputType=amp",
        "https://amp.quotidien.ma/eco/port",
        "https://m.quotidien.ma/eco/port",
        "https://www.quotidien.ma/eco/port/",
        "http://quotidien.ma/eco/port",
        "https://quotidien.ma/eco/port?print=1",
        "https://quotidien.ma/eco/port;jsessionid=8A7",
    ],
)
def test_every_form_of_an_address_is_one_article(publish, database, form):
    publish(
        item("https://quotidien.ma/eco/port", "Le port de Nador", guid="1"),
        urgent=[item(form, "Le port de Nador", guid="urgent-1")],
    )
    assert titles(database) == ["Le port de Nador"]


def test_a_date_the_source_gives_is_kept_apart_from_when_it_was_seen(
    publish, database, clock
):
    said = clock.now() - timedelta(hours=5)
    publish(item("https://quotidien.ma/1", "Un", date=format_datetime(said)))
    (article,) = articles(database)
    assert (article.published_at, article.published_as) == (said, "moment")
    assert article.first_seen_at == said + timedelta(hours=5)
