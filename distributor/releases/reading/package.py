"""Opens .docx and .odt packages, which are archives of XML, without trusting them.

Sizes are looked at before anything is unpacked, and every part that looks like XML is
walked once, so that no document type, no bomb and no endless nesting reaches a parser
that builds a tree.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Callable, Sequence
from typing import Final
from xml.parsers import expat

from core.errors import BadInput
from core.wording import Worded, worded
from distributor.releases.reading.base import Source

# Of everything unpacked. A press kit of 60 pages with pictures stays below 30 MB.
_MOST_UNPACKED: Final = 100_000_000
_MOST_PARTS: Final = 2_000
# The list of parts is read into memory before we can count it.
_MOST_LISTED_BYTES: Final = 1_000_000
# Of all XML parts together. Thirty pages have about 20,000 elements in 1 MB; a tree takes
# about 2 KB for each.
_MOST_XML_BYTES: Final = 20_000_000
_MOST_ELEMENTS: Final = 200_000
_DEEPEST: Final = 100
_END_OF_LIST = b"PK\x05\x06"
_LARGE_LIST = b"PK\x06\x07"
_TAIL = 66_000
_PACKED = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
_BEFORE_XML = b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n"

Seen = Callable[[str], None]


def open_package(source: Source) -> zipfile.ZipFile:
    """Open an archive whose declared sizes are bounded. Raises BadInput."""
    _list_is_small(source)
    try:
        package = zipfile.ZipFile(io.BytesIO(source.content))
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise broken(source) from error
    parts = package.infolist()
    if len(parts) > _MOST_PARTS:
        raise _too_large(
            source,
            worded(
                "The file is too large to be read: it has %(count)s parts.",
                count=len(parts),
            ),
        )
    if sum(part.file_size for part in parts) > _MOST_UNPACKED:
        raise _too_large(
            source,
            worded(
                "The file is too large to be read: unpacked, it is larger than 100 MB."
            ),
        )
    names = [part.filename for part in parts]
    if len(set(names)) != len(names) or not all(_plain_name(name) for name in names):
        raise source.refused(
            worded("The file's parts have names that no word processor gives."),
            worded(
                "Open it in a word processor, save it again under another name, and import that."
            ),
        )
    if any(part.compress_type not in _PACKED for part in parts):
        raise broken(source)
    if any(part.flag_bits & 1 for part in parts):
        raise source.refused(
            worded("The file is protected by a password."),
            worded("Save it without a password, and import that."),
        )
    return package


def walk(source: Source, package: zipfile.ZipFile) -> None:
    """Walk every part that may be read as XML. Raises BadInput for a hostile one."""
    elements = size = 0

    def count(_: str) -> None:
        nonlocal elements
        elements += 1
        if elements > _MOST_ELEMENTS:
            raise _too_large(
                source,
                worded(
                    "The file is too large to be read: its text has too many elements."
                ),
            )

    for name in package.namelist():
        content = part(source, package, name)
        if content.lstrip(_BEFORE_XML)[:1] != b"<":
            continue
        size += len(content)
        if size > _MOST_XML_BYTES:
            raise _too_large(
                source,
                worded(
                    "The file is too large to be read: its text is larger than 20 MB."
                ),
            )
        walk_part(source, content, starts=count)


def part(source: Source, package: zipfile.ZipFile, name: str) -> bytes:
    """Unpack one part; no more than it declared comes out. Raises BadInput."""
    try:
        return package.read(name)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError) as error:
        raise broken(source) from error


def walk_part(
    source: Source,
    content: bytes,
    *,
    starts: Seen,
    ends: Seen = lambda _: None,
    says: Seen = lambda _: None,
) -> None:
    """Tell the local name of each element as it starts and ends, and each piece of text."""
    depth = 0

    def start(name: str, _: Sequence[str]) -> None:
        nonlocal depth
        depth += 1
        if depth > _DEEPEST:
            raise _too_large(
                source,
                worded(
                    "The file is too large to be read: its elements are nested too deep."
                ),
            )
        starts(name.rpartition(":")[2])

    def end(name: str) -> None:
        nonlocal depth
        depth -= 1
        ends(name.rpartition(":")[2])

    def document_type(*_: object) -> None:
        raise source.refused(
            worded(
                "The file declares a document type, which no word processor writes."
            ),
            worded("Do not open it; ask its sender for another file."),
        )

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = says
    parser.StartDoctypeDeclHandler = document_type
    try:
        parser.Parse(content, True)
    except expat.ExpatError as error:
        raise broken(source) from error


def _list_is_small(source: Source) -> None:
    """Look at the end of the archive, where the size of its list of parts is declared."""
    tail = source.content[-_TAIL:]
    ends = [found.start() for found in re.finditer(re.escape(_END_OF_LIST), tail)]
    if _LARGE_LIST in tail:
        raise _too_large(
            source,
            worded("The file is too large to be read: its list of parts is too long."),
        )
    for at in ends:
        declared = int.from_bytes(tail[at + 12 : at + 16], "little")
        if declared > _MOST_LISTED_BYTES:
            raise _too_large(
                source,
                worded(
                    "The file is too large to be read: its list of parts is too long."
                ),
            )


def _plain_name(name: str) -> bool:
    return not name.startswith("/") and "\\" not in name and ".." not in name.split("/")


def broken(source: Source) -> BadInput:
    return source.refused(
        worded("The file is damaged, or is not what its name says."),
        worded("Open it in a word processor, save it again, and import that."),
    )


def _too_large(source: Source, why: Worded) -> BadInput:
    return source.refused(
        why,
        worded(
            "Take its pictures and attached objects out, or copy its text into a new file."
        ),
    )
