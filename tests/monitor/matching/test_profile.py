"""An imported release is cut into what is news and what is always there."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st
from matching_makers import vaccination

from core.text.tokens import words
from monitor.matching.clues import clues
from monitor.matching.profile import cut, part, version_text


def test_kicker_dateline_standing_text_and_contact_are_no_paragraphs():
    version = vaccination().versions["fr"]
    assert version.kicker == "COMMUNIQUÉ DE PRESSE"
    assert version.dateline == "Rabat, le 10 mars 2025"
    assert len(version.paragraphs) == 3
    assert version.boilerplate.startswith("À propos du ministère")
    assert version.contact.startswith("Contact presse")


def test_markdown_signs_and_a_repeated_title_are_left_out():
    body = "# Le titre\n\nUn **mot** et un [lien](https://x.test).\n\n- un point"
    version = version_text("fr", "Le titre", body)
    assert list(version.paragraphs) == ["Un mot et un lien.", "un point"]


def test_years_and_amounts_do_not_make_a_contact_block():
    news = "Le contrat couvre 2020-2022 pour 310 millions de dirhams."
    assert cut("fr", "Titre", ["Premier alinéa.", news]).contact == ""


def test_an_arabic_telephone_line_is_the_contact():
    version = cut("ar", "عنوان", ["فقرة أولى.", "وزارة كذا\nالهاتف: 05 37 00 00 00"])
    assert version.contact.endswith("05 37 00 00 00")


def test_the_name_that_heads_the_contact_block_has_no_weight():
    name = "Office des forêts et des parcs du Nord"
    version = cut(
        "fr", "Titre", [f"{name} plante des cèdres.", f"{name}\nTél. 05 37 00 00 00"]
    )
    known = part(version, [])
    every = [*words(version.text), *words(version.contact)]
    weighed = {word for word, news in zip(every, known.news, strict=True) if news}
    assert "cedres" in weighed
    assert "forets" not in weighed


def test_the_days_of_the_event_are_read_from_the_text_when_nobody_gave_them():
    found = clues(replace(vaccination(), event_days=()))
    assert [day.isoformat() for day in found.days] == ["2025-03-17"]


@given(st.text(), st.text())
def test_any_markdown_can_be_cut(title, body):
    version = version_text("fr", title, body)
    assert version.text.startswith(version.title)
