"""Cases 2, 24, 25, 28: the provider took it and we never heard: in doubt, never sent again."""

from datetime import timedelta

import pytest
from office_faults import Killed
from provider_ground import a_ground
from sendgrid_double import Fault

LOST = [Fault.ACCEPT_THEN_RESET, Fault.ACCEPT_THEN_HANG, Fault.ACCEPT_THEN_DRIP]


@pytest.mark.parametrize("fault", LOST)
def test_a_lost_answer_leaves_a_doubt_that_a_report_settles(database, fault):
    with a_ground(database, timeout=3) as ground:
        ground.sendgrid.script(fault)
        ground.tick()
        assert sorted(ground.states()) == ["unsure"] * 5 + ["waiting"] * 7
        assert ground.dispatch().state == "paused"
        ground.later(timedelta(minutes=2))
        ground.tick()
        assert sorted(ground.states()) == ["accepted"] * 7 + ["unsure"] * 5
        ground.report("processed", "delivered")
        assert ground.states() == ["delivered"] * 12


@pytest.mark.parametrize("fault", [Fault.RESET, Fault.HANG])
def test_what_was_never_taken_stays_in_doubt_without_a_report(database, fault):
    with a_ground(database, timeout=3) as ground:
        ground.sendgrid.script(fault)
        for _ in range(4):
            ground.tick()
            ground.later(timedelta(minutes=2))
        ground.report("delivered")
        assert sorted(ground.states()) == ["delivered"] * 7 + ["unsure"] * 5


class Dying:
    """A channel in a process that dies once the provider has taken a request."""

    name = "sendgrid"
    wants_parts = True
    depth = 5
    signs = True

    def __init__(self, channel):
        self._connection = channel.connect()

    def connect(self):
        return self

    def send(self, messages):
        self._connection.send(messages)
        raise Killed

    def close(self):
        self._connection.close()


def test_a_worker_that_dies_after_the_provider_took_it_sends_nothing_again(database):
    with a_ground(database) as ground:
        with pytest.raises(Killed):
            ground.tick(Dying(ground.channel))
        ground.later(timedelta(seconds=1 + ground.settings.sending.lease_seconds))
        ground.tick()
        assert ground.states().count("unsure") == 5
        ground.report("delivered")
        assert ground.states() == ["delivered"] * 12
