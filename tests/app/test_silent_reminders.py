"""A reminder to those alone who neither wrote nor were printed, from send to coverage to plan."""

from datetime import UTC, datetime, timedelta

from author_rows import published
from sending_makers import NOON, RULES, ZONE, Box, a_dispatch, sending, settings

import distributor.report
from app.reviews.authors import of_release
from distributor.channels.base import Outcome, Verdict
from distributor.contacts.names import contact_names
from distributor.models import Contact
from distributor.sending import reminders
from monitor.authors import Authors

DUE = datetime(2026, 11, 24, 12, tzinfo=UTC)
REFUSED = Outcome(verdict=Verdict.REFUSED, answer="550 no such user")
PEOPLE = [("Nadia El Amrani", "Le 360"), ("Omar Radi", "Le Matin"), ("Sara Tazi", "A")]


def test_who_wrote_and_whose_outlet_published_are_spared(each_database, clock, ids):
    database = each_database
    dispatch_id = a_dispatch(database, clock=clock, ids=ids)
    with database.write() as session:
        rows = session.query(Contact).order_by(Contact.address_key).all()
        for row, (name, outlet) in zip(rows, PEOPLE, strict=False):
            row.name, row.outlet = name, outlet
    clock.move_to(DUE)
    box = Box(answers={"p3@presse.test": REFUSED})
    sending(database, clock=clock, ids=ids, channel=box).tick()
    with database.write() as session:
        for outlet, author in (("Le 360", "Nadia El Amrani"), ("Le Matin", "MAP")):
            published(session, 1, outlet=outlet, author=author, at=clock.now())
    Authors(database, contact_names).look_back(now=clock.now())
    with database.write() as session:
        known = of_release(session, 1)
        assert [(one.name, str(one.standing)) for one in known.lines] == [
            ("Nadia El Amrani", "wrote"),
            ("Omar Radi", "outlet published"),
            ("Sara Tazi", "silent"),
        ]
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
            silent=known.silent.contact_ids,
        )
        lines = distributor.report.deliveries(session, made.id)
        assert [one.name for one in lines] == ["Sara Tazi"]
