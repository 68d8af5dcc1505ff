from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from distributor.sending import audience, schedule
from distributor.sending.schedule import Plan, Step
from distributor.states import ENDED, FOLLOWS, DeliveryState, may_follow

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
GRACE = timedelta(minutes=15)


def a_plan(**changes):
    return Plan(
        **{
            "due_at": NOON,
            "embargo_at": None,
            "sealed": True,
            "approved": True,
            "due_by_rules": NOON,
            "channel_open": True,
        }
        | changes
    )


@given(st.integers(-10_000, 10_000), st.booleans(), st.booleans(), st.booleans())
def test_nothing_starts_early_late_unsealed_or_unapproved(seconds, sealed, ok, opened):
    now = NOON + timedelta(seconds=seconds)
    plan = a_plan(sealed=sealed, approved=ok, channel_open=opened)
    decision = schedule.decide(plan, now=now, grace=GRACE)
    fit = sealed and ok and opened and NOON <= now <= NOON + GRACE
    assert (decision.step is Step.START) == fit
    assert (decision.step is Step.WAIT) == (now < NOON)
    assert bool(decision.reason) == (decision.step is Step.HOLD)


def test_nothing_starts_under_embargo():
    plan = a_plan(embargo_at=NOON + timedelta(seconds=1))
    assert schedule.decide(plan, now=NOON, grace=GRACE).step is Step.HOLD


@pytest.mark.parametrize(
    ("early", "restored_before", "step"),
    [
        (False, timedelta(), Step.HOLD),
        (False, timedelta(seconds=1), Step.START),
        # A provider may have been given it a day before its hour.
        (True, timedelta(hours=24), Step.HOLD),
        (True, timedelta(hours=24, seconds=1), Step.START),
    ],
)
def test_what_the_lost_database_may_have_sent_waits_for_a_person(
    early, restored_before, step
):
    plan = a_plan(early=early, restored_at=NOON - restored_before)
    now = NOON - timedelta(minutes=20) if early else NOON
    assert schedule.decide(plan, now=now, grace=GRACE).step is step


def test_a_plan_that_the_clocks_moved_is_held_before_its_time():
    plan = a_plan(due_by_rules=NOON + timedelta(hours=1))
    early = NOON - timedelta(days=2)
    assert schedule.decide(plan, now=early, grace=GRACE).step is Step.HOLD


@given(st.integers(1, 500), st.floats(0, 1))
def test_back_off_grows_and_has_a_ceiling(attempts, chance):
    waited = schedule.back_off(attempts, chance=chance)
    assert timedelta(minutes=1) < waited <= timedelta(hours=2.5)
    assert schedule.back_off(attempts + 1, chance=chance) >= waited


def test_nothing_is_tried_after_the_deadline():
    def tried(left):
        return schedule.next_try(1, now=NOON, deadline_at=NOON + left, chance=0.5)

    assert tried(timedelta(minutes=1)) is None
    assert tried(timedelta(hours=1)) == NOON + timedelta(minutes=2)


@given(
    st.lists(st.sampled_from(list(DeliveryState)), max_size=6),
)
def test_what_was_accepted_or_unsure_is_never_sent_again(path):
    state = DeliveryState.WAITING
    left = False
    for after in path:
        if left and after is DeliveryState.WAITING:
            # Only out of a batch that its provider lets us cancel (S7).
            continue
        if may_follow(state, after):
            state = after
        left = left or state in {DeliveryState.ACCEPTED, DeliveryState.UNSURE}
        if left:
            assert state not in {DeliveryState.WAITING, DeliveryState.SENDING}


def test_each_state_has_its_row():
    assert set(FOLLOWS) == set(DeliveryState)
    waiting = {DeliveryState.WAITING, DeliveryState.SENDING, DeliveryState.HELD}
    assert set(DeliveryState) - ENDED == waiting


@pytest.mark.parametrize(
    ("languages", "available", "chosen"),
    [
        (["ar", "fr"], {"fr", "ar"}, "ar"),
        (["ar", "fr"], {"fr", "en"}, "fr"),
        (["en"], {"fr", "ar"}, "fr"),
        ([], {"ar", "en"}, "ar"),
    ],
)
def test_each_contact_gets_their_first_language_there_is(languages, available, chosen):
    found = audience.choose(
        [a_candidate(languages=languages)], suppressed=(), available=available
    )
    assert [one.language for one in found.recipients] == [chosen]


def test_a_suppressed_address_is_left_out():
    found = audience.choose([a_candidate()], suppressed={"a@b.ma"}, available={"fr"})
    assert found.recipients == []
    assert [(one.address_key, one.reason) for one in found.left_out] == [
        ("a@b.ma", "suppressed")
    ]


def a_candidate(languages=("fr",)):
    return audience.Candidate(
        contact_id=1,
        address="A@b.ma",
        address_key="a@b.ma",
        name="",
        languages=languages,
    )
