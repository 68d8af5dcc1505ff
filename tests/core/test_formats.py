"""Every format, present and future, says the same: its numbers, its limits, no more than it may."""

import json
import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from report_makers import HOSTILE, a_balance, a_line, a_review, hostile, lines
from report_readers import READERS, cells, channel, seen, sheets, text_of

import core.reporting.formats
from core.catalogue import members
from core.i18n import words
from core.reporting import naming
from core.reporting.formats.base import is_text
from core.reporting.formats.json import read
from core.reporting.report import (
    Completeness,
    Figure,
    Kind,
    MessageLine,
    MessageQuote,
    Quote,
    ReportSection,
    Said,
    SilentSource,
)
from core.reporting.rights import MOST_QUOTED
from core.values import SCREENS, Language

EVERY = members(core.reporting.formats, "Format")
# Formats that carry values as values; the others say them in words.
CARRIES_VALUES = ("json", "csv", "xlsx")
WHEN = datetime(2026, 11, 24, 6, 30, tzinfo=UTC)
FRENCH = [words(Language.FRENCH)]
LAYOUTS = {
    **{str(language): [words(language)] for language in SCREENS},
    "fr-ar": [words(Language.FRENCH), words(Language.ARABIC)],
    "ar-fr": [words(Language.ARABIC), words(Language.FRENCH)],
}
COMPLETENESS = Completeness(
    read=98,
    total=112,
    silent=(
        SilentSource(
            outlet="MAP",
            url="https://map.test",
            state="blocked",
            since=WHEN,
            reason="403",
        ),
    ),
)

every_format = pytest.mark.parametrize("name", EVERY)
every_layout = pytest.mark.parametrize("layout", LAYOUTS)
both_kinds = pytest.mark.parametrize("make", [a_review, a_balance])


def written(name, report, spoken=FRENCH):
    return EVERY[name]().write(report, spoken)


def said_by(name, report, spoken=FRENCH):
    return text_of(name, written(name, report, spoken))


def with_lines(*some, **given):
    section = ReportSection(key="releases", title="112/2026", lines=some)
    return a_review(sections=(section,), **given)


def of_figures(*figures):
    return a_review(count=0, figures=figures)


@every_layout
@every_format
@both_kinds
def test_a_format_keeps_the_completeness_line(make, name, layout):
    report = make(count=3, charts=()) if make is a_review else make(count=3)
    report = replace(report, completeness=COMPLETENESS, charts=())
    text = said_by(name, report, LAYOUTS[layout])
    for number in ("98", "112"):
        assert re.search(rf"(?<!\d){number}(?!\d)", text)
    assert "MAP" in text


@every_format
def test_a_format_declares_what_it_writes(name):
    made = EVERY[name]
    assert "/" in made.media_type
    assert made.suffix.isalnum()
    content = written(name, a_review(count=1, charts=()))
    if is_text(made.media_type):
        assert content.decode()
    else:
        assert content[:2] in (b"PK", b"%P")


@every_format
def test_a_format_can_be_read_back(name):
    assert name in READERS, "add how it is read to report_readers"


@every_format
def test_the_same_report_makes_the_same_bytes(name):
    report = a_balance(count=2)
    assert written(name, report) == written(name, report)


def test_json_gives_back_the_same_report():
    for report in (a_review(), a_balance()):
        content = written("json", report)
        assert read(json.loads(content)) == report


@every_format
def test_a_date_without_an_hour_is_shown_without_one(name):
    line = a_line(
        1, published_at=datetime(2019, 3, 2, 12, tzinfo=UTC), published_as="day"
    )
    text = said_by(name, with_lines(line, charts=()))
    if name == "json":
        assert "day" in text
        return
    assert "02/03/2019" in text or "2019-03-02" in text
    assert not re.search(r"(02/03/2019|2019-03-02)[ T]\d\d:\d\d", text)


@every_format
def test_a_date_that_nobody_knows_is_not_invented(name):
    line = a_line(1, published_at=None, published_as="", read_at=None)
    report = with_lines(
        line,
        charts=(),
        since=datetime(2019, 3, 1, tzinfo=UTC),
        until=datetime(2019, 3, 1, tzinfo=UTC),
    )
    content = written(name, report)
    if name == "xlsx":
        head, row = sheets(content)["Articles"]
        assert row[head.index(naming.name_of("column:published", FRENCH[0]))] == ""
    elif name == "csv":
        head, row, *_ = cells(content)
        assert row[head.index(naming.name_of("column:published", FRENCH[0]))] == ""
    elif name == "rss":
        item = channel(content).find("item")
        assert item.find("pubDate") is None
        assert item.find("{*}date") is None
    elif name == "json":
        assert read(json.loads(content)).sections[0].lines[0].published_at is None
    else:
        assert "date inconnue" in text_of(name, content)


@every_layout
@every_format
def test_hostile_texts_are_said_and_do_nothing(name, layout):
    report = hostile(a_balance(count=2))
    text = said_by(name, report, LAYOUTS[layout])
    for fragment in ("alert(1)", "=SUM(A1)", "half a pair", "7*7", "too early"):
        # A narrow column breaks words anywhere.
        assert fragment.replace(" ", "") in text.replace(" ", "")
    assert len(report.sections[0].lines) == len(HOSTILE)


@pytest.mark.parametrize("language", SCREENS)
def test_the_html_page_escapes_titles_and_turns_arabic_around(language):
    line = a_line(1, title="<script>alert(1)</script> عنوان", language=Language.ARABIC)
    page = written("html", with_lines(line, charts=()), [words(language)]).decode()
    assert "<script>" not in page
    assert f'<html lang="{language}" dir="{language.direction}">' in page
    article = re.search(r'<article class="review-line"[^>]*>', page).group()
    if language is not Language.ARABIC:
        assert 'lang="ar" dir="rtl"' in article


@every_layout
@every_format
def test_a_report_without_a_line_is_whole(name, layout):
    for report in (a_review(count=0, charts=()), a_balance(count=0)):
        text = said_by(name, report, LAYOUTS[layout])
        assert re.search(r"(?<!\d)98(?!\d)", text)


@every_format
def test_a_thousand_lines_are_all_there(name):
    some = [
        a_line(number, title=f"Article nº{number}.", excerpt="")
        for number in range(1, 1_001)
    ]
    text = said_by(name, with_lines(*some, charts=(), essentials=()))
    numbers = {int(one) for one in re.findall(r"Article nº(\d+)\.", text)}
    assert numbers == set(range(1, 1_001))


# What is written of an article, at most.
LONG = " ".join(f"mot{number}" for number in range(2_000))
LAST = "mot1999"
BEYOND = "mot60 "  # behind the 300th character


@every_format
def test_no_format_quotes_more_of_an_article_than_the_law_allows(name):
    line = a_line(
        1,
        excerpt=LONG,
        quotes=(
            Quote(language=Language.FRENCH, release="Nos propres mots.", article=LONG),
        ),
    )
    message = MessageLine(
        place=1,
        said=(Said(language=Language.FRENCH, text="Message"),),
        outlets=1,
        quotes=(MessageQuote(outlet="MAP", language=Language.FRENCH, text=LONG),),
    )
    report = replace(
        a_balance(count=2),
        sections=(ReportSection(key="reprint", title="", lines=(line,)),),
        messages=(message,),
    )
    text = said_by(name, report)
    assert "mot1" in text
    assert LAST not in text
    assert BEYOND not in text


def test_an_edition_that_was_frozen_with_more_is_cut_when_it_is_read():
    frozen = json.loads(written("json", with_lines(a_line(1))))
    frozen["sections"][0]["lines"][0]["excerpt"] = LONG
    (line,) = read(frozen).sections[0].lines
    assert len(line.excerpt) == MOST_QUOTED
    assert line.excerpt.endswith("…")


def _figures():
    number = st.integers(1_000, 9_999_999)
    share = st.integers(0, 100).map(lambda per_cent: per_cent / 100)
    kinds = st.one_of(
        st.tuples(st.just(Kind.NUMBER), st.none() | number, st.none() | number),
        st.tuples(st.just(Kind.SHARE), st.none() | share, st.none()),
        st.tuples(st.just(Kind.MINUTES), st.none() | st.integers(0, 50_000), st.none()),
    )
    return st.lists(kinds, max_size=6).map(
        lambda some: tuple(
            Figure(name=f"figure-{place}", kind=kind, value=value, of=of)
            for place, (kind, value, of) in enumerate(some)
        )
    )


REPORTS = st.builds(
    lambda figures, read, silent, count: replace(
        a_review(count=0, figures=figures, charts=()),
        completeness=Completeness(read=read, total=read + silent, silent=()),
        sections=(
            ReportSection(key="releases", title="1", lines=lines(count, about="1")),
        ),
    ),
    _figures(),
    st.integers(1_000, 9_999),
    st.integers(0, 9_999),
    st.integers(0, 5),
)


@pytest.mark.parametrize("layout", ["fr", "ar", "fr-ar"])
@pytest.mark.parametrize("name", sorted(set(EVERY) - set(CARRIES_VALUES)))
@settings(max_examples=10, deadline=None)
@given(report=REPORTS)
def test_what_is_read_has_the_numbers_of_the_report(name, layout, report):
    spoken = LAYOUTS[layout]
    text = said_by(name, report, spoken)
    for figure in report.figures:
        said = seen(naming.figure_text(figure, spoken[0]))
        # Arabic words come back from a PDF in the order of their glyphs, and close up.
        whole = [said] if (name, layout[:2]) != ("pdf", "ar") else said.split()
        assert all(word in text for word in whole)
    found = report.completeness
    for number in (found.read, found.total):
        assert seen(spoken[0].number(number)) in text
    for line in report.sections[0].lines:
        # An Arabic title comes back from a PDF in the order of its glyphs.
        assert line.language is Language.ARABIC or seen(line.title)[:20] in text


@pytest.mark.parametrize("layout", LAYOUTS)
@settings(max_examples=25, deadline=None)
@given(report=REPORTS)
def test_what_carries_values_carries_those_of_the_report(layout, report):
    spoken = LAYOUTS[layout]
    unknown = " · ".join(dict.fromkeys(one.gettext("not available") for one in spoken))
    wanted = [
        (unknown if figure.value is None else figure.value, figure.of)
        for figure in report.figures
    ]
    found = report.completeness
    wanted.append((found.read, found.total))
    book = sheets(written("xlsx", report, spoken))
    first, articles = list(book.values())[:2]
    assert [(row[1], row[2] or None) for row in first[1:]] == wanted
    assert len(articles) - 1 == len(report.sections[0].lines)
    table = cells(written("csv", report, spoken))
    count = len(report.sections[0].lines)
    figures = table[1 + count : 1 + count + len(wanted)]
    assert [_value(cell) for *_, cell, _ in figures] == [one for one, _ in wanted]
    assert [_value(cell) for *_, cell in figures] == [of for _, of in wanted]


def _value(cell):
    if not cell:
        return None
    plain = cell.replace(",", ".")
    return float(plain) if re.fullmatch(r"-?[\d.]+", plain) else cell


@pytest.mark.parametrize("name", sorted(set(EVERY) - {"csv", "rss"}))
def test_a_usual_share_is_not_rounded_away(name):
    figure = Figure(name="ar", value=0.42, usual=0.38, kind=Kind.SHARE)
    text = said_by(name, of_figures(figure))
    assert "0.38" in text or seen(FRENCH[0].percent(0.38)) in text
