import threading
from datetime import timedelta

import pytest

from core.errors import Conflict
from core.models import Account
from core.programs import repeats
from core.programs.repeats import Call, Kept


def peopled(database, clock):
    with database.write() as session:
        session.add(
            Account(name="A", role="writer", password_hash="", created_at=clock.now())
        )
    return database


@pytest.fixture
def here(database, clock):
    return peopled(database, clock)


def a_call(**changes):
    given = {"account_id": 1, "key": "k1", "what": "POST /a", "body": b"{}"}
    return Call(**given | changes)


def claim(here, clock, **changes):
    with here.write() as session:
        return repeats.claim(session, a_call(**changes), now=clock.now())


def keep(here):
    with here.write() as session:
        kept = Kept(status=201, answer='{"id": 7}', place="/a/7")
        repeats.keep(session, a_call(), kept)
    return kept


def test_the_same_call_gets_the_same_answer(here, clock):
    assert claim(here, clock) is None
    kept = keep(here)
    assert claim(here, clock) == kept


def test_a_key_stands_for_one_call(here, clock):
    claim(here, clock)
    keep(here)
    for change in ({"body": b"{ }"}, {"what": "POST /b"}):
        with pytest.raises(repeats.KeyMisused):
            claim(here, clock, **change)


def test_a_twin_waits_for_the_first(here, clock):
    claim(here, clock)
    with pytest.raises(Conflict, match="still being done"):
        claim(here, clock)


def test_who_was_cut_off_is_told_to_look(here, clock):
    claim(here, clock)
    clock.wait(timedelta(minutes=10))
    with pytest.raises(Conflict, match="was cut off"):
        claim(here, clock)


def test_a_call_that_did_nothing_may_be_tried_again(here, clock):
    claim(here, clock)
    with here.write() as session:
        repeats.forget(session, a_call())
    assert claim(here, clock) is None


def test_an_answer_is_kept_for_a_day(here, clock):
    claim(here, clock)
    keep(here)
    clock.wait(timedelta(hours=24))
    assert claim(here, clock)
    clock.wait(timedelta(seconds=1))
    assert claim(here, clock) is None


def test_of_twins_at_one_instant_one_is_first(each_database, clock):
    here = peopled(each_database, clock)
    start = threading.Barrier(8)
    first, told = [], []

    def ask():
        start.wait()
        try:
            first.append(claim(here, clock))
        except Conflict as error:
            told.append(error)

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (first, len(told)) == ([None], 7)
