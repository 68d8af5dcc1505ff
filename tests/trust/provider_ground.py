"""The ground of the provider's trust cases: a dispatch through a local SendGrid."""

from contextlib import contextmanager

from sendgrid_double import SendGridDouble
from sending_ground import NOON, RULES
from sending_ground import a_dispatch as through_smtp
from sqlalchemy import select, update

from core.clock import StoppedClock
from core.ids import CountedIds
from core.keys import Links
from core.settings import Settings
from distributor.after.events import record
from distributor.after.sendgrid_reports import read
from distributor.channels.sendgrid import Channel
from distributor.models import Delivery, Dispatch
from distributor.sending.delivery import Sending
from distributor.states import DispatchState


class Ground:
    """An office with one running dispatch; the channel hands over in requests of five."""

    def __init__(self, database, sendgrid, *, count, timeout=5.0):
        self.database, self.sendgrid = database, sendgrid
        self.clock = StoppedClock(NOON)
        self.settings = Settings.model_validate(
            {
                "organisation": {"name": "Ministère", "from": "presse@ministere.test"},
                "sending": {"connections": 1},
                "channels": {"sendgrid": sendgrid.options},
            }
        )
        options = {"batch": 5, "timeout": timeout} | sendgrid.options
        self.channel = Channel(
            Channel.Options.model_validate(options), timer=self.clock
        )
        self._ids = CountedIds()
        self._links = Links(["key"])
        through_smtp(database, count=count, ids=self._ids)
        with database.write() as session:
            session.execute(
                update(Dispatch).values(
                    state=DispatchState.RUNNING,
                    channel="sendgrid",
                    channels=["sendgrid"],
                )
            )

    def tick(self, *others):
        channels = {one.name: one for one in (self.channel, *others)}
        return Sending(
            database=self.database,
            clock=self.clock,
            timer=self.clock,
            ids=self._ids,
            channels=channels,
            links=self._links,
            settings=self.settings,
            zone_rules=RULES,
        ).tick()

    def later(self, duration):
        self.clock.move_to(self.clock.now() + duration)

    def states(self):
        with self.database.read() as session:
            return list(session.scalars(select(Delivery.state).order_by(Delivery.id)))

    def dispatch(self):
        with self.database.read() as session:
            return session.scalars(select(Dispatch)).one()

    def report(self, *kinds):
        """The provider tells of all it took."""
        events = [
            self.sendgrid.event(one, kind)
            for one in self.sendgrid.accepted
            for kind in kinds
        ]
        body, headers = self.sendgrid.signed(events, at=self.clock.now())
        given = {name.lower(): value for name, value in headers.items()}
        reports = read(
            body, given, public_key=self.sendgrid.public_key, stamp=self.clock.now()
        )
        with self.database.write() as session:
            record(session, reports, settings=self.settings, now=self.clock.now())

    def never_twice(self):
        tokens = [one.token for one in self.sendgrid.accepted]
        return len(tokens) == len(set(tokens))


@contextmanager
def a_ground(database, *, count=12, **options):
    with SendGridDouble(clock=StoppedClock(NOON)) as sendgrid:
        yield Ground(database, sendgrid, count=count, **options)
