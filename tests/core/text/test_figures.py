"""Numbers in digits and words, in three languages."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.text.figures import figures
from core.text.tokens import tokens


def values(text):
    return [one.value for one in figures(tokens(text), text)]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("48 000 logements", 48_000),
        ("1\u202f240 hectares", 1_240),
        ("50,000 inhabitants", 50_000),
        ("quarante-huit mille toits", 48_000),
        ("quatre-vingt-dix-sept", 97),
        ("quatre-vingts chercheurs", 80),
        ("trois cent dix millions", 310_000_000),
        ("310 millions", 310_000_000),
        ("une trentaine", 30),
        ("three hundred and ten million", 310_000_000),
        ("ثمانية وأربعين ألفا", 48_000),
        ("14 ألف درهم", 14_000),
        ("و14 ألف", 14_000),
        ("ثلاثمائة مليون درهم", 300_000_000),
        ("مائة وعشرين منصبا", 120),
        ("اثنتين وأربعين توصية", 42),
        ("٤٨ ألف", 48_000),
    ],
)
def test_a_number_has_its_value(text, value):
    assert values(text) == [value]


def test_numbers_parted_by_a_sign_stay_apart():
    assert values("Il y en a sept, trois cent dix en tout") == [7, 310]


def test_a_per_cent_is_no_hundred():
    assert values("ارتفعت بنسبة 12 في المائة") == [12]
    assert values("douze pour cent") == [12]


@given(st.text(alphabet="0123456789 ,.وألفمائةcentmillvigtqua-"))
def test_any_text_has_figures_above_one(text):
    assert all(value > 1 for value in values(text))
