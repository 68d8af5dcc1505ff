"""What a person should think of a source."""

from datetime import UTC, datetime, timedelta

import pytest

from monitor.intake import health
from monitor.intake.health import Habits, Signs
from monitor.sources.base import Entry
from monitor.states import Fault, PollOutcome, SourceState

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
TITLES = [
    "Le conseil de gouvernement adopte un projet de loi sur l'urbanisme",
    "Rabat accueille les directeurs des agences urbaines du royaume",
    "La campagne agricole commence sous de bons auspices dans le Gharb",
]
ARABIC = [
    "المجلس الحكومي يصادق على مشروع قانون",
    "الرباط تستقبل مديري الوكالات",
    "انطلاق الموسم الفلاحي",
]
SPAM = ["Slot gacor hari ini", "Best online casino bonus", "Judi bola terpercaya"]


def state(outcome=PollOutcome.READ, **signs):
    given = {"first_seen_at": NOW - 60 * DAY, "last_new_at": NOW, **signs}
    return health.state_of(Signs(outcome=outcome, **given), now=NOW)


@pytest.mark.parametrize(
    ("outcome", "fault", "expected"),
    [
        (PollOutcome.READ, None, SourceState.OK),
        (PollOutcome.UNCHANGED, None, SourceState.OK),
        (PollOutcome.BLOCKED, Fault.FORBIDDEN, SourceState.BLOCKED),
        (PollOutcome.NOT_A_SOURCE, Fault.CHALLENGE, SourceState.BLOCKED),
        (PollOutcome.NOT_A_SOURCE, Fault.LOGIN, SourceState.BLOCKED),
        (PollOutcome.NOT_A_SOURCE, Fault.WEB_PAGE, SourceState.FAILING),
        (PollOutcome.NOT_A_SOURCE, Fault.PARKED, SourceState.HIJACKED),
        (PollOutcome.FAILED, Fault.TIMEOUT, SourceState.FAILING),
        (PollOutcome.REFUSED, Fault.TOO_LARGE, SourceState.FAILING),
        (PollOutcome.GONE, Fault.GONE, SourceState.GONE),
    ],
)
def test_every_outcome_has_its_state(outcome, fault, expected):
    assert state(outcome, fault=fault) is expected


@pytest.mark.parametrize(
    ("gap", "silent", "expected"),
    [
        (HOUR, 40 * HOUR, SourceState.OK),
        (HOUR, 49 * HOUR, SourceState.QUIET),
        (2 * DAY, 7 * DAY, SourceState.OK),
        (2 * DAY, 9 * DAY, SourceState.QUIET),
        (60 * DAY, 31 * DAY, SourceState.QUIET),
        (None, 29 * DAY, SourceState.OK),
    ],
)
def test_a_source_is_quiet_against_its_own_rhythm(gap, silent, expected):
    assert state(usual_gap=gap, last_new_at=NOW - silent) is expected


def test_a_source_that_never_brought_anything_becomes_quiet_too():
    assert state(last_new_at=None) is SourceState.QUIET


def test_a_source_whose_body_moves_while_its_dates_stand_still_is_stale():
    old = {"newest_at": NOW - 40 * DAY, "last_new_at": NOW - 20 * DAY}
    assert state(only_moved=True, **old) is SourceState.STALE
    assert state(newest_at=NOW - 900 * DAY) is SourceState.STALE, (
        "old entries as new ones"
    )
    assert state(newest_at=NOW - DAY, only_moved=True) is SourceState.OK


def test_a_possible_loss_is_said_for_a_day():
    assert state(outrun_at=NOW - HOUR) is SourceState.OUTRUN
    assert state(outrun_at=NOW - DAY) is SourceState.OK


@pytest.mark.parametrize(
    ("entries", "new", "before", "lost"),
    [
        (20, 20, True, True),
        (20, 20, False, False),
        (20, 19, True, False),
        (3, 3, True, False),
    ],
)
def test_a_window_was_outrun_when_every_entry_is_new(entries, new, before, lost):
    assert (
        health.is_outrun(entry_count=entries, new_count=new, read_before=before) is lost
    )


def entries(titles, host="a.test"):
    return [
        Entry(key=str(place), url=f"https://{host}/{place}", title=title)
        for place, title in enumerate(titles)
    ]


def habits(looks=5, languages=("fr",), hosts=("a.test",)):
    return Habits(
        languages=dict.fromkeys(languages, looks),
        hosts=dict.fromkeys(hosts, looks),
        looks=looks,
    )


def test_usual_entries_are_learnt():
    found = health.strangeness(entries(TITLES), Habits(languages={}, hosts={}))
    assert found.reasons == ()
    assert found.habits == Habits(
        languages={"fr": 1}, hosts={"a.test": 3}, looks=1, entries=3
    )
    assert Habits.of(found.habits.as_profile()) == found.habits


def test_another_language_on_other_sites_is_not_the_outlet_s():
    assert set(health.strangeness(entries(ARABIC, "b.test"), habits()).reasons) == {
        "language",
        "hosts",
    }


def test_one_sign_alone_may_be_a_special_issue():
    assert not health.strangeness(entries(ARABIC), habits()).reasons
    assert not health.strangeness(entries(TITLES, "b.test"), habits()).reasons


def test_gambling_spam_is_strange_from_the_first_look():
    first = health.strangeness(entries(SPAM), Habits(languages={}, hosts={}))
    assert first.reasons == ("spam",) or list(first.reasons) == ["spam"]
    assert first.habits.looks == 0, "spam is not learnt as a habit"


def test_an_article_about_a_casino_is_no_spam():
    assert not health.strangeness(entries([*TITLES, SPAM[1]]), habits()).reasons
