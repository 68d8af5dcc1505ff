"""Sitemaps, plain, news and gzipped."""

import gzip
from datetime import UTC, datetime

import pytest

from monitor.sources.base import NotASource
from monitor.sources.sitemap import Kind

URL = "https://a.test/news.xml"
NEWS = """<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"
 xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">
<url><loc>https://a.test/1</loc><news:news>
<news:publication_date>2018-12-05T09:00:00+01:00</news:publication_date>
<news:title>لقاء الوكالات الحضرية</news:title></news:news></url>
<url><loc>https://a.test/2</loc><lastmod>2018-12-05</lastmod></url>
</urlset>""".encode()


@pytest.mark.parametrize("body", [NEWS, gzip.compress(NEWS)])
def test_a_news_sitemap_gives_titles_and_moments(body):
    first, second = Kind().parse(body, url=URL, options={})
    assert first.title == "لقاء الوكالات الحضرية"
    assert first.published_at == datetime(2018, 12, 5, 8, tzinfo=UTC)
    assert second.published_at is None, "a day is no moment"


def test_a_gzip_bomb_is_not_a_sitemap():
    with pytest.raises(NotASource):
        Kind().parse(gzip.compress(bytes(50_000_000)), url=URL, options={})
