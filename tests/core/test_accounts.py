"""People, their passwords, their tokens and their rights."""

import pytest
from sqlalchemy import select

from core import accounts
from core.accounts import RIGHTS, Right, may
from core.errors import BadInput, NotFound
from core.models import Account
from core.values import Role

SENTENCE = "le figuier donne deux fois"


def _add(session, clock, *, name="samira", role=Role.VALIDATOR):
    return accounts.add(
        session, name=name, role=role, password=SENTENCE, now=clock.now()
    )


def test_a_person_signs_in_with_their_own_password_only(database, clock):
    with database.write() as session:
        added = _add(session, clock)
        assert accounts.sign_in(session, name="samira", password=SENTENCE) is added
        assert accounts.sign_in(session, name="samira", password="wrong") is None
        assert accounts.sign_in(session, name="nobody", password=SENTENCE) is None


def test_a_password_is_not_kept(database, clock):
    with database.write() as session:
        assert SENTENCE not in _add(session, clock).password_hash


def test_a_disabled_account_neither_signs_in_nor_may_anything(database, clock, ids):
    with database.write() as session:
        account = _add(session, clock)
        token = accounts.give_token(session, name="samira", ids=ids)
        account.disabled_at = clock.now()
        session.flush()
        assert accounts.sign_in(session, name="samira", password=SENTENCE) is None
        assert accounts.by_token(session, token) is None
        assert not may(account, Right.READ)


def test_a_second_account_of_the_same_name_is_refused(database, clock):
    with database.write() as session:
        _add(session, clock)
        with pytest.raises(BadInput, match="already an account of this name"):
            _add(session, clock)


def test_a_short_password_is_refused_and_nothing_is_written(database, clock):
    with database.write() as session:
        with pytest.raises(BadInput, match="too short"):
            accounts.add(
                session,
                name="samira",
                role=Role.READER,
                password="fourteen chars",
                now=clock.now(),
            )
        assert session.scalars(select(Account)).all() == []


def test_a_token_opens_its_account_until_the_next_one_is_made(database, clock, ids):
    with database.write() as session:
        account = _add(session, clock)
        first = accounts.give_token(session, name="samira", ids=ids)
        assert accounts.by_token(session, first) is account
        second = accounts.give_token(session, name="samira", ids=ids)
        assert accounts.by_token(session, first) is None
        assert accounts.by_token(session, second) is account
        assert second not in (account.token_hash or "")


def test_a_token_for_nobody_is_refused(database, ids):
    with (
        database.write() as session,
        pytest.raises(NotFound, match="no account called 'nobody'"),
    ):
        accounts.give_token(session, name="nobody", ids=ids)


def test_every_role_is_written_out():
    assert set(RIGHTS) == set(Role)
    assert RIGHTS[Role.ADMINISTRATOR] == set(Right)


def test_who_writes_does_not_approve():
    assert Right.APPROVE not in RIGHTS[Role.WRITER]
    assert Right.APPROVE not in RIGHTS[Role.WATCHER]
    assert RIGHTS[Role.READER] == {Right.READ}
