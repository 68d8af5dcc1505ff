"""Pictures as they are kept: nothing of the camera, every pixel, and who took them."""

import struct
from io import BytesIO

import pytest
from newsroom_makers import a_picture
from PIL import Image, ImageCms
from release_makers import a_png

from core.errors import BadInput
from distributor.releases.bare import bare

GPS = 0x8825
PAGE = b"<script>alert(1)</script>"
IPTC = b"\x1c\x02\x50\x00\x08M. Alami"


def exif(turn=6):
    made = Image.Exif()
    made[0x010F] = "Camera of Nadia"
    made[0x0112] = turn
    made.get_ifd(GPS)[2] = (34.0, 1.0, 0.0)
    return made.tobytes()


def resource(number, data):
    padded = data + b"\0" * (len(data) % 2)
    return b"8BIM" + struct.pack("!HxxI", number, len(data)) + padded


def with_captions(content):
    """A caption, and the thumbnail of what was cut away, as Photoshop keeps them."""
    data = b"Photoshop 3.0\0" + resource(0x040C, b"thumbnail") + resource(0x0404, IPTC)
    segment = b"\xff\xed" + struct.pack("!H", len(data) + 2) + data
    return content[:2] + segment + content[2:]


def pixels(content):
    with Image.open(BytesIO(content)) as opened:
        return opened.convert("RGBA").tobytes()


def test_where_it_was_taken_goes_and_every_pixel_stays():
    given = a_picture(exif=exif(), comment=b"private words")
    kept = bare(given, "image/jpeg", name="a.jpg")
    for word in (b"Nadia", b"private"):
        assert word in given
        assert word not in kept
    assert pixels(kept) == pixels(given)
    with Image.open(BytesIO(kept)) as opened:
        assert dict(opened.getexif()) == {0x0112: 6}, "it is turned as it was held"


def test_who_took_it_stays_and_what_was_cut_away_goes():
    kept = bare(with_captions(a_picture()), "image/jpeg", name="a.jpg")
    assert IPTC in kept
    assert b"thumbnail" not in kept


def test_a_colour_profile_stays():
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    for kind in ("JPEG", "PNG"):
        given = a_picture(kind=kind, icc_profile=profile)
        kept = bare(given, f"image/{kind.lower()}", name="a")
        with Image.open(BytesIO(kept)) as opened:
            assert opened.info["icc_profile"] == profile


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF"])
def test_what_hangs_behind_falls_off(kind):
    given = a_picture(kind=kind)
    kept = bare(given + PAGE, f"image/{kind.lower()}", name="a")
    assert PAGE not in kept
    assert pixels(kept) == pixels(given)


def test_words_of_a_png_and_a_gif_fall_off():
    out = BytesIO()
    with Image.open(BytesIO(a_picture(kind="GIF"))) as opened:
        opened.save(out, "GIF", comment=b"private words")
    assert b"private" in out.getvalue()
    kept = bare(out.getvalue(), "image/gif", name="a.gif")
    assert b"private" not in kept
    assert pixels(kept) == pixels(out.getvalue())
    given = a_picture(kind="PNG", exif=exif(1))
    assert b"Nadia" in given
    assert b"Nadia" not in bare(given, "image/png", name="a.png")


def test_a_picture_that_moves_still_moves():
    frames = [Image.new("RGB", (8, 8), (90 * shade, 0, 0)) for shade in range(3)]
    out = BytesIO()
    frames[0].save(
        out, "GIF", save_all=True, append_images=frames[1:], loop=0, duration=50
    )
    with Image.open(BytesIO(bare(out.getvalue(), "image/gif", name="a"))) as opened:
        assert opened.n_frames == 3
        assert opened.info["loop"] == 0


def test_one_that_is_bare_already_is_kept_to_the_byte():
    assert bare(a_png(), "image/png", name="a.png") == a_png()
    once = bare(a_picture(progressive=True), "image/jpeg", name="a.jpg")
    assert bare(once, "image/jpeg", name="a.jpg") == once


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF"])
def test_one_that_is_cut_off_anywhere_is_refused_and_never_hangs(kind):
    given = a_picture(kind=kind, size=(16, 16))
    for length in range(0, len(given) - 1, 7):
        with pytest.raises(BadInput):
            bare(given[:length], f"image/{kind.lower()}", name="a")
