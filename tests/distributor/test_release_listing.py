from datetime import date, datetime, time, timedelta

import pytest
from editing_makers import a_release, people

from core.models import Release
from distributor.models import Approval, Delivery, Dispatch
from distributor.releases import listing, months
from distributor.releases.listing import PAGE, Stage, Wish


@pytest.fixture
def session(database):
    with database.write() as opened:
        yield opened


def a_dispatch(session, release, due_at, *, state="planned", started_at=None):
    row = Dispatch(
        release_id=release.id,
        channel="outbox",
        channels=["outbox"],
        wall=due_at.replace(tzinfo=None),
        zone="UTC",
        due_at=due_at,
        deadline_at=due_at,
        grace_minutes=15,
        zone_rules="2026f",
        release_seal="s",
        seal="s",
        state=state,
        left_out=[],
        planned_at=due_at,
        started_at=started_at,
    )
    session.add(row)
    session.flush()
    return row


def a_delivery(session, dispatch, state):
    session.add(
        Delivery(
            dispatch_id=dispatch.id,
            address="n@press.test",
            address_key="n@press.test",
            name="",
            language="fr",
            state=state,
            due_at=dispatch.due_at,
            token=f"t{dispatch.id}",
            changed_at=dispatch.due_at,
        )
    )
    session.flush()


def approve(session, dispatch, by, now):
    session.add(
        Approval(
            dispatch_id=dispatch.id, account_id=by.id, seal=dispatch.seal, given_at=now
        )
    )
    session.flush()


def stage(session, release, *, approves=True):
    return listing.stage_of(session, release.id, approves=approves)


def test_a_release_goes_through_its_stages(each_database, clock):
    now = clock.now()
    with each_database.write() as session:
        salma, _ = people(session, now)
        release = a_release(session, now)
        assert stage(session, release) is Stage.DRAFT
        dispatch = a_dispatch(session, release, now)
        assert stage(session, release) is Stage.WAITS
        assert stage(session, release, approves=False) is Stage.PLANNED
        approve(session, dispatch, salma, now)
        assert stage(session, release) is Stage.PLANNED
        dispatch.started_at, dispatch.state = now, "running"
        assert stage(session, release) is Stage.SENT
        child = a_release(session, now, number="113/2026")
        child.kind, child.parent_id = "correction", release.id
        a_dispatch(session, child, now)
        assert stage(session, release) is Stage.SENT
        a_dispatch(session, child, now, state="done", started_at=now)
        assert stage(session, release) is Stage.CORRECTED
        assert stage(session, child) is Stage.SENT
        (line, *_) = listing.page(session, Wish(stage="corrected"), approves=True).lines
        assert line.id == release.id


def test_what_was_stopped_before_anybody_had_it_is_a_draft_again(session, clock):
    now = clock.now()
    release = a_release(session, now)
    dispatch = a_dispatch(session, release, now, state="stopped", started_at=now)
    a_delivery(session, dispatch, "cancelled")
    assert stage(session, release) is Stage.DRAFT
    other = a_dispatch(session, release, now, state="stopped", started_at=now)
    a_delivery(session, other, "accepted")
    assert stage(session, release) is Stage.SENT


def test_an_approval_of_another_seal_or_a_closed_account_does_not_count(session, clock):
    now = clock.now()
    salma, karim = people(session, now)
    release = a_release(session, now)
    dispatch = a_dispatch(session, release, now)
    approve(session, dispatch, salma, now)
    salma.disabled_at = now
    assert stage(session, release) is Stage.WAITS
    approve(session, dispatch, karim, now)
    dispatch.seal = "other"
    assert stage(session, release) is Stage.WAITS


def test_a_list_is_read_page_by_page_from_the_newest(session, clock):
    now = clock.now()
    made = [
        a_release(session, now, number=f"{n}/2026", words={"fr": (f"Titre {n}", "x")})
        for n in range(1, PAGE + 4)
    ]
    first = listing.page(session, Wish(), approves=True)
    assert len(first.lines) == PAGE
    rest = listing.page(session, Wish(before=first.older), approves=True)
    assert [one.id for one in (*first.lines, *rest.lines)] == [
        one.id for one in reversed(made)
    ]
    assert rest.older == 0


def test_words_are_found_folded_in_titles_and_numbers(session, clock):
    now = clock.now()
    french = a_release(
        session, now, number="7/2026", words={"fr": ("Réunion à Fès", "x")}
    )
    arabic = a_release(
        session, now, number="8/2025", words={"ar": ("لقاء الوكالات", "x")}
    )

    def found(**wish):
        return [
            one.id for one in listing.page(session, Wish(**wish), approves=True).lines
        ]

    assert found(words="reunion FES") == [french.id]
    assert found(words="8/2025") == [arabic.id]
    assert found(words="لِقاء") == [arabic.id]
    assert found(words="reunion لقاء") == []
    assert found(missing="ar") == [french.id]
    assert found(year=2025) == [arabic.id]
    assert found(kind="invitation") == []
    assert listing.years(session) == [2026, 2025]


def test_the_next_date_is_that_of_the_soonest_dispatch_to_come(session, clock):
    now = clock.now()
    release = a_release(session, now)
    a_dispatch(session, release, now + timedelta(hours=2))
    a_dispatch(session, release, now + timedelta(hours=1))
    a_dispatch(session, release, now, state="stopped")
    (line,) = listing.page(session, Wish(), approves=True).lines
    assert line.next_at == now + timedelta(hours=1)


def lines(weeks, day):
    return next(one.lines for week in weeks for one in week if one.date == day)


def test_a_month_begins_on_its_first_monday_and_shows_dispatches_by_office_days(
    session, clock
):
    now = clock.now()
    release = a_release(session, now)
    # Half past eleven of the evening in UTC is the next day in Paris.
    a_dispatch(session, release, datetime.fromisoformat("2026-11-24T23:30:00+00:00"))
    weeks = months.weeks(session, 2026, 11, zone="Europe/Paris")
    assert weeks[0][0].date == date(2026, 10, 26)
    assert [len(week) for week in weeks] == [7] * 6
    (line,) = lines(weeks, date(2026, 11, 25))
    assert (line.mark, line.at, line.number) == ("dispatch", time(0, 30), "112/2026")


def test_an_event_shows_what_is_due_around_it_also_from_another_month(session, clock):
    now = clock.now()
    release = a_release(session, now)
    row = session.get_one(Release, release.id)
    row.event_wall = datetime(2026, 12, 5, 10)
    session.flush()
    november = months.weeks(session, 2026, 11, zone="Africa/Casablanca")
    assert [one.days for one in lines(november, date(2026, 11, 25))] == [-10]
    december = months.weeks(session, 2026, 12, zone="Africa/Casablanca")
    (event,) = lines(december, date(2026, 12, 5))
    assert (event.mark, event.at) == ("event", time(10))
    assert [one.days for one in lines(december, date(2026, 12, 4))] == [-1]
    assert [one.days for one in lines(december, date(2026, 12, 15))] == [10]
