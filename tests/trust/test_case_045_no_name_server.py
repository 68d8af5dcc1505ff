"""Case 45, of the network: a name server that is away holds mails and looks back, and loses none."""

from pathlib import Path

import pytest
from boxes import boxed

PEOPLE = 6


@pytest.fixture(scope="module")
def found():
    return boxed(Path(__file__).with_name("no_names.py"), size="60m")


def test_everybody_waits_and_the_dispatch_says_why_and_tries_again(found):
    without = found["without"]
    assert without["states"] == {"waiting": PEOPLE}
    state, reason = without["dispatch"]
    assert state == "paused"
    assert "mail.parution.test" in reason
    assert without["tries again"]
    assert found["sent without"] == 0


def test_a_source_that_cannot_be_reached_is_named_and_asked_again_later(found):
    state, fault, failures, detail = found["without"]["source"]
    assert state == "failing"
    assert (fault, detail) == ("unreachable", "The host name is not known.")
    assert failures > 0
    assert found["without"]["next look"] > 0


def test_every_page_is_read_meanwhile(found):
    assert set(found["without"]["pages"].values()) == {200}


def test_the_checkup_and_the_page_of_the_dispatch_say_it(found):
    told = {check: (level, said) for check, level, said in found["without"]["doctor"]}
    assert told["name server"][0] == "warn"
    assert "mail.parution.test" in found["without"]["told"]


def test_when_it_is_back_everybody_gets_their_mail_once_and_the_source_is_read(found):
    after = found["after"]
    assert (after["dispatch"][0], after["states"]) == ("done", {"accepted": PEOPLE})
    assert (found["mails"], found["doubled"]) == (PEOPLE, 0)
    assert after["source"][0] == "ok"
