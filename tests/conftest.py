"""Fixtures every test may ask for. None of them reaches the network or the real clock."""

import gc
import os
from datetime import UTC, datetime

import asking
import engines
import pytest
import structlog
from hypothesis import HealthCheck, settings
from postgres_server import (
    WANTED,
    memory,
    need_programs,
    postgres_server,
    programs,
)
from sqlalchemy import create_engine, text

from app.tables import metadata
from core.clock import StoppedClock
from core.db import open_database
from core.ids import CountedIds
from core.zones import pin

# How long a busy machine takes to make an example says nothing of the code.
settings.register_profile(
    "patient", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("patient")


def pytest_addoption(parser):
    parser.addoption(
        "--engine",
        choices=engines.ENGINES,
        default="sqlite",
        help="Which database the tests work on; some name theirs themselves.",
    )
    parser.addoption(
        "--lower-floors",
        action="store_true",
        help="Let quality fall: pin what is reached now, and say why in the commit.",
    )


def pytest_configure(config):
    chosen = config.getoption("engine")
    if chosen == "postgresql" and programs() is None:
        pytest.exit(WANTED, returncode=1 if "CI" in os.environ else 0)
    engines.choose(chosen)
    config.pluginmanager.register(asking.Asking(config))


def pytest_unconfigure():
    engines.engine().end()


def pytest_collection_modifyitems(config, items):
    """What names its engine itself, or asks for none, needs no second run."""
    if config.getoption("engine") == "sqlite":
        return
    noted = asking.noted(config)
    again, once = [], []
    for item in items:
        asks = noted is None or asking.file_of(item) in noted
        (again if asks and _depends_on_the_engine(item) else once).append(item)
    config.hook.pytest_deselected(items=once)
    items[:] = again


def pytest_collection_finish():
    """Collect garbage more rarely, and never among the tests themselves: they stay."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


def _depends_on_the_engine(item):
    if item.get_closest_marker("sqlite") or item.get_closest_marker("postgres"):
        return False
    return not {"empty_database", "postgres_url"} & set(item.fixturenames)


@pytest.fixture(autouse=True)
def _dropped_after_each_test(request):
    yield
    if folder := request.node.funcargs.get("tmp_path"):
        engines.engine().drop(folder.resolve())


@pytest.fixture(autouse=True, scope="module")
def _dropped_after_each_module(tmp_path_factory):
    yield
    engines.engine().drop(tmp_path_factory.getbasetemp().resolve())


@pytest.fixture(autouse=True, scope="session")
def _pinned_zones():
    """The zone data that ships with the office decides, as it does after every start."""
    return pin()


@pytest.fixture
def clock():
    """Office and machine time, stopped at nine o'clock of a Tuesday."""
    return StoppedClock(datetime(2026, 11, 24, 9, tzinfo=UTC))


@pytest.fixture
def ids():
    return CountedIds()


@pytest.fixture(autouse=True)
def _logs_as_nobody_configured_them():
    """A command that is called in this process says how much is logged from then on."""
    yield
    structlog.reset_defaults()


@pytest.fixture
def database(tmp_path):
    opened = open_database(engines.address(tmp_path))
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def _postgres_server():
    """A PostgreSQL server of our own, on this machine only, gone after the tests."""
    need_programs()
    with postgres_server(place=memory()) as address:
        yield address


@pytest.fixture
def postgres_url(_postgres_server):
    """The address of an empty PostgreSQL database."""
    return _an_empty_database(_postgres_server, "parution")


@pytest.fixture(scope="module")
def module_postgres_url(_postgres_server):
    """The same, kept for all tests of a module."""
    return _an_empty_database(_postgres_server, "parution_module")


def _an_empty_database(address, name):
    server = create_engine(f"{address}/postgres", isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
        connection.execute(text(f"CREATE DATABASE {name}"))
    server.dispose()
    return f"{address}/{name}"


@pytest.fixture(
    params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]
)
def empty_database(request, tmp_path):
    """A database without tables, of each engine in turn."""
    opened = open_database(
        f"sqlite:///{tmp_path}/empty.db"
        if request.param == "sqlite"
        else request.getfixturevalue("postgres_url")
    )
    yield opened
    opened.close()


@pytest.fixture
def each_database(empty_database):
    """A database with every table, of each engine in turn."""
    metadata.create_all(empty_database.engine)
    return empty_database
