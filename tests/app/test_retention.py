"""One table says what is kept and how long; counting drops nothing, and applying is repeatable."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sending_makers import Box, a_dispatch, sending
from sqlalchemy import func, select

from app import retention
from app.alert_words import CONTACTS_UNVERIFIED
from app.retention import Retaining
from app.tables import metadata
from app.webhooks.models import WebhookEvent
from core.accounts.models import SignedIn
from core.alerts import open_alerts
from core.errors import Conflict
from core.models import Account, Alert
from core.retention import Look, Sweep, Then
from core.settings import Settings
from distributor.contacts import batches, editing, person
from distributor.contacts.suppression import digest
from distributor.models import (
    Attempt,
    Contact,
    ContactChange,
    Delivery,
    Dispatch,
    VersionEdit,
    VersionPair,
)
from distributor.releases import importing as release_importing

YEAR = timedelta(days=365)
SETTINGS = Settings.model_validate(
    {"organisation": {"zone": "Africa/Abidjan", "from": "presse@ministere.test"}}
)
LEFT_OUT = [{"address_key": "gone@presse.test", "reason": "suppressed"}]


def applied(database, clock):
    told = retention.rules(SETTINGS, clock)
    counted = retention.due(database, told, now=clock.now())
    dropped = retention.apply(database, told, now=clock.now())
    sweeps = {one.name for one in told if isinstance(one.look, Sweep)}
    assert dropped == {name: counted[name] for name in sweeps}
    again = retention.apply(database, told, now=clock.now())
    assert set(again.values()) == {0}
    return {name: rows for name, rows in dropped.items() if rows}


def sent(database, clock, ids, count=4):
    """A dispatch that has ended, to contacts p0@presse.test and so on."""
    a_dispatch(database, clock=clock, ids=ids, count=count)
    clock.move_to(datetime(2026, 11, 24, 12, tzinfo=UTC))
    sending(database, channel=Box(), clock=clock, ids=ids).tick()
    with database.write() as session:
        session.get_one(Dispatch, 1).left_out = LEFT_OUT


def test_every_table_has_a_line_that_says_how_long_it_is_kept():
    told = retention.rules(SETTINGS)
    named = {table for one in told for table in one.tables}
    assert named == set(metadata.tables)
    assert len({one.name for one in told}) == len(told)


def test_what_is_dropped_says_how_long_from_when_and_why():
    for one in retention.rules(SETTINGS):
        assert one.what
        assert one.why
        assert (one.kept_for is None) == (one.then is Then.KEPT) == (one.since == "")
        assert (one.look is None) == (one.then is Then.KEPT)
        assert isinstance(one.look, Sweep) or one.then in {Then.KEPT, Then.PROPOSED}


def test_nothing_of_a_young_office_is_dropped(each_database, clock, ids):
    sent(each_database, clock, ids)
    clock.wait(timedelta(days=29))
    assert applied(each_database, clock) == {}


def test_addresses_become_hashes_that_their_owner_is_still_found_by(
    each_database, clock, ids
):
    sent(each_database, clock, ids)
    clock.wait(2 * YEAR + timedelta(days=1))
    dropped = applied(each_database, clock)
    assert (dropped["addresses"], dropped["left-out"]) == (4, 1)
    assert "recipients" not in dropped
    with each_database.write() as session:
        [first, *_] = session.scalars(select(Delivery).order_by(Delivery.id)).all()
        assert (first.address, first.name, first.state) == ("", "", "accepted")
        assert first.address_key == digest("p0@presse.test")
        assert set(session.scalars(select(Attempt.answer))) == {""}
        assert all(session.scalars(select(Attempt.digest)))
        assert session.get_one(Dispatch, 1).left_out == [
            {"address_key": digest("gone@presse.test"), "reason": "suppressed"}
        ]
        known = person.all_known(session, "p0@presse.test")
        assert [one["state"] for one in known["deliveries"]] == ["accepted"]
        person.erase(session, "p0@presse.test", now=clock.now())
        session.expire_all()
        assert first.address_key == f"erased-{first.token}"


def test_after_five_years_no_delivery_names_anybody_and_all_are_counted(
    each_database, clock, ids
):
    sent(each_database, clock, ids)
    clock.wait(5 * YEAR + timedelta(days=2))
    assert applied(each_database, clock)["recipients"] == 4
    with each_database.read() as session:
        rows = session.scalars(select(Delivery)).all()
        assert {one.contact_id for one in rows} == {None}
        assert all(one.address_key == f"erased-{one.token}" for one in rows)
        assert {one.state for one in rows} == {"accepted"}


def test_what_is_held_keeps_its_addresses_until_somebody_decides(database, clock, ids):
    a_dispatch(database, clock=clock, ids=ids)
    clock.wait(6 * YEAR)
    assert not {"addresses", "recipients"} & set(applied(database, clock))


def test_contacts_are_proposed_to_a_person_and_never_removed(database, clock, ids):
    a_dispatch(database, clock=clock, ids=ids, count=3)
    clock.wait(2 * YEAR + timedelta(days=1))
    with database.write() as session:
        editing.verify(session, 2, account_id=None, now=clock.now())
    applied(database, clock)
    assert retention.propose(database, SETTINGS, now=clock.now()) == 2
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(Contact)) == 3
        [alert] = open_alerts(session, rules=[CONTACTS_UNVERIFIED])
    assert alert.fields == {"number": 2, "day": "2026-11-25"}
    with database.write() as session:
        for one in (1, 3):
            editing.verify(session, one, account_id=None, now=clock.now())
    assert retention.propose(database, SETTINGS, now=clock.now()) == 0
    with database.read() as session:
        assert open_alerts(session, rules=[CONTACTS_UNVERIFIED]) == []


def test_an_import_of_long_ago_is_not_undone_any_more(database, clock, ids):
    a_dispatch(database, clock=clock, ids=ids, count=3)
    clock.wait(2 * YEAR + timedelta(days=1))
    assert applied(database, clock)["batches"] == 3
    with database.write() as session:
        assert session.scalar(select(func.count()).select_from(ContactChange)) == 0
        with pytest.raises(Conflict, match="not kept any more"):
            batches.undo(session, 1, now=clock.now())


def test_the_first_the_last_and_the_compared_words_stay(each_database, clock):
    now = clock.now()
    with each_database.write() as session:
        release = release_importing.store(
            session,
            number="1/2026",
            kind="communique",
            versions=[
                release_importing.ImportedVersion(
                    language="fr", title="T", body="B", file_name="n.fr.md"
                )
            ],
            zone="UTC",
            embargo_wall=None,
            event_wall=None,
            now=now,
        )
        there = session.scalars(select(VersionEdit.id)).all()
        made = [
            VersionEdit(
                release_id=release.id,
                language="fr",
                title=f"T{number}",
                body="B",
                began_at=now,
                at=now,
            )
            for number in range(5)
        ]
        session.add_all(made)
        session.flush()
        session.add(
            VersionPair(
                release_id=release.id,
                one="ar",
                other="fr",
                one_edit_id=None,
                other_edit_id=made[2].id,
                at=now,
            )
        )
        kept = {min([*there, made[0].id]), made[2].id, made[-1].id}
    clock.wait(3 * YEAR)
    applied(each_database, clock)
    with each_database.read() as session:
        assert set(session.scalars(select(VersionEdit.id))) == kept


def test_sessions_alerts_and_what_programs_were_told_go_when_they_are_over(
    each_database, clock
):
    now = clock.now()
    with each_database.write() as session:
        account = Account(
            name="samira", role="administrator", password_hash="", created_at=now
        )
        session.add(account)
        session.flush()
        session.add_all(
            [
                SignedIn(
                    account_id=account.id,
                    digest="d",
                    how="password",
                    created_at=now,
                    seen_at=now,
                ),
                Alert(
                    rule="source-gone", about="source:1", raised_at=now, ended_at=now
                ),
                Alert(rule="source-gone", about="source:2", raised_at=now),
                WebhookEvent(
                    uuid="u", kind="k", key="k", happened_at=now, made_at=now, fields={}
                ),
            ]
        )
    clock.wait(YEAR + timedelta(days=1))
    dropped = applied(each_database, clock)
    assert dropped == {"sessions": 1, "alerts": 1, "webhook-events": 1}
    with each_database.read() as session:
        assert session.scalars(select(Alert.about)).all() == ["source:2"]


def test_the_table_is_applied_once_a_day_when_the_night_is_late(database, clock, ids):
    sent(database, clock, ids)
    clock.move_to(datetime(2029, 11, 24, 3, 59, tzinfo=UTC))
    each = Retaining(database=database, clock=clock, timer=clock, settings=SETTINGS)
    assert each.tick() == 0
    clock.wait(timedelta(minutes=1))
    assert each.tick() > 0
    assert each.tick() == 0
    with database.read() as session:
        assert len(open_alerts(session, rules=[CONTACTS_UNVERIFIED])) == 1


def test_a_rule_that_drops_nothing_is_noticed_instead_of_going_on_for_ever(
    database, clock
):
    with database.write() as session:
        session.add(Alert(rule="r", about="a", raised_at=clock.now()))
    stuck = Sweep(due=lambda *_: select(Alert.id), drop=lambda *_: None)
    with pytest.raises(RuntimeError, match="due again"):
        stuck.apply(database, clock.now())
    assert isinstance(stuck, Look)


def test_a_rule_that_fails_keeps_no_other_from_being_applied(
    database, clock, ids, capsys
):
    sent(database, clock, ids)
    clock.move_to(datetime(2029, 11, 24, 4, tzinfo=UTC))

    def fails(*_):
        raise ValueError("amal@presse.test")

    told = [
        replace(one, look=Sweep(due=fails, drop=fails))
        if place == 0 and isinstance(one.look, Sweep)
        else one
        for place, one in enumerate(
            sorted(
                retention.rules(SETTINGS, clock),
                key=lambda one: not isinstance(one.look, Sweep),
            )
        )
    ]
    before = retention.due(database, told[1:], now=clock.now())
    assert sum(before.values())
    with pytest.raises(ValueError, match="amal"):
        retention.apply(database, told, now=clock.now())
    left = retention.due(database, told[1:], now=clock.now())
    swept = [one.name for one in told[1:] if isinstance(one.look, Sweep)]
    assert [left[name] for name in swept] == [0] * len(swept)
    said = "".join(capsys.readouterr())
    assert told[0].name in said


def test_a_name_may_not_be_kept_longer_than_its_address():
    with pytest.raises(ValueError, match="recipient_days"):
        Settings.model_validate(
            {"retention": {"address_days": 900, "recipient_days": 800}}
        )
