"""The ground of the provider's trust cases: a dispatch through a local SendGrid."""

from contextlib import contextmanager

from invariants import Checker
from office_faults import Killed
from office_servers import Provider
from outside import Outside
from sending_ground import NOON, RULES, a_dispatch
from sqlalchemy import select

from core.clock import StoppedClock
from core.ids import CountedIds
from core.keys import Links
from core.settings import Settings
from distributor.after.events import record
from distributor.after.sendgrid_reports import read
from distributor.channels.sendgrid import Channel
from distributor.models import Delivery, Dispatch
from distributor.sending.delivery import Sending


class Ground:
    """An office with one dispatch; the channel hands over in requests of five.

    After each tick and each report the promises are asked for.
    """

    def __init__(self, database, sendgrid, *, count, timeout=5.0, failover=()):
        self.database, self.sendgrid = database, sendgrid
        self.clock = StoppedClock(NOON)
        self.settings = Settings.model_validate(
            {
                "organisation": {"name": "Ministère", "from": "presse@ministere.test"},
                "sending": {"connections": 1},
                "channels": {
                    "sendgrid": sendgrid.options,
                    **{name: {} for name in failover},
                },
            }
        )
        options = {"batch": 5, "timeout": timeout} | sendgrid.options
        self.channel = Channel(
            Channel.Options.model_validate(options), timer=self.clock
        )
        self._ids = CountedIds()
        self._links = Links(["key"])
        a_dispatch(
            database,
            count=count,
            ids=self._ids,
            channel="sendgrid",
            given=self.settings,
            failover=failover,
        )
        self.checker = Checker(database, sendgrid.outside, settings=self.settings)

    def tick(self, *others):
        channels = {one.name: one for one in (self.channel, *others)}
        sender = Sending(
            database=self.database,
            clock=self.clock,
            timer=self.clock,
            ids=self._ids,
            channels=channels,
            links=self._links,
            settings=self.settings,
            zone_rules=RULES,
        )
        try:
            return sender.tick()
        except Killed:
            self.sendgrid.outside.deaths += 1
            raise
        finally:
            self.checker.demand(now=self.clock.now())

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
        self.checker.demand(now=self.clock.now())


@contextmanager
def a_ground(database, *, count=12, **options):
    outside = Outside(channels=frozenset({"sendgrid"}))
    with Provider(outside, StoppedClock(NOON)) as sendgrid:
        yield Ground(database, sendgrid, count=count, **options)
