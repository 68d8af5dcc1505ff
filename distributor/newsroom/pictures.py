"""Pictures for the public, drawn anew: sizes fit for print and page, nothing of the camera left.

What a file holds besides the picture (where it was taken, a thumbnail of what was cut away,
markup that a browser might run) does not come along, for only pixels do.
"""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Final

from PIL import Image, ImageOps

from core.errors import BadInput
from core.wording import worded

# Three 24-million-pixel photos side by side; a bomb says a thousand times as much.
_MOST_PIXELS: Final = 64_000_000
# The long side: a newspaper's page at 200 dots an inch, and a page of ours.
_PRINT: Final = 3000
_PAGE: Final = 960
_QUALITY: Final = 86
_READ: Final = ("PNG", "JPEG", "GIF")


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """A picture in both sizes, and the digest of the file it was drawn from."""

    source: str
    media_type: str
    suffix: str
    content: bytes
    small: bytes
    width: int
    height: int


def redraw(given: Sequence[tuple[str, str, bytes]]) -> Sequence[Drawn]:
    """Each of (file name, digest, content). Costly, so for a process under a bound.

    Raises BadInput for what is no whole picture, or too large a one.
    """
    return [_redrawn(*one) for one in given]


def _redrawn(name: str, digest: str, content: bytes) -> Drawn:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            whole = _pixels(name, content)
    except (OSError, ValueError, SyntaxError, Warning, Image.DecompressionBombError):
        raise BadInput(
            worded("The picture cannot be read: it is damaged, or no picture."),
            to=name,
            mend=worded(
                "Open it in a picture program, save it as JPEG or PNG and attach that."
            ),
        ) from None
    whole.thumbnail((_PRINT, _PRINT))
    kind = "PNG" if whole.mode == "RGBA" else "JPEG"
    small = whole.copy()
    small.thumbnail((_PAGE, _PAGE))
    return Drawn(
        source=digest,
        media_type=f"image/{kind.lower()}",
        suffix=".png" if kind == "PNG" else ".jpg",
        content=_written(whole, kind),
        small=_written(small, kind),
        width=whole.width,
        height=whole.height,
    )


def _pixels(name: str, content: bytes) -> Image.Image:
    """The picture as the camera was held; its size is looked at before a pixel is read."""
    with Image.open(BytesIO(content), formats=_READ) as opened:
        if opened.width * opened.height > _MOST_PIXELS:
            raise BadInput(
                worded("The picture has too many pixels."),
                to=name,
                mend=worded(
                    "Make it smaller: 3000 pixels on its long side are enough."
                ),
            )
        opened.load()
        turned = ImageOps.exif_transpose(opened)
    is_clear = "A" in turned.getbands() or "transparency" in turned.info
    drawn = turned.convert("RGBA" if is_clear else "RGB")
    # A copy of the pixels alone: comments, profiles and places stay behind.
    return Image.frombytes(drawn.mode, drawn.size, drawn.tobytes())


def _written(picture: Image.Image, kind: str) -> bytes:
    out = BytesIO()
    if kind == "JPEG":
        picture.save(out, kind, quality=_QUALITY, optimize=True, progressive=True)
    else:
        picture.save(out, kind, optimize=True)
    return out.getvalue()
