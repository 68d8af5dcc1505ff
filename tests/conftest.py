"""Fixtures every test may ask for. None of them reaches the network or the real clock."""

from datetime import UTC, datetime

import pytest

from app.tables import metadata
from core.clock import StoppedClock
from core.db import open_database
from core.ids import CountedIds


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
