"""Documents that do something when they are opened: PDFs with scripts, packages with macros.

Mail servers of newsrooms refuse them, and whoever opens one must trust us more than need be.
"""

import re
import zipfile
import zlib
from collections.abc import Iterator
from io import BytesIO
from typing import Final

from core.errors import BadInput
from core.wording import worded
from distributor.releases import media

# What a name of PDF (ISO 32000) makes a reader do beyond showing pages.
_DOES: Final = re.compile(
    rb"/(JavaScript|JS|Launch|RichMedia|EmbeddedFiles?|XFA|SubmitForm|ImportData)(?=[\s(<>\[/])"
)
# Packed bytes may read like anything.
_WITHIN: Final = re.compile(rb"stream\r?\n.*?endstream", re.DOTALL)
_ESCAPED: Final = re.compile(rb"#([0-9A-Fa-f]{2})")
_STREAM: Final = re.compile(rb"/ObjStm\b.{0,400}?stream\r?\n", re.DOTALL)
# Of all of them together: what says more is none that a person wrote.
_MOST_UNPACKED: Final = 50_000_000
_MACROS: Final = re.compile(
    r"(^|/)(vbaProject\.bin|Basic/.*|Scripts/.*)$", re.IGNORECASE
)
# What a package of each family cannot be without.
_MARKS: Final = ("[Content_Types].xml", "mimetype")


def refuse(content: bytes, media_type: str, *, name: str) -> None:
    """Raises BadInput for a document that is more than one."""
    if media_type == media.PDF:
        _refuse_pdf(content, name)
    elif content.startswith(b"PK"):
        _refuse_package(content, name)


def _refuse_pdf(content: bytes, name: str) -> None:
    for part in _parts(content):
        plain = _ESCAPED.sub(lambda found: bytes([int(found[1], 16)]), part)
        if found := _DOES.search(plain):
            raise BadInput(
                worded(
                    "The PDF does more than show pages: it holds %(what)s.",
                    what=found[1].decode("ascii"),
                ),
                to=name,
                mend=worded("Print it as a PDF once more, and attach that."),
            )


def _parts(content: bytes) -> Iterator[bytes]:
    """The file, and what of its structure is packed within."""
    yield _WITHIN.sub(b"", content)
    left = _MOST_UNPACKED
    for found in _STREAM.finditer(content):
        try:
            unpacked = zlib.decompressobj().decompress(content[found.end() :], left)
        except zlib.error:
            continue
        left -= len(unpacked)
        yield unpacked
        if left <= 0:
            return


def _refuse_package(content: bytes, name: str) -> None:
    try:
        with zipfile.ZipFile(BytesIO(content)) as opened:
            inside = opened.namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        inside = []
    if not any(mark in inside for mark in _MARKS):
        raise BadInput(
            worded("The document is damaged, or none of its kind."),
            to=name,
            mend=worded("Open it in the program that made it, and save it again."),
        )
    if any(_MACROS.search(one) for one in inside):
        raise BadInput(
            worded("The document holds macros, which newsrooms' mail servers refuse."),
            to=name,
            mend=worded("Save it without macros, or as a PDF, and attach that."),
        )
