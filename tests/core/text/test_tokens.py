"""Words know their place in the text as it was written."""

from hypothesis import given
from hypothesis import strategies as st

from core.text.tokens import normalise, tokens, words

# Text as outlets write it: letters of our scripts, marks, joiners, references, spaces.
ALPHABET = (
    "aeéèœÉlLdqu'’-  \n.«»,;&0123456789٠١٢abcXYZ"
    "أإآابتثجحدرسةىيو\u064b\u064e\u0651\u0640\u200c\u200f\u00ad\u00a0\u202fﻻﷺⵣ"
)
PRESS_TEXT = st.one_of(
    st.text(),
    st.text(alphabet=ALPHABET),
    st.lists(
        st.sampled_from(
            ["&eacute;", "&#8217;", "&nbsp;", "l'eau ", "&amp;", "وال", "x"]
        )
    ).map("".join),
)


def test_apostrophes_and_hyphens_part_words():
    assert words("l’Aménagement d'aujourd'hui, Sefrou-Boulemane") == [
        "l",
        "amenagement",
        "d",
        "aujourd",
        "hui",
        "sefrou",
        "boulemane",
    ]


def test_a_vocalised_arabic_word_is_one_word():
    assert words("النَّمـــاذِج الجديدة") == ["النماذج", "الجديده"]


def test_references_left_by_extraction_are_letters_again():
    text = "port&eacute;e &agrave; 25&nbsp;ans"
    found = tokens(text)
    assert found.words == ["portee", "a", "25", "ans"]
    assert text[found.starts[0] : found.ends[0]] == "port&eacute;e"


@given(PRESS_TEXT)
def test_offsets_lead_back_to_the_word(text):
    found = tokens(text)
    for word, start, end in zip(found.words, found.starts, found.ends, strict=True):
        assert normalise(text[start:end]) == word


@given(PRESS_TEXT)
def test_words_follow_each_other_inside_the_text(text):
    found = tokens(text)
    places = [0]
    for start, end in zip(found.starts, found.ends, strict=True):
        places += [start, end]
    assert places == sorted(places)
    assert places[-1] <= len(text)
