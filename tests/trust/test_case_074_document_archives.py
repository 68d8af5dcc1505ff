"""Cases 67 and 74, their Word and OpenDocument part: hostile archives are refused unparsed."""

import io
import re
import tracemalloc
import zipfile

import pytest

from core.errors import BadInput
from distributor.releases.reading import docx, odt
from distributor.releases.reading.base import Source

LAUGHS = b'<!DOCTYPE l [<!ENTITY a "ha">' + b"".join(
    f'<!ENTITY {new} "{f"&{old};" * 10}">'.encode()
    for old, new in zip("abcdefgh", "bcdefghi", strict=True)
)
HOSTILE = {
    "laughs": LAUGHS + b"]><w>&i;</w>",
    "entity": b'<!DOCTYPE w [<!ENTITY x SYSTEM "file:///etc/passwd">]><w>&x;</w>',
    "type": b'<!DOCTYPE w SYSTEM "http://127.0.0.1:9/x.dtd"><w/>',
    "utf-16": '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE w []><w/>'.encode(
        "utf-16"
    ),
    "depth": b"<w>" * 100_000,
    "elements": b"<w>" + b"<a/>" * 300_000 + b"</w>",
}


def archive(parts):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in parts.items():
            made.writestr(name, content)
    return out.getvalue()


def refused(content):
    """Both readers refuse, in words that name the file, and in little memory."""
    tracemalloc.start()
    try:
        for reader, name in ((docx.Reader(), "n.fr.docx"), (odt.Reader(), "n.fr.odt")):
            with pytest.raises(BadInput) as caught:
                reader.read(Source(name=name, content=content))
            assert caught.value.to == name
            assert caught.value.mend
        assert tracemalloc.get_traced_memory()[1] < 50_000_000
    finally:
        tracemalloc.stop()
    return str(caught.value)


@pytest.mark.parametrize(
    "part", ["word/document.xml", "content.xml", "word/media/x.png"]
)
@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_xml_is_refused_in_whatever_part_it_hides(name, part):
    refused(archive({part: HOSTILE[name]}))


def test_a_bomb_is_refused_by_its_declared_size():
    content = archive({f"word/{n}.xml": bytes(11_000_000) for n in range(10)})
    assert len(content) < 200_000
    assert "100 MB" in refused(content)


def test_a_part_larger_than_it_declares_is_refused():
    content = bytearray(archive({"content.xml": b"<w>" + bytes(5_000) + b"</w>"}))
    # The size it unpacks to, in the archive's list: 24 bytes from the entry's start.
    at = content.rindex(b"PK\x01\x02") + 24
    content[at : at + 4] = (10).to_bytes(4, "little")
    refused(bytes(content))


def test_a_million_parts_are_refused_before_they_are_listed():
    content = bytearray(archive({f"{n}.xml": b"" for n in range(3_000)}))
    refused(bytes(content))
    at = content.rindex(b"PK\x05\x06") + 12
    content[at : at + 4] = (60_000_000).to_bytes(4, "little")
    assert "list of parts" in refused(bytes(content))


@pytest.mark.parametrize("name", ["../../etc/cron.d/x", "/etc/passwd", "a\\..\\b"])
def test_a_part_that_climbs_out_of_the_archive_is_refused(name):
    assert re.search("names that no", refused(archive({name: b"<a/>"})))


def test_what_is_no_archive_is_refused():
    for content in (b"", b"PK\x03\x04", b"%PDF-1.7", bytes(1_000)):
        refused(content)
