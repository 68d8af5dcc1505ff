from datetime import date

import pytest

from core.public_holidays import is_forecast, names_of
from core.values import Language

THRONE_DAY, EID = date(2026, 7, 30), date(2026, 5, 27)


def test_a_holiday_has_a_name_in_each_language():
    assert names_of("MA", THRONE_DAY).keys() == set(Language)
    assert "العرش" in names_of("MA", THRONE_DAY)[Language.ARABIC]


def test_a_working_day_and_an_unknown_country_have_none():
    assert names_of("MA", date(2026, 11, 24)) == {}
    assert names_of("", THRONE_DAY) == {}


@pytest.mark.parametrize(("day", "forecast"), [(THRONE_DAY, False), (EID, True)])
def test_only_what_the_moon_decides_is_a_forecast(day, forecast):
    assert is_forecast("MA", day) is forecast


def test_the_mark_of_a_forecast_is_no_part_of_the_name():
    assert not any("(" in name for name in names_of("MA", EID).values())
