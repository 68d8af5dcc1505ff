"""What an article's page changes in its row."""

from datetime import timedelta

import pytest
from fake_web import answer
from listening_makers import a_source, an_entry, stored
from sqlalchemy import select

from core.errors import Resting, RobotsRefused, Unreachable
from core.web import Answer, Ask, Hop
from monitor.extract import Doubt, ExtractedArticle
from monitor.intake import page_keeping, pages
from monitor.intake.pages import PageOutcome, PageRead
from monitor.models import (
    Article,
    ArticleAddress,
    ArticleVersion,
    Sighting,
    Watch,
    WatchMatch,
)
from monitor.sources.base import Dated
from monitor.states import Change, TextFrom

TEXT = "\n\n".join(
    f"Paragraphe {number} de l'article sur le port." for number in range(12)
)
URL = "https://a.test/1"


@pytest.fixture
def session(database):
    with database.write() as opened:
        yield opened


@pytest.fixture
def article(session, clock):
    source_id = a_source(session, clock)
    stored(session, clock, source_id, an_entry("1", "Le port de Nador ouvre"))
    return session.get_one(Article, 1)


def a_page(title="Le port de Nador ouvre", text=TEXT, **fields):
    return ExtractedArticle(title=title, text=text, **fields)


def read(session, article, clock, *, page=None, outcome=PageOutcome.READ, **given):
    (before,) = pages.asked(session, [article.id])
    fetched = answer(
        URL, status=given.pop("status", 200), headers=given.pop("headers", {})
    )
    look = PageRead(asked=before, outcome=outcome, fetched=fetched, page=page, **given)
    page_keeping.keep(session, article, look, now=clock.now(), stamp=clock.stamp())
    session.flush()


def versions(session):
    return session.scalars(select(ArticleVersion).order_by(ArticleVersion.number)).all()


@pytest.mark.parametrize(
    ("given", "outcome"),
    [
        ({"fetched": answer(URL)}, PageOutcome.READ),
        ({"fetched": answer(URL, status=304)}, PageOutcome.FAILED),
        ({"fetched": answer(URL, status=404)}, PageOutcome.MISSING),
        ({"fetched": answer(URL, status=410)}, PageOutcome.MISSING),
        ({"fetched": answer(URL, status=500)}, PageOutcome.FAILED),
        (
            {"fetched": answer("https://a.test/", hops=(Hop(url=URL, status=302),))},
            PageOutcome.MISSING,
        ),
        ({"error": Unreachable("", to=URL)}, PageOutcome.FAILED),
        ({"error": RobotsRefused("", to=URL)}, PageOutcome.REFUSED),
        ({"error": Resting("", to=URL, seconds=9)}, PageOutcome.POSTPONED),
    ],
)
def test_every_answer_has_its_outcome(session, article, given, outcome):
    (asked,) = pages.asked(session, [article.id])
    assert pages.outcome_of(asked, Answer(ask=Ask(url=URL), **given)) is outcome


@pytest.mark.parametrize(
    ("doubts", "outcome"),
    [
        ((), PageOutcome.READ),
        ((Doubt.PAYWALL,), PageOutcome.READ),
        ((Doubt.LISTING,), PageOutcome.NO_TEXT),
        ((Doubt.LOGIN,), PageOutcome.NO_TEXT),
        ((Doubt.NOT_FOUND,), PageOutcome.MISSING),
    ],
)
def test_a_page_that_is_no_article_is_not_taken_for_one(doubts, outcome):
    assert pages.outcome_of_page(a_page(doubts=doubts)) is outcome
    assert pages.outcome_of_page(None) is PageOutcome.NO_TEXT


def test_the_page_completes_what_the_source_left_out(session, article, clock):
    page = a_page(
        author="Amal B.",
        section="Économie",
        language="fr",
        published=Dated(at=clock.now()),
    )
    read(session, article, clock, page=page)
    assert (article.full_text, article.author, article.section) == (
        TEXT,
        "Amal B.",
        "Économie",
    )
    assert (article.published_at, article.published_as) == (clock.now(), "moment")
    assert article.sift_at == clock.stamp()
    assert article.next_read_at is None, (
        "whether it is followed is known once it is sifted"
    )
    assert versions(session) == []


def test_what_the_source_said_stays(session, clock):
    source_id = a_source(session, clock)
    said = clock.now() - timedelta(hours=3)
    stored(
        session,
        clock,
        source_id,
        an_entry("1", "Titre du flux", at=said, author="Rédaction"),
    )
    article = session.get_one(Article, 1)
    page = a_page("Titre de la page", author="Amal", published=Dated(at=clock.now()))
    read(session, article, clock, page=page)
    assert (article.title, article.author, article.published_at) == (
        "Titre du flux",
        "Rédaction",
        said,
    )


def test_a_title_that_was_cut_comes_from_the_page(session, clock):
    stored(session, clock, a_source(session, clock), an_entry("1", "Le port de Nador…"))
    article = session.get_one(Article, 1)
    read(session, article, clock, page=a_page())
    assert article.title == "Le port de Nador ouvre"


def test_a_second_read_that_finds_the_same_makes_no_version(session, article, clock):
    read(session, article, clock, page=a_page())
    article.sift_at = None
    clock.wait(timedelta(hours=1))
    read(session, article, clock, page=a_page(text=f"{TEXT} "))
    assert versions(session) == []
    assert article.sift_at is None
    assert article.next_read_at == article.first_seen_at + timedelta(hours=6)


def test_an_edited_text_is_a_version_and_is_sifted_again(session, article, clock):
    read(session, article, clock, page=a_page())
    clock.wait(timedelta(hours=1))
    read(
        session,
        article,
        clock,
        page=a_page(text=f"{TEXT}\n\nMise à jour de la rédaction ce soir."),
    )
    (version,) = versions(session)
    assert (version.change, version.full_text, version.changed_at) == (
        Change.EDITED,
        TEXT,
        clock.now(),
    )
    assert 0 < version.share < 0.2
    assert article.full_text.endswith("ce soir.")
    assert article.sift_at == clock.stamp()


def test_a_page_that_words_its_title_otherwise_than_the_feed_is_no_edit(
    session, article, clock
):
    read(session, article, clock, page=a_page("Nador : le port ouvre enfin"))
    clock.wait(timedelta(hours=1))
    read(session, article, clock, page=a_page("Nador : le port ouvre enfin"))
    assert versions(session) == []
    read(session, article, clock, page=a_page("Nador : le port n'ouvre pas"))
    assert [one.title for one in versions(session)] == ["Le port de Nador ouvre"]
    assert article.title == "Nador : le port n'ouvre pas"


def test_a_skimmed_text_that_is_read_with_care_is_no_edit(session, article, clock):
    read(
        session,
        article,
        clock,
        page=a_page(text=f"Menu {TEXT}"),
        text_from=TextFrom.SCREEN,
    )
    read(session, article, clock, page=a_page())
    assert versions(session) == []
    assert (article.text_from, article.full_text) == ("page", TEXT)


def test_a_page_that_changes_without_end_is_not_followed_without_end(
    session, article, clock
):
    for number in range(40):
        read(
            session,
            article,
            clock,
            page=a_page(text=f"{number} {number * 7} {number * 9} " * 30),
        )
    assert len(versions(session)) == 24


def test_a_page_missing_twice_is_deleted_and_may_come_back(session, article, clock):
    read(session, article, clock, page=a_page())
    clock.wait(timedelta(hours=1))
    read(session, article, clock, outcome=PageOutcome.MISSING, status=404)
    assert article.deleted_at is None
    assert article.next_read_at == clock.now() + timedelta(hours=1)
    clock.wait(timedelta(hours=1))
    read(session, article, clock, outcome=PageOutcome.MISSING, status=404)
    assert article.deleted_at == clock.now()
    assert article.full_text == TEXT, "what was read stays"
    clock.wait(timedelta(hours=1))
    read(session, article, clock, page=a_page())
    assert article.deleted_at is None
    assert [one.change for one in versions(session)] == [
        Change.DELETED,
        Change.RESTORED,
    ]


def test_a_page_that_failed_once_and_is_missing_once_is_not_deleted(
    session, article, clock
):
    read(session, article, clock, page=a_page())
    read(session, article, clock, outcome=PageOutcome.FAILED, status=503)
    read(session, article, clock, outcome=PageOutcome.MISSING, status=404)
    assert article.deleted_at is None


def test_a_site_that_is_down_for_a_day_misses_one_reread_only(session, article, clock):
    read(session, article, clock, page=a_page())
    clock.wait(timedelta(hours=24))
    for _ in range(4):
        read(session, article, clock, outcome=PageOutcome.FAILED, status=500)
        clock.wait(timedelta(hours=6))
    assert article.next_read_at == article.first_seen_at + timedelta(days=7)


def test_an_article_whose_domain_rests_is_sifted_meanwhile(session, article, clock):
    rest = timedelta(hours=24)
    read(session, article, clock, outcome=PageOutcome.POSTPONED, rest=rest)
    assert article.sift_at == clock.stamp()
    assert article.next_read_at == clock.now() + rest


def test_a_page_that_is_gone_is_deleted_at_once(session, article, clock):
    read(session, article, clock, outcome=PageOutcome.MISSING, status=410)
    assert article.deleted_at == clock.now()


def test_a_page_that_cannot_be_read_is_tried_again_and_sifted_with_what_is_known(
    session, article, clock
):
    waits = []
    for _ in range(4):
        read(session, article, clock, outcome=PageOutcome.FAILED, status=500)
        if not waits:
            assert article.sift_at == clock.stamp()
        waits.append(article.next_read_at and article.next_read_at - clock.now())
    assert waits == [
        timedelta(minutes=10),
        timedelta(hours=1),
        timedelta(hours=6),
        None,
    ]


def test_a_page_robots_must_not_read_is_not_asked_again(session, article, clock):
    read(session, article, clock, outcome=PageOutcome.REFUSED)
    assert article.next_read_at is None
    assert article.sift_at == clock.stamp()


def test_validators_of_a_page_come_back(session, article, clock):
    read(session, article, clock, page=a_page(), headers={"etag": '"7"'})
    (asked,) = pages.asked(session, [article.id])
    assert pages.ask_for(asked).headers == {"If-None-Match": '"7"'}


def test_the_address_a_page_gives_itself_is_known_too(session, article, clock):
    read(
        session, article, clock, page=a_page(canonical="https://a.test/eco/port-nador")
    )
    source_id = a_source(session, clock, path="/eco")
    assert stored(session, clock, source_id, an_entry("eco/port-nador")).new == 0


def test_a_second_address_of_a_stored_article_joins_it(session, article, clock):
    source_id = a_source(session, clock, path="/mobile")
    stored(
        session,
        clock,
        source_id,
        an_entry("?p=812", "Le port de Nador ouvre ses quais"),
    )
    twin = session.get_one(Article, 2)
    read(session, twin, clock, page=a_page(canonical=URL))
    assert session.scalars(select(Article.id)).all() == [1]
    assert set(session.scalars(select(Sighting.article_id))) == {1}
    assert session.scalar(select(ArticleAddress.article_id)) == 1


def test_a_second_address_in_which_something_was_found_stays_apart(
    session, article, clock
):
    source_id = a_source(session, clock, path="/mobile")
    stored(session, clock, source_id, an_entry("?p=813", "Le port de Nador va ouvrir"))
    twin = session.get_one(Article, 2)
    read(session, twin, clock, outcome=PageOutcome.FAILED, status=500)
    watch = Watch(name="Ports", query="port", created_at=clock.now())
    session.add(watch)
    session.flush()
    session.add(
        WatchMatch(watch_id=watch.id, article_id=2, found_at=clock.now(), passages=[])
    )
    read(session, twin, clock, page=a_page(canonical=URL))
    assert session.scalars(select(Article.id).order_by(Article.id)).all() == [1, 2]
    assert twin.text_from == TextFrom.PAGE


def test_a_site_that_gives_every_page_one_address_merges_nothing(
    session, article, clock
):
    source_id = a_source(session, clock, path="/mobile")
    stored(session, clock, source_id, an_entry("2", "La pluie revient à Fès"))
    other = session.get_one(Article, 2)
    read(session, other, clock, page=a_page("La pluie revient à Fès", canonical=URL))
    assert session.scalars(select(Article.id).order_by(Article.id)).all() == [1, 2]


def test_an_address_of_another_site_is_not_believed(session, article, clock):
    read(session, article, clock, page=a_page(canonical="https://evil.test/1"))
    assert session.scalars(select(ArticleAddress)).all() == []


def redirected(session, article, clock, target, *, status=301):
    (before,) = pages.asked(session, [article.id])
    fetched = answer(target, hops=(Hop(url=article.url, status=status),))
    look = PageRead(
        asked=before, outcome=PageOutcome.READ, fetched=fetched, page=a_page()
    )
    page_keeping.keep(session, article, look, now=clock.now(), stamp=clock.stamp())
    session.flush()


def test_where_the_first_read_ends_is_the_articles_address_too(session, article, clock):
    redirected(session, article, clock, "https://a.test/eco/port")
    assert article.url == URL
    assert versions(session) == []
    source_id = a_source(session, clock, path="/eco")
    assert stored(session, clock, source_id, an_entry("eco/port")).new == 0


@pytest.mark.parametrize(
    ("target", "status", "url"),
    [
        ("https://a.test/eco/port", 301, "https://a.test/eco/port"),
        ("https://a.test/eco/port", 302, URL),
        ("https://elsewhere.test/eco/port", 301, URL),
    ],
)
def test_an_article_moves_where_its_page_leads_for_good(
    *, session, article, clock, target, status, url
):
    read(session, article, clock, page=a_page())
    redirected(session, article, clock, target, status=status)
    assert article.url == url


def test_an_article_may_come_back_to_an_address_it_had(session, article, clock):
    read(session, article, clock, page=a_page())
    for target in ("https://a.test/eco/port", URL, "https://a.test/eco/port"):
        redirected(session, article, clock, target)
    assert article.url == "https://a.test/eco/port"
    assert [one.change for one in versions(session)] == [Change.MOVED] * 3
