import re
import subprocess
from io import BytesIO
from itertools import chain
from shutil import which

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from laid_out import (
    ARABIC,
    HOSTILE,
    SPOKEN,
    WHEN,
    a_document,
    a_grid,
    an_entry,
    of_every_kind,
)
from pypdf import PdfReader

from core.reporting.document import Heading, Paragraph, Run
from core.reporting.formats.pdf import draw


def read(document):
    return PdfReader(BytesIO(draw(document, made_at=WHEN)))


def text_of(reader):
    """All words, without what only guides them; a line's end is a space."""
    pages = " ".join(page.extract_text() for page in reader.pages)
    return re.sub(r"\s+", " ", re.sub("[\u2066-\u2069\u200b\u200f]", "", pages))


def titles(outline):
    for one in outline:
        if isinstance(one, list):
            yield from titles(one)
        else:
            yield one.title


@pytest.mark.parametrize("spoken", SPOKEN)
def test_a_page_has_every_number_and_title(spoken):
    text = text_of(read(of_every_kind(spoken)))
    for said in ("4321", "87", "41", "7001", "7002", "30 mesures", "231", "Médias24"):
        assert said in text


@pytest.mark.parametrize("spoken", SPOKEN)
def test_a_file_is_tagged_titled_and_names_its_language(spoken):
    reader = read(of_every_kind(spoken))
    root = reader.trailer["/Root"]
    assert root["/StructTreeRoot"] is not None
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == SPOKEN[spoken][0].value
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert reader.metadata.title == "Revue de presse nº 231"
    assert reader.metadata.author == "Ministère de l’Urbanisme"
    assert "pdfuaid" in root["/Metadata"].get_data().decode()


def test_headings_are_bookmarks():
    found = list(titles(read(of_every_kind()).outline))
    assert found == [
        "Revue de presse nº 231",
        "L’essentiel",
        "Nos communiqués",
        "Par titre",
        "Tableau",
    ]


def figures(element):
    """The structure elements below *element* that are figures."""
    element = element.get_object()
    if not isinstance(element, dict):
        return []
    found = [element] if element.get("/S") == "/Figure" else []
    kids = element.get("/K", [])
    kids = kids if isinstance(kids, list) else [kids]
    return found + list(chain.from_iterable(figures(kid) for kid in kids))


def test_a_picture_tells_those_who_do_not_see_it_what_it_shows():
    reader = read(of_every_kind())
    told = [one["/Alt"] for one in figures(reader.trailer["/Root"]["/StructTreeRoot"])]
    assert told == ["24 en tout ; le plus grand : Médias24, 15.", "140 en tout."]


def test_the_same_document_made_at_the_same_time_is_the_same_bytes():
    document = of_every_kind("bilingual")
    assert draw(document, made_at=WHEN) == draw(document, made_at=WHEN)


def test_a_file_was_made_when_its_report_was():
    assert read(a_document()).metadata.creation_date == WHEN


def test_every_font_comes_with_the_file_and_from_our_wheels():
    fonts = set()
    for page in read(of_every_kind("bilingual")).pages:
        for font in page["/Resources"].get("/Font", {}).values():
            name = font.get_object()["/BaseFont"].partition("+")[2]
            fonts.add(name.partition("-")[0])
    assert fonts <= {"IBMPlexSans", "IBMPlexSansArabic", "DejaVuSans"}


def test_a_section_can_begin_a_page():
    reader = read(of_every_kind())
    assert "Nos communiqués" not in reader.pages[0].extract_text()
    assert "Nos communiqués" in reader.pages[1].extract_text()


@pytest.mark.parametrize(
    ("spoken", "said"), [("fr", "Page 1"), ("ar", "1"), ("bilingual", "Page 1")]
)
def test_a_page_says_its_number(spoken, said):
    assert said in read(a_document(an_entry(1), spoken=spoken)).pages[0].extract_text()


def test_a_table_repeats_its_head_on_every_page():
    rows = [(f"titre {n}", None, str(n)) for n in range(200)]
    reader = read(a_document(a_grid(*rows)))
    assert len(reader.pages) > 2
    for page in reader.pages:
        assert "Titre de presse" in page.extract_text()


def test_a_very_long_title_is_shown_to_its_end():
    title = "mot " * 149 + "fin."
    assert "fin." in text_of(read(a_document(an_entry(1, title), title=title)))


def test_a_very_long_address_stays_between_the_margins():
    address = "https://media.test/" + "a" * 400
    reader = read(a_document(Paragraph(runs=[Run(text=address)])))
    ends = []
    reader.pages[0].extract_text(
        visitor_text=lambda text, _cm, tm, _font, size: ends.append(
            tm[4] + len(text) * size * 0.4
        )
    )
    assert address in text_of(reader).replace(" ", "")
    assert max(ends) < 595


def test_an_outlet_with_an_arabic_name_stands_in_a_french_table():
    reader = read(a_document(a_grid(("صدى الأطلس", ARABIC, "7"), ("MAP", None, "3"))))
    assert len(reader.pages) == 1
    assert "MAP" in text_of(reader)


@pytest.mark.skipif(which("pdftotext") is None, reason="needs poppler's pdftotext")
def test_arabic_words_are_read_in_their_order():
    document = a_document(
        an_entry(1, "الوزيرة تدعو إلى Agences urbaines بالرباط", ARABIC), spoken="ar"
    )
    done = subprocess.run(
        ["pdftotext", "-", "-"],
        input=draw(document, made_at=WHEN),
        capture_output=True,
        check=True,
    )
    text = done.stdout.decode()
    # Poppler takes the two letters of a ligature, such as lam and alif, in their wrong order.
    found = [text.index(word) for word in ("تدعو", "Agences urbaines", "بالرباط")]
    assert found == sorted(found)


def test_a_document_of_nothing_is_one_page():
    assert len(read(a_document()).pages) == 1


def test_a_thousand_entries_are_all_there():
    entries = [an_entry(n, f"Titre numéro {n}.") for n in range(1, 1_001)]
    reader = read(a_document(Heading(level=1, runs=[Run(text="x")]), *entries))
    text = text_of(reader)
    assert all(f"Titre numéro {n}." in text for n in range(1, 1_001))


@pytest.mark.parametrize("text", HOSTILE)
def test_text_of_others_is_shown_and_never_obeyed(text):
    reader = read(
        a_document(
            Heading(level=1, runs=[Run(text=text)]),
            an_entry(1, text, excerpt=text, why=[Run(text=text)]),
            a_grid((text, None, text)),
            title=text,
        )
    )
    assert text_of(reader).count(text) >= 5
    assert reader.metadata.title == text


def test_a_bidi_override_turns_nothing_around():
    said = text_of(read(a_document(Paragraph(runs=[Run(text="a\u202etxt.exe b")]))))
    assert "atxt.exe b" in said


@pytest.mark.parametrize(
    "text",
    [
        "a\x00b",
        "a\ud800b",
        "a\x7fb",
        "\ufffe",
        "漢字 🙂",
        "a\u0363b",
        "\ue000",
        "a\xad",
    ],
)
def test_signs_that_no_font_has_do_not_stop_the_press(text):
    assert len(read(a_document(an_entry(1, text), title=text)).pages) == 1


@settings(max_examples=30, deadline=None)
@given(st.text(st.characters(codec=None, categories=None), max_size=60))
def test_any_text_makes_a_page(text):
    document = a_document(
        an_entry(1, text, excerpt=text), a_grid((text, ARABIC, text)), title=text
    )
    assert draw(document, made_at=WHEN).startswith(b"%PDF")
