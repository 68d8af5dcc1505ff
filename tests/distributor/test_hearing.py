"""What the office hears itself counts like an answer by link."""

from datetime import UTC, datetime, timedelta

from sending_makers import NOON, RULES, ZONE, Box, a_dispatch, sending, settings

import distributor.report
from core.models import Release
from distributor.after import hearing
from distributor.sending import reminders

DUE = datetime(2026, 11, 24, 12, tzinfo=UTC)


def test_an_answer_by_telephone_spares_the_reminder_that_waits(database, clock, ids):
    dispatch_id = a_dispatch(database, clock=clock, ids=ids)
    clock.move_to(DUE)
    sending(database, clock=clock, ids=ids, channel=Box()).tick()
    with database.write() as session:
        session.get_one(Release, 1).kind = "invitation"
        made = reminders.remind(
            session,
            release_id=1,
            invited=reminders.invitation(session, [dispatch_id]),
            wall=NOON + timedelta(days=1),
            zone=ZONE,
            channel="outbox",
            settings=settings(),
            zone_rules=RULES,
            ids=ids,
            now=clock.now(),
        )
        hearing.note(
            session,
            1,
            "P1@presse.test",
            answer=hearing.Heard.DECLINED,
            said_by=hearing.BY_TELEPHONE,
            now=clock.now(),
        )
    with database.read() as session:
        states = {
            one.address: (one.state, one.reason)
            for one in distributor.report.deliveries(session, made.id)
        }
    assert states.pop("p1@presse.test") == ("cancelled", "answered")
    assert set(states.values()) == {("waiting", "")}
