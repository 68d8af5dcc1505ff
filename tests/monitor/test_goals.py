"""What a release is to achieve and to say: kept, changed and taken back, by language."""

from datetime import timedelta

import pytest
from balance_rows import MESSAGE, MESSAGE_AR, a_release

from core.errors import BadInput, NotFound
from core.values import Language
from monitor import goals


@pytest.fixture
def release(database, clock):
    with database.write() as session:
        return a_release(session, at=clock.now()).id


@pytest.fixture
def say(database, clock, release):
    def make(text, *, place=1, language=Language.FRENCH, by="Salma", later=0):
        with database.write() as session:
            goals.say(
                session,
                release,
                place=place,
                language=language,
                text=text,
                by=by,
                now=clock.now() + timedelta(hours=later),
            )

    return make


@pytest.fixture
def view(database, release):
    def tell():
        with database.read() as session:
            return goals.view(session, release)

    return tell


def test_a_release_begins_without_a_goal(view):
    assert not view().is_set
    assert view().set_at is None


def test_messages_are_kept_by_place_with_their_languages_together(say, view):
    say(MESSAGE, place=2)
    say(MESSAGE, place=1)
    say(MESSAGE_AR, place=1, language=Language.ARABIC)
    assert [(one.place, dict(one.said)) for one in view().messages] == [
        (1, {Language.FRENCH: MESSAGE, Language.ARABIC: MESSAGE_AR}),
        (2, {Language.FRENCH: MESSAGE}),
    ]


def test_who_changed_it_last_is_told_and_the_same_again_changes_nothing(say, view):
    say(MESSAGE)
    say(MESSAGE, by="Omar", later=1)
    assert view().set_by == "Salma"
    say(f"{MESSAGE} entières", by="Omar", later=2)
    assert view().set_by == "Omar"


def test_empty_words_take_a_message_back_in_one_language(say, view):
    say(MESSAGE)
    say(MESSAGE_AR, language=Language.ARABIC)
    say("  ")
    assert [dict(one.said) for one in view().messages] == [
        {Language.ARABIC: MESSAGE_AR}
    ]


def test_a_message_is_removed_in_all_languages(database, release, say, view):
    say(MESSAGE)
    say(MESSAGE_AR, language=Language.ARABIC)
    with database.write() as session:
        goals.remove(session, release, place=1)
    assert view().messages == []
    with pytest.raises(NotFound, match="no message 1"), database.write() as session:
        goals.remove(session, release, place=1)


@pytest.mark.parametrize(
    ("text", "place", "field"),
    [
        ("Le ministère agit", 1, "1-fr"),
        ("mot " * 100, 2, "2-fr"),
        (MESSAGE, 6, "place"),
    ],
)
def test_what_cannot_be_a_message_is_refused_by_its_field(say, text, place, field):
    with pytest.raises(BadInput) as raised:
        say(text, place=place)
    assert raised.value.to == field


def test_the_goal_is_set_changed_and_taken_back(database, clock, release, view):
    def aim(objective, audience, by="Salma", later=0):
        with database.write() as session:
            goals.aim(
                session,
                release,
                objective=objective,
                audience=audience,
                by=by,
                now=clock.now() + timedelta(hours=later),
            )

    aim("", "")
    assert view().set_at is None
    aim(" Faire  connaître ", "Élus")
    assert (view().objective, view().audience) == ("Faire connaître", "Élus")
    aim("Faire connaître", "Élus", by="Omar", later=1)
    assert view().set_by == "Salma"
    aim("", "", by="Omar", later=2)
    assert not view().is_set
    with pytest.raises(BadInput) as raised:
        aim("x", "y" * 301)
    assert raised.value.to == "audience"


def test_a_release_that_is_not_there_is_said(database):
    with pytest.raises(NotFound, match="no release 9"), database.read() as session:
        goals.view(session, 9)
