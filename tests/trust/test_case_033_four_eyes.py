"""Cases 33 and 35: nobody approves their own, nobody's old approval opens another door."""

from datetime import UTC, datetime

import pytest
from sending_makers import (
    NOON,
    RULES,
    ZONE,
    Box,
    a_release,
    contacts,
    sending,
    settings,
)

import distributor.report
from core.errors import Conflict
from core.models import Account, Release
from distributor.models import Approval
from distributor.sending import approval
from distributor.sending.plan import plan

STRICT = settings(approval="two-person", sending={"amber": "warn", "undo_minutes": 0})
DUE = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.fixture
def office(database, clock, ids):
    """Three administrators: one plans, one wrote the release, one is free to approve."""
    with database.write() as session:
        a_release(session, now=clock.now())
        contacts(session, 2, now=clock.now())
        people = [
            Account(name=name, role="administrator", password_hash="", created_at=DUE)
            for name in ("planner", "author", "free")
        ]
        session.add_all(people)
        session.flush()
        session.get_one(Release, 1).author_id = people[1].id
        made = plan(
            session,
            release_id=1,
            list_name="nationale",
            wall=NOON,
            zone=ZONE,
            channel="outbox",
            settings=STRICT,
            zone_rules=RULES,
            ids=ids,
            now=clock.now(),
            planned_by=people[0],
        )
        return made.id, [one.id for one in people]


def outcome(database, clock, ids, dispatch_id):
    clock.move_to(DUE)
    box = Box()
    sending(database, clock=clock, ids=ids, channel=box, given=STRICT).tick()
    with database.read() as session:
        return distributor.report.summarise(session, dispatch_id).state, len(box.sent)


@pytest.mark.parametrize("which", [0, 1])
def test_not_even_an_administrator_approves_their_own(
    database, clock, ids, office, which
):
    dispatch_id, people = office
    with database.write() as session, pytest.raises(Conflict, match="second person"):
        approval.approve(
            session,
            dispatch_id,
            account=session.get_one(Account, people[which]),
            settings=STRICT,
            zone_rules=RULES,
            now=clock.now(),
        )
    assert outcome(database, clock, ids, dispatch_id) == ("held", 0)


def test_an_approval_row_of_another_seal_opens_nothing(database, clock, ids, office):
    dispatch_id, people = office
    with database.write() as session:
        session.add(
            Approval(
                dispatch_id=dispatch_id,
                account_id=people[2],
                seal="0" * 64,
                given_at=clock.now(),
            )
        )
    assert outcome(database, clock, ids, dispatch_id) == ("held", 0)


def test_a_free_person_lets_it_leave(database, clock, ids, office):
    dispatch_id, people = office
    with database.write() as session:
        approval.approve(
            session,
            dispatch_id,
            account=session.get_one(Account, people[2]),
            settings=STRICT,
            zone_rules=RULES,
            now=clock.now(),
        )
    assert outcome(database, clock, ids, dispatch_id) == ("done", 2)
