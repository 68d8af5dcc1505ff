from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from distributor.releases.comparing import Change, compare, counted

WORDS = st.text(alphabet="ab éلوِكَ،\n -.1", max_size=60)


def joined(parts, *, without):
    return "".join(part.text for part in parts if part.change is not without)


@given(WORDS, WORDS)
def test_the_parts_of_a_comparison_make_both_texts_again(before, after):
    parts = compare(before, after)
    assert joined(parts, without=Change.ADDED) == before
    assert joined(parts, without=Change.REMOVED) == after


@given(WORDS, WORDS)
def test_no_part_of_a_comparison_is_empty_or_like_its_neighbour(before, after):
    parts = compare(before, after)
    assert all(part.text for part in parts)
    assert all(one.change is not other.change for one, other in pairwise(parts))


def test_one_word_that_changed_is_told_alone():
    parts = compare("Le mardi 4 à Rabat.\nFin.", "Le mercredi 5 à Rabat.\nFin.")
    assert [(part.change, part.text) for part in parts] == [
        ("same", "Le "),
        ("removed", "mardi"),
        ("added", "mercredi"),
        ("same", " "),
        ("removed", "4"),
        ("added", "5"),
        ("same", " à Rabat.\nFin."),
    ]
    assert counted(parts) == (2, 2)


def test_vowel_signs_stay_on_their_arabic_word():
    parts = compare("الوَكالات الحضرية", "الوكالات الحضرية")
    assert [part.text for part in parts] == ["الوَكالات", "الوكالات", " الحضرية"]


def test_two_long_texts_that_share_nothing_are_compared_as_two_blocks():
    before = " ".join(f"a{n}" for n in range(3_000))
    after = " ".join(f"b{n}" for n in range(3_000))
    assert [part.change for part in compare(before, after)] == ["removed", "added"]
