"""Case 52, on the wire: what a site says of itself is obeyed, and told to who asked."""

from datetime import UTC, datetime, timedelta

import pytest
from web_site import web_site, web_to

from core.clock import StoppedClock
from core.errors import Resting, RobotsRefused
from core.web import Ask, Hop


@pytest.fixture
def site():
    with web_site() as made:
        yield made


@pytest.fixture
def timer():
    return StoppedClock(datetime(2026, 11, 24, tzinfo=UTC))


@pytest.fixture
def web(site, timer):
    async def wait(seconds):
        timer.wait(timedelta(seconds=seconds))

    hosts = site.hosts("a.test", "www.a.test", "b.test")
    with web_to(hosts, timer=timer, wait=wait, pace_seconds=5) as opened:
        yield opened


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_which_way_a_redirect_is_meant_is_told(site, web, status):
    site.answers["/old"] = (status, {"Location": "/new"}, b"")
    site.answers["/new"] = (200, {}, b"news")
    fetched = web.get("http://a.test/old")
    assert fetched.hops == (Hop(url="http://a.test/old", status=status),)
    assert (fetched.url, fetched.body) == ("http://a.test/new", b"news")


@pytest.mark.parametrize("status", [200, 304, 401, 403, 404, 410, 429, 500, 502, 503])
def test_each_status_is_an_answer_with_its_headers(site, web, status):
    site.answers["/feed"] = (status, {"ETag": '"1"', "Retry-After": "60"}, b"")
    fetched = web.get("http://a.test/feed")
    assert fetched.status == status
    assert (fetched.headers["etag"], fetched.headers["retry-after"]) == ('"1"', "60")


def test_both_validators_are_sent_as_they_were_given(site, web):
    future = "Wed, 24 Nov 2100 00:00:00 GMT"
    sent = {"If-None-Match": 'W/"1"', "If-Modified-Since": future}
    site.answers["/feed"] = (304, {"Last-Modified": future}, b"")
    assert web.get("http://a.test/feed", headers=sent).body == b""
    assert sent.items() <= site.asked[-1][2].items()


def test_a_domain_that_had_enough_is_left_alone_until_its_hour(site, timer, web):
    at = timer.stamp() + timedelta(hours=2)
    retry = at.strftime("%a, %d %b %Y %H:%M:%S GMT")
    site.answers["/feed"] = (429, {"Retry-After": retry}, b"")
    assert web.get("http://a.test/feed", robots=False).status == 429
    asked = len(site.asked)
    urls = ["http://a.test/feed", "http://www.a.test/1", "http://a.test/2"]
    answers = [a for batch in web.each(Ask(url=url) for url in urls) for a in batch]
    assert [type(answer.error) for answer in answers] == [Resting] * 3
    assert all(7_190 < answer.error.seconds <= 7_200 for answer in answers)
    assert len(site.asked) == asked
    timer.wait(timedelta(hours=2))
    site.answers["/feed"] = (200, {}, b"news")
    assert web.get("http://a.test/feed").body == b"news"


def test_what_robots_may_not_read_is_not_read_but_told(site, web):
    rules = b"User-agent: *\nAllow: /\n\nUser-agent: parution\nDisallow: /feed\n"
    site.answers["/robots.txt"] = (200, {}, rules)
    site.answers["/feed"] = (200, {}, b"news")
    with pytest.raises(RobotsRefused) as refused:
        web.get("http://a.test/feed")
    assert "robots.txt" in str(refused.value)
    assert "agreement" in refused.value.mend
    assert site.paths() == []
    assert web.get("http://a.test/feed", robots=False).body == b"news"
