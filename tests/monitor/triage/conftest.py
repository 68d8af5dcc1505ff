"""Proposals to triage, on each database."""

import pytest
from triage_rows import Desk


@pytest.fixture
def desk(each_database, clock):
    return Desk(each_database, clock)
