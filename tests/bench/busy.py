"""Three days of a busy office with faults, seed after seed, and what it gathered on the way.

    make bench ONLY="soak 72"                  both engines, seeds 1 to 3
    make bench ONLY="soak 72 postgresql 7 20"  one engine, twenty seeds from 7 on
    make bench ONLY="soak calls"               every n-th call of case 45 fails

The checker is that of `tests/flows/test_busy_office.py`; a seed that breaks a promise says so
and how it is played again.
"""

import itertools
import sys
import tempfile
from contextlib import contextmanager, nullcontext
from datetime import timedelta
from pathlib import Path
from time import perf_counter

from sqlalchemy import create_engine, text

from core import log
from core.zones import pin

sys.path.insert(0, str(Path(__file__).parents[1] / "trust"))
sys.path.insert(0, str(Path(__file__).parents[1] / "monitor"))
sys.path.insert(0, str(Path(__file__).parents[1] / "distributor"))
sys.path.insert(0, str(Path(__file__).parents[1] / "core"))
sys.path.insert(0, str(Path(__file__).parents[1] / "doubles"))
import every_call_ground
from office_faults import Kind
from office_ground import BusyOffice, Size
from office_growth import Held
from postgres_server import postgres_server, programs

ENGINES = ("sqlite", "postgresql")
LARGE = Size(
    contacts=300,
    dispatches=30,
    sites=100,
    rate=0.5,
    step=timedelta(minutes=20),
    faults=0.4,
    storm=0.05,
    connections=3,
)
_EVERY = timedelta(hours=12)


def measure(say, engine="", first="1", count="3"):
    """Play *count* seeds from *first* on, on one engine or on both."""
    log.configure(level="critical")
    pin()
    for name in (engine,) if engine else ENGINES:
        with _server(name) as address:
            for seed in range(int(first), int(first) + int(count)):
                _one(say, name, address, seed)


@contextmanager
def _server(engine):
    """Where databases are made; empty for files."""
    if engine == "sqlite":
        yield ""
    elif programs() is None:
        yield None
    else:
        with postgres_server() as address:
            yield address


def _one(say, engine, address, seed):
    if address is None:
        say("busy office on postgresql", "skipped: apt install postgresql")
        return
    began = perf_counter()
    held = []

    def tell(office):
        # Where faults strike, nothing of ours is to be struck.
        at = office.time.true
        if not held or at - held[-1][0] >= _EVERY:
            with office.faults.resting():
                held.append((at, Held.of(office.office.database, office.folder)))

    with tempfile.TemporaryDirectory(prefix="parution-busy-") as folder:
        new_url = _urls(engine, address, folder, seed)
        with BusyOffice(Path(folder), new_url, seed=seed, size=LARGE) as office:
            try:
                office.live(tell=tell)
            except AssertionError as broken:
                say(f"{engine}, seed {seed}: A PROMISE IS BROKEN", f"\n{broken}")
                return
            tell(office)
            _say_of(say, engine, office, held, perf_counter() - began)


def _urls(engine, address, folder, seed):
    numbers = itertools.count()
    if engine == "sqlite":
        return lambda: f"sqlite:///{folder}/office-{next(numbers)}.db"

    def new():
        name = f"busy_{seed}_{next(numbers)}"
        server = create_engine(f"{address}/postgres", isolation_level="AUTOCOMMIT")
        with server.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name}"))
        server.dispose()
        return f"{address}/{name}"

    return new


def _say_of(say, engine, office, held, seconds):
    printed = sum(len(one.printed) for one in office.press.papers)
    say(
        f"{engine}, seed {office.seed}: no promise broken in {office.counts['steps']} steps",
        f"{seconds:.0f} s",
    )
    say("  deaths of the process", office.counts["deaths"])
    say("  mails taken", len(office.outside.arrivals))
    say("  articles published, requests", f"{printed}, {office.press.requests}")
    early, late = held[1][1], held[-1][1]
    for name in Held.__slots__:
        before, after = getattr(early, name), getattr(late, name)
        say(f"  {name}, after half a day and at the end", f"{before:.0f}, {after:.0f}")


def measure_calls(say, engine=""):
    """Each call of a dispatch and of a pass over sources fails once, in each way."""
    log.configure(level="critical")
    pin()
    for name in (engine,) if engine else ENGINES:
        with _server(name) as address:
            for what in ("sending", "listening"):
                _every_call(say, name, address, what)


def _every_call(say, engine, address, what):
    if address is None:
        say(f"{what} on postgresql", "skipped: apt install postgresql")
        return
    broken = runs = 0
    with (
        tempfile.TemporaryDirectory(prefix="calls") as folder,
        getattr(every_call_ground, what)(Path(folder), server=address) as play,
        nullcontext(play()[0]) as calls,
    ):
        for kind, at in itertools.product(Kind, range(1, calls + 1)):
            runs += 1
            try:
                every_call_ground.require(play(at, kind)[1])
            except AssertionError as fault:
                broken += 1
                say(f"{what}, {engine}, {kind} at call {at}: BROKEN", f"\n{fault}")
    say(f"{what}, {engine}: {runs} runs, broken (must be 0)", broken)
