"""Runs of words: the index finds them, alignment shows them."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from monitor.matching.reuse import GramIndex, grams, hashes, stream, tiles

WORDS = st.lists(
    st.sampled_from(["un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit"])
)


def test_a_tile_bridges_a_changed_word_and_a_dropped_clause():
    release = stream(
        "les équipes se rendront dans toutes les écoles du pays, même en montagne, "
        "afin de vérifier le carnet de chaque enfant avant la fin du mois"
    )
    article = stream(
        "les équipes se rendront dans toutes les écoles du royaume afin de vérifier le "
        "carnet de chaque élève avant la fin du mois"
    )
    [tile] = tiles(article.hashes, release.hashes)
    assert (tile.start, tile.end) == (0, len(article))
    assert (tile.other_start, tile.other_end) == (0, len(release))


def test_eight_words_are_a_tile_and_seven_are_not():
    release = stream("a1 b1 c1 d1 e1 f1 g1 h1 i1").hashes
    assert tiles(stream("x a1 b1 c1 d1 e1 f1 g1 h1 y").hashes, release)
    assert not tiles(stream("x a1 b1 c1 d1 e1 f1 g1 y").hashes, release)


def test_what_a_stranger_holds_too_is_not_owned():
    index = GramIndex()
    own = np.arange(10, dtype=np.uint64)
    index.add([(0, own), (1, np.array([3, 90, 91], dtype=np.uint64))])
    assert np.flatnonzero(~index.owned(0, own)).tolist() == [3]


def test_what_a_relative_repeats_stays_owned():
    index = GramIndex()
    own = np.arange(10, dtype=np.uint64)
    index.add([(0, own), (1, own[:8])])
    assert index.owned(0, own).all()


def test_an_index_grown_in_steps_answers_like_one_built_at_once():
    rows = [
        (owner, np.arange(owner, owner + 5, dtype=np.uint64)) for owner in range(30)
    ]
    once, steps = GramIndex(), GramIndex()
    once.add(rows)
    for row in rows:
        steps.add([row])
    wanted = np.arange(40, dtype=np.uint64)
    assert once.frequencies(wanted).tolist() == steps.frequencies(wanted).tolist()


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
