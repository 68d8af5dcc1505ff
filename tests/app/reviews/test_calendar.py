from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.reviews import calendar
from app.reviews.calendar import EditionKind
from core.errors import BadInput
from core.settings import Review

RABAT = "Africa/Casablanca"
TUESDAY, SATURDAY, MONDAY = date(2026, 11, 24), date(2026, 11, 28), date(2026, 11, 23)
THRONE_DAY = date(2026, 7, 30)  # a Thursday


def test_a_review_runs_from_one_cut_off_to_the_next():
    covered = calendar.morning(date(2018, 12, 6), Review(), RABAT)
    assert covered.since == datetime(2018, 12, 5, 5, 30, tzinfo=UTC)
    assert covered.until == datetime(2018, 12, 6, 5, 30, tzinfo=UTC)


def test_mondays_review_covers_the_weekend():
    covered = calendar.morning(MONDAY, Review(), RABAT)
    assert covered.since == datetime(2026, 11, 20, 6, 30, tzinfo=UTC)


def test_a_day_has_a_morning_edition_and_two_flashes():
    assert [one.key for one in calendar.slots(TUESDAY, Review(), RABAT)] == [
        "2026-11-24/morning",
        "2026-11-24/flash-1300",
        "2026-11-24/flash-1730",
    ]


def test_a_flash_is_frozen_at_its_hour_and_ready_half_an_hour_later():
    _, flash, _ = calendar.slots(TUESDAY, Review(), RABAT)
    assert flash.until == flash.freeze_at == datetime(2026, 11, 24, 13, tzinfo=UTC)
    assert flash.ready_at - flash.freeze_at == timedelta(minutes=30)


@pytest.mark.parametrize("day", [SATURDAY, THRONE_DAY])
def test_no_edition_falls_on_a_weekend_or_a_holiday(day):
    assert calendar.slots(day, Review(), RABAT) == ()


def test_the_edition_after_a_holiday_covers_it():
    covered = calendar.morning(THRONE_DAY + timedelta(days=1), Review(), RABAT)
    assert covered.since.date() == THRONE_DAY - timedelta(days=1)


def test_an_office_may_edit_on_a_holiday_and_rest_on_a_working_day():
    settings = Review(days_on=[THRONE_DAY], days_off=[TUESDAY])
    assert calendar.is_edited(THRONE_DAY, settings)
    assert not calendar.is_edited(TUESDAY, settings)


def test_an_office_without_a_country_has_no_holidays():
    assert calendar.is_edited(THRONE_DAY, Review(holidays=""))


@pytest.mark.parametrize("hour", ["01:30", "02:30"])
def test_a_cut_off_that_the_clocks_skip_or_repeat_still_happens_once(hour):
    settings = Review(cut_off=hour, workdays=[1, 2, 3, 4, 5, 6, 7], holidays="")
    for day in (date(2025, 2, 23), date(2025, 4, 6), date(2026, 9, 20)):
        covered = calendar.morning(day, settings, RABAT)
        following = calendar.morning(day + timedelta(days=1), settings, RABAT)
        assert covered.since < covered.until == following.since


@given(st.dates(date(2018, 1, 1), date(2030, 12, 31)))
def test_two_editions_in_a_row_leave_no_hour_out_and_none_twice(day):
    settings = Review()
    if not calendar.is_edited(day, settings):
        return
    before = day - timedelta(days=1)
    while not calendar.is_edited(before, settings):
        before -= timedelta(days=1)
    assert (
        calendar.morning(day, settings, RABAT).since
        == calendar.morning(before, settings, RABAT).until
    )


@given(st.dates(date(2018, 1, 1), date(2030, 12, 31)))
def test_the_hours_of_an_edition_follow_each_other(day):
    for slot in calendar.slots(day, Review(), RABAT):
        assert (
            slot.since
            < slot.until
            <= slot.freeze_at
            <= slot.validate_by
            <= slot.ready_at
        )


def test_a_key_names_its_slot():
    for slot in calendar.slots(TUESDAY, Review(), RABAT):
        assert calendar.by_key(slot.key, Review(), RABAT) == slot
    assert calendar.by_key("2026-11-24", Review(), RABAT).kind is EditionKind.MORNING


@pytest.mark.parametrize("key", ["hier", "2026-13-01", "2026-11-24/flash-0900"])
def test_a_key_of_no_edition_is_refused(key):
    with pytest.raises(BadInput):
        calendar.by_key(key, Review(), RABAT)


def test_what_comes_next_lies_ahead_and_in_order():
    now = datetime(2026, 11, 27, 18, 30, tzinfo=UTC)  # Friday evening
    coming = list(calendar.coming(now, Review(), RABAT))
    assert coming[0].key == "2026-11-30/morning"
    assert [one.ready_at for one in coming] == sorted(one.ready_at for one in coming)


def test_hours_that_do_not_follow_each_other_are_refused():
    with pytest.raises(ValueError, match="follow each other"):
        Review(freeze_at="08:30")
