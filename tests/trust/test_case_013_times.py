"""Cases 13 to 17: what the clocks of Morocco did, and what a plan makes of it."""

from datetime import UTC, datetime, timedelta

import pytest

from core.errors import BadInput, Conflict
from core.zones import ZoneRules, require_current
from distributor.sending import hours

RABAT = "Africa/Casablanca"
NOW = datetime(2026, 11, 1, tzinfo=UTC)
UNDO = timedelta(minutes=3)


def due(*wall, zone=RABAT):
    return hours.leaving(datetime(*wall), zone, now=NOW, undo=UNDO).due_at


@pytest.mark.parametrize(
    ("wall", "utc_hour"),
    [
        # Case 13: an old Debian still says 08:00Z.
        ((2026, 11, 24, 9), 9),
        # Case 17: the meeting of 2018 was at UTC+1.
        ((2018, 12, 5, 9), 8),
    ],
)
def test_nine_in_rabat_is_the_right_hour(wall, utc_hour):
    assert due(*wall).hour == utc_hour


def test_old_zone_data_arms_nothing_and_says_why():
    with pytest.raises(Conflict, match="2025b") as refused:
        require_current(ZoneRules(version="2025b", origin="the system"))
    assert "newer" in refused.value.mend


def test_an_hour_the_clocks_jump_over_does_not_exist():
    with pytest.raises(BadInput, match="does not exist"):
        due(2025, 4, 6, 2, 30)


@pytest.mark.parametrize("wall", [(2025, 2, 23, 2, 30), (2026, 9, 20, 1, 30)])
def test_of_an_hour_that_comes_twice_somebody_says_which(wall):
    with pytest.raises(BadInput, match="occurs twice") as asked:
        due(*wall)
    first, second = (
        datetime.fromisoformat(word)
        for word in asked.value.mend.replace(",", "").split()
        if word[:4].isdigit()
    )
    assert second - first == timedelta(hours=1)
    assert due(*first.timetuple()[:5], zone="UTC").replace(tzinfo=None) == first
