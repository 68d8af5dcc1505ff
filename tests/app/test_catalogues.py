"""Every sentence is said in every language."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from core.values import SCREENS

ROOT = Path(__file__).parents[2]
LOCALE = ROOT / "core" / "locale"
COUNTED = re.compile(r"%\(num\)s (\S+?)[،.]?(?: |$)")
PLACE = re.compile(r"%\(\w+\)s|\{\w+\}")


def catalogue(language):
    with (LOCALE / f"{language}.po").open("rb") as file:
        return read_po(file, locale=str(language))


@pytest.fixture(scope="module")
def said_in_the_tree(tmp_path_factory):
    """What the extraction of `make translations` finds."""
    found = tmp_path_factory.mktemp("said") / "parution.pot"
    subprocess.run(
        [
            Path(sys.executable).with_name("pybabel"),
            "-q",
            "extract",
            "-k",
            "worded",
            "-F",
            "core/locale/babel.cfg",
            "-o",
            found,
            ".",
        ],
        cwd=ROOT,
        check=True,
    )
    with found.open("rb") as file:
        return {name(message) for message in read_po(file) if message.id}


MARKS = {"_", "N_", "gettext", "ngettext", "worded"}


def test_the_extraction_finds_whatever_is_marked(said_in_the_tree):
    """It does not look everywhere: what stands in a string that is formatted is passed over."""
    marked = {
        call.args[0].value
        for part in ("app", "core", "distributor", "monitor")
        for path in (ROOT / part).rglob("*.py")
        for call in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(call, ast.Call)
        and getattr(call.func, "id", getattr(call.func, "attr", "")) in MARKS
        and call.args
        and isinstance(call.args[0], ast.Constant)
    }
    assert len(marked) > 100
    assert marked - said_in_the_tree == set()


def name(message):
    return message.id if isinstance(message.id, str) else message.id[0]


@pytest.mark.parametrize("language", SCREENS)
def test_every_sentence_of_the_tree_is_in_the_catalogue(language, said_in_the_tree):
    assert len(said_in_the_tree) > 100
    assert (
        said_in_the_tree - {name(message) for message in catalogue(language)} == set()
    )


@pytest.mark.parametrize("language", SCREENS)
def test_every_message_is_translated_in_all_its_forms(language):
    read = catalogue(language)
    left = [
        message.id
        for message in read
        if message.id
        and not all(
            message.string
            if isinstance(message.string, tuple | list)
            else [message.string]
        )
    ]
    assert left == []
    plurals = [message for message in read if isinstance(message.id, tuple)]
    assert {len(message.string) for message in plurals} == {read.num_plurals}


@pytest.mark.parametrize("language", SCREENS)
def test_a_translation_keeps_the_places_of_its_sentence(language):
    for message in catalogue(language):
        if not message.id or isinstance(message.id, tuple):
            continue
        assert sorted(PLACE.findall(message.string)) == sorted(
            PLACE.findall(message.id)
        ), message.id


@pytest.mark.parametrize("language", SCREENS)
def test_every_plural_form_keeps_the_places_of_its_sentence(language):
    plurals = [
        message for message in catalogue(language) if isinstance(message.id, tuple)
    ]
    assert plurals
    for message in plurals:
        places = set(PLACE.findall(message.id[1]))
        for form in message.string:
            assert set(PLACE.findall(form)) == places, (message.id, form)


def test_arabic_counts_from_even_hundreds_and_from_eleven_on_in_their_own_cases():
    """A hundred مقال, and eleven مقالا; a feminine noun is the same after both."""
    for message in catalogue("ar"):
        # Where the number stands apart, no word is counted by it.
        if isinstance(message.id, tuple) and "%(num)s" in message.id[1]:
            hundred, eleven = (COUNTED.search(form)[1] for form in message.string[4:])
            assert eleven in {hundred, hundred + "ا"}, message.id


def test_french_signs_are_not_parted_from_their_word():
    """A line may break at a plain space, and leave a colon alone at its start."""
    parted = re.compile(r" [:;?!»](?=[\s.,)]|$)|« ")
    found = [
        said
        for message in catalogue("fr")
        for said in (
            [message.string] if isinstance(message.string, str) else message.string
        )
        if parted.search(said)
    ]
    assert found == []
