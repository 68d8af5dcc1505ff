"""The languages of screens and messages."""

from datetime import UTC, date, datetime, timedelta
from importlib.resources import files

import pytest
from babel.messages.pofile import read_po

from core.i18n import words
from core.values import Language

THE_DAY = date(2018, 12, 5)
NINE = datetime(2026, 11, 24, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "written"),
    [
        (Language.FRENCH, "mercredi 5 décembre 2018"),
        (Language.ARABIC, "الأربعاء، 5 دجنبر 2018"),
        (Language.ENGLISH, "Wednesday 5 December 2018"),
        (Language.AMAZIGH, "ⴰⴽⵕⴰⵙ 5 ⴷⵓⵊⴰⵏⴱⵉⵔ 2018"),
    ],
)
def test_a_day_is_written_as_moroccan_offices_write_it(language, written):
    assert words(language).date(THE_DAY).replace("Wednesday,", "Wednesday") == written


def test_the_hour_is_that_of_the_zone():
    assert words(Language.FRENCH).hour(NINE, "Europe/Paris") == "10:00"


@pytest.mark.parametrize("language", Language)
def test_digits_are_latin_in_every_language(language):
    spoken = words(language)
    written = "".join(
        [
            spoken.number(1234.5),
            spoken.percent(0.98),
            spoken.hour(NINE, "UTC"),
            spoken.moment(NINE, "UTC"),
            spoken.ago(NINE - timedelta(hours=3), NINE),
        ]
    )
    digits = [sign for sign in written if sign.isdigit()]
    assert digits
    assert set(digits) <= set("0123456789")


def test_what_is_past_reads_as_past():
    spoken = words(Language.FRENCH)
    assert spoken.ago(NINE - timedelta(hours=3), NINE) == "il y a 3 heures"
    assert spoken.ago(NINE + timedelta(hours=3), NINE) == "dans 3 heures"


def test_only_arabic_runs_from_right_to_left():
    assert {language: words(language).direction for language in Language} == {
        Language.FRENCH: "ltr",
        Language.ARABIC: "rtl",
        Language.ENGLISH: "ltr",
        Language.AMAZIGH: "ltr",
    }


@pytest.mark.parametrize(
    ("language", "forms"),
    [(Language.FRENCH, 2), (Language.ARABIC, 6), (Language.ENGLISH, 2)],
)
def test_a_catalogue_has_the_plural_forms_of_its_language(language, forms):
    with (files("core") / "locale" / f"{language}.po").open("rb") as file:
        assert read_po(file, locale=language).num_plurals == forms


@pytest.mark.parametrize("language", Language)
def test_a_sentence_without_a_translation_is_shown_as_it_is_written(language):
    spoken = words(language)
    assert spoken.gettext("No such sentence.") == "No such sentence."
    assert spoken.ngettext("{} thing", "{} things", 7) == "{} things"


def test_a_letter_in_amazigh_takes_its_fixed_words_from_french():
    amazigh, french = words(Language.AMAZIGH), words(Language.FRENCH)
    assert amazigh.gettext("Hello,") == french.gettext("Hello,") != "Hello,"
