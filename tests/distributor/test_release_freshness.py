from datetime import timedelta

import pytest
from editing_makers import FRENCH, a_release, draft, people, typed
from engines import address
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.db import open_database
from core.models import Release
from distributor.releases import editing, freshness


@pytest.fixture
def session(database):
    with database.write() as opened:
        yield opened


def change(session, release, by, now, language, *, body):
    sent = typed(session, release, language, body=body)
    editing.save(session, release.id, draft(sent), by=by, now=now)


def stale(session, release):
    return freshness.stale(session, session.get_one(Release, release.id))


def agree(session, release, by, now, language):
    here = session.get_one(Release, release.id)
    freshness.say_up_to_date(session, here, language, by=by, now=now)


def test_languages_that_came_together_are_up_to_date(session, clock):
    assert stale(session, a_release(session, clock.now())) == {}


def test_a_language_is_stale_from_when_the_other_changed(session, clock):
    now = clock.now()
    salma, _ = people(session, now)
    release = a_release(session, now)
    change(session, release, salma, now, "fr", body="Le mercredi.")
    (found,) = stale(session, release).values()
    assert (found.language, found.of) == ("ar", "fr")
    assert (found.before, found.after[1]) == (FRENCH, "Le mercredi.")


def test_a_language_that_is_being_translated_again_does_not_accuse_the_other(
    session, clock
):
    now = clock.now()
    salma, karim = people(session, now)
    release = a_release(session, now)
    change(session, release, salma, now, "fr", body="Le mercredi.")
    change(session, release, karim, now, "ar", body="الأربعاء.")
    assert list(stale(session, release)) == ["ar"]


def test_a_person_says_that_it_is_up_to_date(session, clock):
    now = clock.now()
    salma, karim = people(session, now)
    release = a_release(session, now)
    change(session, release, salma, now, "fr", body="Le mercredi.")
    change(session, release, karim, now, "ar", body="الأربعاء.")
    agree(session, release, karim, now, "ar")
    assert stale(session, release) == {}
    # Within the ten minutes in which saves are joined: what was compared stays as it was.
    change(session, release, salma, now + timedelta(minutes=1), "fr", body="Le jeudi.")
    (found,) = stale(session, release).values()
    assert (found.language, found.before[1]) == ("ar", "Le mercredi.")


def test_a_change_that_is_taken_back_leaves_nothing_stale(session, clock):
    now = clock.now()
    salma, _ = people(session, now)
    release = a_release(session, now)
    change(session, release, salma, now, "fr", body="Le mercredi.")
    change(session, release, salma, now, "fr", body=FRENCH[1])
    assert stale(session, release) == {}


def test_a_third_language_follows_the_first(session, clock):
    now = clock.now()
    salma, _ = people(session, now)
    release = a_release(session, now)
    change(session, release, salma, now, "en", body="On Tuesday.")
    agree(session, release, salma, now, "en")
    change(session, release, salma, now, "fr", body="Le mercredi.")
    assert set(stale(session, release)) == {"ar", "en"}


STEPS = st.lists(
    st.tuples(st.sampled_from(["fr", "ar"]), st.sampled_from(["say", "change"])),
    max_size=8,
)


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(STEPS)
def test_what_was_just_said_to_be_up_to_date_is_and_two_never_accuse_each_other(
    clock, tmp_path_factory, steps
):
    """Whatever is changed and said in any order."""
    opened = open_database(address(tmp_path_factory.mktemp("pair")))
    try:
        with opened.write() as session:
            now = clock.now()
            salma, _ = people(session, now)
            release = a_release(session, now)
            for place, (language, what) in enumerate(steps):
                if what == "change":
                    change(
                        session, release, salma, now, language, body=f"Texte {place}"
                    )
                    assert len(stale(session, release)) <= 1
                else:
                    agree(session, release, salma, now, language)
                    assert stale(session, release) == {}
    finally:
        opened.close()
