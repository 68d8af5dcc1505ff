"""Files of each format -> Markdown, pictures, and what was dropped."""

import base64
import html
import shutil
import subprocess
import sys

import pytest
from docx import Document
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls
from hypothesis import given
from hypothesis import strategies as st
from release_makers import (
    a_png,
    a_source,
    a_word_file,
    an_archive,
    from_right_to_left,
)

from core.errors import BadInput
from distributor.releases.reading import docx, odt, page, pdf, program, text
from distributor.releases.reading.base import MOST_BYTES, Source, load
from distributor.releases.reading.markup import escaped, plain, to_markdown

needs_pandoc = pytest.mark.skipif(shutil.which("pandoc") is None, reason="needs pandoc")


def read_word(document, name="note.fr.docx"):
    return docx.Reader().read(a_source(document, name))


def whats(document):
    return [one.what for one in document.dropped]


def test_a_word_file_keeps_its_structure():
    document = Document()
    document.add_paragraph("Rencontre", style="Title")
    paragraph = document.add_paragraph("Le ministère ")
    paragraph.add_run("réunit").bold = True
    paragraph.add_run(" les ")
    paragraph.add_run("agences").italic = True
    paragraph.add_run(" à ")
    paragraph.add_run("Rabat").underline = True
    document.add_heading("Programme", 1)
    document.add_paragraph("Accueil", style="List Bullet")
    document.add_paragraph("Premier", style="List Number")
    document.add_paragraph("Une politique nouvelle.", style="Quote")
    found = read_word(document)
    assert found.text == (
        "# Rencontre\n\n"
        "Le ministère **réunit** les *agences* à *Rabat*\n\n"
        "## Programme\n\n"
        "- Accueil\n\n"
        "1. Premier\n\n"
        "> Une politique nouvelle.\n"
    )
    assert found.dropped == []


def test_a_table_is_kept_and_its_merged_cells_are_told():
    document = a_word_file()
    table = document.add_table(3, 3)
    for cell, said in zip(
        [cell for row in table.rows for cell in row.cells], "ABCDEFGHI", strict=True
    ):
        cell.text = said
    for cell in table.rows[0].cells:
        cell.paragraphs[0].runs[0].bold = True
    table.cell(1, 0).merge(table.cell(2, 0)).text = "a|b"
    table.cell(1, 1).merge(table.cell(1, 2)).text = "large"
    found = read_word(document)
    assert "| A | B | C |\n| --- | --- | --- |\n" in found.text
    assert "| a\\|b | large |  |\n|  | H | I |" in found.text
    (told,) = found.dropped
    assert told.what.startswith("Merged cells")
    assert told.place == "note.fr.docx, table 1"


def test_a_table_without_a_header_keeps_its_first_row_as_a_row():
    document = a_word_file()
    table = document.add_table(1, 2)
    table.cell(0, 0).text, table.cell(0, 1).text = "09:00", "Accueil"
    assert "|  |  |\n| --- | --- |\n| 09:00 | Accueil |" in read_word(document).text


def test_a_frame_around_a_text_is_no_table():
    document = a_word_file()
    document.add_table(1, 1).cell(0, 0).text = "Mercredi 5 décembre à 9 h"
    found = read_word(document)
    assert "|" not in found.text
    assert "Mercredi 5 décembre à 9 h" in found.text


def test_a_picture_of_a_word_file_keeps_what_it_shows(tmp_path):
    (tmp_path / "p.png").write_bytes(a_png())
    document = a_word_file("Texte.")
    document.add_picture(str(tmp_path / "p.png"))
    shown = document.paragraphs[-1]._p.xpath(".//wp:docPr")[0]
    shown.set("descr", "Le siège [à Rabat]")
    found = read_word(document)
    (picture,) = found.pictures
    assert picture.file_name == "note-fr-1.png"
    assert picture.content == a_png()
    assert picture.alternative == "Le siège [à Rabat]"
    assert "![Le siège à Rabat](note-fr-1.png)" in found.text


def test_arabic_paragraphs_are_kept_letter_for_letter():
    said = "تعقد الوزارة، يوم الأربعاء 5 دجنبر 2018 بالرباط، لقاء «الوكالات الحضرية»."
    document = Document()
    title = document.add_paragraph("لقاء الوكالات", style="Title")
    from_right_to_left(title)
    paragraph = document.add_paragraph(said)
    from_right_to_left(paragraph)
    bold = document.add_paragraph("")
    bold.add_run("بلاغ").bold = True
    bold.add_run(" صحفي")
    from_right_to_left(bold)
    found = read_word(document, "note.ar.docx")
    assert found.text == f"# لقاء الوكالات\n\n{said}\n\n**بلاغ** صحفي\n"
    assert found.dropped == []


def test_marks_that_turn_the_direction_are_taken_out():
    document = a_word_file("avant \u202egnp.elif\u202c après")
    assert "avant gnp.elif après" in read_word(document).text


def test_a_page_header_and_comments_are_told():
    document = a_word_file("Texte.")
    document.sections[0].header.paragraphs[0].text = "Royaume du Maroc N° 112/2018"
    document.sections[0].footer.paragraphs[0].text = "- 1 -"
    document.add_comment(
        document.paragraphs[1].runs, text="à revoir", author="A", initials="A"
    )
    found = read_word(document)
    assert whats(found) == [
        "Comments were dropped.",
        "The page header was dropped: «Royaume du Maroc N° 112/2018».",
    ]
    assert found.dropped[0].place == "note.fr.docx, paragraph 2"
    assert "revoir" not in found.text


def test_tracked_changes_are_accepted_and_told():
    document = a_word_file()
    paragraph = document.add_paragraph("Le ministère ")
    for kind, tag, said in (("del", "delText", "réunira"), ("ins", "t", "réunit")):
        paragraph._p.append(
            parse_xml(
                f'<w:{kind} {nsdecls("w")} w:id="1" w:author="A">'
                f"<w:r><w:{tag}>{said}</w:{tag}></w:r></w:{kind}>"
            )
        )
    found = read_word(document)
    assert "Le ministère réunit" in found.text
    assert "réunira" not in found.text
    assert whats(found) == ["Tracked changes were accepted."]


def test_a_text_box_becomes_a_paragraph_and_a_formula_is_told():
    document = a_word_file("avant")
    run = document.add_paragraph().add_run()
    run._r.append(
        parse_xml(
            f'<w:pict {nsdecls("w")} xmlns:v="urn:schemas-microsoft-com:vml"><v:shape>'
            "<v:textbox><w:txbxContent><w:p><w:r><w:t>encadré</w:t></w:r></w:p>"
            "</w:txbxContent></v:textbox></v:shape></w:pict>"
        )
    )
    math = "http://schemas.openxmlformats.org/officeDocument/2006/math"
    document.add_paragraph()._p.append(
        parse_xml(f'<m:oMath xmlns:m="{math}"><m:r><m:t>x</m:t></m:r></m:oMath>')
    )
    found = read_word(document)
    assert "encadré" in found.text
    assert any("text box" in what for what in whats(found))
    assert any("formula" in what for what in whats(found))


def test_words_that_no_reader_named_are_found_missing():
    document = a_word_file("avant")
    drawing = OxmlElement("w:unheard")
    drawing.append(parse_xml(f"<w:p {nsdecls('w')}><w:r><w:t>perdu</w:t></w:r></w:p>"))
    document.paragraphs[1].runs[0]._r.append(drawing)
    found = read_word(document)
    assert whats(found) == ["1 words of the file are not in the text: «perdu»."]


@needs_pandoc
def test_footnotes_stand_at_the_end_of_the_text(tmp_path):
    source = "# Titre\n\nTexte[^1] et suite[^2].\n\n[^1]: Première **note**.\n\n[^2]: Seconde.\n"
    for suffix, reader in ((".docx", docx.Reader()), (".odt", odt.Reader())):
        path = tmp_path / f"note.fr{suffix}"
        by_pandoc(source, path)
        found = reader.read(load(path))
        assert "Texte[1] et suite[2]." in found.text
        assert "[1] Première **note**.\n\n[2] Seconde." in found.text
        assert "](#" not in found.text


@needs_pandoc
def test_an_open_document_keeps_header_rows_and_what_pictures_show(tmp_path):
    (tmp_path / "p.png").write_bytes(a_png())
    path = tmp_path / "note.fr.odt"
    by_pandoc(
        "# Titre\n\nPara **gras** et *ital* [lien](https://a.ma).\n\n"
        "| heure | quoi |\n|---|---|\n| 9 h | accueil |\n\n- x\n- y\n\n"
        f"![Le siège]({tmp_path}/p.png)\n",
        path,
    )
    found = odt.Reader().read(load(path))
    assert "Para **gras** et *ital* [lien](https://a.ma)." in found.text
    assert "| heure | quoi |\n| --- | --- |\n| 9 h | accueil |" in found.text
    assert "- x\n- y" in found.text
    (picture,) = found.pictures
    assert picture.content == a_png()
    assert f"]({picture.file_name})" in found.text
    assert found.dropped == []


def by_pandoc(markdown, path):
    subprocess.run(
        ["pandoc", "-f", "markdown", "-o", path], input=markdown.encode(), check=True
    )


@pytest.mark.parametrize(
    ("reader", "name", "get"),
    [
        (odt.Reader(command=("no-such-pandoc",)), "note.fr.odt", "apt install pandoc"),
        (
            pdf.Reader(command=("no-such-pdftotext",)),
            "note.fr.pdf",
            "apt install poppler-utils",
        ),
    ],
)
def test_a_machine_without_the_converter_says_what_to_install(reader, name, get):
    content = (
        b"%PDF-1.4"
        if name.endswith("pdf")
        else an_archive({"content.xml": b"<a/>"}).content
    )
    with pytest.raises(BadInput, match="This machine has no") as caught:
        reader.read(Source(name=name, content=content))
    assert get in caught.value.mend
    assert caught.value.to == name


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("import time; time.sleep(60)", "within 0.3 seconds"),
        ("import sys; sys.exit(3)", "could not read the file."),
        ("while True: print('x' * 100000)", "could not read"),
    ],
)
def test_a_converter_is_stopped_when_it_hangs_fails_or_floods(code, said):
    with pytest.raises(BadInput, match=said):
        program.run(
            [sys.executable, "-c", code],
            Source(name="note.fr.odt", content=b""),
            b"",
            seconds=10 if "while" in code else 0.3 if "sleep" in code else 10,
            get="",
        )


def test_a_page_is_cleaned_and_what_it_loses_is_told():
    gif = base64.b64encode(b"GIF89a" + bytes(20)).decode()
    found = page.Reader().read(
        Source(
            name="note.fr.html",
            content=(
                "<html><head><title>Site</title><meta charset=windows-1252></head><body>"
                "<script>alert(1)</script><h1>Réunion</h1>"
                '<p onclick="x()">Texte <b>gras</b> <a href="javascript:x()">ici</a> '
                '<a href="https://a.ma/x">là</a></p><iframe src="https://b.ma"></iframe>'
                f'<img alt="siège" src="data:image/gif;base64,{gif}">'
                '<img src="https://c.ma/p.gif"></body></html>'
            ).encode("windows-1252"),
        )
    )
    assert found.text == (
        "# Réunion\n\nTexte **gras** ici [là](https://a.ma/x)\n\n![siège](note-fr-1.gif)\n"
    )
    assert [what.split(" was ")[0] for what in whats(found)] == [
        "A script",
        "A frame with another page",
        "A picture that lies outside the page",
    ]


def test_a_page_of_endless_depth_is_refused():
    for content in (b"<div>" * 5_000, b"<b>" * 300_000):
        with pytest.raises(BadInput, match=r"nested too deep|too many"):
            page.Reader().read(Source(name="note.fr.html", content=content))


def test_text_is_kept_as_written():
    written = "# Titre\r\n\r\n1 < 2 & *x*"
    found = text.Reader().read(Source(name="n.md", content=written.encode("utf-8-sig")))
    assert found.text == "# Titre\n\n1 < 2 & *x*"


def test_a_file_that_is_too_large_is_refused_unread(tmp_path):
    path = tmp_path / "note.fr.docx"
    with path.open("wb") as file:
        file.truncate(MOST_BYTES + 1)
    with pytest.raises(BadInput, match="larger than 20 MB") as caught:
        load(path)
    assert caught.value.to == "note.fr.docx"


words = st.text(
    st.sampled_from(list("abé  ..12*_`#>-+=[]()!\\&;<|~:/«»\"'بنص،؟")), max_size=14
)
pieces = st.lists(
    st.tuples(st.sampled_from(["", "strong", "em", "b", "i"]), words),
    min_size=1,
    max_size=4,
)
blocks = st.lists(
    st.tuples(st.sampled_from(["p", "h2", "li", "blockquote", "td", "br"]), pieces),
    max_size=3,
)


@given(blocks)
def test_whatever_signs_a_text_has_it_renders_to_the_same_words(written):
    page_text = "".join(_block(kind, parts) for kind, parts in written)
    found = to_markdown(page_text, pick=lambda *_: "no", place="f")
    assert not [what for what in whats(found) if "compare" in what]


def _block(kind, parts):
    inner = "".join(
        f"<{tag}>{html.escape(said)}</{tag}>" if tag else html.escape(said)
        for tag, said in parts
    )
    return {
        "li": f"<ul><li>{inner}</li></ul>",
        "td": f"<table><tr><td>{inner}</td><td>x</td></tr></table>",
        "br": f"<p>{inner}<br>{inner}</p>",
    }.get(kind, f"<{kind}>{inner}</{kind}>")


@given(words)
def test_plain_words_of_a_pdf_are_no_markdown(said):
    line = " ".join(said.split())
    assert "".join(plain(escaped(line)).split()) == "".join(line.split())
