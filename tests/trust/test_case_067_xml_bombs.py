"""Case 67: laughs, quadratic growth, outer entities and XInclude in feeds, lists, sitemaps.

Each within a second of processor time and 50 MB: more, and the process is ended.
"""

import pytest
from bounded_second import MOST_KB, outcome, warm, within_a_second

from core.bounded import Bounded
from core.errors import BadInput
from monitor.catalogue import opml as opml_reader
from monitor.sources.feed import Kind as Feed
from monitor.sources.sitemap import Kind as Sitemap

LAUGHS = '<!ENTITY l0 "lol">' + "".join(
    f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10)
)
QUADRATIC = f'<!ENTITY q "{"q" * 100_000}">'
PARAMETERS = (
    '<!ENTITY % a "<!ENTITY b \'x\'>">%a;<!ENTITY % f SYSTEM "file:///etc/passwd">%f;'
)
OUTER = (
    '<!ENTITY x SYSTEM "file:///etc/passwd"><!ENTITY h SYSTEM "http://127.0.0.1:9/x">'
)
XINCLUDE = (
    "<xi:include xmlns:xi='http://www.w3.org/2001/XInclude' href='file:///etc/passwd'"
    " parse='text'/>"
)
BOMBS = {
    "laughs": (LAUGHS, "&l9;"),
    "quadratic": (QUADRATIC, "&q;" * 3000),
    "parameters": (PARAMETERS, "&b;"),
    "outer": (OUTER, "&x;&h;"),
    # Inside attributes entities grow whatever the parser is told.
    "attribute": (LAUGHS, "<x y='&l9;'/>"),
    "quadratic-attribute": (QUADRATIC, f"<x y='{'&q;' * 3000}'/>"),
    "dtd": ("", ""),
    "xinclude": ("", XINCLUDE),
}


def feed(inside):
    return (
        f"<rss version='2.0'><channel><item><title>a{inside}</title>"
        f"<link>https://a.test/1</link></item></channel></rss>"
    )


def sitemap(inside):
    return (
        "<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'"
        " xmlns:n='http://www.google.com/schemas/sitemap-news/0.9'><url>"
        f"<loc>https://a.test/1</loc><n:news><n:title>a{inside}</n:title></n:news></url></urlset>"
    )


def opml(inside):
    return f"<opml version='2.0'><body><outline text='a' xmlUrl='https://a.test/1'/>{inside}</body></opml>"


def document(name, make):
    inner, inside = BOMBS[name]
    outer = ' SYSTEM "http://127.0.0.1:9/x.dtd"' if name == "dtd" else ""
    doctype = f"<!DOCTYPE x{outer} [{inner}]>" if inner or outer else ""
    return f'<?xml version="1.0"?>{doctype}{make(inside)}'.encode()


@pytest.fixture(scope="module")
def bounded():
    with Bounded() as opened:
        yield opened


@pytest.mark.parametrize("name", BOMBS)
@pytest.mark.parametrize(
    ("kind", "make"), [(Feed(), feed), (Sitemap(), sitemap)], ids=["rss", "sitemap"]
)
def test_a_bomb_in_a_source_is_read_around(bounded, kind, make, name):
    bounded.run(warm, kind, seconds=60)
    body = document(name, make)
    found, grown = bounded.run(within_a_second, outcome, kind, body, seconds=60)
    assert grown < MOST_KB
    assert [url for url, _ in found] == ["https://a.test/1"]
    assert "root:" not in str(found), "nothing outside was read"
    assert len(str(found)) < 20_000, "nothing was unfolded"


def listed(body):
    """What a list of outlets says, or why it is refused."""
    try:
        return [outlet.name for outlet in opml_reader.read("list.opml", body)]
    except BadInput as error:
        return error.what


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_in_a_list_is_refused_or_read_around(bounded, name):
    bounded.run(listed, b"<opml/>", seconds=60)
    body = document(name, opml)
    found, grown = bounded.run(within_a_second, listed, body, seconds=60)
    assert grown < MOST_KB
    assert "root:" not in str(found), "nothing outside was read"
    refused = "The list declares entities, which no list needs."
    assert found == (["a"] if name in {"dtd", "xinclude"} else refused)
