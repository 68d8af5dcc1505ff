"""What of a release was printed, sentence by sentence, and by whom."""

from hypothesis import given
from hypothesis import strategies as st

from core.text.tokens import tokens
from monitor.matching.pickup import Taken, is_printed, picked, sentences, spans

TEXT = (
    "Rencontre des agences\n\nM. le ministre a ouvert la rencontre. « Nous simplifions"
    " tout », a-t-il dit ! Les agences suivront.\n\nاجتمعت الوكالات؟ نعم اجتمعت كلها."
)
words = st.sampled_from(
    ["ministre", "agences", "à Rabat", "M.", "«", "اللقاء", "48 000"]
)
ends = st.sampled_from([". ", "! ", "؟ ", "\n\n", ", ", " ", ".\n"])
texts = st.lists(st.tuples(words, ends), max_size=30).map(
    lambda parts: "".join(word + end for word, end in parts)
)
places = st.tuples(st.integers(0, 200), st.integers(0, 200)).map(sorted).map(tuple)
lines = st.lists(
    st.builds(
        Taken,
        outlet=st.sampled_from(["Sada", "Écho", "Le Matin"]),
        spans=st.lists(places, max_size=4),
    ),
    max_size=6,
)


def cut(text):
    return [one.text for one in sentences(text, tokens(text))]


def test_a_text_is_cut_into_its_sentences_and_scraps_join_the_next():
    assert cut(TEXT) == [
        "Rencontre des agences",
        "M. le ministre a ouvert la rencontre.",
        "« Nous simplifions tout », a-t-il dit !",
        "Les agences suivront.",
        "اجتمعت الوكالات؟ نعم اجتمعت كلها.",
    ]


def test_what_begins_a_paragraph_opens_it():
    found = sentences(TEXT, tokens(TEXT))
    assert [one.opens for one in found] == [True, True, False, False, True]


def test_a_scrap_that_ends_its_line_stays_alone():
    assert cut("Avis\n\nLe ministre parle.") == ["Avis", "Le ministre parle."]


def test_an_outlet_printed_a_sentence_when_it_has_half_of_its_words():
    text = "un deux trois quatre. cinq six sept huit."
    half, less = (0, 8), (22, 26)
    assert [one.outlets for one in picked(text, [Taken(outlet="A", spans=[half])])] == [
        ["A"],
        [],
    ]
    assert picked(text, [Taken(outlet="A", spans=[less])])[1].outlets == []


def test_two_articles_do_not_make_one_whole_and_one_outlet_counts_once():
    text = "un deux trois quatre cinq six."
    parts = [
        Taken(outlet="A", spans=[(0, 7)]),
        Taken(outlet="A", spans=[(8, 20)]),
    ]
    assert picked(text, parts)[0].outlets == []
    whole = Taken(outlet="A", spans=[(0, 29)])
    assert picked(text, [whole, whole])[0].outlets == ["A"]


def test_passages_of_another_version_are_left_out():
    passages = [
        {"language": "fr", "release_start": 1, "release_end": 2},
        {"language": "ar", "release_start": 3, "release_end": 4},
    ]
    assert spans(passages, "ar") == [(3, 4)]


@given(texts)
def test_the_sentences_hold_every_word_once_in_order(text):
    found = tokens(text)
    made = sentences(text, found)
    assert [one.first for one in made[1:]] == [one.last for one in made[:-1]]
    assert sum(one.last - one.first for one in made) == len(found)
    assert "".join("".join(one.text for one in made).split()) == (
        "".join(text.split()) if made else ""
    )


@given(texts, lines, lines)
def test_a_shade_never_falls_when_an_outlet_is_added(text, some, more):
    before, after = picked(text, some), picked(text, [*some, *more])
    for one, other in zip(before, after, strict=True):
        assert set(one.outlets) <= set(other.outlets)


@given(texts, lines)
def test_the_same_line_twice_changes_nothing(text, some):
    assert picked(text, [*some, *some]) == picked(text, some)


@given(texts, st.lists(places, max_size=4), places)
def test_a_place_that_was_taken_whole_is_printed(text, some, place):
    found = tokens(text)
    assert is_printed(found, place, [*some, place]) or not any(
        place[0] <= start and end <= place[1]
        for start, end in zip(found.starts, found.ends, strict=True)
    )
