"""Finding what a site publishes, on a web without a network."""

from datetime import timedelta

import pytest
from discovery_makers import (
    HTML,
    NOW,
    SITE,
    ZONE,
    feed,
    index,
    news_sitemap,
    page,
    read,
)
from fake_web import FakeWeb, answer

from core.errors import BadInput, RobotsRefused
from core.models import Outlet
from core.web import Hop
from monitor.discovery import Way, Why, add_found, discover
from monitor.states import Fault

HOME = f"{SITE}/"
LINK = '<link rel="alternate" type="application/{}" href="{}" title="{}">'


def look(answers, url=HOME, *, sitemaps=(), thorough=False):
    web = FakeWeb(
        {
            address: answer(address, body, headers=HTML)
            if isinstance(body, str) and "<html" in body
            else body
            for address, body in answers.items()
        },
        named_sitemaps={url: sitemaps},
    )
    return discover(web, url, read=read, now=NOW, zone=ZONE, thorough=thorough), web


def test_a_feed_is_taken_for_itself_with_one_request():
    found, web = look({HOME: feed()})
    best = found.best
    assert (best.url, best.kind, best.way) == (HOME, "feed", Way.ITSELF)
    assert (best.title, best.entries, best.dated) == ("L'Écho", 5, 5)
    assert (best.newest, best.language) == (NOW, "fr")
    assert found.asked == len(web.urls) == 1


def test_the_head_of_a_page_names_its_feed_and_comments_are_left_out():
    head = (
        LINK.format("rss+xml", "/feed/", "L'Écho")
        + LINK.format("rss+xml", "/comments/feed/", "Commentaires")
        + LINK.format("json+oembed", "/wp-json/oembed/1.0/embed?url=x", "")
        + LINK.format("json", "/wp-json/wp/v2/pages/2", "")
    )
    found, web = look({HOME: page(head), f"{SITE}/feed/": feed()})
    assert found.best.url == f"{SITE}/feed/"
    assert found.best.way is Way.LINK
    assert [one.why for one in found.candidates[1:]] == [Why.COMMENTS]
    assert web.urls == [HOME, f"{SITE}/feed/"]


def test_the_same_articles_in_another_format_are_no_rival():
    head = LINK.format("rss+xml", "/rss", "RSS") + LINK.format(
        "atom+xml", "/atom", "Atom"
    )
    found, _ = look({HOME: page(head), f"{SITE}/rss": feed(), f"{SITE}/atom": feed()})
    assert found.best.url == f"{SITE}/rss"
    assert found.candidates[1].why is Why.SAME_ARTICLES


def test_two_feeds_of_one_rank_are_a_persons_choice():
    head = LINK.format("rss+xml", "/fr.xml", "F") + LINK.format(
        "rss+xml", "/ar.xml", "A"
    )
    found, _ = look(
        {
            HOME: page(head),
            f"{SITE}/fr.xml": feed(path="/fr"),
            f"{SITE}/ar.xml": feed(path="/ar"),
        }
    )
    assert found.best is None
    assert [one.url for one in found.rivals] == [f"{SITE}/ar.xml"]


def test_a_link_to_a_feed_is_followed_within_the_site_only():
    body = (
        '<a href="https://ads.test/rss">RSS</a><a href="/flux-rss.xml">Flux RSS</a>'
        '<a href="javascript:rss()">x</a><a href="/feedback">Contact</a>'
    )
    found, web = look({HOME: page(body=body), f"{SITE}/flux-rss.xml": feed()})
    assert found.best.way is Way.ANCHOR
    assert web.urls == [HOME, f"{SITE}/flux-rss.xml"]


def test_a_news_sitemap_of_robots_txt_comes_before_the_usual_places():
    named = [f"{SITE}/sitemap-images.xml", f"{SITE}/sitemap_news.xml"]
    found, web = look({HOME: page(), named[1]: news_sitemap()}, sitemaps=named)
    assert (found.best.url, found.best.kind) == (named[1], "sitemap")
    assert web.urls[1] == named[1]


def test_an_index_of_sitemaps_leads_to_the_one_of_news():
    top, news = f"{SITE}/sitemap_index.xml", f"{SITE}/news-1.xml"
    found, _ = look(
        {
            HOME: page(),
            top: index(f"{SITE}/page-1.xml", news),
            news: news_sitemap(),
        },
        sitemaps=[top],
    )
    assert found.best.url == news


@pytest.mark.parametrize(
    ("sign", "path"),
    [
        ("/arc/outboundfeeds/x.css", "/arc/outboundfeeds/sitemap-news/"),
        ("<meta name=generator content='SPIP 4'>", "/spip.php?page=backend"),
        ("/wp-content/x.css", "/feed/"),
    ],
)
def test_sites_of_a_known_make_are_asked_where_theirs_publish(sign, path):
    body = news_sitemap() if "sitemap" in path else feed()
    found, web = look({HOME: page(sign), f"{SITE}{path}": body})
    assert found.best.url == f"{SITE}{path}"
    assert found.best.way is Way.USUAL
    assert f"{SITE}{path}" in web.urls[1:2]


def test_what_leads_to_the_home_page_is_not_believed():
    home = page(articles=8)
    astray = answer(
        HOME, home, headers=HTML, hops=(Hop(url=f"{SITE}/feed/", status=302),)
    )
    found, _ = look({HOME: home, f"{SITE}/feed/": astray})
    best = found.best
    assert (best.way, best.kind, best.url) == (Way.LISTING, "page", HOME)
    assert Why.HOME_PAGE in {one.why for one in found.candidates}


def test_a_section_is_looked_for_before_the_whole_site():
    found, web = look(
        {
            f"{SITE}/economie": page(),
            f"{SITE}/economie/feed/": feed(path="/eco"),
            f"{SITE}/feed/": feed(),
        },
        f"{SITE}/economie",
    )
    assert found.best.url == f"{SITE}/economie/feed/"
    assert web.urls[1] == f"{SITE}/economie/feed/"


def test_a_feed_that_ended_years_ago_is_not_chosen():
    found, _ = look({HOME: feed(age=timedelta(days=900))})
    assert found.best is None
    assert found.candidates[0].why is Why.OLD


def test_only_what_parses_counts():
    head = LINK.format("rss+xml", "/rss", "RSS")
    found, _ = look({HOME: page(head), f"{SITE}/rss": page(body="Erreur")})
    assert found.best is None
    rss = next(one for one in found.candidates if one.url == f"{SITE}/rss")
    assert (rss.why, rss.fault) == (Why.UNREADABLE, Fault.WEB_PAGE)


@pytest.mark.parametrize(
    ("given", "fault"),
    [
        (answer(HOME, "x", status=403), Fault.FORBIDDEN),
        (
            answer(HOME, "x", status=403, headers={"cf-mitigated": "challenge"}),
            Fault.CHALLENGE,
        ),
        (answer(HOME, "", status=200), Fault.EMPTY),
        (RobotsRefused("no", to=HOME), Fault.ROBOTS),
        (None, Fault.UNREACHABLE),
    ],
)
def test_a_site_that_refuses_is_asked_once_and_said(given, fault):
    found, web = look({HOME: given})
    assert found.best is None
    assert found.candidates[0].fault is fault
    assert len(web.urls) == 1


def test_few_requests_are_made_unless_everything_is_wanted():
    found, web = look({HOME: page()})
    assert found.asked == len(web.urls) <= 9
    found, web = look({HOME: page(), f"{SITE}/feed/": feed()}, thorough=True)
    assert len(web.urls) == len(set(web.urls)) <= 25
    assert found.best.url == f"{SITE}/feed/"


def test_a_permanent_redirect_is_adopted_and_a_passing_one_is_not():
    for status, url in ((301, f"{SITE}/new"), (302, HOME)):
        moved = answer(f"{SITE}/new", feed(), hops=(Hop(url=HOME, status=status),))
        found, _ = look({HOME: moved})
        assert found.best.url == url


def test_what_was_found_joins_the_outlet_of_its_site(database, clock):
    found, _ = look({HOME: feed(title="L'Écho - toute l'actualité")})
    with database.write() as session:
        session.add(Outlet(name="L'Écho", homepage="https://echo.test"))
    with database.write() as session:
        made = add_found(session, found.best, now=clock.now())
        assert made.outlet.name == "L'Écho"
        with pytest.raises(BadInput, match="already"):
            add_found(session, found.best, now=clock.now())


def test_a_name_that_is_given_decides(database, clock):
    found, _ = look({HOME: feed()})
    with database.write() as session:
        made = add_found(session, found.best, outlet="Autre", now=clock.now())
        assert (made.outlet.name, made.outlet.homepage) == ("Autre", f"{SITE}/")


def test_a_name_that_is_given_decides_beside_another_outlet_of_the_site(
    database, clock
):
    found, _ = look({HOME: feed()})
    with database.write() as session:
        session.add(Outlet(name="L'Écho", homepage="https://echo.test"))
    with database.write() as session:
        made = add_found(session, found.best, outlet="L'Écho Sport", now=clock.now())
        assert made.outlet.name == "L'Écho Sport"


def test_a_challenge_that_answers_200_ends_the_search():
    asked = "<html><head><title>Just a moment...</title></head><body>Wait</body></html>"
    found, web = look({HOME: asked})
    assert found.best is None
    assert found.candidates[0].fault is Fault.CHALLENGE
    assert len(web.urls) == 1
