"""Cases 62 to 64 in the newsroom: hostile words of a release, its files and its pictures stay words.

The writers of a release are our own, yet what they paste is not. In a real browser, without
the policy that would stop what our escaping missed; then with it, for what it must say.
"""

from datetime import UTC, datetime
from html import unescape

import pytest
from browsers import chromium
from fastapi.testclient import TestClient
from hostile_marks import PAYLOADS
from lxml import etree
from newsroom_makers import a_newsroom, a_picture, a_release, attach, people, publish
from served_office import served

from app.web import make_public_app
from core.clock import StoppedClock
from core.ids import CountedIds
from core.models import Release
from distributor.newsroom.copying import Caption
from distributor.releases.attaching import safe_name

pytestmark = pytest.mark.browser

_STRANGERS = """() => {
  const bad = [];
  const own = new URL(location.href).origin;
  for (const one of document.querySelectorAll('*')) {
    for (const name of one.getAttributeNames())
      if (name.toLowerCase().startsWith('on') || ['srcdoc', 'style'].includes(name))
        bad.push(one.outerHTML.slice(0, 200));
    const tag = one.localName;
    if (['svg', 'math', 'iframe', 'frame', 'object', 'embed', 'base', 'image', 'video', 'audio',
         'source', 'style', 'template', 'script'].includes(tag))
      bad.push(one.outerHTML.slice(0, 200));
    if (tag === 'img' && !one.src.startsWith(own + '/n/files/')) bad.push(one.outerHTML);
    if (tag === 'form' && !one.action.startsWith(own + '/n/')) bad.push(one.outerHTML);
    if (tag === 'a' && !['http:', 'https:', 'mailto:', 'tel:'].includes(one.protocol))
      bad.push(one.outerHTML);
  }
  return bad;
}"""


def _body(place):
    """Payloads as text, as a picture's words and address, and as a link's."""
    first, second = PAYLOADS[place], PAYLOADS[(place * 7 + 3) % len(PAYLOADS)]
    bare = second.replace("\n", " ").replace("<", "%3C").replace(" ", "%20")
    return (
        f"{first}\n\n![{second}](//canary.test/x.png)\n\n[{second}]({bare})\n\n"
        f"![{first}](<{bare}>)\n\n<{second}>\n\n| {first} |\n|---|\n| {second} |"
    )


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):

    clock = StoppedClock(datetime(2026, 11, 24, 9, tzinfo=UTC))
    folder = tmp_path_factory.mktemp("hostile")
    with a_newsroom(folder, clock, CountedIds()) as office:
        people(office)
        for place in range(0, len(PAYLOADS), 4):
            _put(office, place)
        with served(office) as base:
            yield office, base


def _put(office, place):
    payload = PAYLOADS[place]
    one = a_release(
        office,
        number=f"{place + 1}/2026",
        title="x",
        place=payload,
        signatory=payload,
        press_contact=payload,
        press_phone=payload,
        press_email=payload,
    )
    with office.database.write() as session:
        version = session.get_one(Release, one).versions[0]
        version.title, version.body = payload, _body(place)
    if place % 40 == 0:
        attach(office, one, "photo.jpg", a_picture(), role="picture")
        attach(
            office,
            one,
            safe_name(f"{payload[:40]}.html"),
            payload.encode(),
            media_type="text/html",
        )
    said = Caption(alternative=payload[:400], credit=payload[:200])
    publish(office, one, captions={"photo.jpg": said})


def test_every_page_shows_every_text_as_text_and_loads_nothing(hostile):
    _, base = hostile
    with chromium() as opened:
        context = opened.new_context(bypass_csp=True, base_url=base)
        page = context.new_page()
        asked, ran = [], []
        page.on("request", lambda one: asked.append(one.url))
        page.on("dialog", lambda one: (ran.append(one.message), one.dismiss()))
        page.on("pageerror", lambda one: ran.append(str(one)))
        for path in (
            *(f"/n/fr?page={number}" for number in (1, 2, 3)),
            *(f"/n/fr/{place + 1}-2026" for place in range(0, len(PAYLOADS), 8)),
        ):
            page.goto(path)
            assert page.evaluate(_STRANGERS) == [], path
        assert ran == []
        assert {
            one for one in asked if not one.startswith((f"{base}/", "data:"))
        } == set()
        context.close()


def test_feeds_and_maps_of_hostile_texts_are_whole(hostile):
    office, _ = hostile
    with TestClient(make_public_app(office)) as visitor:
        for path in ("/n/fr/feed", "/sitemap.xml"):
            root = etree.fromstring(visitor.get(path).content)
            assert {etree.QName(one).localname for one in root.iter()} <= {
                *("rss", "channel", "item", "title", "link", "description", "language"),
                *("guid", "pubDate", "category", "urlset", "url", "loc", "lastmod"),
            }
        words = visitor.get("/n/fr", params={"q": PAYLOADS[0]})
        assert words.status_code == 200


def test_a_file_of_markup_never_opens_as_a_page(hostile):
    office, _ = hostile
    with TestClient(make_public_app(office)) as visitor:
        page = visitor.get("/n/fr/1-2026").text
        (path,) = {
            one.split('"')[0]
            for one in unescape(page).split('href="')
            if one.startswith("/n/files/") and ".html" in one.split('"')[0]
        }
        told = visitor.get(path)
        assert told.status_code == 200
        assert told.headers["content-disposition"].startswith("attachment;")
        assert told.headers["x-content-type-options"] == "nosniff"
        assert "script-src 'self'" in told.headers["content-security-policy"]
