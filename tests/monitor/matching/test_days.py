"""Which days a text speaks of."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.text.tokens import tokens
from monitor.matching.days import Precision, day_references

TUESDAY = date(2018, 12, 4)


def spans(text, published=TUESDAY):
    return {
        (one.first.isoformat(), one.last.isoformat())
        for one in day_references(tokens(text), published=published)
    }


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("le 5 décembre 2018", "2018-12-05", "2018-12-05"),
        ("du 5 au 7 décembre", "2018-12-05", "2018-12-07"),
        ("du mercredi 5 au vendredi 7 décembre 2018", "2018-12-05", "2018-12-07"),
        ("من الأربعاء 5 إلى الجمعة 7 دجنبر 2018", "2018-12-05", "2018-12-07"),
        ("يوم ٥ ديسمبر", "2018-12-05", "2018-12-05"),
        ("on December 5, 2018", "2018-12-05", "2018-12-05"),
        ("05/12/2018", "2018-12-05", "2018-12-05"),
        ("2018-12-05", "2018-12-05", "2018-12-05"),
        ("mercredi", "2018-12-05", "2018-12-05"),
        ("mercredi dernier", "2018-11-28", "2018-11-28"),
        ("hier", "2018-12-03", "2018-12-03"),
        ("après-demain", "2018-12-06", "2018-12-06"),
        ("بعد غد", "2018-12-06", "2018-12-06"),
        ("tomorrow", "2018-12-05", "2018-12-05"),
        ("le mois dernier", "2018-11-01", "2018-11-30"),
        ("الشهر الماضي", "2018-11-01", "2018-11-30"),
        ("début décembre", "2018-12-01", "2018-12-31"),
        ("en mars dernier", "2018-03-01", "2018-03-31"),
        ("il y a un an", "2017-01-01", "2017-12-31"),
    ],
)
def test_an_expression_names_its_days(text, first, last):
    assert (first, last) in spans(text)


def test_a_month_without_a_year_is_the_nearest_one():
    assert spans("en décembre", date(2020, 1, 22)) == {("2019-12-01", "2019-12-31")}


def test_without_a_day_of_publication_only_full_dates_count():
    assert spans("hier, mercredi ou le 5 décembre", None) == set()
    assert spans("le 5 décembre 2018", None) == {("2018-12-05", "2018-12-05")}


def test_a_day_that_does_not_exist_is_not_invented():
    assert not any(
        one.precision is Precision.DAY
        for one in day_references(tokens("le 31 novembre 2018"), published=TUESDAY)
    )


def test_mars_alone_may_be_the_planet():
    assert spans("une sonde vers Mars") == set()


@given(st.text(), st.dates(date(1990, 1, 1), date(2090, 1, 1)))
def test_any_text_has_references_that_run_forward(text, published):
    for one in day_references(tokens(text), published=published):
        assert one.first <= one.last
