from datetime import UTC, date, datetime

import pytest

from app.reviews.compose import period
from core.settings import Review

RABAT = "Africa/Casablanca"


def test_a_review_runs_from_one_cut_off_to_the_next():
    covered = period(date(2018, 12, 6), settings=Review(), zone=RABAT)
    assert covered.since == datetime(2018, 12, 5, 5, 30, tzinfo=UTC)
    assert covered.until == datetime(2018, 12, 6, 5, 30, tzinfo=UTC)


def test_mondays_review_covers_the_weekend():
    covered = period(date(2026, 11, 23), settings=Review(), zone=RABAT)
    assert covered.since == datetime(2026, 11, 20, 6, 30, tzinfo=UTC)


@pytest.mark.parametrize("hour", ["01:30", "02:30"])
def test_a_cut_off_that_the_clocks_skip_or_repeat_still_happens_once(hour):
    settings = Review(cut_off=hour)
    for day in (date(2025, 2, 23), date(2025, 4, 6), date(2026, 9, 20)):
        covered = period(day, settings=settings, zone=RABAT)
        following = period(
            date.fromordinal(day.toordinal() + 1), settings=settings, zone=RABAT
        )
        assert covered.since < covered.until
        if following.since != covered.until:
            # Mondays look further back than one day.
            assert date.fromordinal(day.toordinal() + 1).weekday() == 0
