"""Case 26: what a provider answers: only what certainly was not taken is tried again."""

from datetime import timedelta

import pytest
from provider_ground import a_ground
from sendgrid_double import Fault, Says


def test_a_pause_that_is_asked_for_is_kept_and_then_all_are_sent_once(database):
    with a_ground(database) as ground:
        ground.sendgrid.script(None, Says(429, {"Retry-After": "90"}))
        ground.tick()
        assert sorted(ground.states()) == ["accepted"] * 5 + ["waiting"] * 7
        ground.later(timedelta(seconds=80))
        ground.tick()
        assert ground.states().count("accepted") == 5
        ground.later(timedelta(seconds=20))
        ground.tick()
        assert ground.states() == ["accepted"] * 12


@pytest.mark.parametrize("fault", [Says(500), Says(503), Fault.HTML, Fault.MALFORMED])
def test_an_unclear_answer_is_a_doubt_and_nobody_else_suffers(database, fault):
    with a_ground(database) as ground:
        ground.sendgrid.script(fault)
        ground.tick()
        assert sorted(ground.states()) == ["unsure"] * 5 + ["waiting"] * 7
        assert ground.dispatch().state == "paused"


@pytest.mark.parametrize("status", [401, 403])
def test_a_revoked_key_pauses_until_a_person_acts(database, status):
    with a_ground(database) as ground:
        ground.sendgrid.script(None, Says(status))
        ground.tick()
        ground.later(timedelta(hours=1))
        ground.tick()
        assert sorted(ground.states()) == ["accepted"] * 5 + ["waiting"] * 7
        paused = ground.dispatch()
        assert (paused.state, paused.resume_at) == ("paused", None)
        assert paused.reason.endswith("then resume.")


def test_a_request_that_is_too_large_is_halved_and_all_are_sent_once(database):
    with a_ground(database) as ground:
        ground.sendgrid.script(Says(413))
        ground.tick()
        assert ground.states() == ["accepted"] * 12
