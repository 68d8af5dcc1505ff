"""Pictures for the public: only pixels are left, and no bomb is decoded."""

import struct
import zlib
from io import BytesIO

import pytest
from newsroom_makers import a_picture
from PIL import Image

from core.errors import BadInput
from distributor.newsroom.pictures import redraw

GPS = 0x8825


def drawn(content, name="photo.jpg"):
    (made,) = redraw([(name, "digest", content)])
    return made


def with_place():
    exif = Image.Exif()
    exif[0x010F] = "Camera of Nadia"
    exif[0x0112] = 6
    exif.get_ifd(GPS)[2] = (34.0, 1.0, 0.0)
    return a_picture(size=(60, 40), exif=exif.tobytes(), comment=b"private words")


def test_nothing_of_the_camera_is_left_and_the_picture_stands_as_it_was_held():
    given = with_place()
    assert b"Nadia" in given
    made = drawn(given)
    for content in (made.content, made.small):
        assert b"Nadia" not in content
        assert b"private" not in content
        with Image.open(BytesIO(content)) as opened:
            assert not opened.getexif()
            assert opened.size == (40, 60)


def test_what_hangs_behind_a_picture_falls_off():
    page = b"<script>alert(1)</script>"
    made = drawn(a_picture() + page)
    assert page not in made.content + made.small


def test_a_large_picture_comes_in_the_sizes_of_print_and_page():
    made = drawn(a_picture(size=(4000, 1000)))
    assert (made.width, made.height) == (3000, 750)
    with Image.open(BytesIO(made.small)) as opened:
        assert opened.size == (960, 240)


def test_what_is_see_through_stays_so():
    out = BytesIO()
    Image.new("RGBA", (8, 8), (1, 2, 3, 4)).save(out, "PNG")
    made = drawn(out.getvalue(), "logo.png")
    assert (made.media_type, made.suffix) == ("image/png", ".png")


@pytest.mark.parametrize("kind", ["PNG", "GIF"])
def test_other_kinds_become_what_pages_show_best(kind):
    assert drawn(a_picture(kind=kind)).media_type in {"image/jpeg", "image/png"}


def bomb(width, height):
    """A PNG that says it is large, and would be."""

    def chunk(kind, data):
        return (
            struct.pack(">I", len(data))
            + kind
            + data
            + struct.pack(">I", zlib.crc32(kind + data))
        )

    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    rows = zlib.compress(bytes(1_000_000))
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", rows)
        + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("size", [(50_000, 50_000), (9_000, 9_000), (100_000, 1_000)])
def test_a_picture_of_too_many_pixels_is_refused_before_one_is_read(size):
    with pytest.raises(BadInput, match=r"too many|cannot be read"):
        drawn(bomb(*size), "bomb.png")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"GIF89a",
        b"<svg onload='alert(1)'/>",
        b"%PDF-1.4",
        a_picture()[:200],
        b"\xff\xd8\xff" + bytes(500),
    ],
)
def test_what_is_no_whole_picture_is_refused(content):
    with pytest.raises(BadInput, match="cannot be read"):
        drawn(content)
