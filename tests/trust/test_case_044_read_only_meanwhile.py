"""Case 44, under way: a volume that turns read-only under a dispatch loses nobody."""

from pathlib import Path

import pytest
from boxes import boxed

PEOPLE = 40


@pytest.fixture(scope="module")
def found():
    return boxed(Path(__file__).with_name("read_only.py"), size="60m")


def test_it_turned_read_only_in_the_middle(found):
    assert found["before"] == {"accepted": 10, "waiting": 30}


def test_nobody_is_mailed_whose_mail_could_not_be_written_down(found):
    assert found["sent while read-only"] == 0
    assert found["kept"] == found["before"]


def test_the_pages_say_what_is_wrong_and_the_process_lives(found):
    assert found["pages"] == {
        "/login": 200,
        "/health/live": 200,
        "/health/ready": 503,
        "/api/v1/releases": 503,
    }
    assert "parution doctor" in found["words"]
    assert found["not ready"] == ["database"]


def test_the_checkup_names_the_volume(found):
    bad = {check: said for check, level, said in found["doctor"] if level == "bad"}
    assert bad["disk"] == "read-only"
    assert "database" in bad


def test_with_a_volume_that_can_be_written_again_everybody_gets_it_once(found):
    assert (found["state"], found["after"]) == ("done", {"accepted": PEOPLE})
    assert (found["mails"], found["mailed twice"]) == (PEOPLE, False)
