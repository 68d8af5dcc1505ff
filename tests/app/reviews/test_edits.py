"""What a person wrote and chose, applied to an edition."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from app.reviews.edits import LONGEST_ESSENTIAL, Edits, applied, essential
from core.errors import BadInput
from core.reporting.report import Completeness, Line, Report, ReportSection
from core.values import Language

WHEN = datetime(2026, 11, 24, 6, 30, tzinfo=UTC)


def line(number):
    return Line(
        outlet="Le Soir",
        title=f"Titre {number}",
        language=Language.FRENCH,
        url="https://a.test/1",
        articles=(number, number + 100),
    )


REPORT = Report(
    kind="review",
    title="",
    organisation="Ministère",
    day=date(2026, 11, 24),
    number=1,
    version=1,
    zone="Africa/Casablanca",
    since=WHEN,
    until=WHEN,
    made_at=WHEN,
    figures=(),
    sections=(
        ReportSection(key="releases", title="", lines=(line(1), line(2), line(3))),
        ReportSection(key="sent", title="", note="rien"),
    ),
    completeness=Completeness(read=1, total=1, silent=()),
)


def titles(report):
    return [one.title for section in report.sections for one in section.lines]


def test_without_edits_the_lines_are_only_numbered():
    done = applied(REPORT, Edits())
    assert titles(done) == ["Titre 1", "Titre 2", "Titre 3"]
    assert [one.reference for one in done.sections[0].lines] == [1, 2, 3]


def test_moved_lines_lead_their_section_in_the_order_they_were_given():
    done = applied(REPORT, Edits(order=(3, 2)))
    assert titles(done) == ["Titre 3", "Titre 2", "Titre 1"]


def test_a_line_that_was_left_out_goes_with_its_copies():
    done = applied(REPORT, Edits(left_out=frozenset({2})))
    assert titles(done) == ["Titre 1", "Titre 3"]
    assert [one.reference for one in done.sections[0].lines] == [1, 2]


def test_an_essential_whose_articles_were_left_out_goes_too():
    one = essential({Language.FRENCH: "Le ministre inaugure."}, [2])
    both = essential({Language.FRENCH: "Deux titres."}, [1, 2])
    done = applied(REPORT, Edits(essentials=(one, both), left_out=frozenset({2})))
    assert done.essentials == (replace(both, articles=(1,)),)


@pytest.mark.parametrize(
    ("texts", "articles"),
    [
        ({Language.FRENCH: "  "}, [1]),
        ({Language.FRENCH: "Sans preuve."}, []),
        ({Language.FRENCH: "x" * (LONGEST_ESSENTIAL + 1)}, [1]),
    ],
)
def test_an_essential_needs_words_that_fit_and_evidence(texts, articles):
    with pytest.raises(BadInput):
        essential(texts, articles)


def test_edits_are_kept_as_they_were():
    edits = Edits(
        essentials=(
            essential({Language.FRENCH: "Un", Language.ARABIC: "واحد"}, [1, 3]),
        ),
        order=(3, 1),
        left_out=frozenset({2}),
    )
    assert Edits.from_row(edits.row()) == edits
    assert Edits.from_row({}) == Edits()


def test_the_narrow_spaces_of_french_stay_and_lines_become_one():
    written = essential({Language.FRENCH: " À la une\u202f:\r\n  trois titres "}, [1])
    assert written.said[0].text == "À la une\u202f: trois titres"
