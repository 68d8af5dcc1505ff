"""What a tick hands out, and what was left lying: decided from values."""

from datetime import UTC, datetime, timedelta

import pytest

from app.fleet.plan import (
    RULES,
    Queued,
    Run,
    Where,
    end_of_turn,
    left_lying,
    to_hand_out,
)
from core.settings import Fleet, Settings

NINE = datetime(2026, 11, 24, 9, tzinfo=UTC)


def test_what_is_due_is_handed_out_once():
    waiting = [Queued(share=1, is_running=False)]
    assert to_hand_out([2, 0, 1], waiting, at_once=1) == [0, 2]


def test_a_share_that_somebody_is_at_waits_for_its_end():
    running = [Queued(share=0, is_running=True)]
    assert to_hand_out([0, 1], running, at_once=1) == [1]


def test_a_second_run_begins_while_the_first_waits_for_a_slow_site():
    running = [Queued(share=0, is_running=True)]
    assert to_hand_out([0], running, at_once=2) == [0]
    assert to_hand_out([0], running * 2, at_once=2) == []


def test_what_is_not_due_is_not_handed_out():
    assert to_hand_out([], [Queued(share=0, is_running=False)], at_once=2) == []


@pytest.mark.parametrize("seconds", [0, 0.5, 59])
def test_all_hosts_name_the_same_end_of_a_turn(seconds):
    at = NINE + timedelta(seconds=seconds)
    assert end_of_turn(at, timedelta(minutes=1)) == NINE + timedelta(minutes=1)


def test_the_next_turn_begins_where_the_last_one_ends():
    minute = timedelta(minutes=1)
    assert end_of_turn(NINE + minute, minute) == NINE + 2 * minute


def test_a_run_that_nobody_here_is_at_is_freed_when_it_is_seen_again():
    runs = [Run(1, worker=7), Run(2, worker=7), Run(3, worker=8), Run(4, worker=None)]
    freed, strange = left_lying(runs, workers={7}, at_it={2}, seen=())
    assert freed == []
    assert strange == {1}
    freed, _ = left_lying(runs, workers={7}, at_it={2}, seen=strange)
    assert freed == [Run(1, worker=7)]


def test_a_dispatch_begins_without_a_wait():
    assert [name for name, rule in RULES.items() if rule.urgent] == ["send"]


def test_a_host_without_a_folder_makes_no_backups():
    able = RULES["backup"].able
    assert not able(Settings.model_validate({}))
    assert able(Settings.model_validate({"backup": {"folder": "/srv/b", "key": "k"}}))


def test_what_is_spread_has_as_many_shares_as_the_settings_say():
    given = Fleet(shares=5, senders=3)
    shares = {
        name: rule.shares(given)
        for name, rule in RULES.items()
        if rule.where is Where.SPREAD
    }
    assert shares == {"send": 3, "poll": 5, "read": 5, "sift": 5}
