"""Reads back what each format wrote, as a reader's program would: the words that are seen.

A new format needs an entry in `READERS`, and has then every contract to keep.
"""

import csv
import json
import re
from html import unescape
from io import BytesIO, StringIO
from zipfile import ZipFile

from lxml import etree, html
from pypdf import PdfReader
from python_calamine import CalamineWorkbook

# What guides words and is not seen; a line's end is a space.
_UNSEEN = re.compile("[\u200b\u200e\u200f\u2066-\u2069]")
_SAFE = etree.XMLParser(resolve_entities=False)


def seen(text):
    return re.sub(r"\s+", " ", _UNSEEN.sub("", text))


def text_of(name, content):
    """Everything the format *name* says in *content*, in one line."""
    return seen(READERS[name](content))


def sheets(content):
    """The rows of each sheet by its name, the head first."""
    book = CalamineWorkbook.from_filelike(BytesIO(content))
    return {
        name: book.get_sheet_by_name(name).to_python(skip_empty_area=False)
        for name in book.sheet_names
    }


def cells(content):
    """The rows of a CSV table, the head first."""
    text = content.decode("utf-8-sig")
    delimiter = ";" if text.partition("\r\n")[0].count(";") else ","
    return list(csv.reader(StringIO(text, newline=""), delimiter=delimiter))


def channel(content):
    return etree.fromstring(content, _SAFE).find("channel")


def _html(content):
    page = html.document_fromstring(content)
    for hidden in page.xpath("//style | //script"):
        hidden.drop_tree()
    return "\n".join(page.itertext())


def _json(content):
    def values(value):
        if isinstance(value, dict):
            value = list(value.values())
        if isinstance(value, list):
            return "\n".join(values(one) for one in value)
        return str(value)

    return values(json.loads(content))


def _csv(content):
    return "\n".join(cell for row in cells(content) for cell in row)


def _rss(content):
    said = "\n".join(channel(content).itertext())
    return unescape(re.sub(r"</?p[^>]*>", "\n", said))


def _xlsx(content):
    return "\n".join(
        f"{cell:.17g}" if isinstance(cell, float) else str(cell)
        for rows in sheets(content).values()
        for row in rows
        for cell in row
    )


def _docx(content):
    """Each paragraph of its own, as the words of its runs."""
    found = []
    with ZipFile(BytesIO(content)) as packed:
        for part in packed.namelist():
            if re.fullmatch(r"word/(document|header\d*|footer\d*)\.xml", part):
                root = etree.fromstring(packed.read(part), _SAFE)
                space = root.nsmap["w"]
                for paragraph in root.iter(f"{{{space}}}p"):
                    texts = paragraph.iter(f"{{{space}}}t")
                    found.append("".join(text.text or "" for text in texts))
    return "\n".join(found)


def _pdf(content):
    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages)


READERS = {
    "html": _html,
    "json": _json,
    "csv": _csv,
    "rss": _rss,
    "xlsx": _xlsx,
    "docx": _docx,
    "pdf": _pdf,
}
