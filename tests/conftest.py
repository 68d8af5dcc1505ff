"""Fixtures every test may ask for. None of them reaches the network or the real clock."""

import os
import shutil
import socket
import subprocess
import tempfile
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from app.tables import metadata
from core.clock import StoppedClock
from core.db import open_database
from core.ids import CountedIds
from core.zones import pin


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
    programs = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not programs:
        wanted = "PostgreSQL's server programs are missing: apt install postgresql"
        if "CI" in os.environ:
            pytest.fail(wanted)
        pytest.skip(wanted)
    programs_folder = programs[-1].parent
    # initdb refuses to work for root. The folder lies outside pytest's own, which only
    # root may enter.
    owner = "postgres" if os.geteuid() == 0 else None
    folder = Path(tempfile.mkdtemp(prefix="parution-postgres-"))
    if owner:
        shutil.chown(folder, owner)

    def run(program, *arguments):
        subprocess.run(
            [programs_folder / program, "-D", folder / "data", *arguments],
            user=owner,
            cwd=folder,
            check=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    with closing(socket.create_server(("127.0.0.1", 0))) as probe:
        port = probe.getsockname()[1]
    options = (
        f"-c listen_addresses=127.0.0.1 -c port={port} -c fsync=off"
        " -c unix_socket_directories="
    )
    try:
        run("initdb", "-U", "parution", "-A", "trust", "-E", "UTF8", "--no-locale")
        run("pg_ctl", "-w", "-l", folder / "log", "-o", options, "start")
        yield f"postgresql+psycopg://parution@127.0.0.1:{port}"
        run("pg_ctl", "-w", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def postgres_url(_postgres_server):
    """The address of an empty PostgreSQL database."""
    server = create_engine(f"{_postgres_server}/postgres", isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text("DROP DATABASE IF EXISTS parution WITH (FORCE)"))
        connection.execute(text("CREATE DATABASE parution"))
    server.dispose()
    return f"{_postgres_server}/parution"


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
