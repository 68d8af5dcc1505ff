"""Runs of words: the index finds them, alignment shows them."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from core.text.tokens import words
from monitor.matching.reuse import GramIndex, grams, hashes, prints, tiles

WORDS = st.lists(
    st.sampled_from(["un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit"])
)


def hashed(text):
    return hashes(words(text))


def test_a_tile_bridges_a_changed_word_and_a_dropped_clause():
    release = hashed(
        "les équipes se rendront dans toutes les écoles du pays, même en montagne, "
        "afin de vérifier le carnet de chaque enfant avant la fin du mois"
    )
    article = hashed(
        "les équipes se rendront dans toutes les écoles du royaume afin de vérifier le "
        "carnet de chaque élève avant la fin du mois"
    )
    [tile] = tiles(article, release)
    assert (tile.start, tile.end) == (0, len(article))
    assert (tile.other_start, tile.other_end) == (0, len(release))


def test_eight_words_are_a_tile_and_seven_are_not():
    release = hashed("a1 b1 c1 d1 e1 f1 g1 h1 i1")
    assert tiles(hashed("x a1 b1 c1 d1 e1 f1 g1 h1 y"), release)
    assert not tiles(hashed("x a1 b1 c1 d1 e1 f1 g1 y"), release)


@given(
    st.lists(st.integers(0, 50), min_size=7, max_size=30),
    st.lists(st.integers(100, 150), max_size=20),
    st.lists(st.integers(200, 250), max_size=20),
)
def test_texts_that_share_four_runs_in_a_row_share_a_print(shared, before, after):
    one = np.array([*before, *shared], dtype=np.uint64)
    other = np.array([*shared, *after], dtype=np.uint64)
    assert set(one[prints(one)].tolist()) & set(other[prints(other)].tolist())


@given(st.lists(st.integers(0, 2**64 - 1), max_size=40))
def test_two_prints_are_never_further_apart_than_the_window(runs):
    places = prints(np.array(runs, dtype=np.uint64))
    assert (len(places) > 0) is (len(runs) > 0)
    assert all(np.diff(places) <= 4)


def test_an_index_grown_in_steps_answers_like_one_built_at_once():
    rows = [
        (owner, np.arange(owner, owner + 5, dtype=np.uint64)) for owner in range(30)
    ]
    once, steps = GramIndex(), GramIndex()
    once.add(rows)
    for row in rows:
        steps.add([row])
    wanted = np.arange(40, dtype=np.uint64)
    for most in (3, 64):
        assert pairs(once, wanted, most) == pairs(steps, wanted, most)
        assert (
            once.common(wanted, most=most).tolist()
            == steps.common(wanted, most=most).tolist()
        )


def pairs(index, wanted, most):
    places, owners = index.postings(wanted, most=most)
    return sorted(zip(places.tolist(), owners.tolist(), strict=True))


@given(WORDS, WORDS)
def test_tiles_agree_word_for_word_and_never_overlap(left, right):
    one, other = hashes(left), hashes(right)
    last = 0
    for tile in tiles(one, other):
        assert tile.start >= last
        last = tile.end
        assert all(left[i] == right[j] for i, j in tile.pairs)


@given(WORDS)
def test_equal_runs_have_equal_hashes(words):
    again = grams(hashes([*words, *words]), 3)
    assert np.array_equal(again[: max(0, len(words) - 2)], grams(hashes(words), 3))
