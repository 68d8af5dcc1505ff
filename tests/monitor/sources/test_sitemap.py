"""Sitemaps: news with titles and dates, recent pages, indexes, and what is none of them."""

import gzip
from datetime import UTC, datetime

import pytest

from monitor.sources.base import Document, NotASource
from monitor.sources.sitemap import Kind
from monitor.states import Fault, Precision

URL = "https://a.test/news.xml"
NOW = datetime(2026, 11, 28, 10, tzinfo=UTC)
SPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
NEWS = f"""<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="{SPACE}" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"
 xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">
<url><loc>https://a.test/1</loc><image:image><image:loc>https://a.test/i.jpg</image:loc>
<image:title>Une photo</image:title></image:image><news:news><news:publication>
<news:name>A</news:name><news:language>ar</news:language></news:publication>
<news:publication_date>2018-12-05T09:00:00+01:00</news:publication_date>
<news:title>لقاء الوكالات الحضرية</news:title></news:news></url>
<url><loc>https://a.test/2</loc><news:news><news:publication_date>2018-12-05
</news:publication_date></news:news></url>
</urlset>""".encode()


def read(body, **options):
    document = Document(body=body, url=URL, came_at=NOW)
    return Kind().quick(document, options=options)


def urlset(*pages):
    return f"<urlset xmlns='{SPACE}'>{''.join(pages)}</urlset>".encode()


def page(number, lastmod=""):
    changed = f"<lastmod>{lastmod}</lastmod>" if lastmod else ""
    return f"<url><loc>https://a.test/{number}</loc>{changed}</url>"


@pytest.mark.parametrize(
    "body", [NEWS, gzip.compress(NEWS, mtime=0)], ids=["plain", "gz"]
)
def test_a_news_sitemap_gives_titles_dates_and_languages(body):
    first, second = read(body).entries
    assert (first.url, first.title) == ("https://a.test/1", "لقاء الوكالات الحضرية")
    assert (first.language, first.image) == ("ar", "https://a.test/i.jpg")
    assert first.published.at == datetime(2018, 12, 5, 8, tzinfo=UTC)
    assert second.published.precision is Precision.DAY


def test_of_a_plain_sitemap_the_recent_pages_are_entries_without_a_date():
    found = read(
        urlset(
            page(1, "2020-01-01"),
            page(2, "2026-11-27"),
            page(3),
            page(4, "2026-11-28T09:00:00Z"),
        )
    )
    assert [entry.url[-1] for entry in found.entries] == ["4", "2"]
    assert {entry.published for entry in found.entries} == {None}, (
        "changed is not published"
    )
    assert found.left_out == 2


def test_a_sitemap_without_any_date_is_no_source():
    with pytest.raises(NotASource, match="which of its pages are new") as caught:
        read(urlset(page(1), page(2)))
    assert caught.value.fault is Fault.NO_ARTICLES


def test_an_empty_sitemap_is_a_sitemap():
    assert list(read(urlset()).entries) == []


@pytest.mark.parametrize(
    ("listed", "wanted"),
    [
        (
            [("a.xml", "2026-11-01"), ("b.xml", "2026-11-27"), ("c.xml", "2020-01-01")],
            "b.xml",
        ),
        (
            [("s-2026-09.xml", ""), ("s-2026-11.xml", ""), ("s-2025-12.xml", "")],
            "s-2026-11.xml",
        ),
        (
            [
                ("post-sitemap.xml", ""),
                ("post-sitemap9.xml", ""),
                ("post-sitemap10.xml", ""),
            ],
            "post-sitemap10.xml",
        ),
        ([("posts.xml", "2026-11-28"), ("news.xml", "2026-11-01")], "news.xml"),
        ([("x.xml", ""), ("y.xml", "")], "x.xml"),
    ],
    ids=["by-date", "by-name", "by-number", "news", "first"],
)
def test_an_index_leads_to_its_newest(listed, wanted):
    rows = "".join(
        f"<sitemap><loc>/{name}</loc>{f'<lastmod>{changed}</lastmod>' if changed else ''}</sitemap>"
        for name, changed in listed
    )
    found = read(f"<sitemapindex xmlns='{SPACE}'>{rows}</sitemapindex>".encode())
    assert found.further[0] == f"https://a.test/{wanted}"
    assert found.entries == []


def test_an_index_leads_to_a_few_only():
    rows = "".join(f"<sitemap><loc>/{n}.xml</loc></sitemap>" for n in range(400))
    assert (
        len(
            read(
                f"<sitemapindex xmlns='{SPACE}'>{rows}</sitemapindex>".encode()
            ).further
        )
        == 5
    )


def test_a_sitemap_that_was_cut_off_is_read_as_far_as_it_goes():
    whole = urlset(*(page(n, "2026-11-27") for n in range(5)))
    assert len(read(whole[: whole.rindex(b"<url>") + 20]).entries) == 4
    assert len(read(gzip.compress(whole)[:-6]).entries) == 5


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        (gzip.compress(bytes(50_000_000), mtime=0), Fault.TOO_LARGE),
        (b"\x1f\x8bnot gzip at all", Fault.CODING),
        (b"<!DOCTYPE html><html></html>", Fault.WEB_PAGE),
        (b"<rss/>", Fault.UNREADABLE),
        (b" ", Fault.EMPTY),
    ],
    ids=["bomb", "broken", "page", "feed", "empty"],
)
def test_what_is_no_sitemap_is_named(body, fault):
    with pytest.raises(NotASource) as caught:
        read(body)
    assert caught.value.fault is fault
    assert caught.value.mend


@pytest.mark.parametrize(
    "body", [b"<{}urlset><url></url>", b"<urlset xmlns=''><url", b"<}urlset>"]
)
def test_a_name_no_xml_has_is_no_trouble(body):
    with pytest.raises(NotASource):
        read(body)
