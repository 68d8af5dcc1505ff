"""One folding: what is the same word in French, Arabic and English."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.text.normalise import fold
from core.text.tokens import normalise


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Élysée", "ELYSEE"),
        ("cœur", "coeur"),
        ("ﬁnance", "finance"),
        ("repositionne\u00adment", "repositionnement"),
        ("أَكَّدَ", "اكد"),
        ("إدارة", "اداره"),
        ("مســـؤول", "مسوول"),
        ("على", "علي"),
        ("ﻻ", "لا"),
        ("٢٠١٩", "2019"),
        ("Straße", "STRASSE"),
    ],
)
def test_spellings_of_one_word_fold_together(one, other):
    assert fold(one) == fold(other)


def test_different_words_stay_apart():
    assert fold("مدينة") != fold("مدني")
    assert fold("côte") != fold("cité")


@given(st.text())
def test_folding_twice_changes_nothing(text):
    assert fold(fold(text)) == fold(text)


@given(st.text())
def test_a_folded_word_is_letters_and_digits_only(text):
    assert all(sign.isalnum() for sign in fold(text))


@given(st.text())
def test_normalising_twice_changes_nothing(text):
    assert normalise(normalise(text)) == normalise(text)
