"""What a file is: by its first bytes, which decide, and its name, which must agree."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePath
from typing import Final

PDF: Final = "application/pdf"
_OFFICE = "application/vnd.openxmlformats-officedocument"
_OPEN = "application/vnd.oasis.opendocument"

# Pictures that every mail program shows.
_PICTURES: Final[Mapping[bytes, tuple[str, str]]] = {
    b"\x89PNG\r\n\x1a\n": ("image/png", ".png"),
    b"\xff\xd8\xff": ("image/jpeg", ".jpg"),
    b"GIF87a": ("image/gif", ".gif"),
    b"GIF89a": ("image/gif", ".gif"),
}
# Archives of XML: their first bytes are the same, so the name tells them apart.
_PACKAGES: Final[Mapping[str, str]] = {
    ".docx": f"{_OFFICE}.wordprocessingml.document",
    ".xlsx": f"{_OFFICE}.spreadsheetml.sheet",
    ".pptx": f"{_OFFICE}.presentationml.presentation",
    ".odt": f"{_OPEN}.text",
    ".ods": f"{_OPEN}.spreadsheet",
    ".odp": f"{_OPEN}.presentation",
}
_TEXTS: Final[Mapping[str, str]] = {".txt": "text/plain", ".csv": "text/csv"}
KNOWN: Final = "PDF, PNG, JPEG, GIF, DOCX, XLSX, PPTX, ODT, ODS, ODP, TXT and CSV"


@dataclass(frozen=True, slots=True, kw_only=True)
class Media:
    media_type: str
    suffixes: tuple[str, ...]

    @property
    def is_picture(self) -> bool:
        return self.media_type.startswith("image/")


def of(content: bytes, name: str) -> Media | None:
    """What the file is; None for what no newsroom can be sent."""
    suffix = PurePath(name).suffix.lower()
    found = picture(content)
    if found is not None:
        return found
    # The signature may stand a little below the start, says the format itself.
    if b"%PDF-" in content[:1024]:
        return Media(media_type=PDF, suffixes=(".pdf",))
    if content.startswith(b"PK\x03\x04") and suffix in _PACKAGES:
        return Media(media_type=_PACKAGES[suffix], suffixes=(suffix,))
    if suffix in _TEXTS and _is_text(content):
        return Media(media_type=_TEXTS[suffix], suffixes=(suffix,))
    return None


def picture(content: bytes) -> Media | None:
    for start, (media_type, suffix) in _PICTURES.items():
        if content.startswith(start):
            also = (".jpeg",) if suffix == ".jpg" else ()
            return Media(media_type=media_type, suffixes=(suffix, *also))
    return None


def _is_text(content: bytes) -> bool:
    try:
        return "\x00" not in content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return False
