"""Feeds as outlets really write them."""

from datetime import UTC, datetime

import pytest

from monitor.sources.base import NotASource
from monitor.sources.feed import Kind

URL = "https://a.test/feed"


def a_feed(*items, encoding="utf-8", declared=None):
    return (
        f"<?xml version='1.0' encoding='{declared or encoding}'?>"
        f"<rss version='2.0'><channel>{''.join(items)}</channel></rss>"
    ).encode(encoding)


def an_item(title="Une rencontre à Rabat", date="", link="https://a.test/1"):
    return f"<item><title>{title}</title><link>{link}</link><pubDate>{date}</pubDate></item>"


def read(body):
    return Kind().parse(body, url=URL, options={})


def test_an_html_page_is_not_an_empty_feed():
    with pytest.raises(NotASource, match="web page, not a feed"):
        read(b"<html><body>Service unavailable</body></html>")


def test_a_feed_without_entries_is_a_feed():
    assert list(read(a_feed())) == []


def test_valid_utf_8_wins_over_a_wrong_declaration():
    body = a_feed(an_item("لقاء الوكالات الحضرية"), declared="windows-1252")
    assert read(body)[0].title == "لقاء الوكالات الحضرية"


def test_arabic_that_is_not_the_utf_8_it_declares_is_windows_1256():
    title = "لقاء الوكالات الحضرية بالرباط يوم الأربعاء"
    body = a_feed(an_item(title), encoding="windows-1256", declared="utf-8")
    assert read(body)[0].title == title


def test_a_title_is_plain_text():
    (entry,) = read(a_feed(an_item("&lt;b&gt;Gras&lt;/b&gt; &amp;amp; net")))
    assert entry.title == "Gras & net"


@pytest.mark.parametrize(
    "date",
    [
        "Wed, 05 Dec 2018 09:00:00 +0100",
        "mer., 05 déc. 2018 09:00:00 +0100",
        "mercredi 5 décembre 2018 08:00 GMT",
        "الأربعاء، 05 دجنبر 2018 09:00:00 +0100",
    ],
)
def test_a_date_is_read_in_french_and_arabic_too(date):
    (entry,) = read(a_feed(an_item(date=date)))
    assert entry.published_at == datetime(2018, 12, 5, 8, tzinfo=UTC)


@pytest.mark.parametrize("date", ["", "hier", "mercredi 5 décembre", "31 février 2018"])
def test_a_date_that_cannot_be_read_stays_empty(date):
    (entry,) = read(a_feed(an_item(date=date)))
    assert entry.published_at is None


@pytest.mark.parametrize("link", ["javascript:alert(1)", "mailto:a@a.test", "http://["])
def test_a_link_that_leads_to_no_page_is_left_out(link):
    assert list(read(a_feed(an_item(link=link), an_item()))) == list(
        read(a_feed(an_item()))
    )
