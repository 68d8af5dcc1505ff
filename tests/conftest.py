"""Fixtures every test may ask for. None of them reaches the network or the real clock."""

import os
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, settings
from postgres_server import WANTED, postgres_server, programs
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
        "--lower-floors",
        action="store_true",
        help="Let quality fall: pin what is reached now, and say why in the commit.",
    )


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


@pytest.fixture
def database(tmp_path):
    opened = open_database(f"sqlite:///{tmp_path}/parution.db")
    metadata.create_all(opened.engine)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def _postgres_server():
    """A PostgreSQL server of our own, on this machine only, gone after the tests."""
    if programs() is None:
        if "CI" in os.environ:
            pytest.fail(WANTED)
        pytest.skip(WANTED)
    with postgres_server() as address:
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
