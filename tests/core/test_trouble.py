import errno

import pytest
from sqlalchemy import create_engine
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import QueuePool

from core.trouble import OF_THE_DATABASE, trouble


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("database or disk is full", "database or disk is full."),
        ("server closed the line\nunexpectedly", "server closed the line."),
        ("", "it gave no reason."),
    ],
)
def test_a_database_is_named_with_the_first_of_what_it_says(said, told):
    found = trouble(OperationalError("SELECT 1", {}, Exception(said)))
    assert found is not None
    assert found.what.endswith(told)


def test_a_database_whose_connections_are_all_in_use_is_named_too():
    engine = create_engine(
        "sqlite://", poolclass=QueuePool, pool_size=1, max_overflow=0, pool_timeout=0
    )
    with engine.connect(), pytest.raises(OF_THE_DATABASE) as busy:
        engine.connect()
    engine.dispose()
    found = trouble(busy.value)
    assert found is not None
    assert "all connections" in found.what


def test_a_full_disk_is_named_and_another_fault_is_nobodys_trouble():
    full = OSError(errno.ENOSPC, "No space left on device", "/data/x")
    assert trouble(full).to == "/data/x"
    assert trouble(OSError(errno.EPERM, "Not permitted")) is None
    assert trouble(ValueError("x")) is None
