"""What opens once: for its purpose, in its time, for one of two who come together."""

import threading
from datetime import timedelta

import pytest

from core.accounts import once, people
from core.accounts.models import OneTime
from core.accounts.once import LASTS, Purpose
from core.errors import Conflict
from core.ids import RandomIds
from core.models import Account
from core.values import Role


def made(database, purpose, clock, **more):
    with database.write() as session:
        return once.make(session, purpose, ids=RandomIds(), now=clock.now(), **more)


def test_it_opens_once_and_gives_what_was_kept(each_database, clock):
    token = made(each_database, Purpose.PASSKEY_IN, clock, kept={"challenge": "c"})
    with each_database.write() as session:
        opened = once.take(session, Purpose.PASSKEY_IN, token, now=clock.now())
        assert dict(opened.kept) == {"challenge": "c"}
        assert once.take(session, Purpose.PASSKEY_IN, token, now=clock.now()) is None


def test_it_opens_no_other_door(database, clock):
    token = made(database, Purpose.SECOND_STEP, clock)
    with database.write() as session:
        for other in set(Purpose) - {Purpose.SECOND_STEP}:
            assert once.take(session, other, token, now=clock.now()) is None
        assert once.look(session, Purpose.SECOND_STEP, token, now=clock.now())


@pytest.mark.parametrize("purpose", Purpose)
def test_it_ends_in_its_time_and_is_forgotten_by_the_next(database, clock, purpose):
    token = made(database, purpose, clock)
    clock.move_to(clock.now() + LASTS[purpose] - timedelta(seconds=1))
    with database.read() as session:
        assert once.look(session, purpose, token, now=clock.now())
    clock.move_to(clock.now() + timedelta(seconds=1))
    with database.write() as session:
        assert once.take(session, purpose, token, now=clock.now()) is None
    made(database, purpose, clock)
    with database.read() as session:
        assert session.query(OneTime).count() == 1


def test_of_two_administrators_who_demote_each_other_one_stays(each_database, clock):
    with each_database.write() as session:
        pair = [
            people.invite(
                session, name=name, role=Role.ADMINISTRATOR, now=clock.now()
            ).id
            for name in ("samira", "driss")
        ]
    ready, refused = threading.Barrier(2), []

    def demote(account_id, by_id):
        ready.wait()
        try:
            with each_database.write() as session:
                account, by = (session.get(Account, one) for one in (account_id, by_id))
                people.change_role(session, account, Role.READER, by=by)
        except Conflict as error:
            refused.append(error.what)

    threads = [
        threading.Thread(target=demote, args=both) for both in (pair, pair[::-1])
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert refused == ["This is the last administrator of this office."]
    with each_database.read() as session:
        there = session.query(Account).filter_by(role=Role.ADMINISTRATOR).all()
    assert len(there) == 1
