import base64
import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from distributor.sending import splice
from distributor.sending.splice import PAD, Mark

PLAIN = st.text(alphabet=st.characters(exclude_categories=["Cs", "Co"]), max_size=150)
PIECES = st.lists(st.one_of(PLAIN, st.sampled_from([*Mark, PAD])), max_size=20)


def filled(text, values):
    parts = []
    splice.prepare(text).fill(parts, [value.encode() for value in values])
    return b"".join(parts)


@given(PIECES, st.lists(PLAIN, min_size=len(Mark), max_size=len(Mark)))
def test_spliced_lines_say_what_the_filled_text_says(pieces, values):
    text = "".join(pieces)
    coded = filled(text, values)
    said = base64.b64decode(coded, validate=False).decode()
    whole = splice.rendered(text, values)
    # Spaces are all that may come in between.
    assert said.replace(" ", "") == whole.replace(" ", "")
    lines = coded.split(b"\r\n")
    assert lines.pop() == b""
    assert all(len(line) == 76 for line in lines[:-1])
    assert coded.replace(b"\r\n", b"") == base64.b64encode(said.encode())


def test_only_what_differs_is_encoded_again():
    """However long the text, one recipient costs the lines around the places."""
    long = "Le ministère réunit les agences. " * 500
    text = f"{long}{Mark.GREETING}{PAD}{long}{Mark.UNSUBSCRIBE}{PAD}{long}"
    prepared = splice.prepare(text)
    assert len(prepared.regions) == 2
    for region in prepared.regions:
        assert len(region.pattern) < 57 + 4


def test_a_place_without_a_pad_is_still_filled():
    values = ["Bonjour"] * len(Mark)
    assert base64.b64decode(filled(f"a{Mark.GREETING}b", values)) == b"aBonjourb"


def test_signs_of_percent_are_text():
    values = ["50 %b"] * len(Mark)
    coded = filled(f"100 %b {Mark.GREETING} 5 %% {PAD}%", values)
    assert base64.b64decode(coded).decode().split() == [
        *("100", "%b", "50", "%b", "5", "%%", "%")
    ]


@given(st.binary(max_size=400))
def test_lines_have_76_letters(raw):
    coded = splice.encode(raw)
    lines = coded.split(b"\r\n")[:-1]
    assert base64.b64decode(coded) == raw
    assert len(lines) == math.ceil(len(raw) / 57)
    assert all(len(before) == 76 for before, _ in pairwise(lines))


@pytest.mark.parametrize("mark", [*Mark, PAD])
def test_no_release_can_hold_our_own_signs(mark):
    assert splice.cleared(f"a{mark}b") == "ab"
