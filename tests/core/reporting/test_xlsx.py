import re
from dataclasses import replace
from datetime import UTC, date, datetime
from io import BytesIO
from zipfile import ZipFile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from report_makers import ADDRESS, a_balance, a_line, a_review, hostile
from report_readers import sheets

from core.i18n import words
from core.reporting.formats.xlsx import Format
from core.reporting.naming import name_of
from core.reporting.report import Cell, Figure, Kind, Mark, ReportSection, Table
from core.values import Language

FRENCH, ARABIC = words(Language.FRENCH), words(Language.ARABIC)
ENGLISH = words(Language.ENGLISH)
FORMULAS = (
    "=cmd|' /C calc'!A0",
    "+212600000000",
    "-1+1",
    "@SUM(1;1)",
    "\t=1+1",
    "＝1+1",
    "=HYPERLINK(1)",
)


def written(report, *spoken):
    return Format().write(report, spoken or [ENGLISH])


def book(report, *spoken):
    return sheets(written(report, *spoken))


def of_lines(*some, **given):
    return a_review(
        sections=(ReportSection(key="releases", title="1", lines=some),), **given
    )


def of_table(*rows, columns=("column:name", "column:value")):
    table = Table(key="table:x", columns=columns, rows=rows)
    return replace(a_balance(), tables=(table,), charts=())


def column(report, name, *, sheet="Articles"):
    head, *rows = book(report)[sheet]
    return [row[head.index(name)] for row in rows]


def part(content, name):
    with ZipFile(BytesIO(content)) as packed:
        return packed.read(name).decode()


def parts(content, pattern):
    with ZipFile(BytesIO(content)) as packed:
        names = [name for name in packed.namelist() if re.search(pattern, name)]
        return "".join(packed.read(name).decode() for name in names)


def test_each_kind_of_data_has_its_sheet():
    coverage, hours, outlets, languages = (
        name_of(f"table:{key}", ENGLISH)
        for key in ("coverage", "by-hour", "by-outlet", "by-language")
    )
    assert list(book(a_balance())) == [
        "Figures",
        "Articles",
        "Passages",
        "Alerts",
        coverage,
        hours,
        outlets,
        languages,
        "Moments of the charts",
        "Messages",
        "Quotes of the messages",
        "Pick-up map",
        "Sources",
        "Method and limits",
    ]
    assert "The essentials" in book(a_review())


def test_dates_are_dates_in_the_office_s_zone_and_sort_as_such():
    line = a_line(1)
    report = of_lines(
        replace(line, published_at=datetime(2019, 1, 9, 23, 30, tzinfo=UTC)),
        replace(
            line,
            published_at=datetime(2019, 1, 9, 12, tzinfo=UTC),
            published_as="day",
        ),
        replace(line, published_at=None),
        zone="Asia/Tokyo",
    )
    late, day, unknown = column(report, "Published")
    assert late == datetime(2019, 1, 10, 8, 30)
    assert day == date(2019, 1, 9)
    assert unknown == ""
    cells = re.findall(
        r'<c r="I\d" s="\d+"><v>([\d.]+)',
        part(written(report), "xl/worksheets/sheet2.xml"),
    )
    assert [float(one) for one in cells] == pytest.approx([43475 + 8.5 / 24, 43474])


def test_a_day_before_the_calendar_of_spreadsheets_is_words():
    line = a_line(
        1, published_at=datetime(1789, 7, 14, 12, tzinfo=UTC), published_as="day"
    )
    assert column(of_lines(line), "Published") == ["1789-07-14"]


def test_numbers_are_numbers_and_shares_are_per_cent():
    report = a_review(
        figures=(
            Figure(name="all", value=1234, of=5000, before=31, usual=27.4),
            Figure(name="x", value=0.42, usual=0.38, kind=Kind.SHARE),
            Figure(name="y", value=95, kind=Kind.MINUTES),
            Figure(name="z", value=None),
        )
    )
    _, every, share, minutes, unknown, *_ = book(report)["Figures"]
    assert every[1:] == [1234, 5000, 31, 27]
    assert (share[1], share[4]) == (0.42, 0.38)
    assert minutes[1] == 95
    assert unknown[1] == "not available"
    styles = part(written(report), "xl/styles.xml")
    assert 'formatCode="0%"' in styles or 'numFmtId="9"' in styles
    assert "&quot; min&quot;" in styles


@pytest.mark.parametrize("text", FORMULAS)
def test_a_text_that_begins_like_a_formula_is_text_and_stays_it(text):
    report = of_lines(a_line(1, title=text, author=text, excerpt=text))
    content = written(report)
    assert column(report, "Title") == [text.replace("\t", " ")]
    assert "<f>" not in parts(content, "sheet")
    assert 'quotePrefix="1"' in part(content, "xl/styles.xml")


def test_only_addresses_that_may_be_opened_are_links():
    urls = [
        "https://a.test/x?y=1#z",
        "javascript:alert(1)",
        "file:///etc/passwd",
        "https://user:word@a.test/",
        "/coverage/1",
        "https://a.test/" + "q" * 2_100,
    ]
    report = of_lines(*(a_line(1, url=url, evidence="") for url in urls), address=None)
    assert column(report, "Address") == urls
    links = parts(written(report), r"_rels/sheet2")
    assert re.findall(r'Target="([^"]*)"', links) == ["https://a.test/x?y=1"]


def test_the_evidence_is_linked_where_its_reader_can_reach_it():
    for address, linked in ((ADDRESS, True), ("", False), (None, False)):
        report = of_lines(a_line(1, url="", evidence="/coverage/7"), address=address)
        assert column(report, "Evidence") == [f"{address or ''}/coverage/7"]
        links = parts(written(report), r"_rels/sheet2")
        assert (f'"{ADDRESS}/coverage/7"' in links) is linked


def test_no_sheet_has_more_links_than_excel_opens():
    row = (Cell(text="x", href="https://a.test/"), Cell(number=1))
    links = parts(written(of_table(*[row] * 65_531)), r"worksheets/sheet5\.xml")
    assert links.count("<hyperlink ") == 65_530


def test_a_sheet_runs_from_right_to_left_when_arabic_comes_first():
    for spoken, turned in (((ARABIC, FRENCH), True), ((FRENCH, ARABIC), False)):
        every = parts(written(a_balance(), *spoken), r"worksheets/sheet\d")
        assert every.count('rightToLeft="1"') == (14 if turned else 0)


def test_a_sheet_is_ready_to_filter_and_to_print():
    sheet = part(written(a_review()), "xl/worksheets/sheet2.xml")
    assert 'state="frozen"' in sheet
    assert '<autoFilter ref="A1:Z25"/>' in sheet
    assert 'paperSize="9"' in sheet
    assert 'orientation="landscape"' in sheet
    assert "98 of 112 sources read." in sheet
    assert "&amp;P / &amp;N" in sheet
    names = part(written(a_review()), "xl/workbook.xml")
    assert names.count("_xlnm.Print_Titles") == names.count("<sheet ")


def test_the_file_says_what_it_is_and_whose():
    core = part(written(a_review(), FRENCH), "docProps/core.xml")
    assert "<dc:title>Revue de presse nº 231" in core
    assert "<dc:creator>Ministère" in core
    assert "2026-11-24T07:20:00Z" in core


def test_a_text_longer_than_a_cell_says_that_it_was_cut():
    (cut,) = column(of_lines(a_line(1, title="م" * 40_000)), "Title")
    assert len(cut) == 32_767
    assert cut.endswith("… [cut here: a cell holds no more; it has 40,000 characters]")


def test_a_text_like_the_library_s_own_markup_is_a_text():
    for text in ("<r><t>x</t></r>", "<r>&</r>", "_x0041_", "<r></is></c></r>"):
        (title,) = column(of_lines(a_line(1, title=text)), "Title")
        assert title.rstrip() == text


def test_every_line_says_where_it_comes_from():
    report = of_lines(
        a_line(
            3,
            contact="Salma Bennani",
            on_front=True,
            to_rectify=True,
            tone="negative",
            about="112/2018",
            rewrites="MAP",
            also_in=("Le Matin", "صدى"),
            reasons=({"code": "share-of-article", "percent": "61"},),
        )
    )
    head, row = book(report, ENGLISH)["Articles"]
    said = dict(zip(head, row, strict=True))
    assert said["No."] == 3
    assert said["Section"].endswith("· 1")
    assert said["Outlet in Arabic"] == "المدينة اليوم"
    assert said["Contact"] == "Salma Bennani"
    assert said["Front page"] == "front page"
    assert said["To rectify"] == "to be rectified"
    assert said["Score"] == 0.9
    assert said["Also in"] == "Le Matin, صدى"
    assert said["Rewrite of"] == "MAP"
    assert said["Why"] == "61 % of the article is the release's text"
    assert said["SHA-256 of what was read"] == "9f" * 32


def test_the_marks_of_charts_are_kept_once():
    report = a_review()
    marks = report.charts[0].marks
    twice = replace(report, charts=(report.charts[0], report.charts[0]))
    assert isinstance(marks[0], Mark)
    assert len(book(twice)["Moments of the charts"]) - 1 == len(marks)


def test_hostile_texts_make_a_book_that_opens():
    found = book(hostile(a_balance()), FRENCH, ARABIC)
    articles = next(rows for name, rows in found.items() if name.startswith("Articles"))
    assert any("=SUM(A1)" in str(cell) for row in articles for cell in row)


@settings(max_examples=60, deadline=None)
@given(
    texts=st.lists(
        st.text(st.characters(exclude_categories=[]), max_size=60),
        min_size=1,
        max_size=4,
    )
)
def test_any_text_is_kept_as_far_as_it_can_be_shown(texts):
    report = of_table(*((Cell(text=text), Cell(number=7)) for text in texts))
    rows = book(report)["x"][1:]
    assert [row[1] for row in rows] == [7] * len(texts)
    for text, row in zip(texts, rows, strict=True):
        if text.isalnum() and text.isascii():
            assert row[0] == text
