"""Proposals to triage, where engines differ on each of them."""

import pytest
from triage_rows import Desk


@pytest.fixture
def desk(database, clock):
    return Desk(database, clock)


@pytest.fixture
def each_desk(each_database, clock):
    return Desk(each_database, clock)
