"""Article pages are read, extracted under a bound and kept."""

from dataclasses import replace
from datetime import timedelta

import pytest
from fake_web import FakeWeb, answer
from listening_makers import PARAGRAPHS, a_page, a_source, an_entry, stored
from sqlalchemy import select

from core.bounded import Bounded, Closed
from core.errors import RobotsRefused
from core.settings import Settings
from monitor.models import Article
from monitor.reading import Reader

URL = "https://a.test/1"
TITLE = "Agences urbaines à Rabat"


@pytest.fixture(scope="module")
def bounded():
    with Bounded() as made:
        yield made


@pytest.fixture
def web():
    return FakeWeb()


@pytest.fixture
def wanted():
    return []


@pytest.fixture
def reader(database, clock, web, bounded, wanted):
    def make(**polling):
        return Reader(
            database=database,
            clock=clock,
            timer=clock,
            web=web,
            bounded=bounded,
            settings=Settings(polling=polling),
            is_candidate=lambda page: any(word in page.text for word in wanted),
        )

    return make


@pytest.fixture
def article(database, clock):
    with database.write() as session:
        stored(session, clock, a_source(session, clock), an_entry("1", TITLE))

    def read(article_id=1):
        with database.read() as session:
            return session.get_one(Article, article_id)

    return read


def test_a_page_becomes_the_article_s_text(reader, web, article):
    web.answers[URL] = a_page(TITLE, head="<meta name='author' content='Amal B.'>")
    assert reader().run_due() == 1
    assert article().full_text.split("\n\n") == PARAGRAPHS
    assert (article().text_from, article().reads) == ("page", 1)
    assert reader().run_due() == 0, "it is read once"


def test_a_page_that_says_nothing_leaves_what_the_source_said(
    reader, web, article, clock
):
    web.answers[URL] = b"<html><body></body></html>"
    reader().run_due()
    assert article().text_from == "entry"
    assert article().sift_at == clock.stamp()


def test_hostile_pages_cost_a_bounded_time_and_lose_nothing(
    reader, web, article, clock
):
    web.answers[URL] = b"<html><body>" + b"<div><p>" * 200_000 + b"x" * 100_000
    reader().run_due()
    assert article().sift_at == clock.stamp()


def test_an_office_that_ends_while_a_page_is_read_says_nothing_of_the_page(
    reader, web, article
):
    web.answers[URL] = a_page(TITLE)
    ended = Bounded()
    ended.close()
    with pytest.raises(Closed):
        replace(reader(), bounded=ended).run_due()
    assert (article().read_failures, article().sift_at) == (0, None)


def test_with_candidates_only_other_pages_are_skimmed(reader, web, article, wanted):
    wanted.append("Bouregreg")
    web.answers[URL] = a_page(
        TITLE, ["La pluie revient à Fès ce soir, selon la météo."] * 3
    )
    reader(extraction="candidates").run_due()
    assert article().text_from == "screen"


def test_a_candidate_is_read_with_care(reader, web, article, wanted):
    wanted.append("Bouregreg")
    web.answers[URL] = a_page(TITLE)
    reader(extraction="candidates").run_due()
    assert article().text_from == "page"


def test_a_second_read_asks_whether_anything_changed(
    reader, web, article, database, clock
):
    web.answers[URL] = answer(URL, a_page(TITLE), headers={"etag": '"3"'})
    reader().run_due()
    with database.write() as session:
        session.get_one(Article, 1).next_read_at = clock.now()
    web.answers[URL] = answer(URL, status=304)
    clock.wait(timedelta(hours=1))
    reader().run_due()
    assert web.asked[-1].headers == {"If-None-Match": '"3"'}
    assert article().next_read_at == article().first_seen_at + timedelta(hours=6)


def test_what_robots_txt_forbids_is_sifted_with_what_the_source_said(
    reader, web, article, clock
):
    web.answers[URL] = RobotsRefused("It asks us to stay away.", to=URL)
    reader().run_due()
    assert (article().next_read_at, article().sift_at) == (None, clock.stamp())


def test_every_page_of_every_outlet_is_read_in_one_pass(
    reader, web, article, database, clock
):
    with database.write() as session:
        more = a_source(session, clock, path="/urgent")
        stored(session, clock, more, *(an_entry(str(number)) for number in range(2, 9)))
    for number in range(1, 9):
        web.answers[f"https://a.test/{number}"] = a_page(f"Titre {number}")
    assert reader().run_due() == 8
    with database.read() as session:
        assert session.scalars(select(Article.id).where(Article.reads == 0)).all() == []
