"""What a source would bring, said before it is added."""

from datetime import timedelta

import pytest
from discovery_makers import HTML, NOW, SITE, ZONE, feed, page, read
from fake_web import FakeWeb, answer

from core.errors import RobotsRefused, TooLarge
from core.models import Outlet
from monitor.discovery import examine
from monitor.discovery.known import known_of
from monitor.intake.identity import address_hash
from monitor.models import Article
from monitor.states import Fault

URL = f"{SITE}/feed"


def look(given, **changes):
    return examine(FakeWeb({URL: given}), URL, read=read, now=NOW, zone=ZONE, **changes)


def test_a_feed_tells_how_it_publishes():
    found = look(feed(count=9))
    assert (found.kind, found.title, found.language) == ("feed", "L'Écho", "fr")
    assert (len(found.entries), found.dated) == (9, 9)
    assert found.newest == NOW
    assert found.oldest == NOW - timedelta(hours=24)
    assert found.usual_gap == timedelta(hours=3)
    assert found.robots_allow
    assert found.fault is None


def test_without_dates_no_rhythm_is_invented():
    found = look(feed(dated=False))
    assert (found.dated, found.usual_gap, found.newest) == (0, None, None)


@pytest.mark.parametrize(
    ("given", "fault", "robots"),
    [
        (RobotsRefused("no", to=URL), Fault.ROBOTS, False),
        (TooLarge("no", to=URL), Fault.TOO_LARGE, None),
        (answer(URL, "x", status=404), Fault.STATUS, True),
        (answer(URL, "x", status=410), Fault.GONE, True),
        (answer(URL, "  "), Fault.EMPTY, True),
    ],
)
def test_why_it_cannot_be_read_is_named(given, fault, robots):
    found = look(given)
    assert (found.fault, found.robots_allow) == (fault, robots)


def test_a_page_can_be_read_as_a_list_when_it_is_one():
    found = look(answer(URL, page(articles=8), headers=HTML))
    assert found.kind == "page"
    assert found.fault is None
    assert look(answer(URL, page(), headers=HTML)).fault is not None


def test_a_kind_that_is_forced_is_what_it_is_read_as():
    found = look(answer(URL, page(articles=8), headers=HTML), kind="feed")
    assert found.fault is Fault.WEB_PAGE


def test_articles_that_are_stored_already_are_known(database):
    stored = f"{SITE}/a/1"
    with database.write() as session:
        outlet = Outlet(name="A")
        session.add(outlet)
        session.flush()
        session.add(
            Article(
                outlet_id=outlet.id,
                url=stored,
                address_hash=address_hash(stored),
                title="x",
                title_hash=1,
                first_seen_at=NOW,
            )
        )
    asked = [f"{stored}?utm_source=rss", f"{SITE}/a/2"]
    with database.read() as session:
        assert known_of(session, asked) == {asked[0]}
