"""The key ring: rotated under what it shut, and a key that leaves it."""

import re
import threading
from dataclasses import replace
from pathlib import Path

import pytest
from fake_web import FakeWeb
from programs import called_office
from pydantic import SecretStr

from app import keyring
from app.webhooks import keeping
from app.webhooks.models import Webhook
from core.accounts.models import SecondFactor
from core.errors import BadInput, Conflict
from core.ids import RandomIds
from core.keys import NAME, Vault
from core.models import Account

URL = "https://program.test/hook"
SOURCE = Path(__file__).parents[2]


@pytest.fixture
def office(tmp_path, clock):
    with called_office(tmp_path, clock, RandomIds()) as opened:
        yield replace(opened, web=FakeWeb({URL: b""}), timer=clock)


@pytest.fixture
def secrets(office):
    """A webhook's and a second factor's."""
    with office.database.write() as session:
        account = session.query(Account).filter_by(name="administrator").one()
        _, secret = keeping.add(
            office, session, url=URL, events=["coverage.found"], account=account
        )
        session.add(
            SecondFactor(
                account_id=account.id,
                secret=Vault(office.keys).shut("TOTP"),
                begun_at=office.clock.now(),
            )
        )
    return {secret, "TOTP"}


def opened(office, keys):
    with office.database.read() as session:
        rows = [*session.query(Webhook.secret), *session.query(SecondFactor.secret)]
    return {Vault(keys).open(row[0]) for row in rows}


def test_a_rotation_leaves_every_secret_readable_and_moves_it_to_the_new_key(
    office, secrets
):
    [old] = office.keys
    assert [one.shuts for one in keyring.told(office)] == [2]
    made = keyring.rotate(office)
    assert opened(office, office.keys) == secrets
    assert keyring.shut_again(office) == 2
    newest, before = keyring.told(office)
    assert (newest.mark, newest.signs, newest.shuts) == (made, True, 2)
    assert (before.signs, before.shuts) == (False, 0)
    assert opened(office, [old]) == {None}
    assert keyring.shut_again(office) == 0


def test_a_key_leaves_only_when_nothing_needs_it(office, secrets):
    before = keyring.told(office)[0].mark
    keyring.rotate(office)
    assert keyring.retire(office, before) == 2
    assert len(office.keys) == 1
    assert opened(office, office.keys) == secrets


def at_once(*works):
    """Each in a thread of its own, all let go together."""
    begin = threading.Barrier(len(works))

    def one(work):
        begin.wait(30)
        work()

    threads = [threading.Thread(target=one, args=[work]) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)


def test_two_at_the_ring_at_once_lose_no_key(office):
    [first] = office.keys
    made = []
    at_once(*[lambda: made.append(keyring.rotate(office))] * 8)
    assert {keyring.mark(key) for key in office.keys} == {keyring.mark(first), *made}
    assert len(made) == 8


def test_a_key_leaves_for_good_while_others_come(office):
    before = keyring.told(office)[0].mark
    made = [keyring.rotate(office)]
    at_once(
        lambda: keyring.retire(office, before),
        *[lambda: made.append(keyring.rotate(office))] * 7,
    )
    assert {keyring.mark(key) for key in office.keys} == {*made}


def test_the_key_that_signs_does_not_leave(office):
    with pytest.raises(Conflict, match="key that signs"):
        keyring.retire(office, keyring.told(office)[0].mark)
    with pytest.raises(BadInput, match="no such key"):
        keyring.retire(office, "00000000")


def test_a_ring_of_the_settings_is_the_operators(office):
    given = office.settings.model_copy(update={"secret_key": SecretStr("a, b")})
    with pytest.raises(Conflict, match="yours to change") as refused:
        keyring.rotate(replace(office, settings=given))
    assert refused.value.to == "PARUTION_SECRET_KEY"


def test_every_table_whose_secret_is_shut_is_rotated():
    """Who else shuts something must be in the list, or shut it for a moment only."""
    shutting = {
        str(path.relative_to(SOURCE))
        for part in ("core", "distributor", "monitor", "app")
        for path in (SOURCE / part).rglob("*.py")
        if re.search(r"(?:[vV]ault(?:\([^)]*\))?)\.shut\(", path.read_text())
    }
    assert shutting == {
        "app/webhooks/keeping.py",
        "core/accounts/second_factor.py",
        # A cookie of some minutes.
        "app/web/login_directory.py",
    }


def test_the_ring_of_a_backup_comes_back_whole(office, tmp_path):
    from app.backup.placing import keep_keys  # noqa: PLC0415 - what a restore does last

    keyring.rotate(office)
    ring = [*office.keys]
    there = tmp_path / "elsewhere"
    there.mkdir()
    given = office.settings.model_copy(update={"data_dir": there})
    keep_keys(given, ring, RandomIds())
    assert (there / NAME).read_text() == ",".join(ring)
    keep_keys(given, ["another"], RandomIds())
    assert (there / f"{NAME}.before-1").read_text() == ",".join(ring)
