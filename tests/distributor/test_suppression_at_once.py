"""A bounce, a link and a provider's list may suppress one address in the same moment."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from postgres_locks import wait_until_blocked
from sqlalchemy import select

from app.tables import metadata
from core.db import open_database
from distributor.contacts.suppression import suppress, suppress_hash
from distributor.models import Suppression

KEY = "amal@presse.test"


@pytest.mark.postgres
def test_two_who_suppress_an_address_at_once_both_succeed(postgres_url, clock):
    database = open_database(postgres_url)
    metadata.create_all(database.engine)

    def suppress_it_too():
        with database.write() as opened:
            return suppress(opened, KEY, reason="unsubscribed", now=clock.now())

    with ThreadPoolExecutor(1) as other:
        with database.write() as opened:
            assert suppress(opened, KEY, reason="bounced", now=clock.now())
            waiting = other.submit(suppress_it_too)
            wait_until_blocked(database)
        assert not waiting.result()
    with database.read() as opened:
        row = opened.scalars(select(Suppression)).one()
        assert (row.address_key, row.reason) == (KEY, "bounced")
    database.close()


def test_the_key_of_who_was_known_by_hash_alone_is_kept_again(each_database, clock):
    """The ledger looks for the key."""
    with each_database.write() as session:
        suppress(session, KEY, reason="bounced", now=clock.now())
        row = session.scalars(select(Suppression)).one()
        row.address_key = None
        session.flush()
        assert not suppress_hash(
            session, row.address_hash, reason="opposed", now=clock.now()
        )
        assert not suppress(session, KEY, reason="opposed", now=clock.now())
        assert (row.address_key, row.reason) == (KEY, "bounced")
