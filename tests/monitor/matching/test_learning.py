"""Lessons lower what is like what was rejected, and never anything else."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from monitor.matching.learning import (
    Decided,
    Lessons,
    Where,
    back_test,
    beliefs,
    own_words,
)
from monitor.matching.values import Attribution, Label, ReasonCode

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
NAMES = ["core", "kind", "names", "figures", "day", "sure"]
SIGNS = st.fixed_dictionaries({name: st.floats(0, 1) for name in NAMES})
LABELS = st.sampled_from([one for one in Label if one.covers])
HERE = Where(coverage_id=99, release_id=1, outlet_id=1)


def decided(number=1, *, confirmed=False, signs=None, **more):
    return Decided(
        **{
            "id": number,
            "coverage_id": number,
            "release_id": 1,
            "outlet_id": 1,
            "label": Label.MENTION,
            "score": 0.6,
            "signs": signs or dict.fromkeys(NAMES, 0.5),
            "is_confirmed": confirmed,
            "rejection": "" if confirmed else "another-edition",
            "at": NOW + timedelta(minutes=number),
        }
        | more
    )


def proposal(signs=None, label=Label.MENTION, score=0.6):
    return Attribution(
        article_id="1",
        release_id="1",
        label=label,
        score=score,
        signs=signs or dict.fromkeys(NAMES, 0.5),
    )


DECIDED = st.lists(
    st.builds(
        decided,
        st.integers(1, 50),
        confirmed=st.booleans(),
        signs=SIGNS,
        label=LABELS,
        release_id=st.integers(1, 3),
        outlet_id=st.integers(1, 3),
    ),
    max_size=12,
    unique_by=lambda one: one.id,
)


def test_one_rejection_lowers_a_little_and_many_lower_more():
    scores = [
        Lessons([decided(one) for one in range(1, count + 1)])
        .apply(proposal(), HERE)
        .score
        for count in (1, 3, 12)
    ]
    assert 0.6 > scores[0] > scores[1] > scores[2] >= 0.2


def test_the_reason_says_how_many_and_for_what():
    lessons = Lessons([decided(1), decided(2), decided(3, confirmed=True)])
    found = lessons.apply(proposal(), HERE)
    (reason,) = found.reasons
    assert reason.code is ReasonCode.LESSON
    assert reason.fields["count"] == "2"
    assert reason.fields["confirmed"] == "1"
    assert reason.fields["rejection"] == "another-edition"
    assert reason.fields["percent"] == str(round(100 * found.lowered))


def test_what_differs_in_its_signs_or_its_kind_is_left_alone():
    lessons = Lessons([decided(one) for one in range(1, 9)])
    other = dict.fromkeys(NAMES, 0.9)
    assert lessons.apply(proposal(other), HERE) == proposal(other)
    printed = proposal(label=Label.REPRINT)
    assert lessons.apply(printed, HERE) == printed


def test_signs_that_are_not_known_are_no_likeness():
    lessons = Lessons([decided(one, signs={"share": 0.0}) for one in range(1, 9)])
    assert lessons.apply(proposal({"core": 0.5}), HERE).lowered == 0


def test_a_decision_on_the_line_itself_teaches_nothing_of_it():
    lessons = Lessons([decided(one) for one in range(1, 9)])
    own = Where(coverage_id=1, release_id=1, outlet_id=1)
    fewer = Lessons([decided(one) for one in range(2, 9)])
    assert lessons.apply(proposal(), own) == fewer.apply(proposal(), own)


def test_what_printed_the_text_is_never_lowered_out_of_sight():
    signs = {"share": 0.9, "own": 1.0, "release_share": 0.9}
    lessons = Lessons(
        [decided(one, label=Label.REPRINT, signs=signs) for one in range(1, 30)]
    )
    found = lessons.apply(proposal(signs, Label.REPRINT, 0.7), HERE)
    assert found.score == 0.5
    assert found.label is Label.REPRINT


@given(DECIDED, SIGNS, LABELS, st.floats(0, 1))
def test_lessons_never_raise_a_score_nor_change_a_label(
    given_ones, signs, label, score
):
    before = proposal(signs, label, score)
    after = Lessons(given_ones).apply(before, HERE)
    assert after.score <= before.score
    assert abs(after.score + after.lowered - before.score) < 1e-9
    assert after.label is before.label
    assert after.passages == before.passages


@given(DECIDED, SIGNS, LABELS, SIGNS)
def test_a_confirmation_never_lowers(given_ones, signs, label, confirmed):
    before = proposal(signs, label)
    more = decided(1000, confirmed=True, signs=confirmed, label=label)
    fewer = Lessons(given_ones).apply(before, HERE)
    assert Lessons([*given_ones, more]).apply(before, HERE).score >= fewer.score


@given(DECIDED.flatmap(st.permutations), SIGNS)
def test_the_order_they_are_read_in_changes_nothing(given_ones, signs):
    ordered = sorted(given_ones, key=lambda one: one.id)
    assert Lessons(given_ones).apply(proposal(signs), HERE) == Lessons(ordered).apply(
        proposal(signs), HERE
    )


def test_a_back_test_judges_each_decision_by_those_before_it():
    wrong = [decided(one, score=0.7) for one in range(1, 11)]
    right = [
        decided(one, score=0.65, confirmed=True, signs=dict.fromkeys(NAMES, 0.95))
        for one in range(11, 21)
    ]
    mixed = [one for pair in zip(wrong, right, strict=True) for one in pair]
    mixed = [replace(one, at=NOW + timedelta(minutes=n)) for n, one in enumerate(mixed)]
    found = back_test(mixed)
    assert (found.confirmed, found.rejected) == (10, 10)
    assert found.before == 0.0
    assert found.after > 0.5
    assert found.hurt == 0
    assert found.helped >= 8


def test_without_both_kinds_there_is_nothing_to_compare():
    assert back_test([decided(1)]).before is None
    assert back_test([]).after is None


def test_thresholds_tell_what_they_would_keep():
    some = [
        decided(1, signs={"sure": 0.55}),
        decided(2, signs={"sure": 0.95}, confirmed=True),
        decided(3, signs={"own": 0.2}, label=Label.PARTIAL, confirmed=True),
    ]
    kept = {one.value: (one.confirmed, one.rejected) for one in beliefs(some)}
    assert kept[0.5] == (1, 1)
    assert kept[0.6] == (1, 0)
    assert {one.value: one.confirmed for one in own_words(some)}[15] == 0
