import pickle

from hypothesis import given
from hypothesis import strategies as st

from core.i18n import words
from core.values import Language
from core.wording import Worded, worded


def test_a_worded_sentence_reads_in_english_wherever_it_is_text():
    one = worded("There is no release %(id)s.", id=3)
    assert f"{one}" == "There is no release 3."
    assert one.template == "There is no release %(id)s."


def test_a_sentence_without_values_keeps_its_percent_signs():
    assert worded("A share of 42 % is enough.") == "A share of 42 % is enough."


def test_what_is_worded_comes_whole_out_of_another_process():
    one = worded("%(name)s is not allowed.", name="salma")
    again = pickle.loads(pickle.dumps(one))  # noqa: S301 - our own bytes
    assert (again, again.template, dict(again.values)) == (
        one,
        one.template,
        {"name": "salma"},
    )


def test_each_language_says_it_with_its_values():
    one = worded("Release %(number)s", number="112/2026")
    assert words(Language.FRENCH).say(one) == "Communiqué 112/2026"
    arabic = words(Language.ARABIC).say(one)
    assert "\u2068112/2026\u2069" in arabic
    assert "Release" not in arabic


def test_a_plain_sentence_is_looked_up_as_ever():
    assert words(Language.FRENCH).say("Today") == "Aujourd'hui"
    assert words(Language.FRENCH).say("") == ""


@given(value=st.text())
def test_no_value_can_break_a_sentence(value):
    one = Worded("There is no %(thing)s here.", {"thing": value})
    for language in (Language.FRENCH, Language.ARABIC, Language.ENGLISH):
        assert value in words(language).say(one)
