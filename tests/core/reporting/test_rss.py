import re
from dataclasses import replace
from datetime import UTC, datetime

import feedparser
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from report_makers import ADDRESS, a_balance, a_line, a_review, hostile, lines
from report_readers import channel

from core.i18n import words
from core.reporting.formats.rss import Format
from core.reporting.report import ReportSection
from core.values import Language

FRENCH, ARABIC = words(Language.FRENCH), words(Language.ARABIC)
DC = "{http://purl.org/dc/elements/1.1/}"


def written(report, *spoken):
    return Format().write(report, spoken or [FRENCH])


def of_lines(*some, **given):
    return a_review(
        sections=(ReportSection(key="releases", title="1", lines=some),), **given
    )


def parsed(report, *spoken):
    found = feedparser.parse(written(report, *spoken))
    assert not found.bozo, found.get("bozo_exception")
    assert found.version == "rss20"
    return found


def test_a_reader_of_feeds_finds_each_line():
    found = parsed(a_review(count=24))
    assert len(found.entries) == 24
    assert found.feed.title.startswith("Revue de presse nº 231")
    assert found.feed.language == "fr"
    assert found.feed.link == f"{ADDRESS}/"
    assert "98 sources lues sur 112" in found.feed.description
    entry = found.entries[2]
    assert entry.author == "Salma Bennani"
    assert entry.link == f"{ADDRESS}/evidence/3"
    assert entry.tags[0].term.startswith("Nos communiqués")
    assert entry.source.title == "Al Madina Al Yaoum"
    assert entry.published_parsed[:5] == (2026, 11, 24, 6, 9)


def test_no_link_is_relative_and_none_leads_where_none_may():
    for address, url, link in (
        (None, "https://a.test/1", "https://a.test/1"),
        ("", "https://a.test/1", "https://a.test/1"),
        (None, "javascript:alert(1)", None),
        ("", "/coverage/1", None),
        (ADDRESS, "javascript:alert(1)", f"{ADDRESS}/coverage/1"),
    ):
        line = a_line(1, url=url, evidence="/coverage/1")
        found = channel(written(of_lines(line, address=address)))
        assert found.find("item").findtext("link") == link
        assert (found.find("item").find("source") is not None) == (
            url.startswith("https")
        )
        assert re.match(r"(https?:|about:)", found.findtext("link"))


def test_a_day_is_given_as_a_day():
    at = datetime(2019, 3, 2, 12, tzinfo=UTC)
    item = channel(
        written(of_lines(a_line(1, published_at=at, published_as="day")))
    ).find("item")
    assert item.findtext(f"{DC}date") == "2019-03-02"
    assert item.find("pubDate") is None


def test_an_item_keeps_its_name_in_a_later_version_and_no_two_share_one():
    def names(report):
        return [one.text for one in channel(written(report)).iter("guid")]

    first = a_review(count=9)
    before = names(first)
    assert len(set(before)) == 9
    later = replace(first, version=3, made_at=first.until, address=None)
    assert names(later) == before


@pytest.mark.parametrize("spoken", [[FRENCH], [ARABIC], [FRENCH, ARABIC]])
def test_each_language_is_said_in_its_own_direction(spoken):
    found = channel(written(a_balance(), *spoken))
    for one in spoken:
        told = f'<p lang="{one.language}" dir="{one.direction}">'
        assert told in found.findtext("description")
    assert found.findtext("language") == spoken[0].language


def test_markup_of_others_stays_words():
    line = a_line(1, title="<b>Titre</b> & Co", excerpt="<script>alert(1)</script>")
    item = channel(written(of_lines(line))).find("item")
    assert item.findtext("title") == "<b>Titre</b> & Co"
    assert "&lt;script&gt;" in item.findtext("description")
    assert len(parsed(hostile(a_balance())).entries) == 10


@settings(max_examples=50, deadline=None)
@given(text=st.text(st.characters(exclude_categories=[])))
def test_any_text_makes_valid_xml(text):
    some = lines(1, title=text, author=text, outlet=text, excerpt=text, url=text)
    found = channel(written(of_lines(*some, organisation=text)))
    assert len(found.findall("item")) == 1
