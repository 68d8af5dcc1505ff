"""The language of a text, by script and then by statistics."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.text.language import guess


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Le port annonce une nouvelle ligne de ferries", "fr"),
        ("The port announces a new ferry line", "en"),
        ("الميناء يعلن عن خط بحري جديد", "ar"),
        ("ⵜⴰⵎⵓⵔⵜ ⵏ ⵍⵎⵖⵔⵉⴱ", "zgh"),
        ("بلاغ: برنامج Sakan Wasat ينطلق اليوم بالرباط", "ar"),
    ],
)
def test_script_and_words_name_the_language(text, language):
    assert guess(text).language == language


@pytest.mark.parametrize(
    ("text", "language"),
    [
        (
            "Le ministre a reçu les directeurs des agences de la région pour un bilan du plan",
            "fr",
        ),
        (
            "The minister of housing has met the heads of the agencies for a review of it",
            "en",
        ),
    ],
)
def test_common_words_decide_a_longer_text(text, language):
    assert guess(text).language == language
    assert guess(text).confidence == 1.0


def test_a_text_without_letters_has_no_language():
    assert guess("12 + 30 = 42").language == ""
    assert guess("").confidence == 0.0


@settings(deadline=None)  # the first Latin text loads the model
@given(st.text())
def test_confidence_is_a_share(text):
    assert 0.0 <= guess(text).confidence <= 1.0
