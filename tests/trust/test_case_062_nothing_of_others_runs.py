"""Case 62: what others write stays text on every screen, in a real browser, by our own escaping.

The content security policy is switched off for it: it is the second line, not the first.
"""

from dataclasses import replace
from html import escape
from urllib.parse import quote

import pytest
from fake_web import FakeWeb
from hostile_marks import PAYLOADS
from screens_ground import (
    an_article,
    fill_with_marks,
    office_with_accounts,
    watched,
)
from served_office import served

from core.bounded import Bounded
from core.clock import StoppedClock
from core.ids import CountedIds
from core.models import Outlet
from core.settings import Settings
from monitor.catalogue import add_source
from monitor.listening import listening
from monitor.models import Article, Source

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def marked(tmp_path_factory):
    from datetime import UTC, datetime  # noqa: PLC0415 - beside its only use

    clock = StoppedClock(datetime(2026, 11, 24, 9, tzinfo=UTC))
    folder = tmp_path_factory.mktemp("marked")
    with office_with_accounts(folder, clock, CountedIds()) as office:
        fill_with_marks(office)
        with served(office) as base:
            yield office, base


def test_the_corpus_is_large_and_all_different():
    assert len(set(PAYLOADS)) == len(PAYLOADS) >= 200


@pytest.mark.parametrize("language", ["fr", "ar"])
def test_lists_show_every_text_as_text(marked, language):
    office, base = marked
    with watched(base, office, bypass_csp=True, language=language) as browser:
        for path in (
            "/",
            "/sources",
            "/sources?after=200",
            f"/sources?q={quote(PAYLOADS[0])}",
            "/coverage",
            "/triage",
            "/review",
            "/review/2026-11-24",
            "/releases",
            "/releases/1",
            "/dispatches/1",
            "/dispatches/1?shown=all",
            "/dispatches/1?shown=not-reached",
        ):
            browser.see(path)
            assert "alert(1)" in browser.page.content() or path in {
                "/releases",
                "/review",
            }
        browser.assert_clean()


def test_each_article_shows_its_text_as_text(marked):
    office, base = marked
    with watched(base, office, bypass_csp=True) as browser:
        for number in range(1, len(PAYLOADS) + 1, 2):
            browser.see(f"/articles/{number}")
        browser.assert_clean()


def test_each_source_and_its_evidence_show_theirs_as_text(marked):
    office, base = marked
    with watched(base, office, bypass_csp=True) as browser:
        for number in range(2, len(PAYLOADS) + 1, 6):
            browser.see(f"/sources/{number}")
            browser.see(f"/coverage/{number}")
        browser.assert_clean()


def test_parts_that_a_script_puts_into_the_queue_show_theirs_as_text(marked):
    office, base = marked
    with watched(base, office, bypass_csp=True) as browser:
        browser.see("/triage")
        for link in browser.page.locator(".queue-link").all()[1:13]:
            before = browser.page.locator("#panes").get_attribute("data-shown")
            browser.page.keyboard.press("j")
            browser.page.wait_for_function(
                "(one) => document.getElementById('panes').dataset.shown !== one",
                arg=before,
            )
            assert link.is_visible()
        browser.assert_clean()


def test_the_browser_that_watches_would_have_seen_it(tmp_path, clock, ids):
    """A page that does run what it is given is noticed, in every way that counts."""
    with (
        office_with_accounts(tmp_path, clock, ids) as office,
        served(office) as base,
        watched(base, office, bypass_csp=True) as browser,
    ):
        browser.see("/sources")
        browser.page.set_content(
            "<img src=//canary.test/x><script>alert(1)</script><svg onload=alert(1)>"
        )
        browser.page.wait_for_function("window.ran")
        assert browser.asked == ["http://canary.test/x"]


def test_what_a_feed_carries_arrives_as_text(tmp_path, clock, ids):
    plain = ["".join(map(_readable, one)) for one in PAYLOADS]
    with office_with_accounts(tmp_path, clock, ids) as office:
        urls = [f"https://echo{number}.test/feed" for number in range(8)]
        feeds = {
            url: _feed(number, plain[number::8]) for number, url in enumerate(urls)
        }
        with office.database.write() as session:
            for url in urls:
                add_source(
                    session, outlet_name=url, kind="feed", url=url, now=clock.now()
                )
        with Bounded() as bounded:
            listening(
                database=office.database,
                clock=clock,
                timer=clock,
                ids=ids,
                web=FakeWeb(feeds),
                bounded=bounded,
                settings=Settings(),
                windows=lambda _: (),
            ).pipeline.run_due()
        with office.database.read() as session:
            articles = session.query(Article).count()
            sources = [row.id for row in session.query(Source)]
        assert articles > 200
        with served(office) as base, watched(base, office, bypass_csp=True) as browser:
            for number in sources:
                browser.see(f"/sources/{number}")
            for number in range(1, articles, 10):
                browser.see(f"/articles/{number}")
            browser.assert_clean()


def _readable(sign):
    """XML has no place for these signs; a document that holds them is no XML."""
    return (
        sign if sign in "\t\n\r" or " " <= sign < "\ufffe" or sign > "\uffff" else " "
    )


def _feed(number, payloads):
    items = "".join(
        f"<item><title>{escape(one)}</title><author>{escape(one)}</author>"
        f"<category>{escape(one)}</category><guid>{place}</guid>"
        f"<link>https://echo{number}.test/{place}?q={escape(one)}</link>"
        f"<description>{escape(one)}</description></item>"
        for place, one in enumerate(payloads)
    )
    named = escape(payloads[0])
    return f"<rss version='2.0'><channel><title>{named}</title>{items}</channel></rss>"


def test_what_discovery_finds_is_shown_as_text(tmp_path, clock, ids):
    """Many feeds as good as each other, each with a hostile title, named by a hostile page."""
    plain = ["".join(map(_readable, one)) for one in PAYLOADS[:4]]
    head = "".join(
        f"<link rel=alternate type=application/rss+xml href=/{number}.xml"
        f" title='{escape(one)}'>"
        for number, one in enumerate(plain)
    )
    home = "https://echo0.test/"
    answers = {home: f"<html><head>{head}</head></html>"} | {
        f"{home}{number}.xml": _feed(number, [one, plain[0], plain[1]])
        for number, one in enumerate(plain)
    }
    with office_with_accounts(tmp_path, clock, ids) as opened:
        office = replace(opened, web=FakeWeb(answers))
        with served(office) as base, watched(base, office, bypass_csp=True) as browser:
            browser.see("/sources")
            browser.page.locator("summary").click()
            browser.page.locator("input[name=url]").fill(home)
            browser.page.locator("form[action='/sources'][method=post] button").click()
            browser.page.locator("form input[name=kind]").first.wait_for(
                state="attached"
            )
            assert "alert(1)" in browser.page.locator("main").inner_text()
            browser.look("found")
            browser.assert_clean()


def test_texts_of_any_length_stay_inside_the_page(tmp_path, clock, ids):
    with office_with_accounts(tmp_path, clock, ids) as office:
        with office.database.write() as session:
            outlet = Outlet(name="A" * 2000)
            session.add(outlet)
            session.flush()
            an_article(
                session,
                outlet,
                number=1,
                now=clock.now(),
                url=f"https://echo.test/{'b' * 1900}",
                text="W" * 5000,
            )
        with served(office) as base, watched(base, office) as browser:
            browser.page.set_viewport_size({"width": 360, "height": 740})
            browser.see("/articles/1")
            width = browser.page.evaluate("document.documentElement.scrollWidth")
            assert width <= 360
