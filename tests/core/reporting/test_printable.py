import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from core.reporting.printable import bare, breakable, printable

ANY = st.text(st.characters(codec=None, categories=None))


def test_plain_words_of_any_script_stay_as_they_are():
    text = "« 1 234 » نونبر ⵜⴰⴳⵍⴷⵉⵜ é e\u0301"
    assert printable(text) == text


def test_what_turns_a_line_around_is_dropped():
    assert printable("a\u202etxt.exe\u202c b") == "atxt.exe b"


def test_a_soft_hyphen_is_a_hint_for_another_line():
    assert printable("com\xadmuniqué\xad") == "communiqué"


def test_an_isolate_that_is_left_open_is_closed():
    assert printable("a \u2067b") == "a \u2067b\u2069"


def test_a_close_that_opens_nothing_is_dropped():
    assert printable("a\u2069 b") == "a b"


def test_control_signs_and_lone_surrogates_are_shown_as_unknown():
    assert printable("a\x00b\ud800c\ufffe") == "a\ufffdb\ufffdc\ufffd"


def test_breaks_of_lines_become_spaces():
    assert printable("a\nb\tc\u2028d") == "a b c d"


@given(ANY)
def test_every_isolate_is_closed_once(text):
    depth = 0
    for sign in printable(text):
        depth += (sign in "\u2066\u2067\u2068") - (sign == "\u2069")
        assert depth >= 0
    assert depth == 0


@given(ANY)
def test_what_is_printable_can_be_encoded_and_stays_so(text):
    once = printable(text)
    once.encode()
    assert printable(once) == once


def test_an_address_may_break_after_its_signs_and_loses_none():
    address = "https://media.test/rubrique/article-" + "x" * 80
    broken = breakable(address)
    assert "/\u200brubrique/" in broken
    assert max(len(part) for part in broken.split("\u200b")) <= 24
    assert broken.replace("\u200b", "") == address


def test_ordinary_words_do_not_break():
    text = "Rencontre anticonstitutionnellement à Rabat"
    assert breakable(text) == text


@given(ANY)
def test_what_is_drawn_has_no_sign_that_is_not_seen(text):
    assert all(unicodedata.category(sign) != "Cf" for sign in bare(text))
