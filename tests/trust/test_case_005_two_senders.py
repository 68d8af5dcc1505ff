"""Two senders on one database share a dispatch; when one dies the other ends it."""

from sending_ground import (
    a_dispatch,
    a_sink,
    a_worker,
    assert_nobody_lost_or_doubled,
    until_done,
    watching,
)

from core.ids import RandomIds

RECIPIENTS = 2_000


def test_two_senders_mail_nobody_twice_and_one_takes_over(database, tmp_path):
    dispatch_id = a_dispatch(database, count=RECIPIENTS, ids=RandomIds())
    with a_sink() as sink, a_worker(database, tmp_path, sink.port):
        checker = watching(database, sink)
        with a_worker(database, tmp_path, sink.port):
            assert sink.wait_for(RECIPIENTS // 2)
        until_done(database, dispatch_id)
    assert_nobody_lost_or_doubled(
        database, sink, recipients=RECIPIENTS, deaths=1, checker=checker
    )
