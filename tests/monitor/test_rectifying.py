"""Errors are noted, asked to be mended and answered; tone and front page are kept."""

import pytest
from balance_rows import PRESS, a_release, an_article

from core.errors import BadInput, Conflict, NotFound
from monitor import coverage, rectifying, report
from monitor.rectifying import Stage
from monitor.states import Tone


@pytest.fixture
def line(database, clock):
    with database.write() as session:
        release = a_release(session, at=clock.now())
        return an_article(session, release, PRESS[0], at=clock.now()).id


@pytest.fixture
def note(database, clock, line):
    def make(wrong="1 420", right="1 240", coverage_id=line):
        with database.write() as session:
            return rectifying.note(
                session,
                coverage_id,
                wrong=wrong,
                right=right,
                by="Salma",
                now=clock.now(),
            )

    return make


@pytest.fixture
def advance(database, clock):
    def make(error_id, stage):
        with database.write() as session:
            return rectifying.advance(session, error_id, stage, now=clock.now())

    return make


@pytest.fixture
def told(database):
    def tell():
        with database.read() as session:
            (line,) = report.coverage(session)
            return line

    return tell


def test_an_error_goes_from_noted_to_asked_to_obtained(note, advance, told):
    noted = note(wrong="  1 420\n communes ")
    assert (noted.wrong, noted.stage, noted.noted_by) == (
        "1 420 communes",
        Stage.NOTED,
        "Salma",
    )
    assert told().to_rectify
    assert advance(noted.id, Stage.ASKED).stage is Stage.ASKED
    assert told().to_rectify
    done = advance(noted.id, Stage.OBTAINED)
    assert done.stage is Stage.OBTAINED
    assert done.answered_at is not None
    assert not told().to_rectify


def test_asking_again_opens_what_was_refused(note, advance, told):
    noted = note()
    advance(noted.id, Stage.ASKED)
    advance(noted.id, Stage.REFUSED)
    assert not told().to_rectify
    again = advance(noted.id, Stage.ASKED)
    assert (again.stage, again.answered_at) == (Stage.ASKED, None)
    assert told().to_rectify


def test_an_outlet_may_mend_unasked_and_refuses_only_what_was_asked(note, advance):
    with pytest.raises(Conflict, match="not asked"):
        advance(note().id, Stage.REFUSED)
    assert advance(note().id, Stage.OBTAINED).asked_at is None


def test_what_is_wrong_must_be_said_and_be_short(note):
    with pytest.raises(BadInput) as raised:
        note(wrong=" ")
    assert raised.value.to == "wrong"
    with pytest.raises(BadInput) as raised:
        note(right="x" * 501)
    assert raised.value.to == "right"


def test_what_is_not_there_is_said(note, advance, database):
    with pytest.raises(NotFound, match="no coverage line 99"):
        note(coverage_id=99)
    with pytest.raises(NotFound, match="No error 99"):
        advance(99, Stage.ASKED)
    with pytest.raises(NotFound), database.write() as session:
        coverage.say_tone(session, 99, Tone.NEUTRAL)


def test_errors_are_listed_of_one_release_newest_first(database, note, line):
    first, second = note(), note()
    with database.read() as session:
        assert [one.id for one in rectifying.errors(session)] == [second.id, first.id]
        assert rectifying.errors(session, release_id=99) == []
        by_line = rectifying.of_lines(session, [line, 99])
        assert [one.id for one in by_line[line]] == [first.id, second.id]


def test_tone_and_front_page_are_kept_and_taken_back(database, line, told):
    with database.write() as session:
        coverage.say_tone(session, line, Tone.NEGATIVE)
        coverage.say_front(session, line, on_front=True)
    assert (told().tone, told().on_front) == ("negative", True)
    with database.write() as session:
        coverage.say_tone(session, line, coverage.tone_named("none"))
        coverage.say_front(session, line, on_front=False)
    assert (told().tone, told().on_front) == ("", False)


def test_a_word_that_is_no_tone_is_told_with_those_there_are():
    with pytest.raises(BadInput, match="no tone called") as raised:
        coverage.tone_named("warm")
    assert "positive, neutral, negative, none" in raised.value.mend


def test_only_what_nobody_was_asked_about_can_be_dropped(database, note, advance, told):
    mistaken, asked = note().id, note().id
    advance(asked, Stage.ASKED)
    with database.write() as session:
        rectifying.drop(session, mistaken)
        with pytest.raises(Conflict, match="stays on record"):
            rectifying.drop(session, asked)
        with pytest.raises(NotFound, match="No error"):
            rectifying.drop(session, mistaken)
    assert told().to_rectify
