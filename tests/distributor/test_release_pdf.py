"""PDFs made by Chromium, read again by pdftotext."""

import shutil

import pytest
from browsers import chromium

from core.errors import BadInput
from distributor.releases.reading import pdf
from distributor.releases.reading.base import Source

LONG = "Dans le cadre du Programme gouvernemental pour la période 2016-2021, le ministère réunit les agences urbaines du Royaume. "
ARABIC = "تعقد الوزارة لقاء مع الوكالات الحضرية بالرباط يوم الأربعاء 5 دجنبر 2018. "


@pytest.mark.browser
def test_a_pdf_gives_its_paragraphs_and_its_arabic_in_reading_order():
    page = (
        f"<meta charset=utf-8><h1>Rencontre</h1><p>{LONG * 3}</p><p>Une ligne.</p>"
        f'<p lang="ar" dir="rtl">{ARABIC * 3}</p>'
    )
    found = pdf.Reader().read(a_pdf(page))
    french, arabic = LONG.strip(), ARABIC.strip()
    assert found.text.split("\n\n")[:3] == [
        "Rencontre",
        " ".join([french] * 3),
        "Une ligne.",
    ]
    assert " ".join([arabic] * 3) in found.text
    assert not set("\u202a\u202b\u202c\u202d\u202e") & set(found.text)
    assert "Formatting, tables, pictures" in found.dropped[0].what


@pytest.mark.browser
def test_a_scan_without_text_asks_for_the_document_it_was_made_from():
    with pytest.raises(BadInput, match="no text") as caught:
        pdf.Reader().read(a_pdf('<div style="width:9cm;height:9cm;background:red">'))
    assert "--signed" in caught.value.mend


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="needs poppler")
def test_a_damaged_pdf_is_refused_by_name():
    with pytest.raises(BadInput, match="could not read") as caught:
        pdf.Reader().read(Source(name="note.fr.pdf", content=b"%PDF-1.7\nnothing"))
    assert caught.value.to == "note.fr.pdf"


def test_another_file_called_pdf_is_refused():
    with pytest.raises(BadInput, match="not a PDF"):
        pdf.Reader().read(Source(name="note.fr.pdf", content=b"PK\x03\x04"))


def a_pdf(page):
    with chromium() as browser:
        shown = browser.new_page()
        shown.set_content(page)
        content = shown.pdf()
    return Source(name="note.fr.pdf", content=content)
