"""Pace, rest and robots.txt as they show from outside, with a clock that stands still."""

from contextlib import ExitStack
from datetime import UTC, datetime, timedelta

import pytest
from web_site import web_site, web_to

from core.clock import StoppedClock
from core.errors import Resting, RobotsRefused, RobotsUnread, Unreachable
from core.web import Ask

ROBOTS = b"User-agent: *\nDisallow: /closed\n"


@pytest.fixture
def site():
    with web_site() as made:
        yield made


@pytest.fixture
def timer():
    return StoppedClock(datetime(2026, 11, 24, tzinfo=UTC))


@pytest.fixture
def opening(site, timer):
    async def wait(seconds):
        timer.wait(timedelta(seconds=seconds))

    with ExitStack() as stack:

        def make(**given):
            hosts = site.hosts("a.test", "www.a.test", "b.test")
            return stack.enter_context(web_to(hosts, timer=timer, wait=wait, **given))

        yield make


def ask(url, **given):
    return Ask(url=url, **{"robots": False, **given})


def test_a_domain_is_not_visited_faster_than_its_pace(site, timer, opening):
    web = opening(pace_seconds=5)
    for _ in range(3):
        web.get("http://a.test/x")
    # The robots file and the first page are one visit that counts for two pauses.
    assert timer.monotonic() == 15


def test_two_hosts_of_one_domain_share_its_pace(site, timer, opening):
    web = opening(pace_seconds=5)
    web.get("http://a.test/", robots=False)
    web.get("http://b.test/", robots=False)
    assert timer.monotonic() == 0
    web.get("http://www.a.test/", robots=False)
    assert timer.monotonic() == 5


def test_many_asks_of_one_domain_keep_its_pace(site, timer, opening):
    given = [ask("http://a.test/") for _ in range(4)]
    assert sum(map(len, opening(pace_seconds=5).each(given))) == 4
    assert timer.monotonic() == 15


def test_a_redirect_within_a_domain_does_not_wait_but_counts(site, timer, opening):
    site.answers["/old"] = (301, {"Location": "http://www.a.test/new"}, b"")
    web = opening(pace_seconds=5)
    web.get("http://a.test/old", robots=False)
    assert timer.monotonic() == 0
    web.get("http://a.test/new", robots=False)
    assert timer.monotonic() == 10


def test_a_redirect_to_another_domain_waits_for_its_turn(site, timer, opening):
    site.answers["/away"] = (301, {"Location": "http://b.test/new"}, b"")
    web = opening(pace_seconds=5)
    web.get("http://b.test/", robots=False)
    web.get("http://a.test/away", robots=False)
    assert timer.monotonic() == 5


def test_a_crawl_delay_is_kept(site, timer, opening):
    site.answers["/robots.txt"] = (200, {}, b"User-agent: *\nCrawl-delay: 30\n")
    web = opening(pace_seconds=5)
    for _ in range(3):
        web.get("http://a.test/")
    assert timer.monotonic() == 90


def test_too_many_asks_rest_the_whole_domain(site, timer, opening):
    site.answers["/often"] = (429, {"Retry-After": "600"}, b"")
    site.answers["/"] = (200, {}, b"fine")
    web = opening()
    assert web.get("http://a.test/often", robots=False).status == 429
    for url in ("http://a.test/", "http://www.a.test/"):
        with pytest.raises(Resting) as resting:
            web.get(url)
        assert (resting.value.code, resting.value.seconds) == ("resting", 600)
    assert web.get("http://b.test/").body == b"fine"
    timer.wait(timedelta(seconds=600))
    assert web.get("http://a.test/").body == b"fine"


def test_a_rest_may_end_at_a_date(site, timer, opening):
    at = "Tue, 24 Nov 2026 00:10:00 GMT"
    site.answers["/often"] = (429, {"Retry-After": at}, b"")
    web = opening()
    web.get("http://a.test/often", robots=False)
    with pytest.raises(Resting) as resting:
        web.get("http://a.test/")
    assert resting.value.seconds == 600


def test_who_waits_when_a_domain_begins_to_rest_is_told_at_once(site, timer, opening):
    site.answers["/often"] = (429, {}, b"")
    given = [ask("http://a.test/often", key=number) for number in range(5)]
    answers = [a for batch in opening(pace_seconds=5).each(given) for a in batch]
    assert [a.fetched.status for a in answers if a.fetched] == [429]
    assert [a.error.seconds for a in answers if a.error] == [60] * 4
    assert len(site.asked) == 1
    assert timer.monotonic() == 0


def test_a_page_that_is_out_of_service_rests_nobody(site, opening):
    site.answers["/busy"] = (503, {"Retry-After": "600"}, b"")
    site.answers["/"] = (200, {}, b"fine")
    web = opening()
    assert web.get("http://a.test/busy", robots=False).status == 503
    assert web.get("http://a.test/", robots=False).body == b"fine"


def test_robots_are_read_once_and_obeyed(site, opening):
    site.answers["/robots.txt"] = (200, {}, ROBOTS)
    site.answers["/open"] = (200, {}, b"")
    web = opening()
    web.get("http://a.test/open")
    with pytest.raises(RobotsRefused, match=r"robots\.txt"):
        web.get("http://a.test/closed")
    assert [path for _, path, _ in site.asked] == ["/robots.txt", "/open"]


def test_robots_are_read_again_the_next_day(site, timer, opening):
    web = opening()
    for _ in range(2):
        web.get("http://a.test/")
        timer.wait(timedelta(hours=25))
    assert site.robots_reads() == ["a.test"] * 2


def test_asks_at_once_share_one_reading_of_robots(site, opening):
    site.answers["/robots.txt"] = (301, {"Location": "http://b.test/rules"}, b"")
    site.answers["/rules"] = (200, {}, ROBOTS)
    given = [ask(f"http://a.test/{n}", robots=True) for n in range(8)]
    given.append(ask("http://a.test/closed", robots=True))
    answers = [a for batch in opening().each(given) for a in batch]
    assert site.robots_reads() == ["a.test"]
    assert [type(a.error) for a in answers if a.error] == [RobotsRefused]
    assert len(answers) == 9


def test_sites_whose_robots_lead_to_each_other_do_not_lock(site, opening):
    site.answers["/robots.txt"] = (302, {"Location": "/rules"}, b"")
    site.answers["/rules"] = (302, {"Location": "http://b.test/rules2"}, b"")
    site.answers["/rules2"] = (302, {"Location": "http://a.test/rules3"}, b"")
    site.answers["/rules3"] = (200, {}, ROBOTS)
    given = [
        ask(f"http://{host}.test/{n}", robots=True) for host in "ab" for n in range(4)
    ]
    answers = [a for batch in opening().each(given) for a in batch]
    assert [a.fetched.status for a in answers] == [404] * 8
    assert sorted(site.robots_reads()) == ["a.test", "b.test"]


def test_robots_that_lead_on_and_on_allow(site, opening):
    site.answers["/robots.txt"] = (302, {"Location": "/robots.txt"}, b"")
    site.answers["/"] = (200, {}, b"fine")
    assert opening().get("http://a.test/").body == b"fine"
    assert len(site.robots_reads()) == 6


def test_robots_out_of_service_forbid_for_ten_minutes(site, timer, opening):
    site.answers["/robots.txt"] = (503, {}, b"")
    site.answers["/"] = (200, {}, b"fine")
    web = opening()
    for _ in range(2):
        with pytest.raises(RobotsUnread):
            web.get("http://a.test/")
    assert site.paths() == []
    assert len(site.robots_reads()) == 1
    site.answers["/robots.txt"] = (404, {}, b"")
    timer.wait(timedelta(minutes=10))
    assert web.get("http://a.test/").body == b"fine"


def test_a_site_that_is_down_is_asked_once_in_ten_minutes(site, opening):
    site.answers["/robots.txt"] = b""
    web = opening()
    for _ in range(3):
        with pytest.raises(Unreachable):
            web.get("http://a.test/")
    # The client tries once more when a kept connection is closed on it.
    assert 1 <= len(site.robots_reads()) <= 2


def test_robots_that_say_too_often_rest_the_domain(site, opening):
    site.answers["/robots.txt"] = (429, {"Retry-After": "600"}, b"")
    web = opening()
    for _ in range(2):
        with pytest.raises(Resting) as resting:
            web.get("http://a.test/")
        assert resting.value.seconds == 600
    assert len(site.asked) == 1


def test_large_robots_are_read_as_far_as_they_matter(site, opening):
    far = b"#" * 600_000 + b"\nUser-agent: *\nDisallow: /\n"
    site.answers["/robots.txt"] = (200, {}, ROBOTS + far)
    site.answers["/"] = (200, {}, b"fine")
    web = opening()
    assert web.get("http://a.test/").body == b"fine"
    with pytest.raises(RobotsRefused):
        web.get("http://a.test/closed")


def test_an_agreement_goes_before_robots(site, opening):
    site.answers["/robots.txt"] = (200, {}, b"User-agent: *\nDisallow: /\n")
    site.answers["/"] = (200, {}, b"fine")
    assert opening().get("http://a.test/", robots=False).body == b"fine"
    assert site.robots_reads() == []


def test_the_site_a_redirect_leads_to_has_its_own_robots(site, opening):
    site.answers["/away"] = (301, {"Location": "http://b.test/closed"}, b"")

    def robots(handler):
        closed = handler.headers["Host"] == "b.test"
        body = ROBOTS if closed else b""
        head = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body)
        handler.wfile.write(head + body)

    site.answers["/robots.txt"] = robots
    with pytest.raises(RobotsRefused) as refused:
        opening().get("http://a.test/away")
    assert refused.value.to == "http://b.test/closed"


def test_a_site_names_its_sitemaps(site, opening):
    site.answers["/robots.txt"] = (
        200,
        {},
        b"Sitemap: http://a.test/s.xml\nSitemap: /t.xml\nSitemap: file:///etc\n",
    )
    web = opening()
    for _ in range(2):
        assert web.sitemaps("http://a.test/x") == (
            "http://a.test/s.xml",
            "http://a.test/t.xml",
        )
    web.get("http://a.test/")
    assert len(site.robots_reads()) == 1
    site.answers["/robots.txt"] = (404, {}, b"")
    assert web.sitemaps("http://b.test/") == ()
