"""Makers of real release files: Word by python-docx, archives by hand, pictures by zlib."""

import io
import struct
import zipfile
import zlib

from docx import Document
from docx.oxml import OxmlElement

from distributor.releases.reading.base import Source

PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\nstartxref\n9\n%%EOF\n"
CONTENT_TYPES = b"""<?xml version="1.0" encoding="UTF-8"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Default Extension="xml" ContentType="application/xml"/>
</Types>"""
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def a_png():
    def chunk(kind, data):
        sum_ = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + sum_

    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", struct.pack(">IIBBBBB", 2, 2, 8, 2, 0, 0, 0))
        + chunk(b"IDAT", zlib.compress((b"\x00" + b"\xff\x00\x00" * 2) * 2))
        + chunk(b"IEND", b"")
    )


def a_source(document, name="note.fr.docx"):
    """What python-docx holds, as a file that was read."""
    out = io.BytesIO()
    document.save(out)
    return Source(name=name, content=out.getvalue())


def a_word_file(*paragraphs):
    document = Document()
    document.add_heading("Rencontre", 1)
    for text in paragraphs:
        document.add_paragraph(text)
    return document


def from_right_to_left(paragraph):
    paragraph._p.get_or_add_pPr().append(OxmlElement("w:bidi"))
    for run in paragraph.runs:
        run._r.get_or_add_rPr().append(OxmlElement("w:rtl"))


def an_archive(parts, name="note.fr.docx", **packed):
    """A .docx of *parts* by name; missing ones are made."""
    body = f'<w:document xmlns:w="{WORD}"><w:body><w:p><w:r><w:t>Titre</w:t></w:r></w:p></w:body></w:document>'
    given = {
        "[Content_Types].xml": CONTENT_TYPES,
        "word/document.xml": body.encode(),
    } | parts
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", packed.get("by", zipfile.ZIP_DEFLATED)) as made:
        for part, content in given.items():
            made.writestr(part, content)
    return Source(name=name, content=out.getvalue())
