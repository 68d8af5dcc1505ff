"""Numbers of a release's coverage: rejected never counts, a copy is counted once and apart."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from app.reviews.lines import by_story
from app.reviews.measuring import counting, measure, targeted, tone_of
from monitor.report import CoverageLine
from monitor.states import Decision, Tone

AT = datetime(2026, 11, 24, 9, tzinfo=UTC)
NOTHING = dict.fromkeys(CoverageLine.__dataclass_fields__)


def line(place, **known):
    outlet = known.pop("outlet", "Sada")
    return CoverageLine(
        **NOTHING
        | {
            "id": place,
            "article_id": place,
            "outlet": outlet,
            "outlet_ar": "",
            "label": "partial",
            "score": 0.5,
            "decision": "confirmed",
            "tone": "",
            "published_as": "moment",
            "appeared_at": AT,
            "taken_from": "",
        }
        | known
    )


lines = st.lists(
    st.builds(
        lambda **known: known,
        outlet=st.sampled_from(["Sada", "Écho", "Le Matin"]),
        label=st.sampled_from(["reprint", "partial", "rewrite", "mention"]),
        decision=st.sampled_from([str(one) for one in Decision]),
        tone=st.sampled_from(["", *map(str, Tone)]),
        story_id=st.sampled_from([None, 1, 2]),
        published_as=st.sampled_from(["moment", "day", ""]),
        appeared_at=st.integers(-100, 5_000).map(
            lambda minutes: AT + timedelta(minutes=minutes)
        ),
    ),
    max_size=12,
).map(lambda some: [line(place, **known) for place, known in enumerate(some, 1)])


def measured(some):
    return measure(by_story(counting(some)), sent_at=AT)


@given(lines)
def test_articles_and_copies_together_are_the_lines_that_count(some):
    found = measured(some)
    assert found.articles + found.copies == len(counting(some))
    assert sum(found.labels.values()) == found.articles
    assert found.toned <= found.articles
    assert found.outlets <= found.articles + found.copies


@given(lines)
def test_what_was_rejected_or_withdrawn_never_counts(some):
    kept = [one for one in some if one.decision in {"proposed", "confirmed"}]
    assert measured(some) == measured(kept)


@given(lines)
def test_a_copy_more_changes_copies_and_outlets_alone(some):
    counted = counting(some)
    for one in counted[:1]:
        if one.story_id is None:
            continue
        copy = replace(one, id=99, article_id=99, outlet="Autre", tone="")
        before, after = measured(some), measured([*some, copy])
        assert after.articles == before.articles
        assert after.copies == before.copies + 1
        assert after.outlets == before.outlets + 1


@given(lines)
def test_the_first_article_is_never_before_the_dispatch(some):
    first = measured(some).first_minutes
    assert first is None or first >= 0
    assert measure(by_story(counting(some)), sent_at=None).first_minutes is None


def test_a_day_without_an_hour_is_no_first_article():
    some = [
        line(1, published_as="day"),
        line(2, appeared_at=AT + timedelta(minutes=42)),
    ]
    assert measured(some).first_minutes == 42


def test_what_was_said_of_a_copy_was_said_of_the_text():
    assert tone_of([line(1), line(2, tone="negative")]) is Tone.NEGATIVE
    assert tone_of([line(1, tone="positive"), line(2, tone="negative")]) == "positive"
    assert tone_of([line(1)]) is None


def test_two_spellings_of_a_name_are_one_outlet_that_was_targeted():
    found = targeted(
        ["Le 360", "www.le360.ma", "le360", "Assabah", ""],
        [line(1, outlet="Le 360"), line(2, outlet="Hespress")],
    )
    assert (found.outlets, found.printed) == (2, 1)


def test_an_outlet_is_targeted_under_either_of_its_names():
    found = targeted(["لو 360"], [line(1, outlet="Le 360", outlet_ar="لو 360")])
    assert (found.outlets, found.printed) == (1, 1)


def test_nothing_found_is_no_share():
    found = measured([])
    assert (found.articles, found.verbatim, found.first_minutes) == (0, None, None)
