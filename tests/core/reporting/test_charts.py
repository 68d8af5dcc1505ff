from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from laid_out import ARABIC, FRENCH, HOSTILE, WHEN, ZONE, a_chart
from PIL import Image

from core.i18n import words
from core.reporting import charts
from core.reporting.charts.canvas import (
    WIDTH,
    shade,
    shortened,
    width_of,
    writable,
)
from core.reporting.report import Cell, Chart, ChartForm, Mark, Table

FR = [words(FRENCH)]
AR = [words(ARABIC)]
FORMS = list(ChartForm)


def drawn(chart, spoken=FR):
    return ET.fromstring(charts.svg(chart, spoken, ZONE))  # noqa: S314 - our own


@pytest.mark.parametrize("form", FORMS)
def test_the_same_chart_is_the_same_bytes(form):
    assert charts.svg(a_chart(form), FR, ZONE) == charts.svg(a_chart(form), FR, ZONE)


@pytest.mark.parametrize("form", FORMS)
def test_a_chart_names_neither_a_date_nor_a_font_to_look_for(form):
    written = charts.svg(a_chart(form), FR, ZONE).decode()
    assert "<text" not in written
    assert "dc:date" not in written


def test_threads_draw_beside_each_other():
    every = [(a_chart(form), spoken) for form in FORMS for spoken in (FR, AR)] * 3
    alone = [charts.svg(chart, spoken, ZONE) for chart, spoken in every]
    with ThreadPoolExecutor(4) as threads:
        beside = list(threads.map(lambda one: charts.svg(*one, ZONE), every))
    assert beside == alone


def ink(chart, spoken):
    """How dark the left and the right half of the picture's bars are."""
    picture = Image.open(BytesIO(charts.png(chart, spoken, ZONE, dpi=72))).convert("L")
    width, height = picture.size
    dark = [
        sum(
            1
            for x in range(start, start + width // 2)
            for y in range(height)
            if picture.getpixel((x, y)) < 120
        )
        for start in (0, width // 2)
    ]
    return dark[0], dark[1]


def test_an_arabic_chart_runs_from_the_right():
    chart = a_chart(rows=(("a", 100, 0), ("b", 1, 0), ("c", 1, 0)))
    left, right = ink(chart, FR)
    left_in_arabic, right_in_arabic = ink(chart, AR)
    assert (left > right) == (right_in_arabic > left_in_arabic)


def test_series_are_told_apart_without_colour():
    def grey(look):
        red, green, blue = (int(look.fill[at : at + 2], 16) for at in (1, 3, 5))
        return round(0.3 * red + 0.59 * green + 0.11 * blue)

    looks = [shade(place) for place in range(5)]
    greys = [(grey(look) // 30, look.hatch) for look in looks]
    assert len(set(greys)) == len(looks)


@pytest.mark.parametrize("form", FORMS)
def test_a_chart_of_nothing_is_drawn_all_the_same(form):
    table = Table(key="table:outlets", columns=("column:a", "column:b"), rows=())
    assert drawn(Chart(form=form, table=table)) is not None


def test_rows_beyond_a_page_are_left_to_the_table():
    few = drawn(a_chart(rows=tuple((f"titre {n}", n, 0) for n in range(25))))
    many = drawn(a_chart(rows=tuple((f"titre {n}", n, 0) for n in range(500))))
    assert float(many.get("height").removesuffix("pt")) < 1.1 * float(
        few.get("height").removesuffix("pt")
    )


def test_marks_that_stand_close_have_rows_of_their_own():
    close = [Mark(name="mark:sent", at=WHEN) for _ in range(4)]
    one = drawn(a_chart(ChartForm.HOURS, marks=close[:1]))
    four = drawn(a_chart(ChartForm.HOURS, marks=close))
    assert float(four.get("height")[:-2]) > float(one.get("height")[:-2]) + 30


def test_a_name_that_is_too_long_ends_in_an_ellipsis():
    said = shortened("Agence de presse " * 20, 100)
    assert said.endswith("…")
    assert width_of(said) <= 100


def test_a_sign_that_no_font_has_is_a_square():
    assert writable("2M 漢 ⵜ ع é") == "2M □ ⵜ ع é"


@pytest.mark.parametrize("text", [*HOSTILE, "\ud800\x00\u202e", ""])
@pytest.mark.parametrize("spoken", [FR, AR])
def test_text_of_others_is_only_text(text, spoken):
    assert drawn(a_chart(rows=((text, 1, 0),)), spoken) is not None


@settings(max_examples=15, deadline=None)
@given(st.text(st.characters(codec=None, categories=None), max_size=30))
def test_any_name_can_be_drawn(text):
    assert drawn(a_chart(rows=((text, 1, 2),))) is not None


@settings(max_examples=15, deadline=None)
@given(st.lists(st.floats(0, 1e12), min_size=1, max_size=5))
def test_any_numbers_stay_inside_the_picture(numbers):
    canvas = a_chart(rows=tuple((f"n{at}", one, 0) for at, one in enumerate(numbers)))
    picture = drawn(canvas)
    assert float(picture.get("width")[:-2]) == pytest.approx(WIDTH, abs=0.1)


def test_what_is_not_known_is_said_and_has_no_bar():
    table = Table(
        key="table:outlets",
        columns=("column:outlet", "column:articles"),
        rows=((Cell(text="MAP"), Cell()),),
    )
    assert drawn(Chart(form=ChartForm.BARS, table=table)) is not None
