"""Case 95: what the container runs works with a read-only disk, no capability, no privilege."""

import sys
from pathlib import Path

import pytest
from boxes import boxed

PARUTION = Path(sys.executable).with_name("parution")


@pytest.fixture(scope="module")
def found():
    script = Path(__file__).with_name("boxed_in.py")
    return boxed(script, PARUTION, "8321", size="256m")


def test_the_office_is_ready_and_its_health_check_tells_the_truth(found):
    assert (found["ready"], found["login"]) == (200, 200), found["log"]
    assert (found["healthcheck"], found["healthcheck when ended"]) == (0, 1)
    assert found["made a user"] == 0


def test_the_process_holds_no_capability_and_may_win_none(found):
    assert int(found["capabilities"], 16) == 0
    assert found["no new privileges"] == "1"


def test_nothing_is_written_but_to_its_folder(found):
    assert "Read-only" in found["outside"]
    assert {"parution.db", "secret_key"} <= set(found["kept"])


def test_it_ends_well_when_it_is_told_to(found):
    assert found["status"] == 0, found["log"]
