"""Which dates of a source can be believed."""

from datetime import UTC, datetime, timedelta

import pytest

from monitor.intake import dates
from monitor.sources.base import Dated, Entry

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)


def entries(*moments):
    return [
        Entry(
            key=str(place),
            url=f"https://a.test/{place}",
            published=None if moment is None else Dated(at=moment),
        )
        for place, moment in enumerate(moments)
    ]


@pytest.mark.parametrize(
    "moment",
    [
        datetime(1970, 1, 1, tzinfo=UTC),
        datetime(1980, 1, 1, tzinfo=UTC),
        datetime(1, 1, 1, tzinfo=UTC),
        NOW + timedelta(days=3),
        datetime(2099, 1, 1, tzinfo=UTC),
    ],
)
def test_an_epoch_and_a_future_date_are_left_out(moment):
    (found,) = dates.believed(entries(moment), now=NOW)
    assert found.published is None


@pytest.mark.parametrize(
    "moment",
    [
        NOW,
        NOW - timedelta(days=4000),
        NOW + timedelta(minutes=20),
        NOW + timedelta(hours=1),
    ],
)
def test_a_date_that_can_be_is_kept_as_it_is_given(moment):
    (found,) = dates.believed(entries(moment), now=NOW)
    assert found.published.at == moment


def test_dates_that_are_all_one_and_the_same_are_left_out():
    frozen = NOW - timedelta(days=3)
    assert all(
        one.published is None for one in dates.believed(entries(*[frozen] * 6), now=NOW)
    )
    few = dates.believed(entries(frozen, frozen), now=NOW)
    assert all(one.published is not None for one in few)


def test_the_newest_date_is_known_when_one_is():
    assert dates.newest(entries(None, NOW, NOW - timedelta(days=1))) == NOW
    assert dates.newest(entries(None)) is None


@pytest.mark.parametrize(
    ("at", "published_as", "seen", "appeared"),
    [
        (None, "", 9, 9),
        (7, "moment", 9, 7),
        (0, "day", 9, 9),
        (0, "day", 60, 24),
        (12, "day", 9, 12),
    ],
)
def test_a_day_without_an_hour_is_as_late_as_it_can_have_been(
    at, published_as, seen, appeared
):
    def hour(number):
        return NOW + timedelta(hours=number)

    published = None if at is None else hour(at)
    found = dates.appeared(published, published_as, first_seen_at=hour(seen))
    assert found == hour(appeared)
