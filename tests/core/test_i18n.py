"""The languages of screens and messages."""

import re
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from importlib.resources import files

import pytest
from babel.messages.pofile import read_po

from core.errors import BadInput
from core.i18n import words
from core.values import SCREENS, Language
from core.wording import worded

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


@pytest.mark.parametrize(
    ("language", "days", "hours"),
    [
        (Language.FRENCH, "730\N{NO-BREAK SPACE}jours", "36\N{NO-BREAK SPACE}heures"),
        (Language.ARABIC, "730 يومًا", "36 ساعة"),
        (Language.ENGLISH, "730 days", "36 hours"),
    ],
)
def test_a_length_of_time_is_said_in_words_of_the_language(language, days, hours):
    said = words(language)
    assert said.lasting(timedelta(days=730)) == days
    assert said.lasting(timedelta(hours=36)) == hours


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


def _kept():
    """Sentences of ours with values, as they would be kept; of each shape the only one."""
    with (files("core") / "locale" / "en.po").open("rb") as file:
        found = [one.id for one in read_po(file) if isinstance(one.id, str)]
    shapes = Counter(re.sub(r"%\(\w+\)", "%()", one) for one in found)
    return [
        one
        for one in found
        # Two values that touch cannot be parted again.
        if re.match(r"[^%]{3,}%\(", one)
        and ")s%(" not in one
        and len(re.sub(r"%\(\w+\)s", "", one)) > 10
        and not re.search(r"%\(\w+\)[^s]", one)
        and shapes[re.sub(r"%\(\w+\)", "%()", one)] == 1
    ]


@pytest.mark.parametrize("language", SCREENS)
def test_a_sentence_that_was_kept_in_english_is_told_in_any_language(language):
    said = words(language)
    made = [
        worded(one, **{name: f"«{name}»x" for name in re.findall(r"%\((\w+)\)", one)})
        for one in _kept()
    ]
    assert len(made) > 100
    assert [one for one in made if said.retold(str(one)) != said.say(one)] == []


@pytest.mark.parametrize(
    "text",
    ["", "Event", "550 5.1.1 nobody", "Wait for the minister.", "Paused", "%(name)s %"],
)
def test_what_somebody_wrote_stays_as_it_is(text):
    assert words(Language.FRENCH).retold(text) == text


def test_a_reason_is_told_with_what_was_written_into_it():
    french = words(Language.FRENCH)
    assert french.retold(
        "It is 12 min late. Resume it to send it now, or stop it."
    ) == (
        "Il a 12 min de retard. Reprenez-le pour qu'il parte maintenant, ou arrêtez-le."
    )
    assert french.retold("Paused by Salma: la salle\na changé.") == (
        "Mis en pause par Salma\u202f: la salle\na changé."
    )
    assert french.retold(
        BadInput(
            worded("The backup cannot be written: %(why)s.", why="no room"),
            to="/srv/backups",
            mend=worded("Choose one of the list."),
        ).kept
    ) == (
        "/srv/backups: La sauvegarde ne peut pas être écrite\u202f: no room. "
        "Choisissez dans la liste."
    )
    assert french.retold("Paused by Salma.") == "Mis en pause par Salma."
    assert french.retold("settled by Salma") == "tranché par Salma"
    assert french.retold("Paused from the command line.") == (
        "Mis en pause depuis la ligne de commande."
    )


def test_several_sentences_that_were_kept_are_told_each():
    french = words(Language.FRENCH)
    ours = "The backup cannot be written: no room.\nChoose one of the list."
    said = "La sauvegarde ne peut pas être écrite\u202f: no room. Choisissez dans la liste."
    fault = "[Errno 5] Input/output error"
    assert french.retold(f"{ours}\n{fault}") == f"{said} {fault}"
    assert french.retold(f"{fault}\n{ours}") == f"{fault} {said}"


def test_a_sentence_in_a_sentence_is_told_too():
    kept = "The seed address a@b.test did not take it (the deadline passed). Look at it, then resume it or stop it."
    told = words(Language.FRENCH).retold(kept)
    assert "(l'échéance est passée)" in told


def test_a_name_in_a_sentence_stays_though_we_have_that_word_too():
    french = words(Language.FRENCH)
    assert french.say("Administrator") != "Administrator"
    for name in ("Administrator", "newsletters", "returned mail"):
        assert french.retold(f"settled by {name}") == f"tranché par {name}"
