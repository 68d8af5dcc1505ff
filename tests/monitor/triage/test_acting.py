"""Deciding in the queue, taking it back, and two people at one line."""

import pytest
from triage_rows import a_proposal

from core.errors import BadInput, Conflict, NotFound
from monitor.matching.values import Label
from monitor.models import Article, Story, StorySaid
from monitor.states import Rejection


def test_a_group_is_accepted_and_taken_back_in_one_act(each_desk):
    lines = [each_desk.put(number, story=7) for number in (1, 2, 3)]
    other = each_desk.put(4)
    done = each_desk.act(lines[0], "accept", copies=True)
    assert list(done.copies) == lines[1:]
    assert {each_desk.line(one).decision for one in lines} == {"confirmed"}
    each_desk.take_back(lines[0], seen=done.seen)
    assert {each_desk.line(one).decision for one in [*lines, other]} == {"proposed"}


def test_a_rejection_keeps_its_reason_and_another_label_is_kept(desk):
    line, other = desk.put(1), desk.put(2)
    desk.act(line, "reject", rejection=Rejection.HOMONYM)
    desk.act(other, "accept", label=Label.REWRITE)
    assert desk.said(line) == [("rejected", "homonym", "Salma")]
    assert desk.line(other).corrected == "rewrite"


def test_what_somebody_decided_meanwhile_is_not_overwritten(each_desk):
    line = each_desk.put(1)
    each_desk.act(line, "accept", by="Omar", seen=0)
    with pytest.raises(Conflict, match="meanwhile"):
        each_desk.act(line, "reject", rejection=Rejection.OTHER, because="x", seen=0)
    assert each_desk.said(line) == [("confirmed", "", "Omar")]


def test_taking_back_leaves_what_another_decided_since(desk):
    line = desk.put(1)
    mine = desk.act(line, "accept", seen=0)
    theirs = desk.act(
        line, "reject", by="Omar", rejection=Rejection.HOMONYM, seen=mine.seen
    )
    with pytest.raises(Conflict):
        desk.take_back(line, seen=mine.seen)
    assert desk.line(line).decision == "rejected"
    desk.take_back(line, seen=theirs.seen)
    assert desk.line(line).decision == "proposed"


def test_an_article_of_another_release_is_moved_there_and_back(each_desk):
    line = each_desk.put(1)
    done = each_desk.act(line, "move", other=2)
    (there,) = each_desk.of(2)
    assert (there.decision, there.article_id) == (
        "confirmed",
        each_desk.line(line).article_id,
    )
    assert each_desk.said(line) == [("rejected", "another-event", "Salma")]
    each_desk.take_back(line, seen=done.seen)
    assert each_desk.line(line).decision == "proposed"
    assert each_desk.line(there.id).decision == "withdrawn", "nobody proposed it there"


def test_a_move_confirms_what_the_machine_proposed_there(desk):
    line = desk.put(1)
    with desk.database.write() as session:
        there = a_proposal(session, desk.clock.now(), 9, release=2)
        there.article_id = desk.line(line).article_id
        session.flush()
        there_id = there.id
    desk.act(line, "move", other=2)
    assert desk.line(there_id).decision == "confirmed"
    desk.take_back(line)
    assert desk.line(there_id).decision == "proposed"


@pytest.mark.parametrize("other", [None, 1, 99])
def test_a_move_names_another_release(desk, other):
    line = desk.put(1)
    with pytest.raises(BadInput) as refused:
        desk.act(line, "move", other=other)
    assert refused.value.to == "other"
    assert desk.said(line) == []


def test_a_copy_joins_the_other_text_and_is_one_row_with_it(each_desk):
    origin, copy = each_desk.put(1, story=7), each_desk.put(2, story=8)
    done = each_desk.act(copy, "copy", other=origin)
    (row,) = each_desk.queue()
    assert (row.id, [one.id for one in row.copies]) == (origin, [copy])
    with each_desk.database.read() as session:
        assert session.get_one(Story, 7).articles == 2
        assert session.get_one(Story, 8).articles == 0
    each_desk.take_back(copy, seen=done.seen)
    assert each_desk.story_of(copy) == 8
    assert len(each_desk.queue()) == 2


def test_a_copy_of_a_decided_line_is_decided_like_it(desk):
    origin, copy = desk.put(1), desk.put(2)
    desk.act(origin, "reject", rejection=Rejection.HOMONYM)
    done = desk.act(copy, "copy", other=origin)
    assert done.decision == "rejected"
    assert desk.story_of(copy) == desk.story_of(origin)
    desk.take_back(copy, seen=done.seen)
    assert desk.line(copy).decision == "proposed"
    assert desk.line(origin).decision == "rejected"
    assert desk.story_of(copy) is None


def test_taking_back_a_later_decision_leaves_a_copy_a_copy(desk):
    origin, copy = desk.put(1), desk.put(2)
    desk.act(copy, "copy", other=origin)
    desk.act(origin, "accept", copies=True)
    desk.take_back(origin)
    assert desk.story_of(copy) == desk.story_of(origin)
    assert desk.line(copy).decision == "proposed"


def test_a_copy_is_of_another_text_about_the_same_release(desk):
    line, same, other = (
        desk.put(1, story=7),
        desk.put(2, story=7),
        desk.put(3, release=2),
    )
    for wrong in (line, same, other, 99):
        with pytest.raises(BadInput):
            desk.act(line, "copy", other=wrong)
    with desk.database.read() as session:
        assert session.query(StorySaid).all() == []
        assert session.get_one(Article, desk.line(line).article_id).story_id == 7


def test_nothing_is_decided_of_a_line_that_is_not_there(desk):
    with pytest.raises(NotFound):
        desk.act(99, "accept")
    with pytest.raises(NotFound):
        desk.take_back(99)
