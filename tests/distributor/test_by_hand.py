"""What people do by hand is logged like any attempt, and proved like any delivery."""

import json
from datetime import UTC, datetime

import pytest
from sending_makers import Box, a_dispatch, sending, settings
from sqlalchemy import select

import distributor.report
from core.errors import BadInput, Conflict
from core.signing import signing_key
from distributor.contacts.suppression import suppress
from distributor.models import Attempt
from distributor.sending import by_hand, proof

DUE = datetime(2026, 11, 24, 12, tzinfo=UTC)
GIVEN = settings(channels={"manual": {}})


@pytest.fixture
def calls(database, clock, ids):
    """A started dispatch by hand; its call sheet."""
    dispatch_id = a_dispatch(
        database, clock=clock, ids=ids, count=3, channel="manual", given=GIVEN
    )
    clock.move_to(DUE)
    sending(database, clock=clock, ids=ids, channel=Box(), given=GIVEN).tick()
    with database.read() as session:
        return by_hand.call_sheet(session, dispatch_id, settings=GIVEN)


def log(database, clock, ids, call, *, reached):
    with database.write() as session:
        return by_hand.log(
            session,
            1,
            call.delivery_id,
            reached=reached,
            note="He comes.",
            by="v",
            ids=ids,
            now=clock.now(),
        )


def test_no_worker_sends_what_waits_for_a_person(database, clock, ids, calls):
    with database.read() as session:
        told = distributor.report.summarise(session, 1)
    assert (told.state, told.counts["waiting"]) == ("running", 3)
    assert {call.language for call in calls} == {"fr", "ar"}
    assert "لقاء الوكالات الحضرية" in calls[0].text


def test_what_came_of_each_call_is_kept_and_ends_the_dispatch(
    database, clock, ids, calls
):
    first, second, third = calls
    assert log(database, clock, ids, first, reached=True).state == "accepted"
    assert log(database, clock, ids, second, reached=False).state == "refused"
    with pytest.raises(Conflict, match="nothing to log"):
        log(database, clock, ids, first, reached=True)
    log(database, clock, ids, third, reached=True)
    sending(database, clock=clock, ids=ids, channel=Box(), given=GIVEN).tick()
    with database.read() as session:
        attempts = session.scalars(select(Attempt)).all()
        assert distributor.report.summarise(session, 1).state == "done"
    assert {one.answer for one in attempts} == {"logged by v: He comes."}


def test_nobody_who_opted_out_is_called(database, clock, ids, calls):
    with database.write() as session:
        suppress(session, "p0@presse.test", reason="asked", now=clock.now())
    opted_out = next(call for call in calls if call.name == "Personne 0")
    with pytest.raises(Conflict, match="nothing to log"):
        log(database, clock, ids, opted_out, reached=True)


def test_the_page_to_print_escapes_what_it_shows(calls):
    page = by_hand.page(calls, title="<b>x</b>")
    assert "<b>x</b>" not in page
    assert "dir='rtl'" in page


@pytest.fixture
def signed(database, clock, ids, calls, tmp_path):
    log(database, clock, ids, calls[0], reached=True)
    key = signing_key(tmp_path, ids)
    with database.read() as session:
        made = proof.document(session, 1, key=key, now=clock.now())
    return key, made


def test_a_proof_holds_with_the_key_of_the_office_that_made_it(signed, ids, tmp_path):
    key, made = signed
    assert signing_key(tmp_path, ids).public == key.public
    assert proof.check(json.dumps(made), public=key.public).holds
    (tmp_path / "other").mkdir()
    other = signing_key(tmp_path / "other", ids)
    assert not proof.check(json.dumps(made), public=other.public).signed


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (lambda made: made["head"].update(seal="x"), "head"),
        (lambda made: made["deliveries"][1].update(state="accepted"), "delivery 2"),
        (lambda made: made["deliveries"].pop(), "2 deliveries instead of 3"),
        (lambda made: made["deliveries"].reverse(), "the order"),
    ],
)
def test_a_part_that_was_changed_is_named(signed, change, named):
    key, made = signed
    change(made)
    checked = proof.check(json.dumps(made), public=key.public)
    assert not checked.holds
    assert any(named in part for part in checked.changed)


def test_a_manifest_that_was_changed_breaks_the_signature(signed):
    key, made = signed
    made["manifest"]["head"] = "0" * 64
    assert not proof.check(json.dumps(made), public=key.public).signed


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"kind": "x"}'])
def test_what_is_no_proof_is_said_to_be_none(content):
    with pytest.raises(BadInput, match="not a proof"):
        proof.check(content, public="")


def test_the_table_has_a_row_for_each_attempt_and_for_whoever_had_none(
    database, clock, ids, calls
):
    log(database, clock, ids, calls[0], reached=True)
    with database.read() as session:
        rows = list(proof.rows(session, 1))
    assert sorted(row["verdict"] for row in rows) == ["", "", "accepted"]
