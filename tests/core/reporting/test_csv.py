from datetime import UTC, datetime

import pytest
from report_makers import a_balance, a_line, a_review, hostile
from report_readers import cells

from core.i18n import words
from core.reporting.formats.csv import Format
from core.reporting.report import Figure, Kind, ReportSection
from core.values import Language

FRENCH, ARABIC, ENGLISH = (
    words(language) for language in (Language.FRENCH, Language.ARABIC, Language.ENGLISH)
)


def written(report, *spoken):
    return Format().write(report, spoken or [ENGLISH])


def of_lines(*some, **given):
    return a_review(
        sections=(ReportSection(key="releases", title="1", lines=some),), **given
    )


@pytest.mark.parametrize(
    ("spoken", "sign"),
    [
        ([FRENCH], ";"),
        ([ARABIC], ";"),
        ([FRENCH, ARABIC], ";"),
        ([ENGLISH], ","),
    ],
)
def test_a_spreadsheet_of_its_reader_opens_it(spoken, sign):
    content = written(a_review(), *spoken)
    assert content.startswith(b"\xef\xbb\xbf")
    head = content.decode("utf-8-sig").partition("\r\n")[0]
    assert head.count(sign) == 27
    assert {len(row) for row in cells(content)} == {28}


def test_a_row_is_an_article_then_come_what_they_add_up_to_and_rest_on():
    table = cells(written(a_review(count=3)))
    sections = [row[1] for row in table[1:]]
    assert len([one for one in sections if one == "Figures"]) == 5 + 4
    assert sections[3:] == sorted(
        sections[3:], key=["Figures", "Sources", "Method and limits"].index
    )
    assert [row[0] for row in table[1:4]] == ["1", "2", "3"]


def test_no_cell_of_text_begins_like_a_formula():
    some = [
        a_line(1, title=text, author=text, outlet=text)
        for text in ("=1+1", "+212600", "-1", "@x", "\t=1", "\r=1", "\x00=1", "＝1")
    ]
    for row in cells(written(of_lines(*some)))[1:]:
        for cell in row:
            assert not cell.lstrip().startswith(tuple("=+-@＝"))
    assert "'+212600" in {row[4] for row in cells(written(of_lines(*some)))}


def test_quotes_separators_and_ends_of_lines_stay_in_their_cell():
    title = 'Il a dit "non; jamais, rien"\nensuite'
    for spoken in (FRENCH, ENGLISH):
        row = cells(written(of_lines(a_line(1, title=title)), spoken))[1]
        assert row[4] == title.replace("\n", " ")


def test_numbers_and_moments_are_as_its_spreadsheet_reads_them():
    line = a_line(1, score=0.87, published_at=datetime(2019, 3, 2, 9, 5, tzinfo=UTC))
    report = of_lines(
        line,
        zone="UTC",
        figures=(Figure(name="x", value=0.5, kind=Kind.SHARE),),
    )
    for spoken, score, half in ((FRENCH, "0,87", "0,5"), (ENGLISH, "0.87", "0.5")):
        _, row, figure, *_ = cells(written(report, spoken))
        assert row[8] == "2019-03-02 09:05"
        assert row[10] == score
        assert figure[26] == half


def test_hostile_texts_leave_the_table_a_table():
    content = written(hostile(a_balance()))
    assert b"\x00" not in content
    assert {len(row) for row in cells(content)} == {28}
