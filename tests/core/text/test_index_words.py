"""Index words, and the table of cases that search must find and must not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.text.index_words import forms, index_word, index_words, indexed
from core.text.tokens import words


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("écoles", "ecole"),
        ("Énergies", "energie"),
        ("journaux", "journal"),
        ("niveaux", "niveau"),
        ("cours", "cours"),
        ("pays", "pays"),
        ("lois", "lois"),
        ("congress", "congress"),
        ("campus", "campus"),
        ("بالوزارة", "وزاره"),
        ("للشركة", "شركه"),
        ("وزارة", "وزاره"),
    ],
)
def test_a_word_has_one_name_in_the_index(written, name):
    assert index_words(written) == name


def test_a_court_is_no_course():
    assert index_words("cour") != index_words("cours")


@pytest.mark.parametrize(
    ("sought", "written"),
    [
        ("وزارة", "ووزارة"),
        ("وزارة", "بوزارة"),
        ("وزارة", "ولوزارة"),
        ("لجنة", "للجنة"),
        ("لقاء", "للقاء"),
        ("المغرب", "بالمغرب"),
    ],
)
def test_a_query_looks_under_each_prefix(sought, written):
    assert index_words(written) in forms(words(sought)[0])


@pytest.mark.parametrize(
    ("sought", "written"), [("طاقة", "بطاقة"), ("كرة", "فكرة"), ("حرية", "بحرية")]
)
def test_a_short_word_alone_is_not_taken_for_another(sought, written):
    assert index_words(written) not in forms(words(sought)[0])
    assert index_words(written) in forms(words(sought)[0], opens_phrase=True)


@given(st.text(max_size=80))
def test_each_word_of_a_text_is_one_index_word(text):
    found = indexed(text)
    names = index_words(text).split(" ") if found.words else []
    assert names == list(found.words)
    assert len(found.words) == len(words(text))
    assert all(name.isalnum() for name in found.words)


@given(st.text(max_size=30))
def test_a_query_always_accepts_the_word_itself(text):
    for word in words(text):
        assert forms(word)[0] == index_word(word)
