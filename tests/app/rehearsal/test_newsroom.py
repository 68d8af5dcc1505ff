"""The invented outlets: what they serve, when, and that their data agree."""

import http.client
from datetime import UTC, datetime, timedelta
from html import escape
from urllib.parse import urlsplit

import pytest
from lxml import etree

from app.rehearsal import newsroom
from app.rehearsal.script import moments
from core.clock import StoppedClock
from core.resources import folder
from distributor.contacts import importing as contact_importing
from distributor.releases import importing as release_importing

SHIPPED = folder("config") / "rehearsal"
BEFORE = datetime(2018, 11, 1, tzinfo=UTC)
AFTER = datetime(2018, 12, 31, tzinfo=UTC)


def a_newsroom(at=AFTER):
    clock = StoppedClock(at)
    return newsroom.Newsroom(SHIPPED, clock=clock, timer=clock), clock


def the_outlet(**wanted):
    return next(
        outlet
        for outlet in newsroom.read_outlets(SHIPPED / "outlets.toml")
        if all(getattr(outlet, key) == value for key, value in wanted.items())
    )


def source_of(press, outlet):
    return press.answer(outlet.host, urlsplit(outlet.source_url).path)


def test_every_outlet_lives_on_a_reserved_name_of_its_own():
    outlets = newsroom.read_outlets(SHIPPED / "outlets.toml")
    assert len(outlets) >= 20
    assert len({outlet.host for outlet in outlets}) == len(outlets)
    assert all(outlet.host.endswith(".test") for outlet in outlets)
    assert {outlet.behaviour for outlet in outlets} == {
        "normal",
        "slow",
        "forbidden",
        "broken",
    }
    assert {outlet.source for outlet in outlets} == {"feed", "sitemap", "page"}


def test_every_article_can_be_opened_at_its_outlet():
    press, _clock = a_newsroom()
    hosts = {outlet.name: outlet.host for outlet in press.outlets}
    articles = newsroom.read_articles(SHIPPED / "articles.jsonl")
    assert len(articles) >= 40
    for article in articles:
        answer = press.answer(hosts[article.outlet], article.path)
        assert answer.status == 200, article
        way = "rtl" if article.language == "ar" else "ltr"
        assert f"dir='{way}'" in answer.text


def test_every_contact_can_be_imported_and_lives_on_a_reserved_name():
    people = contact_importing.read(SHIPPED / "contacts.csv")
    assert not people.rejected
    assert len(people.rows) >= 40
    addresses = [
        line.split(",")[0]
        for line in (SHIPPED / "contacts.csv").read_text("utf-8").splitlines()[1:]
    ]
    assert all(address.endswith(".test") for address in addresses)


@pytest.mark.parametrize(
    ("name", "languages"),
    [("invitation", {"ar", "fr"}), ("rencontre", {"ar", "en", "fr"})],
)
def test_every_release_is_there_in_its_languages(name, languages):
    versions = release_importing.read(sorted((SHIPPED / "releases").glob(f"{name}-*")))
    assert {version.language for version in versions} == languages


def test_the_days_played_hold_articles_of_both_languages():
    start, end = moments("Africa/Casablanca")
    played = [
        article
        for article in newsroom.read_articles(SHIPPED / "articles.jsonl")
        if start < article.at < end
    ]
    assert {article.language for article in played} >= {"ar", "fr"}


def test_an_article_shows_only_once_its_hour_has_come():
    article = newsroom.read_articles(SHIPPED / "articles.jsonl")[0]
    host = the_outlet(name=article.outlet).host
    press, clock = a_newsroom(at=article.at - timedelta(seconds=1))
    assert press.answer(host, article.path).status == 404
    clock.move_to(article.at)
    assert press.answer(host, article.path).status == 200


def test_an_outlet_changes_an_article_some_hours_after_it_was_published():
    articles = {
        (one.outlet, one.path): one
        for one in newsroom.read_articles(SHIPPED / "articles.jsonl")
    }
    edits = newsroom.read_edits(SHIPPED / "edits.toml")
    assert edits
    for edit in edits:
        article = articles[edit.outlet, edit.path]
        host = the_outlet(name=edit.outlet).host
        press, clock = a_newsroom(at=article.at)
        before = press.answer(host, edit.path).text
        clock.wait(timedelta(hours=edit.hours))
        after = press.answer(host, edit.path).text
        assert edit.adds not in before
        assert escape(edit.adds) in after
        assert escape(edit.title or article.title) in after


def test_a_feed_names_what_is_published_so_far():
    outlet = the_outlet(source="feed", behaviour="normal")
    early, late = a_newsroom(at=BEFORE)[0], a_newsroom(at=AFTER)[0]
    assert (
        etree.fromstring(source_of(early, outlet).text.encode()).findall(".//item")
        == []
    )
    assert etree.fromstring(source_of(late, outlet).text.encode()).findall(".//item")


def test_a_sitemap_names_what_is_published():
    press, _clock = a_newsroom()
    outlet = the_outlet(source="sitemap", behaviour="normal")
    assert len(etree.fromstring(source_of(press, outlet).text.encode())) > 0


def test_one_outlet_forbids_and_one_answers_an_error_page_as_if_all_were_well():
    press, _clock = a_newsroom()
    forbidden = source_of(press, the_outlet(behaviour="forbidden"))
    broken = source_of(press, the_outlet(behaviour="broken"))
    assert forbidden.status == 403
    assert (broken.status, broken.media_type) == (200, "text/html")
    assert "<rss" not in broken.text


def test_one_outlet_is_slow():
    press, clock = a_newsroom()
    source_of(press, the_outlet(behaviour="slow"))
    assert clock.now() > AFTER


def test_an_unknown_host_is_not_found():
    press, _clock = a_newsroom()
    assert press.answer("elsewhere.test", "/feed").status == 404


def test_a_page_that_has_not_changed_is_answered_304():
    press, _clock = a_newsroom()
    host = the_outlet(source="feed", behaviour="normal").host

    def ask(**headers):
        line = http.client.HTTPConnection(hosts[host], timeout=5)
        line.request("GET", "/feed", headers={"Host": host, **headers})
        answer = line.getresponse()
        answer.read()
        line.close()
        return answer

    with newsroom.serving(press) as hosts:
        first = ask()
        second = ask(**{"If-None-Match": first.headers["ETag"]})
    assert (first.status, second.status) == (200, 304)
