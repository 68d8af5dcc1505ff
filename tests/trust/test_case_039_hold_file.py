"""Case 39: with every page down, one file stops the sender before its next group."""

from datetime import UTC, datetime

from sending_makers import Box, a_dispatch, sending, settings

import distributor.report
from distributor.sending import hold

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
