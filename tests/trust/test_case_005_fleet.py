"""Workers of a fleet share a dispatch: one is killed, one is stopped, one comes in the middle."""

import signal

import pytest
from fleet_ground import (
    BOUND,
    a_paced_sink,
    a_worker,
    an_office,
    assert_each_in_one_state,
    sends,
    stop_between_transactions,
    until,
)
from sending_ground import a_dispatch, until_done

from core.ids import RandomIds

pytestmark = pytest.mark.postgres

RECIPIENTS = 400


@pytest.fixture
def database(postgres_url):
    with an_office(postgres_url) as opened:
        yield opened


def test_one_dies_one_comes_and_each_gets_one_mail(database, postgres_url, tmp_path):
    dispatch_id = a_dispatch(database, count=RECIPIENTS, ids=RandomIds())
    with a_paced_sink() as sink:
        given = (postgres_url, tmp_path)
        how = {"settings": sends(sink.port), "jobs": ["send"]}
        with (
            a_worker(*given, "one", **how) as one,
            a_worker(*given, "two", **how) as two,
        ):
            assert sink.wait_for(RECIPIENTS // 4)
            one.kill()
            # So slowly that the one who comes finds something left to do.
            sink.seconds = 0.8
            with a_worker(*given, "three", **how) as three:
                until(three.is_ticking, "the third does not start")
                sink.seconds = 0.1
                until_done(database, dispatch_id)
                two.end()
                three.end()
    assert_each_in_one_state(database, sink, recipients=RECIPIENTS, doubted=BOUND)
    assert two.did("send") > RECIPIENTS // 10
    assert three.did("send"), "who comes takes a share"


def test_one_that_was_stopped_past_its_lease_sends_nothing_twice(
    database, postgres_url, tmp_path
):
    dispatch_id = a_dispatch(database, count=RECIPIENTS, ids=RandomIds())
    with a_paced_sink() as sink:
        given = (postgres_url, tmp_path)
        how = {"settings": sends(sink.port), "jobs": ["send"]}
        with (
            a_worker(*given, "one", **how) as one,
            a_worker(*given, "two", **how) as two,
        ):
            until(two.is_ticking, "the second does not start")
            assert sink.wait_for(RECIPIENTS // 4)
            stop_between_transactions(database, one)
            until_done(database, dispatch_id)
            one.process.send_signal(signal.SIGCONT)
            one.end()
            two.end()
    assert_each_in_one_state(database, sink, recipients=RECIPIENTS, doubted=BOUND)
