"""Case 39: with every page down, one file stops the sender before its next group."""

import time
from datetime import UTC, datetime

from sending_ground import (
    PATIENCE,
    a_sink,
    a_worker,
    assert_nobody_lost_or_doubled,
    until_done,
    watching,
)
from sending_ground import (
    a_dispatch as a_long_dispatch,
)
from sending_makers import Box, a_dispatch, sending, settings

import distributor.report
from core.ids import RandomIds
from distributor.sending import hold

# Looks, a second apart, that find no new mail.
STILL = 4
DUE = datetime(2026, 11, 24, 12, tzinfo=UTC)


def test_a_file_made_by_any_hand_stops_what_is_being_sent(
    database, clock, ids, tmp_path
):
    dispatch_id = a_dispatch(database, clock=clock, ids=ids, count=50)
    given = settings(data_dir=tmp_path, sending={"connections": 1})

    def somebody_touches(_):
        if len(box.sent) == 10:
            (tmp_path / "HOLD").touch()

    box = Box(before=somebody_touches)
    office = sending(database, clock=clock, ids=ids, channel=box, given=given)
    clock.move_to(DUE)
    office.tick()
    assert 10 < len(box.sent) <= 12
    office.tick()
    assert len(box.sent) <= 12
    hold.release_all(tmp_path)
    office.tick()
    assert len({message.recipient for message in box.sent}) == len(box.sent) == 50
    with database.read() as session:
        assert distributor.report.summarise(session, dispatch_id).state == "done"


def test_a_real_sender_stands_still_and_goes_on(database, tmp_path):
    """The file is all there is: no page, no command, no signal."""
    dispatch_id = a_long_dispatch(database, count=1_500, ids=RandomIds())
    with a_sink() as sink, a_worker(database, tmp_path, sink.port):
        checker = watching(database, sink)
        assert sink.wait_for(200)
        (tmp_path / "HOLD").write_text("Wait.")
        looks, deadline = [], time.monotonic() + PATIENCE
        while len(looks) < STILL or len(set(looks[-STILL:])) > 1:
            assert time.monotonic() < deadline, "it does not stand still"
            looks.append(len(sink.names))
            time.sleep(1)
        assert looks[-1] < 1_000, "it stood still long after the file was made"
        (tmp_path / "HOLD").unlink()
        until_done(database, dispatch_id)
    assert_nobody_lost_or_doubled(database, sink, recipients=1_500, checker=checker)
