"""Cases 34 and 36: whatever changes after an approval breaks the seal, and no step is skipped."""

from datetime import UTC, datetime, timedelta

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
from sqlalchemy import delete, select

import distributor.report
from core.errors import BadInput, Conflict
from core.models import Account, Attachment, Release, Version
from distributor.models import Delivery, Dispatch
from distributor.sending import approval, control
from distributor.sending.plan import plan

STRICT = settings(approval="two-person", sending={"amber": "warn", "undo_minutes": 0})
DUE = datetime(2026, 11, 24, 12, tzinfo=UTC)


def one(session, table):
    return session.scalars(select(table)).first()


def attach(session):
    session.add(
        Attachment(
            release_id=1,
            role="annex",
            file_name="a.pdf",
            media_type="application/pdf",
            size=1,
            digest="0" * 64,
            content=b"x",
        )
    )


CHANGES = {
    "one character": lambda session: setattr(one(session, Version), "body", "x"),
    "the title": lambda session: setattr(one(session, Version), "title", "x"),
    "an attachment": attach,
    "the number": lambda session: setattr(one(session, Release), "number", "9/2026"),
    "one address more": lambda session: session.add(
        Delivery(
            dispatch_id=1,
            address="x@x.ma",
            address_key="x@x.ma",
            name="",
            language="fr",
            state="waiting",
            due_at=DUE,
            token="more",
            changed_at=DUE,
        )
    ),
    "one address less": lambda session: session.execute(
        delete(Delivery).where(Delivery.id == one(session, Delivery).id)
    ),
    "a language": lambda session: setattr(one(session, Delivery), "language", "en"),
    "the channels": lambda session: setattr(
        one(session, Dispatch), "channels", ["outbox", "smtp"]
    ),
    "the mode": lambda session: setattr(one(session, Dispatch), "mode", "planned"),
    "the purpose": lambda session: setattr(one(session, Dispatch), "purpose", "other"),
    "the zone": lambda session: setattr(one(session, Dispatch), "zone", "UTC"),
    "the hour": lambda session: setattr(
        one(session, Dispatch), "wall", NOON - timedelta(minutes=1)
    ),
}


@pytest.fixture
def dispatch_id(database, clock, ids):
    with database.write() as session:
        a_release(session, now=clock.now())
        contacts(session, 3, now=clock.now())
        for name in ("writer", "validator"):
            session.add(
                Account(name=name, role="validator", password_hash="", created_at=DUE)
            )
        session.flush()
        writer, validator = session.scalars(select(Account).order_by(Account.id))
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
            planned_by=writer,
        )
        approval.approve(
            session,
            made.id,
            account=validator,
            settings=STRICT,
            zone_rules=RULES,
            now=clock.now(),
        )
        return made.id


@pytest.mark.parametrize("change", CHANGES)
def test_nothing_leaves_that_was_changed_after_its_approval(
    database, clock, ids, dispatch_id, change
):
    with database.write() as session:
        CHANGES[change](session)
    box = Box()
    clock.move_to(DUE)
    sending(database, clock=clock, ids=ids, channel=box, given=STRICT).tick()
    with database.read() as session:
        assert distributor.report.summarise(session, dispatch_id).state == "held"
    assert box.sent == []
    with database.write() as session, pytest.raises(Conflict, match="changed"):
        control.resume(session, dispatch_id, settings=STRICT, zone_rules=RULES, now=DUE)


def test_what_was_not_changed_leaves(database, clock, ids, dispatch_id):
    box = Box()
    clock.move_to(DUE)
    sending(database, clock=clock, ids=ids, channel=box, given=STRICT).tick()
    assert len(box.sent) == 3


def test_an_office_of_two_never_plans_for_nobody(database, clock, ids, dispatch_id):
    with database.write() as session, pytest.raises(BadInput, match="who plans"):
        plan(
            session,
            release_id=1,
            list_name="nationale",
            wall=NOON + timedelta(hours=1),
            zone=ZONE,
            channel="outbox",
            settings=STRICT,
            zone_rules=RULES,
            ids=ids,
            now=clock.now(),
        )
