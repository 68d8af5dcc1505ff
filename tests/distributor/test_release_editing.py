from datetime import datetime, timedelta

import pytest
from editing_makers import (
    ARABIC,
    FRENCH,
    a_release,
    draft,
    people,
    shown,
    typed,
    version,
)

from core.errors import BadInput
from core.models import Release
from distributor.models import Delivery, Dispatch
from distributor.releases import changing, editing, edits, facts, freshness
from distributor.releases.editing import Clashing


@pytest.fixture
def session(database):
    with database.write() as opened:
        yield opened


def save(session, release, by, now, *versions, **others):
    return editing.save(session, release.id, draft(*versions, **others), by=by, now=now)


def a_dispatch(session, release, now, *, state, started=False, has_it=False):
    row = Dispatch(
        release_id=release.id,
        channel="outbox",
        channels=["outbox"],
        wall=datetime(2026, 11, 24, 10),
        zone="UTC",
        due_at=now,
        deadline_at=now,
        grace_minutes=15,
        zone_rules="2026f",
        release_seal="s",
        seal="s",
        state=state,
        left_out=[],
        planned_at=now,
        started_at=now if started else None,
    )
    session.add(row)
    session.flush()
    session.add(
        Delivery(
            dispatch_id=row.id,
            address="n@press.test",
            address_key="n@press.test",
            name="",
            language="fr",
            state="accepted" if has_it else "waiting",
            due_at=now,
            token=f"t{row.id}",
            changed_at=now,
        )
    )
    session.flush()
    return row


def test_a_save_changes_a_version_and_keeps_the_words_before(session, clock):
    now = clock.now()
    salma, _ = people(session, now)
    release = a_release(session, now)
    assert save(
        session, release, salma, now, typed(session, release, "fr", body="Neuf.")
    )
    assert version(session, release, "fr").body == "Neuf."
    told = edits.history(session, release.id, "fr")
    assert [(one.by, one.body) for one in told] == [
        ("Salma", "Neuf."),
        ("", FRENCH[1]),
    ]


def test_a_form_sent_back_as_it_was_shown_changes_nothing(session, clock):
    now = clock.now()
    salma, _ = people(session, now)
    release = a_release(session, now, words={"fr": ("T", "Un.\r\n\r\nDeux.")})
    sent = typed(session, release, "fr", body="Un.\r\n\r\nDeux.")
    was = shown(session, release)
    assert not save(session, release, salma, now, sent, facts=was, shown=was)
    assert edits.history(session, release.id, "fr") == []


def test_saves_of_one_person_within_ten_minutes_are_one_edit(session, clock):
    now = clock.now()
    salma, karim = people(session, now)
    release = a_release(session, now)
    for minute, (by, body) in enumerate(
        [(salma, "1"), (salma, "2"), (karim, "3"), (salma, "4")]
    ):
        save(
            session,
            release,
            by,
            now + timedelta(minutes=minute),
            typed(session, release, "fr", body=body),
        )
    later = now + timedelta(minutes=14)
    save(session, release, salma, later, typed(session, release, "fr", body="5"))
    told = [one.body for one in edits.history(session, release.id, "fr")]
    assert told == ["5", "4", "3", "2", FRENCH[1]]


def test_a_version_keeps_a_bounded_history_with_its_first_words(session, clock):
    now = clock.now()
    salma, karim = people(session, now)
    release = a_release(session, now)
    for turn in range(edits.MOST + 10):
        by = (salma, karim)[turn % 2]
        sent = typed(session, release, "fr", body=f"Texte {turn}")
        save(session, release, by, now + timedelta(minutes=turn), sent)
    told = edits.history(session, release.id, "fr")
    assert len(told) == edits.MOST
    assert told[0].body == f"Texte {edits.MOST + 9}"
    assert told[-1].body == FRENCH[1]


def test_words_saved_by_another_meanwhile_are_never_overwritten(session, clock):
    now = clock.now()
    salma, karim = people(session, now)
    release = a_release(session, now)
    mine = typed(session, release, "fr", body="De Salma.")
    save(session, release, karim, now, typed(session, release, "fr", body="De Karim."))
    with pytest.raises(Clashing) as told:
        save(session, release, salma, now, mine)
    (clash,) = told.value.clashes
    assert (clash.name, clash.mine[1], clash.theirs[1], clash.by) == (
        "fr",
        "De Salma.",
        "De Karim.",
        "Karim",
    )
    assert version(session, release, "fr").body == "De Karim."


def test_two_people_change_two_languages_and_neither_is_stopped(session, clock):
    now = clock.now()
    salma, karim = people(session, now)
    release = a_release(session, now)
    both = [typed(session, release, "fr", body="Neuf."), typed(session, release, "ar")]
    save(session, release, karim, now, typed(session, release, "ar", body="جديد."))
    save(session, release, salma, now, *both)
    assert version(session, release, "fr").body == "Neuf."
    assert version(session, release, "ar").body == "جديد."


def test_two_people_who_typed_the_same_do_not_clash(session, clock):
    now = clock.now()
    salma, karim = people(session, now)
    release = a_release(session, now)
    mine = typed(session, release, "fr", body="Pareil.")
    save(session, release, karim, now, typed(session, release, "fr", body="Pareil."))
    assert not save(session, release, salma, now, mine)


def test_facts_are_merged_field_by_field(session, clock):
    now = clock.now()
    salma, karim = people(session, now)
    release = a_release(session, now)
    was = shown(session, release)
    save(session, release, karim, now, facts=was | {"place": "Rabat"}, shown=was)
    save(
        session,
        release,
        salma,
        now,
        facts=was | {"signatory": "Le ministre"},
        shown=was,
    )
    assert (release.place, release.signatory) == ("Rabat", "Le ministre")
    with pytest.raises(Clashing) as told:
        save(session, release, salma, now, facts=was | {"place": "Fès"}, shown=was)
    (clash,) = told.value.clashes
    assert (clash.name, clash.mine[0], clash.theirs[0]) == ("place", "Fès", "Rabat")


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("kind", "novel"),
        ("number", ""),
        ("number", "113/2026"),
        ("zone", "Mars/Base"),
        ("embargo", "demain"),
        ("event", "2026-11-31T09:00"),
        ("press_email", "presse"),
        ("parent", "999/2026"),
    ],
)
def test_a_fact_that_cannot_be_used_is_named_and_nothing_is_written(
    session, clock, name, given
):
    now = clock.now()
    salma, _ = people(session, now)
    a_release(session, now, number="113/2026")
    release = a_release(session, now)
    was = shown(session, release)
    with pytest.raises(BadInput) as told:
        save(
            session,
            release,
            salma,
            now,
            typed(session, release, "fr", body="Neuf."),
            facts=was | {name: given},
            shown=was,
        )
    assert told.value.to == name
    assert shown(session, release) == was
    assert version(session, release, "fr").body == FRENCH[1]


def test_facts_keep_the_wall_and_the_moment_together(session, clock):
    now = clock.now()
    salma, _ = people(session, now)
    release = a_release(session, now)
    was = shown(session, release)
    wanted = was | {"embargo": "2026-12-05T10:30", "zone": "Europe/Paris"}
    save(session, release, salma, now, facts=wanted, shown=was)
    assert release.embargo_wall == datetime(2026, 12, 5, 10, 30)
    assert f"{release.embargo_at:%H:%M}" == "09:30"
    assert shown(session, release) == wanted


def test_a_new_number_is_counted_in_its_year(session, clock):
    now = clock.now()
    salma, _ = people(session, now)
    release = a_release(session, now)
    was = shown(session, release)
    save(session, release, salma, now, facts=was | {"number": "7/2027"}, shown=was)
    assert (release.year, release.ordinal) == (2027, 7)


def test_a_release_that_left_is_not_changed(session, clock):
    now = clock.now()
    salma, _ = people(session, now)
    release = a_release(session, now)
    a_dispatch(session, release, now, state="done", started=True, has_it=True)
    with pytest.raises(changing.HasLeft):
        save(session, release, salma, now, typed(session, release, "fr", body="Neuf."))
    assert version(session, release, "fr").body == FRENCH[1]


def test_a_release_that_was_stopped_before_anybody_had_it_is_free(session, clock):
    now = clock.now()
    salma, _ = people(session, now)
    release = a_release(session, now)
    a_dispatch(session, release, now, state="stopped", started=True)
    assert save(session, release, salma, now, typed(session, release, "fr", body="N."))


def test_a_planned_release_changes_only_when_somebody_says_so(session, clock):
    now = clock.now()
    salma, _ = people(session, now)
    release = a_release(session, now)
    planned = a_dispatch(session, release, now, state="planned")
    (found,) = changing.standing(session, release.id).sealed
    assert found.dispatch_id == planned.id
    sent = typed(session, release, "fr", body="Neuf.")
    with pytest.raises(changing.SealWouldBreak):
        save(session, release, salma, now, sent)
    assert save(session, release, salma, now, sent, breaks_seals=True)


def test_an_edit_is_put_back_as_a_new_one(session, clock):
    now = clock.now()
    salma, _ = people(session, now)
    release = a_release(session, now)
    save(session, release, salma, now, typed(session, release, "fr", body="Neuf."))
    first = edits.history(session, release.id, "fr")[-1]
    editing.restore(
        session, release.id, first.id, breaks_seals=False, by=salma, now=now
    )
    assert version(session, release, "fr").body == FRENCH[1]
    told = [one.body for one in edits.history(session, release.id, "fr")]
    assert told == [FRENCH[1], "Neuf.", FRENCH[1]]


def test_a_language_taken_out_can_be_put_back(session, clock):
    now = clock.now()
    salma, _ = people(session, now)
    release = a_release(session, now)
    seal = editing.seal_of(version(session, release, "ar"))
    editing.take_out(
        session, release.id, "ar", seal=seal, breaks_seals=False, by=salma, now=now
    )
    assert version(session, release, "ar") is None
    last = edits.history(session, release.id, "ar")[0]
    editing.restore(session, release.id, last.id, breaks_seals=False, by=salma, now=now)
    again = version(session, release, "ar")
    assert (again.title, again.body) == ARABIC
    assert list(freshness.stale(session, release)) == ["ar"]


def test_a_version_is_not_emptied_by_a_save(session, clock):
    now = clock.now()
    salma, _ = people(session, now)
    release = a_release(session, now)
    with pytest.raises(BadInput) as told:
        save(
            session,
            release,
            salma,
            now,
            typed(session, release, "fr", title="", body=" \n"),
        )
    assert told.value.to == "title-fr"


def test_a_second_language_is_begun_by_typing(session, clock):
    now = clock.now()
    salma, _ = people(session, now)
    release = a_release(session, now, words={"fr": FRENCH})
    save(session, release, salma, now, typed(session, release, "en", title="Meeting"))
    assert [one.language for one in session.get_one(Release, release.id).versions] == [
        "fr",
        "en",
    ]
    # Nobody has said yet that it says the same.
    assert list(freshness.stale(session, release)) == ["en"]


def test_facts_of_a_form_are_those_of_the_release(session, clock):
    now = clock.now()
    release = a_release(session, now)
    assert set(facts.of(session, release)) == set(facts.NAMES)
