"""What the first page of a review says, in one language and in two."""

from io import BytesIO

import pytest
from pypdf import PdfReader
from report_makers import a_review

from core.i18n import words
from core.reporting.document import Paragraph, Picture
from core.reporting.formats.pdf import Format
from core.reporting.layout import lay_out
from core.values import Language

FRENCH, ARABIC = words(Language.FRENCH), words(Language.ARABIC)


def paragraphs(report, *spoken):
    blocks = lay_out(report, spoken).blocks
    return [block for block in blocks if isinstance(block, Paragraph)]


def test_an_office_has_each_of_its_names_once():
    both = paragraphs(a_review(), ARABIC, FRENCH)[:2]
    assert [one.runs[0].text for one in both] == [
        a_review().organisation_ar,
        a_review().organisation,
    ]
    assert [one.beside for one in both] == [False, True]
    nameless = a_review(organisation_ar="")
    first, second = paragraphs(nameless, ARABIC, FRENCH)[:2]
    assert first.runs[0].text == nameless.organisation
    assert not second.runs[0].strong


def test_a_reason_in_another_script_keeps_its_full_stop():
    said = [one.runs[0].text for one in paragraphs(a_review(), ARABIC)]
    assert any(
        "\u2068L’heure du premier article était fausse.\u2069" in x for x in said
    )


def test_a_picture_is_told_in_each_language_in_its_own_order():
    blocks = lay_out(a_review(), (FRENCH, ARABIC)).blocks
    picture = next(block for block in blocks if isinstance(block, Picture))
    assert picture.alternative.count("\u2069 \u2068") >= 1


@pytest.mark.parametrize("spoken", [[FRENCH], [FRENCH, ARABIC], [ARABIC, FRENCH]])
def test_the_first_page_stands_alone(spoken):
    reader = PdfReader(BytesIO(Format().write(a_review(), spoken)))
    first, second = (reader.pages[place].extract_text() for place in (0, 1))
    # The number of the last headline, and the annex, which begins a page.
    assert "[19]" in first
    assert "[19]" not in second
    assert "112/2018" in second
