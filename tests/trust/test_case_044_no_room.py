"""Case 44: a folder that cannot be used stops the start in words, and nothing is made elsewhere."""

import sys
from pathlib import Path

import pytest
from boxes import boxed

PARUTION = Path(sys.executable).with_name("parution")


@pytest.fixture(scope="module")
def found():
    return boxed(Path(__file__).with_name("no_room.py"), PARUTION, size="60m")


@pytest.mark.parametrize(
    ("way", "says"),
    [
        ("read-only without one", "PARUTION_DATA_DIR"),
        ("a folder that cannot be made", "/srv/parution/office"),
        ("a file", "PARUTION_DATA_DIR"),
        ("read-only with an office", "could not be used"),
        ("read", "could not be used"),
    ],
)
def test_a_folder_that_cannot_be_used_is_named_with_what_to_do(found, way, says):
    told = found[way]
    assert told["status"] in {1, 2}, told
    assert says in told["said"]
    assert "Traceback" not in told["said"]


def test_the_office_was_there_before(found):
    assert found["made"]["status"] == 0
