"""Case 42: a disk that fills up loses nobody; pages stay readable, and all goes on after."""

from pathlib import Path

import pytest
from boxes import boxed

PEOPLE = 40


@pytest.fixture(scope="module")
def found():
    return boxed(Path(__file__).with_name("full_disk.py"), size="6m")


def test_on_a_full_disk_everybody_waits_and_nobody_is_mailed(found):
    """What cannot be written down is not begun."""
    assert found["on a full disk"] == {"waiting": PEOPLE}
    assert found["sent on a full disk"] == 0


def test_the_pages_are_still_read(found):
    assert set(found["pages"].values()) == {200}


def test_a_change_is_refused_with_what_is_wrong_and_not_as_a_fault_of_ours(found):
    status, page = found["pause"]
    assert status == 503
    assert "disk is full" in page
    assert "parution doctor" in page


def test_with_room_again_everybody_gets_it_once(found):
    assert (found["state"], found["after"]) == ("done", {"accepted": PEOPLE})
    assert (found["mails"], found["mailed twice"]) == (PEOPLE, False)
