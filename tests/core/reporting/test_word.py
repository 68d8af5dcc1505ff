from io import BytesIO

import docx
import pytest
from docx.oxml.ns import qn
from hypothesis import given, settings
from hypothesis import strategies as st
from laid_out import (
    ARABIC,
    FRENCH,
    HOSTILE,
    SPOKEN,
    WHEN,
    a_document,
    a_grid,
    an_entry,
    of_every_kind,
)

from core.reporting.document import Heading, Paragraph, Run
from core.reporting.word import word_file


def read(document):
    return docx.Document(BytesIO(word_file(document, made_at=WHEN)))


def all_text(word):
    return "\n".join(one.text or "" for one in word.element.iter(qn("w:t")))


def has(paragraph, name):
    return paragraph._p.find(f".//{qn(name)}") is not None


@pytest.mark.parametrize("spoken", SPOKEN)
def test_a_file_has_every_number_and_title(spoken):
    text = all_text(read(of_every_kind(spoken)))
    for said in ("4321", "87", "41", "7001", "7002", "30 mesures", "231", "Médias24"):
        assert said in text


def test_headings_are_words_own():
    word = read(of_every_kind())
    found = [
        (one.style.name, one.text)
        for one in word.paragraphs
        if one.style.name.startswith("Heading")
    ]
    assert found[:2] == [
        ("Heading 1", "Revue de presse nº 231"),
        ("Heading 2", "L’essentiel"),
    ]


def test_a_file_says_what_it_is():
    about = read(a_document(title="x" * 600)).core_properties
    assert about.title == "x" * 255
    assert about.author == "Ministère de l’Urbanisme"
    assert about.language == "fr"
    assert about.created == WHEN


def test_an_arabic_paragraph_runs_from_the_right_in_any_document():
    word = read(
        a_document(
            Paragraph(runs=[Run(text="نص")], language=ARABIC),
            Paragraph(runs=[Run(text="texte")]),
        )
    )
    arabic, french = word.paragraphs
    assert has(arabic, "w:bidi")
    assert has(arabic, "w:rtl")
    assert not has(french, "w:bidi")
    assert arabic._p.find(f".//{qn('w:lang')}").get(qn("w:bidi")) == "ar-MA"


def test_a_french_word_in_an_arabic_line_is_a_run_of_its_own():
    word = read(
        a_document(
            Paragraph(
                runs=[
                    Run(text="صدى"),
                    Run(text=" · "),
                    Run(text="Le Matin", language=FRENCH),
                ],
                language=ARABIC,
            ),
            spoken="ar",
        )
    )
    found = [
        (one.text, one.find(f".//{qn('w:rtl')}") is not None)
        for one in word.paragraphs[0]._p.iter(qn("w:r"))
    ]
    assert found == [("صدى", True), (" · ", True), ("Le Matin", False)]


def test_an_isolated_name_is_a_run_by_its_own_script():
    word = read(
        a_document(Paragraph(runs=[Run(text="texte de \u2068صدى\u2069, hier")]))
    )
    found = [
        (one.text, one.find(f".//{qn('w:rtl')}") is not None)
        for one in word.paragraphs[0]._p.iter(qn("w:r"))
    ]
    assert found == [("texte de ", False), ("صدى", True), (", hier", False)]


def test_a_table_repeats_its_head_and_turns_with_the_document():
    def table(spoken):
        return read(a_document(a_grid(("MAP", None, "7")), spoken=spoken)).tables[0]

    french, arabic = table("fr"), table("ar")
    assert french.rows[0]._tr.find(f".//{qn('w:tblHeader')}") is not None
    assert french._tbl.tblPr.find(qn("w:bidiVisual")) is None
    assert arabic._tbl.tblPr.find(qn("w:bidiVisual")) is not None


def test_only_web_addresses_and_places_of_the_document_are_linked():
    word = read(
        a_document(
            an_entry(1),
            Paragraph(
                runs=[
                    Run(text="a", href="#line-1"),
                    Run(text="b", href="#line-9"),
                    Run(text="c", href="javascript:alert(1)"),
                ]
            ),
        )
    )
    links = list(word.element.iter(qn("w:hyperlink")))
    places = {one.get(qn("w:name")) for one in word.element.iter(qn("w:bookmarkStart"))}
    outside = [one.target_ref for one in word.part.rels.values() if one.is_external]
    assert len(links) == 2
    assert {one.get(qn("w:anchor")) for one in links} - {None} <= places
    assert outside == ["https://media.test/1"]


def test_a_picture_tells_those_who_do_not_see_it_what_it_shows():
    word = read(of_every_kind())
    told = [one.get("descr") for one in word.element.iter(qn("wp:docPr"))]
    assert told == ["24 en tout ; le plus grand : Médias24, 15.", "140 en tout."]


def test_a_printed_sentence_is_shaded_and_counted():
    word = read(of_every_kind())
    shaded = next(one for one in word.paragraphs if one.text.startswith("جملة أولى."))
    grounds = [one.get(qn("w:fill")) for one in shaded._p.iter(qn("w:shd"))]
    assert grounds == ["679E9A"]
    assert "3" in shaded.text


def test_the_same_document_made_at_the_same_time_is_the_same_bytes():
    document = of_every_kind("bilingual")
    assert word_file(document, made_at=WHEN) == word_file(document, made_at=WHEN)


def test_the_foot_counts_the_pages():
    foot = read(a_document()).sections[0].footer
    fields = [one.get(qn("w:instr")) for one in foot._element.iter(qn("w:fldSimple"))]
    assert fields == ["PAGE", "NUMPAGES"]


ORDER = ["rFonts", "b", "bCs", "color", "sz", "szCs", "shd", "vertAlign", "rtl", "lang"]


@pytest.mark.parametrize("spoken", SPOKEN)
def test_the_properties_of_runs_stand_in_words_order(spoken):
    word = read(of_every_kind(spoken))
    for root in (word.element, word.styles.element):
        for properties in root.iter(qn("w:rPr")):
            names = [one.tag.rpartition("}")[2] for one in properties]
            known = [ORDER.index(name) for name in names if name in ORDER]
            assert known == sorted(known)
            assert len(names) == len(set(names))


def test_a_section_can_begin_a_page():
    word = read(a_document(Heading(level=2, runs=[Run(text="x")], on_new_page=True)))
    assert word.paragraphs[0].paragraph_format.page_break_before


def test_a_thousand_entries_are_all_there():
    word = read(a_document(*(an_entry(n, f"Titre {n}.") for n in range(1, 1_001))))
    text = all_text(word)
    assert all(f"Titre {n}." in text for n in range(1, 1_001))


@pytest.mark.parametrize("text", HOSTILE)
def test_text_of_others_is_only_text(text):
    word = read(
        a_document(
            an_entry(1, text, excerpt=text), a_grid((text, None, text)), title=text
        )
    )
    assert all_text(word).count(text) == 4


@settings(max_examples=30, deadline=None)
@given(st.text(st.characters(codec=None, categories=None), max_size=60))
def test_any_text_makes_a_file(text):
    document = a_document(
        an_entry(1, text, excerpt=text), a_grid((text, ARABIC, text)), title=text
    )
    assert read(document).paragraphs
