"""Two senders on one database share a dispatch; when one dies the other ends it."""

from collections import Counter

from sending_ground import (
    a_dispatch,
    a_sink,
    a_worker,
    assert_nobody_lost_or_doubled,
    until_done,
)

from core.ids import RandomIds

RECIPIENTS = 2_000


def test_two_senders_mail_nobody_twice_and_one_takes_over(database):
    dispatch_id = a_dispatch(database, count=RECIPIENTS, ids=RandomIds())
    url = str(database.engine.url)
    with a_sink() as sink, a_worker(url, sink.port):
        with a_worker(url, sink.port):
            assert sink.wait_for(RECIPIENTS // 2)
        until_done(database, dispatch_id)
    assert_nobody_lost_or_doubled(database, sink, recipients=RECIPIENTS)
    assert max(Counter(sink.names).values()) == 1
