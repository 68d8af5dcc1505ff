"""Case 63: only plain http and https addresses become links; look-alikes are said to be odd."""

import pytest
from fastapi.testclient import TestClient
from hostile_marks import LINKS, LOOK_ALIKES
from lxml import html as lxml_html
from review_rows import freeze_morning
from screen_makers import cookie
from screens_ground import a_coverage, a_release, an_article, office_with_accounts

from app.reviews import editions
from app.web import make_app
from app.web.sessions import COOKIE
from core.i18n import words
from core.models import Outlet
from core.reporting.formats import html as html_format
from core.values import Language, Role
from core.web.outward import outward
from monitor.catalogue import KINDS
from monitor.sources.base import Document

ADDRESSES = (*LINKS, *LOOK_ALIKES)


@pytest.fixture
def office(tmp_path, clock, ids):
    now = clock.now()
    with office_with_accounts(tmp_path, clock, ids) as opened:
        with opened.database.write() as session:
            release = a_release(session, now=now)
            for number, address in enumerate(ADDRESSES, start=1):
                outlet = Outlet(name=f"Titre {number}", homepage=address)
                session.add(outlet)
                session.flush()
                article = an_article(
                    session,
                    outlet,
                    number=number,
                    now=now,
                    url=address,
                    text=f"Article {number}",
                )
                a_coverage(session, article, release, now=now)
            session.flush()
            freeze_morning(session, opened.settings, now=now)
        yield opened


@pytest.fixture
def visitor(office):
    client = TestClient(make_app(office))
    client.cookies.set(COOKIE, cookie(office, Role.WATCHER))
    client.cookies.set("parution_language", "en")
    return client


def links_of(page):
    return lxml_html.fromstring(page).xpath("//@href | //@src | //@action")


# A chart that we drew: a picture, which case 62 looks into.
CHART = "data:image/svg+xml;base64,"


def is_ours(link):
    if link.startswith(CHART):
        return True
    return link.startswith(("/", "?", "#")) and not link.startswith(("//", "/\\"))


def assert_plain(page):
    for link in links_of(page):
        assert is_ours(link) or outward(link).href, link


def test_screens_link_to_plain_addresses_only(visitor):
    for number, address in enumerate(ADDRESSES, start=1):
        for path in (f"/articles/{number}", f"/coverage/{number}"):
            page = visitor.get(path).text
            assert_plain(page)
            if not outward(address).href:
                assert "This address cannot be opened:" in page
    for path in ("/", "/sources", "/coverage", "/review/2026-11-24"):
        assert_plain(visitor.get(path).text)


def test_a_look_alike_is_said_to_be_odd_with_the_host_that_is_asked(visitor):
    for number, address in enumerate(ADDRESSES, start=1):
        page = visitor.get(f"/articles/{number}").text
        said = "Unusual letters in the address" in page
        assert said is (address in LOOK_ALIKES and bool(outward(address).href)), address
        if said:
            assert "xn--" in page


def test_the_review_that_stands_alone_links_to_plain_addresses_only(office):
    with office.database.read() as session:
        frozen = editions.edition(
            session, f"{office.clock.now().date().isoformat()}/morning"
        )
        report = editions.report_of(frozen)
    page = html_format.Format().write(report, [words(Language.FRENCH)]).decode()
    assert "Article 1" in page
    for link in links_of(page):
        assert is_ours(link) or (outward(link).href and not outward(link).is_odd), link


def test_a_feed_brings_no_entry_that_could_not_be_opened():
    items = "".join(
        f"<item><title>Un titre</title><guid isPermaLink='false'>{number}</guid>"
        f"<link><![CDATA[{address}]]></link></item>"
        for number, address in enumerate(LINKS)
        if "\x01" not in address
    )
    document = Document(
        body=f"<rss version='2.0'><channel><title>x</title>{items}"
        "<item><title>Bon</title><link>https://www.echo.test/1</link></item>"
        "</channel></rss>".encode(),
        url="https://www.echo.test/feed",
    )
    kind = KINDS["feed"]()
    read = kind.quick(document, options={}) or kind.parse(document, options={})
    found = {entry.url for entry in read.entries}
    assert "https://www.echo.test/1" in found
    for url in found:
        assert url.startswith(("http://", "https://"))
        assert "@" not in url.split("/")[2]
