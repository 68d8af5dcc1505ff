"""A fleet on PostgreSQL: one worker, two, four; what each costs in CPU, and how it scales.

Rates are of this machine with everything on it: the workers, PostgreSQL, the mail server and
the farm. CPU seconds hardly change with what else runs. The gate, 1.7 times as fast with two
workers as with one, holds only where four cores are free.
"""

import os
import sys
import tempfile
from contextlib import ExitStack, contextmanager
from pathlib import Path
from time import perf_counter, process_time

import one_dispatch
import postfix
from grouping import Writer
from sqlalchemy import create_engine, func, select, text, update

from core.ids import RandomIds
from core.settings import Settings
from core.zones import pin
from distributor.models import Delivery
from monitor.models import Article, Poll, Source
from monitor.stories import Stories

sys.path.insert(0, str(Path(__file__).parents[1] / "doubles"))
sys.path.insert(0, str(Path(__file__).parents[1] / "trust"))
import fleet_ground
from farm_sources import add_sources
from feed_farm import FarmProcess
from fleet_ground import NOON, a_worker, an_office
from postgres_server import WANTED, postgres_server, programs

DELIVERIES = 6_000
FEEDS = 400
# Enough for a figure; a farm's feeds bring more.
SIFTED = 1_000
WORKERS = (1, 2)
GATE = 1.7
_FREE_CORES = 4
_TICK = os.sysconf("SC_CLK_TCK")
# Nothing here waits longer for what is to come.
fleet_ground.PATIENCE = 900


def measure(say, deliveries=DELIVERIES, feeds=FEEDS, *workers):
    """Print every figure; exit with 1 where the gate holds and is missed."""
    counts = [int(one) for one in workers] or WORKERS
    if programs() is None:
        say("the fleet", f"skipped: {WANTED}")
        return
    free = _free_cores()
    say("cores that are free just now", f"{free:.1f}")
    rates = _measure_sending(say, int(deliveries), counts)
    _measure_listening(say, int(feeds), counts)
    _measure_stories(say)
    if free < _FREE_CORES:
        say(
            "  the gate of two workers", f"not asked: it wants {_FREE_CORES} free cores"
        )
    elif {1, 2} <= rates.keys() and rates[2] < GATE * rates[1]:
        raise SystemExit(
            f"two workers send {rates[2] / rates[1]:.2f} times one: below {GATE}"
        )


def _free_cores():
    return len(os.sched_getaffinity(0)) - os.getloadavg()[0]


def _measure_sending(say, deliveries, counts):
    rates = {}
    with tempfile.TemporaryDirectory() as unpacked:
        tools = postfix.unpack(Path(unpacked))
        if tools is None:
            say("sending", "skipped: Debian's package postfix cannot be downloaded")
            return rates
        for count in counts:
            with tools.sink() as port:
                done = sending(count, port, deliveries)
            rates[count] = deliveries / done["seconds"]
            _say(say, f"{deliveries} deliveries, workers: {count}", done, rates, count)
            for who in ("workers", "postgres"):
                cost = done[who] / deliveries * 100_000
                say(f"  CPU for 100,000 deliveries, {who}", f"{cost:.0f} s")
            say("  each worker's part", str(done["parts"]))
    return rates


def sending(count, port, deliveries):
    """One dispatch by *count* workers: how long, and what it cost whom."""
    with _fleet(count, fleet_ground.sends(port), ["send"]) as (
        database,
        workers,
        server,
    ):
        settings = Settings.model_validate(fleet_ground.sends(port))
        with database.write() as session:
            one_dispatch.people(session, deliveries)
        before = _spent(workers, server)
        began = perf_counter()
        with database.write() as session:
            one_dispatch.planned(
                session, settings=settings, zone_rules=pin(), ids=RandomIds()
            )
        left = (
            select(func.count())
            .select_from(Delivery)
            .where(Delivery.state != "accepted")
        )
        _until(database, lambda session: session.scalar(left) == 0)
        seconds = perf_counter() - began
        after = _spent(workers, server)
        for one in workers:
            one.end()
        parts = [one.did("send") for one in workers]
    return {"seconds": seconds, "parts": parts} | _difference(before, after)


def _measure_listening(say, feeds, counts):
    rates = {}
    for count in counts:
        with FarmProcess(feeds=feeds, validators="etag", volatile=0) as farm:
            for what, done in listening(count, farm, feeds):
                name = f"{done['count']} {what}, workers: {count}"
                rates.setdefault(what, {})[count] = done["count"] / done["seconds"]
                _say(say, name, done, rates[what], count)
                for who in ("workers", "postgres"):
                    cost = done[who] / done["count"] * 1000
                    say(f"  CPU for each of them, {who}", f"{cost:.2f} ms")


def _listens(farm):
    return {
        "organisation": {"name": "Ministère", "from": "presse@ministere.test"},
        "channels": {"smtp": {"host": "127.0.0.1"}},
        "fetch": {
            "allow_networks": "127.0.0.0/8",
            "hosts": farm.hosts,
            "pace_seconds": 0,
        },
    }


def listening(count, farm, feeds):
    """All feeds new, then all unchanged, then the articles sifted: each beside its cost."""
    given = _listens(farm)
    polled = select(func.count()).select_from(Poll)
    with _fleet(count, given, ["poll"]) as (database, workers, server):
        add_sources(database, farm.feeds, now=NOON.replace(hour=13))
        for number, what in enumerate(("feeds, all new", "feeds, all 304"), 1):
            before, began = _spent(workers, server), perf_counter()
            with database.write() as session:
                session.execute(
                    update(Source).values(
                        next_poll_at=NOON, lease=None, leased_until=None
                    )
                )
            _until(
                database,
                lambda session, number=number: session.scalar(polled) >= number * feeds,
            )
            seconds = perf_counter() - began
            yield (
                what,
                {"seconds": seconds, "count": feeds}
                | _difference(before, _spent(workers, server)),
            )
        for one in workers:
            one.end()
        yield "articles, sifted", _sifting(database, count, given, server)


def _sifting(database, count, given, server):
    waiting = (
        select(func.count()).select_from(Article).where(Article.sift_at.is_not(None))
    )
    with database.write() as session:
        session.execute(update(Article).values(sift_at=None, next_read_at=None))
        ids = _with_texts(session)
    with _workers(count, database, given, ["sift"]) as workers:
        before, began = _spent(workers, server), perf_counter()
        with database.write() as session:
            session.execute(
                update(Article)
                .where(Article.id.in_(ids))
                .values(sift_at=NOON.replace(year=2020))
            )
        _until(database, lambda session: session.scalar(waiting) == 0)
        seconds = perf_counter() - began
        after = _spent(workers, server)
        for one in workers:
            one.end()
    return {"seconds": seconds, "count": len(ids)} | _difference(before, after)


def _with_texts(session):
    """Some articles with texts of real length, one in five a copy of another."""
    writer = Writer()
    rows = session.scalars(select(Article).order_by(Article.id).limit(SIFTED)).all()
    for number, row in enumerate(rows):
        row.full_text = writer.text(number)
    return [row.id for row in rows]


def _measure_stories(say):
    """What an article costs where one worker of the fleet at a time may be: at its story."""
    with (
        FarmProcess(feeds=SIFTED // 30) as farm,
        _fleet(1, _listens(farm), ["poll"]) as (database, workers, server),
    ):
        add_sources(database, farm.feeds, now=NOON)
        articles = select(func.count()).select_from(Article)
        _until(database, lambda session: session.scalar(articles) >= SIFTED)
        workers[0].end()
        with database.write() as session:
            ids = _with_texts(session)
        stories, spent = Stories(database), process_time() + _family(server)
        for begin in range(0, len(ids), 25):
            stories.group(ids[begin : begin + 25], now=NOON)
        spent = process_time() + _family(server) - spent
    say(
        "an article finds its story, one worker at a time",
        f"{spent / len(ids) * 1000:.2f} ms",
    )


@contextmanager
def _fleet(count, given, jobs):
    """A database of its own and *count* workers that tick and have nothing to do yet."""
    with postgres_server() as address:
        server = create_engine(f"{address}/postgres", isolation_level="AUTOCOMMIT")
        with server.connect() as connection:
            connection.execute(text("CREATE DATABASE office"))
            place = Path(connection.scalar(text("SHOW data_directory")))
        server.dispose()
        postmaster = int((place / "postmaster.pid").read_text().split()[0])
        with (
            an_office(f"{address}/office") as database,
            _workers(count, database, given, jobs) as workers,
        ):
            yield database, workers, postmaster


@contextmanager
def _workers(count, database, given, jobs):
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        workers = [
            stack.enter_context(
                a_worker(
                    database.engine.url.render_as_string(hide_password=False),
                    Path(folder),
                    f"w{number}",
                    given,
                    jobs=jobs,
                )
            )
            for number in range(count)
        ]
        fleet_ground.until(
            lambda: all(one.is_ticking() for one in workers), "they do not start"
        )
        # What was imported, opened and ticked first is not the work's.
        fleet_ground.until(_after(3), "")
        yield workers


def _after(seconds):
    end = perf_counter() + seconds
    return lambda: perf_counter() >= end


def _until(database, condition):
    def is_so():
        with database.read() as session:
            return condition(session)

    fleet_ground.until(is_so, "it does not end")


def _spent(workers, postmaster):
    return {
        "workers": sum(_family(one.process.pid) for one in workers),
        "postgres": _family(postmaster),
    }


def _difference(before, after):
    return {name: after[name] - before[name] for name in before}


def _family(pid):
    """CPU seconds of a process and all below it, the ended ones included."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(") ", 1)[1].split()
    below = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return sum(map(int, fields[11:15])) / _TICK + sum(_family(one) for one in below)


def _say(say, what, done, rates, count):
    say(what, f"{rates[count]:.0f}/s")
    if 1 in rates and count > 1:
        say("  times one worker", f"{rates[count] / rates[1]:.2f}")


if __name__ == "__main__":
    measure(lambda *said: print(f"{said[0]:<58} {said[1]}", flush=True), *sys.argv[1:])  # noqa: T201
