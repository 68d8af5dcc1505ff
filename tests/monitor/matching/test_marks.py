"""Marked texts lose no letter, and the stronger mark keeps its place."""

from hypothesis import given
from hypothesis import strategies as st

from monitor.matching.marks import Mark, MarkKind, Piece, pieces


def passage(start, end, number=1):
    return Mark(start=start, end=end, kind=MarkKind.PASSAGE, number=number)


def name(start, end):
    return Mark(start=start, end=end, kind=MarkKind.NAME)


MARKS = st.lists(
    st.builds(
        lambda start, length, kind, number: Mark(
            start=start, end=start + length, kind=kind, number=number
        ),
        st.integers(0, 60),
        st.integers(1, 30),
        st.sampled_from(list(MarkKind)),
        st.integers(0, 9),
    ),
    max_size=12,
)


@given(st.text(max_size=80), MARKS)
def test_the_pieces_joined_are_the_text(text, marks):
    found = pieces(text, marks)
    assert "".join(one.text for one in found) == text
    assert all(one.text for one in found)


@given(st.text(min_size=1, max_size=80), MARKS)
def test_every_sign_of_a_passage_stays_marked_as_one(text, marks):
    at, shown = 0, set()
    for one in pieces(text, marks):
        if one.kind is MarkKind.PASSAGE:
            shown |= set(range(at, at + len(one.text)))
        at += len(one.text)
    wanted = {
        place
        for one in marks
        if one.kind is MarkKind.PASSAGE
        for place in range(one.start, min(one.end, len(text)))
    }
    assert shown == wanted


def test_a_name_inside_a_passage_is_the_passages():
    assert pieces("le ministre Alami a dit", [passage(0, 17), name(12, 17)]) == [
        Piece(text="le ministre Alami", kind=MarkKind.PASSAGE, number=1),
        Piece(text=" a dit"),
    ]


def test_a_name_that_a_passage_took_a_part_of_is_not_cut():
    assert pieces("Ben Alami", [passage(0, 3), name(0, 9)]) == [
        Piece(text="Ben", kind=MarkKind.PASSAGE, number=1),
        Piece(text=" Alami"),
    ]


def test_what_lies_beyond_the_text_marks_nothing():
    assert pieces("court", [passage(10, 20)]) == [Piece(text="court")]
