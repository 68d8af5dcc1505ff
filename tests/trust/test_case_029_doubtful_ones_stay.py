"""Case 29: another channel takes over what waits; what is in doubt stays where it is."""

from datetime import timedelta

from provider_ground import a_ground
from sendgrid_double import Fault

from distributor.channels.base import Outcome, Sent, Verdict


class Box:
    name = "outbox"
    depth = 3
    wants_parts = False
    signs = False
    by_hand = False

    def __init__(self):
        self.kept = []

    def connect(self):
        return self

    def send(self, messages):
        self.kept += [message.token for message in messages]
        return Sent(outcomes=[Outcome(verdict=Verdict.ACCEPTED)] * len(messages))

    def close(self):
        pass


def test_what_is_in_doubt_never_moves_to_another_channel(database):
    with a_ground(database, count=40, failover=["outbox"]) as ground:
        ground.sendgrid.script(*[Fault.ACCEPT_THEN_RESET] * 3)
        box = Box()
        for _ in range(16):
            ground.tick(box)
            ground.sendgrid.script(Fault.ACCEPT_THEN_RESET)
            ground.later(timedelta(minutes=1))
        assert box.kept
        taken = {one.token for one in ground.sendgrid.accepted}
        assert not taken & set(box.kept)
        assert len(taken) + len(box.kept) == 40
        assert len(box.kept) == len(set(box.kept))
