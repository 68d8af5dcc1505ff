"""Arabic prefixes come off; what may be the root stays."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.text.clitics import bare, readings, stem
from core.text.normalise import fold


@pytest.mark.parametrize("written", ["الوكالات", "وبالوكالات", "للوكالات", "فالوكالات"])
def test_the_article_and_what_stands_before_it_come_off(written):
    assert bare(written) == "وكالات"


@pytest.mark.parametrize("root", ["وزارة", "فيلم", "بنك", "كتاب", "الف", "لله"])
def test_a_first_letter_of_the_root_stays(root):
    assert bare(fold(root)) == fold(root)


def test_a_lone_prefix_is_offered_as_another_reading():
    assert "ميسور" in readings("بميسور")
    assert "دجنبر" in readings("ودجنبر")
    assert "صفرو" in readings("لصفرو")


def test_plural_and_pronoun_fall_together_in_the_stem():
    assert stem("الوكالات") == stem("وكالتها") == stem(fold("وكالة"))


@given(st.text())
def test_any_word_is_a_reading_of_itself(word):
    assert readings(word)[0] == word
    assert len(stem(word)) <= len(word)
