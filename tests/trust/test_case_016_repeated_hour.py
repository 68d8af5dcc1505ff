"""Case 16: where the clocks go back, the review of the day is frozen once all the same."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from app.reviews import calendar, editions, ticking
from app.reviews.models import Edition
from core.settings import Settings
from core.zones import occurs_twice

# Zone, an hour that occurs twice there, and the day after which a review is due again.
REPEATED = [
    ("Africa/Casablanca", datetime(2025, 2, 23, 2, 30)),
    ("Africa/Casablanca", datetime(2026, 9, 20, 1, 30)),
    # Where the clocks go back at midnight, from a Friday to a Thursday.
    ("Africa/Cairo", datetime(2024, 10, 31, 23, 30)),
]


def office(zone, ready_at):
    """Everything at one hour, and no holiday: only the clocks decide."""
    hours = ("cut_off", "freeze_at", "validate_by", "ready_at")
    return Settings.model_validate(
        {
            "organisation": {"zone": zone},
            "review": dict.fromkeys(hours, f"{ready_at:%H:%M}")
            | {"flashes": [], "holidays": "", "empty": True},
        }
    )


class NoPost:
    """Nobody reads this office's review by mail."""

    def compose(self, session, row):
        return ()

    def send(self, session, row, mails, now):
        pass


def freeze(database, settings, day, now):
    slot = calendar.by_key(day.isoformat(), settings.review, settings.organisation.zone)
    with database.write() as session:
        editions.freeze(session, slot, settings=settings, now=now)


def frozen_in(database, clock, settings, *, since, hours):
    """Run the job every five minutes; answers when it froze something, and which days."""
    job = ticking.job(
        ticking.Ticking(
            database=database, clock=clock, settings=settings, post=NoPost()
        )
    )
    moments = []
    for step in range(hours * 12):
        clock.move_to(since + timedelta(minutes=5 * step))
        # Never in the past, and never a time that cannot be.
        assert job.next_due() is not None
        known = len(_days(database))
        job.run()
        if len(_days(database)) > known:
            moments.append(clock.now())
    return moments, _days(database)


def _days(database):
    with database.read() as session:
        return session.scalars(select(Edition.day).order_by(Edition.id)).all()


@pytest.mark.parametrize(("zone", "wall"), REPEATED)
def test_every_workday_around_a_repeated_hour_has_one_edition(
    database, clock, zone, wall
):
    assert occurs_twice(wall, zone)
    since = wall.replace(tzinfo=UTC, hour=0, minute=0) - timedelta(days=2)
    moments, days = frozen_in(
        database, clock, office(zone, wall), since=since, hours=5 * 24
    )
    assert len(moments) == len(days) == len(set(days))
    due = since.date() + timedelta(days=1)
    workdays = {
        day
        for day in (due + timedelta(days=step) for step in range(3))
        if day.weekday() < 5
    }
    assert workdays <= set(days)


def test_on_the_day_itself_it_is_frozen_in_the_first_of_the_two(database, clock):
    zone, wall = REPEATED[-1]
    since = datetime(2024, 10, 31, 19, tzinfo=UTC)
    settings = office(zone, wall)
    freeze(database, settings, date(2024, 10, 30), since)
    moments, days = frozen_in(database, clock, settings, since=since, hours=5)
    assert moments == [datetime(2024, 10, 31, 20, 30, tzinfo=UTC)]
    assert days == [date(2024, 10, 30), date(2024, 10, 31)]


def test_an_hour_that_a_workday_skips_is_due_when_the_clocks_have_jumped(
    database, clock
):
    zone, skipped = "Africa/Cairo", datetime(2024, 4, 26, 0, 30)
    since = datetime(2024, 4, 25, 20, tzinfo=UTC)
    settings = office(zone, skipped)
    freeze(database, settings, date(2024, 4, 25), since)
    moments, days = frozen_in(database, clock, settings, since=since, hours=5)
    assert moments == [datetime(2024, 4, 25, 22, tzinfo=UTC)]
    assert days[-1] == date(2024, 4, 26)
