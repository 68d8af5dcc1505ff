"""Stories as rows: ids that never change, origins that may, on both databases."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import select

from core.models import Outlet
from core.settings import Retention
from monitor.forgetting import forget
from monitor.intake import leaving
from monitor.models import Article, Sketch, Story
from monitor.stories import Stories

TEXT = (
    "Le conseil a adopté jeudi soir, après quatre heures de débat, un budget de quarante "
    "millions de dirhams pour la rénovation des deux marchés couverts de la vieille ville, "
    "dont le toit menace de céder depuis les pluies de l'hiver dernier."
)
OTHER = (
    "La pluie a fait déborder l'oued et coupé la route du col pendant deux jours, sans "
    "faire de blessé ; les écoles rouvriront lundi si le temps le permet, dit la province."
)
LIGHT = (
    "Le conseil a adopté jeudi soir, après quatre heures de débat, un budget de quarante "
    "millions de dirhams pour la rénovation des deux marchés, mais l'opposition a quitté la "
    "salle avant le vote et promet de saisir le juge dès la semaine prochaine."
)


def told(word):
    """A text of its own."""
    return " ".join(f"{word}{number}" for number in range(40))


@pytest.fixture
def put(each_database, clock):
    """Store an article; its id."""

    def make(outlet, text=TEXT, *, hours=0, kind="daily", author="", number=1):
        with each_database.write() as session:
            row = session.scalar(select(Outlet).where(Outlet.name == outlet))
            if row is None:
                row = Outlet(name=outlet, kind=kind)
                session.add(row)
                session.flush()
            article = Article(
                outlet_id=row.id,
                url=f"https://{outlet}.test/{number}",
                address_hash=number,
                title=f"{outlet} {number}",
                title_hash=number,
                author=author,
                full_text=text,
                published_at=clock.now() + timedelta(hours=hours),
                published_as="moment",
                first_seen_at=clock.now() + timedelta(hours=hours),
            )
            session.add(article)
            session.flush()
            return article.id

    return make


@pytest.fixture
def stories(each_database):
    return Stories(each_database)


def story_of(database, article_id):
    with database.read() as session:
        return session.get_one(Article, article_id).story_id


def story(database, story_id):
    with database.read() as session:
        return session.get_one(Story, story_id)


def test_copies_share_a_story_whose_id_stays(each_database, clock, stories, put):
    first, second, third = put("a"), put("b", hours=1), put("c", OTHER)
    stories.group([first, third], now=clock.now())
    begun = story_of(each_database, first)
    stories.group([second], now=clock.now())
    assert story_of(each_database, second) == begun
    assert story_of(each_database, third) != begun
    assert story(each_database, begun).articles == 2
    assert story(each_database, begun).origin_id == first


def test_an_earlier_copy_that_comes_late_is_the_origin(
    each_database, clock, stories, put
):
    later, earlier = put("a", hours=5), put("b", hours=1)
    stories.group([later], now=clock.now())
    begun = story_of(each_database, later)
    stories.group([earlier], now=clock.now())
    assert story_of(each_database, earlier) == begun
    assert story(each_database, begun).origin_id == earlier


def test_the_agency_is_the_origin_though_others_were_quicker(
    each_database, clock, stories, put
):
    quick = put("a", f"Rabat, 4 déc. (MAP) - {TEXT}")
    agency = put("MAP", kind="agency", hours=2)
    slow = put("c", hours=3)
    stories.group([quick, agency, slow], now=clock.now())
    found = story(each_database, story_of(each_database, quick))
    assert (found.origin_id, found.agency, found.articles) == (agency, "MAP", 3)


def test_sifted_twice_it_is_counted_once(each_database, clock, stories, put):
    ids = [put("a"), put("b", hours=1)]
    stories.group(ids, now=clock.now())
    stories.group(ids, now=clock.now())
    Stories(each_database).group(ids, now=clock.now())
    assert story(each_database, story_of(each_database, ids[0])).articles == 2


def test_a_restart_knows_the_stories_there_are(each_database, clock, stories, put):
    first = put("a")
    stories.group([first], now=clock.now())
    second = put("b", hours=1)
    Stories(each_database).group([second], now=clock.now())
    assert story_of(each_database, second) == story_of(each_database, first)


def test_an_edited_article_stays_in_its_story(each_database, clock, stories, put):
    first, second = put("a"), put("b", hours=1)
    stories.group([first, second], now=clock.now())
    begun = story_of(each_database, second)
    with each_database.write() as session:
        session.get_one(Article, second).full_text = OTHER
    stories.group([second], now=clock.now())
    assert story_of(each_database, second) == begun
    assert story(each_database, begun).articles == 2


def test_a_light_rewrite_is_a_story_that_names_the_other(
    each_database, clock, stories, put
):
    first, light = put("a"), put("b", LIGHT, hours=1)
    stories.group([first, light], now=clock.now())
    assert story_of(each_database, light) != story_of(each_database, first)
    rewrites = story(each_database, story_of(each_database, light)).rewrites_id
    assert rewrites == story_of(each_database, first)


def test_a_headline_is_in_no_story(each_database, clock, stories, put):
    brief = put("a", "Un marché couvert sera rénové.")
    stories.group([brief], now=clock.now())
    assert story_of(each_database, brief) is None


def test_who_joined_another_article_leaves_the_story(
    each_database, clock, stories, put
):
    first, second = put("a"), put("b", hours=1)
    stories.group([first, second], now=clock.now())
    begun = story_of(each_database, first)
    with each_database.write() as session:
        leaving.leave(session, first)
        session.delete(session.get_one(Article, first))
    found = story(each_database, begun)
    assert (found.articles, found.origin_id) == (1, second)
    third = put("c", hours=2)
    Stories(each_database).group([third], now=clock.now())
    assert story_of(each_database, third) == begun
    with each_database.write() as session:
        for one in (second, third):
            leaving.leave(session, one)
            session.delete(session.get_one(Article, one))
    with each_database.read() as session:
        assert session.get(Story, begun) is None


def test_sketches_are_forgotten_and_stories_kept(each_database, clock, stories, put):
    first = put("a")
    stories.group([first], now=clock.now())
    begun = story_of(each_database, first)
    forget(each_database, Retention(), now=clock.now() + timedelta(days=20))
    with each_database.read() as session:
        assert session.scalars(select(Sketch)).all() == []
        assert session.get_one(Article, first).story_id == begun


def test_who_joins_another_when_sketches_are_forgotten_leaves_too(
    each_database, clock, stories, put
):
    first, second = put("a"), put("b", hours=1)
    stories.group([first, second], now=clock.now())
    begun = story_of(each_database, first)
    forget(each_database, Retention(), now=clock.now() + timedelta(days=20))
    with each_database.write() as session:
        leaving.leave(session, first)
        session.delete(session.get_one(Article, first))
    assert story(each_database, begun).origin_id == second


def test_old_articles_of_a_new_source_hide_no_copies_of_today(
    each_database, clock, stories, put
):
    first = put("a")
    stories.group([first], now=clock.now())
    for number in range(4):
        # Each begins a story: an old one, and one of today.
        old = put("old", told(f"vieux{number}"), hours=-2000, number=10 + number)
        new = put("new", told(f"neuf{number}"), hours=2, number=20 + number)
        stories.group([old], now=clock.now())
        stories.group([new], now=clock.now())
    second = put("b", hours=3)
    stories.group([second], now=clock.now())
    assert story_of(each_database, second) == story_of(each_database, first)


def test_two_workers_begin_one_story(each_database, clock, put):
    """Copies that come at one moment meet, whoever takes which."""
    ids = [put(f"o{number}", hours=number) for number in range(6)]
    workers = [Stories(each_database) for _ in ids]
    threads = [
        threading.Thread(
            target=one.group, args=([article],), kwargs={"now": clock.now()}
        )
        for one, article in zip(workers, ids, strict=True)
    ]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    found = {story_of(each_database, one) for one in ids}
    assert len(found) == 1
    assert story(each_database, found.pop()).articles == 6
