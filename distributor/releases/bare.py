"""A picture bare of what its file says besides: place, camera, what was cut away, what hangs behind.

Not a pixel is touched. What newsrooms ask for stays: how to turn it, its colours, and the
caption and credit that photographers write (IPTC).
"""

import struct
import warnings
from collections.abc import Iterator
from io import BytesIO
from typing import Final

from PIL import Image

from core.errors import BadInput
from core.wording import worded

# As for pictures of the newsroom: a bomb says a thousand times as much.
_MOST_PIXELS: Final = 64_000_000
_ORIENTATION: Final = 0x0112
_PNG_START: Final = 8
_PNG_KEPT: Final = frozenset(
    b"tRNS gAMA cHRM sRGB iCCP pHYs bKGD sBIT acTL fcTL fdAT".split()
)
_PHOTOSHOP: Final = b"Photoshop 3.0\0"
_IPTC: Final = 0x0404
# Markers of JPEG (ITU T.81): start and end, scan, application data, comment.
_SOI, _EOI, _SOS, _COM = 0xD8, 0xD9, 0xDA, 0xFE
_APP0, _APP1, _APP2, _APP13, _APP14, _APP15 = 0xE0, 0xE1, 0xE2, 0xED, 0xEE, 0xEF
# What stands between them in a scan without ending it: a stuffed byte, restarts.
_WITHIN: Final = frozenset({0x00, *range(0xD0, 0xD8)})


def bare(content: bytes, media_type: str, *, name: str) -> bytes:
    """Raises BadInput for what is no whole picture, or has too many pixels."""
    turn = _looked_at(content, name)
    try:
        if media_type == "image/png":
            return b"".join(_png(content))
        if media_type == "image/gif":
            return b"".join(_gif(content))
        return b"".join(_jpeg(content, turn))
    except (IndexError, struct.error, ValueError):
        raise _damaged(name) from None


def _looked_at(content: bytes, name: str) -> int:
    """How it must be turned; 1 leaves it. Its size is looked at before a pixel is read."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(BytesIO(content), formats=("PNG", "JPEG", "GIF")) as opened:
                if opened.width * opened.height > _MOST_PIXELS:
                    raise _too_large(name)
                return int(opened.getexif().get(_ORIENTATION, 1))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise _too_large(name) from None
    except (OSError, ValueError, SyntaxError, TypeError, struct.error):
        raise _damaged(name) from None


def _png(content: bytes) -> Iterator[bytes]:
    yield content[:_PNG_START]
    at, kind = _PNG_START, b""
    while kind != b"IEND":
        size, kind = struct.unpack_from("!I4s", content, at)
        end = at + size + 12
        if end > len(content):
            raise ValueError("cut off")
        # A capital says that the picture cannot be read without it.
        if kind[:1].isupper() or kind in _PNG_KEPT:
            yield content[at:end]
        at = end


def _gif(content: bytes) -> Iterator[bytes]:
    at = 13 + _colours(content[10])
    yield content[:at]
    while content[at] != 0x3B:  # noqa: PLR2004 - its end
        begun, kind = at, content[at]
        if kind == 0x2C:  # noqa: PLR2004 - a frame
            at = _after_blocks(content, at + 11 + _colours(content[at + 9]))
        elif kind == 0x21:  # noqa: PLR2004 - an extension
            at = _after_blocks(content, at + 2)
        else:
            raise ValueError("no block")
        extension = content[begun + 1] if kind == 0x21 else 0xF9  # noqa: PLR2004
        # How a frame is shown, and how often all of them are.
        loops = extension == 0xFF and content[begun + 3 : begun + 14] == b"NETSCAPE2.0"  # noqa: PLR2004
        if extension == 0xF9 or loops:  # noqa: PLR2004
            yield content[begun:at]
    yield content[at : at + 1]


def _colours(flags: int) -> int:
    return 3 << ((flags & 7) + 1) if flags & 0x80 else 0


def _after_blocks(content: bytes, at: int) -> int:
    while content[at]:
        at += content[at] + 1
    return at + 1


def _jpeg(content: bytes, turn: int) -> Iterator[bytes]:
    yield content[:2]
    if turn != 1:
        exif = Image.Exif()
        exif[_ORIENTATION] = turn
        yield _segment(_APP1, exif.tobytes())
    at = 2
    while (marker := _marker(content, at)) != _EOI:
        size = struct.unpack_from("!H", content, at + 2)[0]
        data = content[at + 4 : at + 2 + size]
        if len(data) != size - 2:
            raise ValueError("cut off")
        end = at + 2 + size
        if marker == _SOS:
            end = _after_scan(content, end)
            yield content[at:end]
        elif kept := _kept(marker, data):
            yield _segment(marker, kept)
        at = end
    yield bytes((0xFF, _EOI))


def _marker(content: bytes, at: int) -> int:
    if content[at] != 0xFF:  # noqa: PLR2004 - how each begins
        raise ValueError("no marker")
    return content[at + 1]


def _after_scan(content: bytes, at: int) -> int:
    while True:
        at = content.index(b"\xff", at)
        if content[at + 1] not in _WITHIN:
            return at
        at += 2


def _kept(marker: int, data: bytes) -> bytes:
    """What of a segment stays; nothing of what is not about the picture itself."""
    if marker == _APP2:
        return data if data.startswith(b"ICC_PROFILE\0") else b""
    if marker == _APP13:
        return _captions(data)
    if marker in {_APP0, _APP14}:
        return data if data.startswith((b"JFIF\0", b"Adobe")) else b""
    return b"" if _APP0 < marker <= _APP15 or marker == _COM else data


def _captions(data: bytes) -> bytes:
    """Of Photoshop's resources the captions alone: another one is a picture of all that was."""
    if not data.startswith(_PHOTOSHOP):
        return b""
    at, kept = len(_PHOTOSHOP), b""
    while data[at : at + 4] == b"8BIM":
        (number,) = struct.unpack_from("!H", data, at + 4)
        name = data[at + 6] + 1
        start = at + 6 + name + name % 2
        (size,) = struct.unpack_from("!I", data, start)
        end = start + 4 + size + size % 2
        if number == _IPTC:
            kept += data[at:end]
        at = end
    return _PHOTOSHOP + kept if kept else b""


def _segment(marker: int, data: bytes) -> bytes:
    return struct.pack("!BBH", 0xFF, marker, len(data) + 2) + data


def _too_large(name: str) -> BadInput:
    return BadInput(
        worded("The picture has too many pixels."),
        to=name,
        mend=worded("Make it smaller: 3000 pixels on its long side are enough."),
    )


def _damaged(name: str) -> BadInput:
    return BadInput(
        worded("The picture cannot be read: it is damaged, or no picture."),
        to=name,
        mend=worded(
            "Open it in a picture program, save it as JPEG or PNG and attach that."
        ),
    )
