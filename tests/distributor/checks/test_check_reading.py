"""What checks read in a text: dates, hours, numerals, towns, links."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from distributor.checks.reading import markup
from distributor.checks.reading.dates import written_dates
from distributor.checks.reading.hours import written_hours
from distributor.checks.reading.numerals import numerals, spelled
from distributor.checks.reading.plain import line_of, without_addresses
from distributor.checks.reading.towns import towns

NEAR = date(2018, 12, 3)
WEDNESDAY = date(2018, 12, 5)


def dates(text, language="", near=NEAR):
    return [
        (one.days, one.weekday)
        for one in written_dates(text, near=near, language=language)
    ]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("mercredi 5 décembre 2018", "fr"),
        ("Mercredi 5 DÉCEMBRE 2018", "fr"),
        ("le **mercredi 5** décembre 2018", "fr"),
        ("mercredi, le 5 déc. 2018", "fr"),
        ("mercredi 5/12/2018", "fr"),
        ("mercredi 05.12.18", "fr"),
        ("mercredi 5 décembre", "fr"),
        ("5 décembre 2018 (mercredi)", "fr"),
        ("الأربعاء 5 دجنبر 2018", "ar"),
        ("يوم الأربعاء ٥ دجنبر ٢٠١٨", "ar"),
        ("الأربعاء 5 ديسمبر 2018", "ar"),
        ("ليوم الأربعاء 05-12-2018", "ar"),
        ("الأربعاء 26 ربيع الأول 1440 الموافق 5 دجنبر 2018", "ar"),
        ("الأربعاء 5 من دجنبر 2018", "ar"),
        ("Wednesday 5 December 2018", "en"),
        ("Wednesday, December 5, 2018", "en"),
        ("Wednesday the 5th of December, 2018", "en"),
        ("Wednesday, December 5th", "en"),
    ],
)
def test_a_date_is_read_with_its_weekday(text, language):
    assert dates(text, language) == [((WEDNESDAY,), 3)]


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("du lundi 3 au mercredi 5 décembre 2018", "fr", [(3, 1), (5, 3)]),
        ("les 5, 6 et 7 décembre 2018", "fr", [(5, None), (6, None), (7, None)]),
        ("الأربعاء 5 والخميس 6 دجنبر 2018", "ar", [(5, 3), (6, 4)]),
        ("5-7 December 2018", "en", [(5, None), (7, None)]),
        ("from Monday 3 to Wednesday 5 December", "en", [(3, 1), (5, 3)]),
    ],
)
def test_days_that_share_a_month_are_read_apart(text, language, expected):
    assert dates(text, language) == [
        ((date(2018, 12, day),), weekday) for day, weekday in expected
    ]


def test_a_date_takes_the_year_at_the_end_of_its_range():
    found = dates("du 28 novembre au 2 décembre 2015", "fr")
    assert [days for days, _ in found] == [(date(2015, 11, 28),), (date(2015, 12, 2),)]


def test_a_date_without_a_year_is_the_nearest():
    assert dates("le 11 janvier", "fr") == [((date(2019, 1, 11),), None)]


def test_a_date_half_a_year_away_may_be_either():
    assert dates("le 4 juin", "fr") == [((date(2018, 6, 4), date(2019, 6, 4)), None)]


@pytest.mark.parametrize(
    "text",
    [
        "https://a.example/2018/12/05",
        "05 37 57 73 72",
        "le mois de décembre",
        "en mars, 20 agences",
        "Rapport du lundi. 5 agences",
        "version 1.2.2018.4",
    ],
)
def test_what_is_no_date_is_not_read_as_one(text):
    assert dates(text, "fr") == []


def test_the_weekday_of_the_sentence_before_is_another():
    assert dates("Il a parlé lundi. Le 5 décembre 2018, rien.", "fr") == [
        ((WEDNESDAY,), None)
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("à 10h30", {"10:30"}),
        ("10 h", {"10:00"}),
        ("à 10 heures", {"10:00"}),
        ("à midi", {"12:00"}),
        ("at 10:30 a.m.", {"10:30"}),
        ("3 pm", {"15:00"}),
        ("at noon", {"12:00"}),
        ("الساعة العاشرة والنصف صباحا", {"10:30"}),
        ("على الساعة 10:30", {"10:30"}),
        ("على الساعة ١٠:٣٠", {"10:30"}),
        ("الساعة الثالثة بعد الزوال", {"15:00"}),
        ("الساعة الثانية عشرة زوالا", {"12:00"}),
        ("على الساعة التاسعة", {"09:00", "21:00"}),
        ("24h/24", set()),
        ("48 h", set()),
        ("pendant 3 heures", set()),
    ],
)
def test_an_hour_is_read_as_what_it_may_mean(text, expected):
    assert {
        f"{minutes // 60:02}:{minutes % 60:02}"
        for one in written_hours(text)
        for minutes in one.minutes
    } == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 248 logements", ["1248"]),
        ("1\u202f248", ["1248"]),
        ("1.248", ["1248"]),
        ("1,248", ["1248"]),
        ("١٢٤٨", ["1248"]),
        ("1.248,50", ["1248.5"]),
        ("12,5 %", ["12.5"]),
        ("12.5%", ["12.5"]),
        ("3,5 millions", ["3500000"]),
        ("3,5 ملايين درهم", ["3500000"]),
        ("48 MDH", ["48000000"]),
        ("و30 وكالة", ["30"]),
        ("la loi n° 66-12", ["66", "12"]),
        ("القانون رقم 66.12", ["66", "12"]),
        ("2016-2021", ["2016", "2021"]),
        ("1. Premier point", []),
        ("1440 هـ", []),
        ("Tél. : (212) 05 37 57 73 72 / 57 73 73", []),
        ("الهاتف: 72 73 57 37 05 (212)", []),
        ("+212 5 37 57 73 72 ou 0537577372", []),
        ("le 5 décembre 2018 à 10h30", []),
        ("a@b2.example et www.b3.example/4", []),
    ],
)
def test_numbers_in_digits_are_values(text, expected):
    assert [one.value for one in numerals(text, near=NEAR)] == [
        Decimal(one) for one in expected
    ]


@pytest.mark.parametrize("text", ["la 5e édition", "the 5th", "الدورة الـ5"])
def test_an_ordinal_accuses_nobody(text):
    assert [one.accuses for one in numerals(text, near=NEAR)] == [False]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("trente agences", 30),
        ("ثلاثين وكالة", 30),
        ("مليوني درهم", 2_000_000),
        ("two thousand families", 2000),
    ],
)
def test_numbers_in_words_are_known(text, value):
    assert Decimal(value) in spelled(text, near=NEAR)


def test_a_word_that_may_be_a_town_is_not_sure():
    read = towns("التوجهات الجديدة للقطاع المالي بالرباط")
    assert (read.sure, "jadida" in read.perhaps) == ({"rabat"}, True)


def test_both_words_of_a_town_make_it_sure():
    assert towns("لقاء بالدار البيضاء").sure == {"casablanca"}


def test_a_town_in_lower_case_is_a_word():
    assert towns("the houses are for sale, agadir").sure == frozenset()


def test_a_link_says_its_line_and_its_words():
    read = markup.read(
        "# Un titre\n\nVoir\n\n[le *site*](https://a.example) ![x](y.png)"
    )
    assert [(one.target, one.words, one.line) for one in read.links] == [
        ("https://a.example", "le site", 5)
    ]
    assert [(one.source, one.alternative) for one in read.pictures] == [("y.png", "x")]
    assert read.headings == ["Un titre"]


TEXTS = st.text(
    alphabet=st.sampled_from("0123456789٠١٢ .,:/-()hH\nموسالدجنبرde5décembre%°الساعة")
)


@given(TEXTS | st.text())
def test_reading_never_fails_and_keeps_places(text):
    plain = without_addresses(text)
    assert len(plain) == len(text)
    found = [
        *written_dates(text, near=NEAR, language="en"),
        *written_hours(text),
        *numerals(text, near=NEAR),
    ]
    for one in found:
        assert 0 <= one.start < one.end <= len(text)
    spelled(text, near=NEAR)
    towns(text)
    markup.read(text)


def test_lines_count_from_one():
    assert [line_of("a\nb", place) for place in (0, 2)] == [1, 2]
