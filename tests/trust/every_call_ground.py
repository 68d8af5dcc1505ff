"""The ground of case 45: one dispatch or one pass over sources, whose n-th call fails.

    counted = the calls of a run in which nothing fails
    for each n of them: a fresh office, that call fails once, and the office goes on

Each run begins with a copy of one prepared database, so that hundreds of them are quick.
"""

import itertools
import shutil
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from invariants import Checker
from office_faults import Faults, Files, Killed
from office_press import Press
from office_servers import MailServer
from outside import Outside
from sending_ground import NOON, RULES, a_dispatch, settings
from sqlalchemy import create_engine, func, select, text

import distributor.jobs
import monitor.jobs
from app.tables import metadata
from app.worker import tick
from core.bounded import Bounded
from core.clock import StoppedClock
from core.db import open_database
from core.ids import RandomIds
from core.keys import Links
from core.settings import Settings
from distributor.channels.smtp import Channel
from distributor.models import Delivery, Dispatch
from monitor.catalogue import add_source
from monitor.models import SEARCH_TABLE, Article, Source

RECIPIENTS = 50
CONNECTIONS = 1
PIPELINE = 5
SITES = 3
PRINTED = 2
# The office is given so many looks to catch up; it needs two or three.
_PATIENCE = 12
_MORNING = datetime(2026, 11, 24, 7, tzinfo=UTC)


class Copies:
    """Fresh copies of one prepared database, on either engine."""

    def __init__(self, folder, prepare, *, server=""):
        self._folder, self._server = folder, server
        self._numbers = itertools.count(1)
        self._url = self._named(0)
        database = open_database(self._url)
        metadata.create_all(database.engine)
        prepare(database)
        database.close()

    def _named(self, number):
        if not self._server:
            return f"sqlite:///{self._folder}/office-{number}.db"
        name = f"calls_{number}"
        if number == 0:
            self._say(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
            self._say(f"CREATE DATABASE {name}")
        return f"{self._server}/{name}"

    def _say(self, statement):
        server = create_engine(f"{self._server}/postgres", isolation_level="AUTOCOMMIT")
        with server.connect() as connection:
            connection.execute(text(statement))
        server.dispose()

    @contextmanager
    def fresh(self):
        """The address of a copy, which is gone afterwards."""
        url = self._named(next(self._numbers))
        old, new = (one.rpartition("/")[2] for one in (self._url, url))
        if self._server:
            self._say(f"CREATE DATABASE {new} TEMPLATE {old}")
            try:
                yield url
            finally:
                self._say(f"DROP DATABASE {new} WITH (FORCE)")
            return
        shutil.copy(self._folder / old, self._folder / new)
        yield url
        for left in self._folder.glob(f"{new}*"):
            left.unlink()


class Run:
    """One office from its start until it is at rest, however often it has to begin again."""

    def __init__(self, url, folder, *, given, clock):
        self.url, self.clock, self.settings = url, clock, given
        self.faults, self.outside = Faults(), Outside()
        self.folder = folder
        self.database = open_database(url)
        self.checker = Checker(self.database, self.outside, settings=given)
        self.jobs = ()

    def strike(self, at, kind):
        """Play it whole; answers how many calls there were."""
        self._begin()
        if kind is not None:
            self.faults.arm(at, kind)
        Files.watch(self.folder, self.faults)
        try:
            for _ in range(_PATIENCE):
                self._look()
                if self.is_over():
                    return self.faults.calls
        finally:
            Files.leave(self.folder)
            self.database.close()
        raise AssertionError(f"it does not end: {self.told()}")

    def _begin(self):
        self.faults.listen(self.database)
        self.jobs = self.new_jobs()

    def _look(self):
        """Every job once, the checker, and some time."""
        try:
            for job in self.jobs:
                tick(job)
        except Killed:
            self.outside.deaths += 1
            self.database.close()
            self.faults.revive()
            self.database = self.checker.database = open_database(self.url)
            self._begin()
        if self.faults.struck == "commit":
            # Its answer was lost, so nobody knows what became of it.
            self.outside.deaths += 1
        with self.faults.resting():
            self.checker.demand(now=self.clock.now())
        self.clock.wait(timedelta(minutes=12))


class SendingRun(Run):
    """A dispatch to fifty, through a mail server that never fails by itself."""

    def __init__(self, url, folder, mail):
        given = settings(
            data_dir=folder,
            channels={"smtp": {"host": "127.0.0.1", "pipeline": PIPELINE}},
            sending={"connections": CONNECTIONS},
        )
        super().__init__(url, folder, given=given, clock=StoppedClock(NOON))
        self.mail = mail
        mail.outside, mail.clock, mail.on_word = self.outside, self.clock, self._word

    def _word(self):
        try:
            self.faults.call("smtp")
        except Killed as dead:
            raise OSError("its sender is dead") from dead

    def new_jobs(self):
        smtp = {"host": "127.0.0.1", "port": self.mail.port, "security": "none"}
        options = Channel.Options.model_validate(smtp | {"pipeline": PIPELINE})
        every = distributor.jobs.jobs(
            database=self.database,
            clock=self.clock,
            timer=self.clock,
            ids=RandomIds(),
            channels={"smtp": Channel(options, timer=self.clock)},
            links=Links(["key"]),
            settings=self.settings,
            zone_rules=RULES,
        )
        return [one for one in every if one.name in {"send", "corrections"}]

    def is_over(self):
        with self.faults.resting(), self.database.read() as session:
            return session.scalars(select(Dispatch.state)).one() == "done"

    def told(self):
        with self.faults.resting(), self.database.read() as session:
            counted = select(Delivery.state, func.count()).group_by(Delivery.state)
            reasons = select(Dispatch.state, Dispatch.reason)
            return dict(session.execute(counted).all()), session.execute(reasons).all()

    def ended(self):
        """How many have it, and how many nobody knows of."""
        states = self.told()[0]
        return states.pop("accepted", 0), states.pop("unsure", 0), states


class ListeningRun(Run):
    """A pass over a few sources, their pages and what is in them."""

    def __init__(self, url, folder, bounded):
        given = Settings.model_validate({"data_dir": folder})
        super().__init__(url, folder, given=given, clock=StoppedClock(_MORNING))
        self.press = printed()
        self.press.on_request = lambda: self.faults.call("web")
        self.checker.press = self.press
        self.bounded = bounded

    def new_jobs(self):
        every = monitor.jobs.jobs(
            database=self.database,
            clock=self.clock,
            timer=self.clock,
            ids=RandomIds(),
            web=self.press,
            bounded=self.bounded,
            settings=self.settings,
            windows=lambda _: (),
        )
        return [one for one in every if one.name in {"poll", "read", "sift"}]

    def is_over(self):
        """All is read, sifted and in the index, and no source is held."""
        wanted = SITES * PRINTED
        with self.faults.resting(), self.database.read() as session:
            rows = session.execute(
                select(Article.id, Article.sift_at, Article.next_read_at)
            ).all()
            held = session.scalar(
                select(Source.id).where(Source.lease.is_not(None)).limit(1)
            )
            there = session.scalar(text(f"SELECT count(*) FROM {SEARCH_TABLE}"))  # noqa: S608 - our own name
        now = self.clock.now()
        done = [
            row
            for row in rows
            if row.sift_at is None
            and (row.next_read_at is None or row.next_read_at > now)
        ]
        return len(done) == len(rows) == there == wanted and held is None

    def told(self):
        with self.faults.resting(), self.database.read() as session:
            return session.execute(
                select(Article.url, Article.sift_at, Article.reads)
            ).all()


def printed():
    """Each time the same sites with the same articles."""
    press = Press(sites=SITES, rate=0, seed=45, now=_MORNING)
    for paper in press.papers:
        for _ in range(PRINTED):
            press._print(paper, _MORNING - timedelta(hours=2))
    return press


def with_a_dispatch(database):
    a_dispatch(database, count=RECIPIENTS, ids=RandomIds())


def with_sources(database):
    with database.write() as session:
        for paper in printed().papers:
            add_source(
                session,
                outlet_name=f"Site {paper.number}",
                kind="feed",
                url=paper.feed,
                now=_MORNING,
            )


def require(ended):
    """Everybody has it or is named, and no more are in doubt than were in the air."""
    if ended is None:
        return
    accepted, unsure, others = ended
    assert others == {}
    assert accepted + unsure == RECIPIENTS
    assert unsure <= CONNECTIONS * PIPELINE


@contextmanager
def sending(folder, *, server=""):
    """A function that plays one run of the sending half."""
    copies = Copies(folder, with_a_dispatch, server=server)
    mail = MailServer(Outside(), StoppedClock(NOON))
    mail.start()

    def play(at=0, kind=None):
        with copies.fresh() as url, _data(folder) as data:
            run = SendingRun(url, data, mail)
            calls = run.strike(at, kind)
            run.database = open_database(url)
            ended = run.ended()
            run.database.close()
        return calls, ended

    try:
        yield play
    finally:
        mail.close()
        mail.join(timeout=15)


@contextmanager
def listening(folder, *, server=""):
    """A function that plays one run of the listening half."""
    copies = Copies(folder, with_sources, server=server)
    with Bounded() as bounded:

        def play(at=0, kind=None):
            with copies.fresh() as url, _data(folder) as data:
                return ListeningRun(url, data, bounded).strike(at, kind), None

        yield play


@contextmanager
def _data(folder):
    """A data folder of its own, gone afterwards."""
    made = folder / "data"
    made.mkdir()
    try:
        yield made
    finally:
        shutil.rmtree(made)
