from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from core.i18n import words
from core.reporting.report import Cell, Kind
from core.reporting.sheets import cut, fitting, plain_text, sheet_name, when
from core.values import Language


@given(st.lists(st.text(st.characters(exclude_categories=[])), max_size=6))
def test_any_words_make_names_that_excel_takes(wanted):
    taken = []
    for one in wanted:
        name = sheet_name(one, taken)
        assert 1 <= len(name.encode("utf-16-le")) // 2 <= 31
        assert not set(name) & set("[]:*?/\\")
        assert name[0] != "'" != name[-1]
        assert name.lower() != "history"
        assert name.lower() not in [other.lower() for other in taken]
        taken.append(name)


def test_a_name_is_kept_where_it_can_be():
    assert sheet_name("Les titres", []) == "Les titres"
    assert sheet_name("Les Titres", ["les titres"]) == "Les Titres (2)"
    assert sheet_name("الخريطة", []) == "الخريطة"
    assert sheet_name("Part [1/2]: a", []) == "Part 1 2 a"


def test_no_character_is_halved_by_a_cut():
    assert cut("a😀b", 2) == "a"
    assert cut("a😀b", 3) == "a😀"


def test_a_text_that_fits_is_left_alone():
    text = "x" * 32_767
    assert fitting(text, words(Language.FRENCH)) == text
    long = fitting("😀" * 20_000, words(Language.FRENCH))
    assert len(long.encode("utf-16-le")) // 2 <= 32_767


def test_signs_that_only_turn_a_text_are_no_part_of_its_cell():
    assert plain_text("de \u2068MAP\u2069\nRabat") == "de MAP Rabat"


def test_a_moment_is_on_the_office_s_wall():
    at = datetime(2026, 11, 24, 23, 30, 12, 5, tzinfo=UTC)
    cell = Cell(kind=Kind.MOMENT, moment=at)
    assert str(when(cell, "Asia/Tokyo")) == "2026-11-25 08:30:12"
    assert when(Cell(kind=Kind.MOMENT), "Asia/Tokyo") is None
