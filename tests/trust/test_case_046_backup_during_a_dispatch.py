"""Case 46: a backup made while mails leave comes back whole, elsewhere, and sends nothing."""

from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from sending_makers import Box, a_dispatch, sending

from app.backup import keeping, rows, sealed
from app.migrations import history
from core.db import open_database
from core.errors import BadInput
from distributor.models import Delivery, Dispatch

KEY = sealed.read_key(sealed.new_key())
DUE = datetime(2026, 11, 24, 12, tzinfo=UTC)
SETTLED = {"accepted", "held", "sending"}


@pytest.fixture
def office(empty_database):
    history.upgrade(empty_database)
    return empty_database


@pytest.fixture
def machine(tmp_path):
    """An empty one, elsewhere."""
    opened = open_database(f"sqlite:///{tmp_path}/elsewhere.db")
    yield opened
    opened.close()


def test_a_backup_made_in_the_middle_of_a_dispatch_holds_one_moment_of_it(
    office, machine, tmp_path, clock, ids
):
    file = tmp_path / "office.age"

    def back_up(message):
        if not file.exists() and message.recipient == "p2@presse.test":
            keeping.back_up(office, file, key=KEY, keys=("ring",), now=clock.now())

    box = Box(before=back_up)
    a_dispatch(office, clock=clock, ids=ids, count=6)
    clock.move_to(DUE)
    sender = sending(office, clock=clock, ids=ids, channel=box)
    while sender.tick():
        pass
    assert len(box.sent) == 6
    told = keeping.verify(file, key=KEY)
    assert told.tallies["delivery"].rows == 6
    keeping.restore(file, machine, key=KEY, now=clock.now())
    with machine.read() as session:
        assert session.get_one(Dispatch, 1).state == "held"
        states = session.scalars(sa.select(Delivery.state)).all()
    # What was being written is doubtful, and a sender that starts there says so.
    assert set(states) <= SETTLED
    elsewhere = Box()
    sending(machine, clock=clock, ids=ids, channel=elsewhere).tick()
    assert elsewhere.sent == []


def test_without_its_key_a_backup_is_only_noise(office, tmp_path, clock, ids):
    a_dispatch(office, clock=clock, ids=ids)
    file = tmp_path / "office.age"
    keeping.back_up(office, file, key=KEY, keys=("ring",), now=clock.now())
    for word in (b"presse.test", b"Rencontre", b"ring", b"delivery"):
        assert word not in file.read_bytes()
    with pytest.raises(BadInput):
        keeping.verify(file, key=sealed.read_key(sealed.new_key()))


def test_keys_and_counts_are_those_of_the_office(office, tmp_path, clock, ids):
    a_dispatch(office, clock=clock, ids=ids)
    file = tmp_path / "office.age"
    told = keeping.back_up(office, file, key=KEY, keys=("ring",), now=clock.now())
    with office.engine.connect() as connection:
        counted = {one.name: rows.tally(connection, one) for one in rows.shapes()}
    assert keeping.verify(file, key=KEY) == told
    assert told.tallies == counted
