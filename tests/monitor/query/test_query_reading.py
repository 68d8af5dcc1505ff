"""What may be written as a query, and what is said when it may not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from query_makers import nodes

from core.errors import BadInput
from monitor.query.printing import text_of
from monitor.query.reading import DEEPEST, LONGEST, MOST_PHRASES, parse
from monitor.query.tree import selects


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("santé NOT sport", "santé AND NOT sport"),
        ("santé -sport", "santé AND NOT sport"),
        ("a OR b c", "a OR (b AND c)"),
        ("a b c", "a AND b AND c"),
        ("(a AND (b c))", "a AND b AND c"),
        ("« Grand Prix »", '"Grand Prix"'),
        ("“Grand Prix”", '"Grand Prix"'),
        ("croix-bleue", '"croix bleue"'),
        ("l’eau", '"l eau"'),
        ("(ministre OR ministère) NEAR/5 logement",) * 2,
        ("a NEAR b", "a NEAR/10 b"),
        ("title:(a OR b)", "title:a OR title:b"),
        ("titre:a", "title:a"),
        ("langue:ar الوزارة", "language:ar AND الوزارة"),
        ('="ONU"', "=ONU"),
        ('"agence urb*"', '"agence urb*"'),
        ('"agence urb"*', '"agence urb*"'),
        ("وزارة الصحة، والتعليم", "وزارة AND الصحة AND والتعليم"),
        ("santé - sport", "santé AND sport"),
        ("à 19:30", "à AND 19 AND 30"),
        ("note : santé", "note AND santé"),
        ('"OR"', '"OR"'),
        ("NOT NOT a", "a"),
        ("c++", "c"),
    ],
)
def test_a_query_is_read(written, read):
    assert text_of(parse(written)) == read


@pytest.mark.parametrize(
    ("written", "place", "what"),
    [
        ("", 1, "empty"),
        ("  ?!", 5, "empty"),
        ('santé "abc', 7, "not closed"),
        ("santé «abc", 7, "not closed"),
        ("a (b", 3, "not closed"),
        ("a)", 2, "never opened"),
        ("a OR", 5, "ends where a word is expected"),
        ("OR a", 1, "missing before OR"),
        ("()", 2, "missing before this bracket"),
        ("foo:bar", 1, "no field “foo”"),
        ("a title:", 9, "missing after the field"),
        ("title:(a author:b)", 10, "inside a field"),
        ("ab*", 1, "needs 3 letters"),
        ("*abc", 1, "at the end of a word"),
        ("=abc*", 2, "has no star"),
        ("=(a)", 2, "before a word"),
        ("a NEAR/51 b", 3, "50 words at most"),
        ("a NEAR/99999999999999999999999 b", 3, "50 words at most"),
        ("a NEAR b NEAR c", 10, "joins two"),
        ("a NEAR (b c)", 8, "words and phrases"),
        ("title:a NEAR b", 14, "same field"),
        ("author:a NEAR author:b", 1, "words and phrases"),
        ("language:français", 10, "by its code"),
        ('""', 1, "no word between these quotes"),
        ("NOT a", 1, "only what must be absent"),
        ("-a -b", 1, "only what must be absent"),
        ("a OR NOT b", 3, "only what must be absent"),
        ("a NOT (b OR NOT c)", 10, "only what must be absent"),
        ("(" * (DEEPEST + 1) + "a", DEEPEST + 1, "deep at most"),
        ("a " * (LONGEST // 2) + "b", LONGEST + 1, "characters at most"),
        ("a " * (MOST_PHRASES + 1), 1, "looks for"),
        ("abc* " * 21, 4, "with a star at most"),
    ],
)
def test_a_fault_is_pointed_at(written, place, what):
    with pytest.raises(BadInput, match=what) as refused:
        parse(written)
    error = refused.value
    assert error.to == f"query, character {place}"
    assert error.mend
    _, line, caret = error.what.rstrip("\n").split("\n")
    assert len(caret) - 3 <= len(line)
    if place <= 60 and place <= len(written):
        assert line[caret.index("^")] == written[place - 1].replace("\n", " ")


@given(nodes())
def test_what_is_printed_reads_as_the_same_query(node):
    assert parse(text_of(node)) == node


@given(st.text(alphabet='ab ABNOTRDE/5()"«»:*=-،الوزارة', max_size=40))
def test_any_text_is_read_or_refused_with_a_place(text):
    try:
        node = parse(text)
    except BadInput as error:
        told = error
    else:
        assert selects(node)
        assert parse(text_of(node)) == node
        return
    assert told.to.startswith("query, character ")
