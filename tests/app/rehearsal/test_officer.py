"""What the rehearsal's press officer writes on the first page."""

import pytest

from app.rehearsal.officer import essentials
from core.reporting.report import Line, Report, ReportSection
from core.values import Language


def a_line(article, **said):
    return Line(
        outlet="Atlas Matin",
        title="Titre",
        language=Language.FRENCH,
        url="http://x.test/1",
        articles=(article,),
        **said,
    )


def written(*sections):
    report = Report(
        **dict.fromkeys(Report.__dataclass_fields__) | {"sections": sections}
    )
    return [
        (
            [
                one.text.replace("\u2068", "").replace("\u2069", "")
                for one in essential.said
            ],
            essential.articles,
        )
        for essential in essentials(report)
    ]


def test_a_day_without_lines_has_no_essentials():
    assert written() == []


def test_each_line_is_said_in_both_languages_and_rests_on_its_articles():
    found = written(
        ReportSection(key="releases", title="1", lines=(a_line(1, on_front=True),)),
        ReportSection(key="releases", title="2", lines=(a_line(2, to_rectify=True),)),
        ReportSection(
            key="watch:Logement", title="Logement", lines=(a_line(3), a_line(4))
        ),
    )
    assert [articles for _, articles in found] == [(1, 2), (1,), (2,), (3,)]
    assert found[1][0] == [
        "À la une de Atlas Matin\u202f: «\u202fTitre\u202f».",
        "على الصفحة الأولى من Atlas Matin: «Titre».",
    ]


@pytest.mark.parametrize("count", [4, 40])
def test_a_first_page_stays_one(count):
    lines = tuple(a_line(place, on_front=True) for place in range(1, count + 1))
    assert len(written(ReportSection(key="releases", title="1", lines=lines))) == 5
