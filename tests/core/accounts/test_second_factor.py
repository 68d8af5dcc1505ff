"""Codes of an authenticator, kept shut and used once."""

import threading

import pyotp
import pytest

from core.accounts import people, second_factor
from core.errors import Conflict
from core.ids import RandomIds
from core.keys import Vault
from core.values import Role


@pytest.fixture
def vault():
    return Vault(["a key of the office"])


def with_factor(database, vault, clock):
    with database.write() as session:
        account = people.invite(
            session, name="samira", role=Role.READER, now=clock.now()
        )
        ids, now = RandomIds(), clock.now()
        second_factor.begin(session, account, vault=vault, ids=ids, now=now)
        secret = second_factor.begun(session, account.id, vault=vault)
        codes = second_factor.confirm(
            session,
            account.id,
            pyotp.TOTP(secret).at(now),
            vault=vault,
            ids=ids,
            now=now,
        )
    return account, secret, codes


@pytest.mark.parametrize("seconds", [-30, 0, 30])
def test_a_phone_may_be_half_a_minute_off(database, vault, clock, seconds):
    account, secret, _ = with_factor(database, vault, clock)
    later = clock.now().timestamp() + 300
    clock.move_to(clock.now().fromtimestamp(later, clock.now().tzinfo))
    code = pyotp.TOTP(secret).at(int(later) + seconds)
    with database.write() as session:
        assert second_factor.accept(
            session,
            account.id,
            f" {code[:3]} {code[3:]} ",
            vault=vault,
            now=clock.now(),
        )


def test_a_code_of_an_earlier_half_minute_is_refused_after_a_later_one(
    database, vault, clock
):
    account, secret, _ = with_factor(database, vault, clock)
    totp, at = pyotp.TOTP(secret), int(clock.now().timestamp())
    with database.write() as session:
        accept = second_factor.accept
        assert accept(
            session, account.id, totp.at(at + 30), vault=vault, now=clock.now()
        )
        for seconds in (30, 0, -30):
            code = totp.at(at + seconds)
            assert not accept(session, account.id, code, vault=vault, now=clock.now())


def test_of_two_who_send_one_recovery_code_together_one_gets_in(
    each_database, vault, clock
):
    account, _, codes = with_factor(each_database, vault, clock)
    ready, got = threading.Barrier(2), []

    def use():
        ready.wait()
        with each_database.write() as session:
            got.append(
                second_factor.accept(
                    session, account.id, codes[0], vault=vault, now=clock.now()
                )
            )

    threads = [threading.Thread(target=use) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(got) == [False, True]


def test_a_key_of_the_ring_that_is_older_still_opens_it(database, vault, clock):
    account, secret, _ = with_factor(database, vault, clock)
    code = pyotp.TOTP(secret).at(int(clock.now().timestamp()) + 30)
    newer = Vault(["a newer key", "a key of the office"])
    with database.write() as session:
        assert second_factor.accept(
            session, account.id, code, vault=newer, now=clock.now()
        )


def test_without_its_key_it_says_what_to_do(database, vault, clock):
    account, _, _ = with_factor(database, vault, clock)
    with (
        database.write() as session,
        pytest.raises(Conflict, match="cannot be read with the keys"),
    ):
        second_factor.accept(
            session, account.id, "000000", vault=Vault(["other"]), now=clock.now()
        )
