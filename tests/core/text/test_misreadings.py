"""One misread sign of a long word is forgiven; another word is not taken for it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.text.misreadings import blurred, is_misread


@pytest.mark.parametrize(
    ("word", "read"),
    [
        ("rencontre", "renc0ntre"),
        ("urbaine", "urbainc"),
        ("ministere", "min1stere"),
        ("الوكالات", "الوكالاب"),
        ("القنيطرة", "الفنيطرة"),
    ],
)
def test_a_sign_that_looks_alike_is_forgiven(word, read):
    assert is_misread(word, read)
    assert is_misread(read, word)


@pytest.mark.parametrize(
    ("word", "other"),
    [
        ("rencontre", "rencontre"),
        ("sale", "salc"),
        ("urbaine", "urbaines"),
        ("urbaine", "arbaine"),
        ("rencontre", "rcncontrc"),
    ],
)
def test_another_word_is_not(word, other):
    assert not is_misread(word, other)


@given(st.text(), st.text())
def test_who_is_misread_is_so_both_ways(word, other):
    assert is_misread(word, other) == is_misread(other, word)


@given(st.text())
def test_blurring_twice_changes_nothing(word):
    assert blurred(blurred(word)) == blurred(word)
