"""Names, and the same name in the other script."""

import pytest

from core.text.places import places
from core.text.tokens import tokens
from monitor.matching.names import in_arabic, names, skeleton


@pytest.mark.parametrize(
    ("latin", "arabic"),
    [
        ("sefrou", "صفرو"),
        ("missour", "ميسور"),
        ("boulemane", "بولمان"),
        ("benchekroun", "بنشقرون"),
        ("marrakech", "مراكش"),
        ("agadir", "اكادير"),
        ("lahrichi", "لحريشي"),
    ],
)
def test_a_name_has_the_same_consonants_in_both_scripts(latin, arabic):
    assert skeleton(latin) == skeleton(arabic)


def test_capitals_mark_names_but_not_at_the_start_of_a_sentence():
    text = "Demain, la mairie reçoit Karima Tazi. Personne ne viendra d'Oulmès."
    assert names(tokens(text), text) == {"karima", "tazi", "oulmes"}


def test_a_line_in_capitals_holds_no_names():
    text = "RENCONTRE DES ARTISANS DU FEUTRE"
    assert names(tokens(text), text) == frozenset()


def test_a_quoted_name_begins_with_its_first_word():
    text = "Le navire « Delta Horizon » est attendu."
    assert names(tokens(text), text) == {"delta", "horizon"}


def test_arabic_words_that_sound_like_a_name_are_that_name():
    found = in_arabic(["مديره", "بصفرو", "كبير"], frozenset({"sefrou"}))
    assert "صفرو" in found


def test_a_place_has_one_key_in_both_scripts():
    assert places(["kenitra"]) == places(["بالقنيطره"])
