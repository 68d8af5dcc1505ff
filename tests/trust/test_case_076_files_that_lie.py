"""Case 76: files that are not what they say: refused, or made what they say; served to be kept."""

import struct
import zipfile
import zlib
from io import BytesIO

import pytest
from newsroom_makers import a_picture
from PIL import Image
from programs import called_office, program
from release_makers import PDF, a_png, a_word_file
from screen_makers import signed_in

from core.errors import BadInput
from core.models import Attachment
from distributor.releases.attaching import AttachmentRole, look_at
from distributor.releases.reading.base import Source

HTML = b"<!doctype html><script>alert(1)</script>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
PATH = "/releases/1/files"


def pdf(body):
    return PDF.replace(b"%%EOF", body + b"\n%%EOF")


def packed(body):
    """Within an object stream, as most programs write it today."""
    data = zlib.compress(body)
    return pdf(
        b"7 0 obj\n<</Type /ObjStm /N 1 /First 4 /Filter /FlateDecode /Length "
        + str(len(data)).encode()
        + b">>\nstream\n"
        + data
        + b"\nendstream\nendobj"
    )


def a_package(*names):
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for name in names:
            made.writestr(name, "x")
    return out.getvalue()


def a_bomb():
    """The first lines of a PNG that says it is large."""
    size = struct.pack("!II", 50_000, 50_000)
    head = b"IHDR" + size + b"\x08\x02\0\0\0"
    start = a_png()[:8] + struct.pack("!I", 13) + head
    return start + struct.pack("!I", zlib.crc32(head)) + a_png()[33:]


def word():
    out = BytesIO()
    a_word_file("Bonjour.").save(out)
    return out.getvalue()


REFUSED = {
    "HTML named a picture": ("photo.jpg", HTML),
    "a page behind the first bytes of a picture": ("photo.jpg", b"\xff\xd8\xff" + HTML),
    "a page behind the first bytes of a GIF": ("photo.gif", b"GIF89a" + HTML),
    "SVG": ("logo.svg", SVG),
    "SVG named a picture": ("logo.png", SVG),
    "a PNG named JPEG": ("photo.jpg", a_png()),
    "a picture named PDF": ("note.pdf", a_png()),
    "50,000 x 50,000 pixels": ("photo.png", a_bomb()),
    "a PDF with a script": ("note.pdf", pdf(b"<</S /JavaScript /JS (app.alert(1))>>")),
    "one whose name is written otherwise": (
        "note.pdf",
        pdf(b"<</S /J#61vaScript /J#53 (app.alert(1))>>"),
    ),
    "one whose script is packed": ("note.pdf", packed(b"9 0 <</JS(app.alert(1))>>")),
    "a PDF that starts a program": ("note.pdf", pdf(b"<</S /Launch /F (cmd.exe)>>")),
    "a PDF with a file inside": ("note.pdf", pdf(b"<</EmbeddedFiles 3 0 R>>")),
    "a JAR named DOCX": ("note.docx", a_package("META-INF/MANIFEST.MF", "A.class")),
    "macros": ("note.docx", a_package("[Content_Types].xml", "word/vbaProject.bin")),
    "macros of the other family": ("note.odt", a_package("mimetype", "Basic/S/M.xml")),
    "half an archive": ("note.docx", word()[:200]),
    "a program": ("note.txt", b"MZ\x90\x00"),
    "a page named table": ("note.html", HTML),
}


def taken(name, content, role=AttachmentRole.ANNEX):
    return look_at(Source(name=name, content=content), role)


@pytest.mark.parametrize("what", sorted(REFUSED))
def test_a_file_that_lies_or_acts_is_refused_with_its_mend(what):
    name, content = REFUSED[what]
    with pytest.raises(BadInput) as refused:
        taken(name, content)
    assert refused.value.to == name
    assert refused.value.mend


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("note.pdf", PDF),
        # A link, a stream and a text that only read like more.
        ("note.pdf", pdf(b"<</S /URI /URI (https://presse.test/JS)>>")),
        ("note.pdf", pdf(b"stream\n\x00/JS (x)\x01\nendstream")),
        ("note.docx", word()),
        ("note.csv", b"a;b\n"),
        ("photo.png", a_png()),
    ],
)
def test_an_honest_file_is_taken_as_it_is(name, content):
    assert taken(name, content).content == content


def test_a_gif_that_is_a_program_too_is_only_a_gif_afterwards():
    """GIFAR: a picture from its beginning, an archive from its end."""
    gifar = a_picture(kind="GIF") + a_package("META-INF/MANIFEST.MF", "Evil.class")
    assert zipfile.is_zipfile(BytesIO(gifar))
    kept = taken("photo.gif", gifar, AttachmentRole.PICTURE).content
    assert not zipfile.is_zipfile(BytesIO(kept))
    with Image.open(BytesIO(kept)) as opened:
        opened.load()


@pytest.fixture
def office(tmp_path, clock, ids):
    with called_office(tmp_path, clock, ids) as opened:
        yield opened


def test_what_is_kept_of_a_photo_tells_no_place_and_goes_out_to_be_kept(office):
    exif = Image.Exif()
    exif[0x010F] = "Camera of Nadia"
    exif.get_ifd(0x8825)[2] = (34.0, 1.0, 0.0)
    client = signed_in(office, "writer")
    answer = client.post(
        PATH,
        data={"role": "picture", "alternative": "La salle"},
        files={"file": ("photo.jpg", a_picture(exif=exif.tobytes()), "text/html")},
    )
    assert answer.status_code == 303, answer.text
    with office.database.read() as session:
        [row] = session.query(Attachment)
        # What the browser said of it does not count.
        assert row.media_type == "image/jpeg"
        assert b"Nadia" not in row.content
        assert b"Exif" not in row.content


def test_a_file_of_ours_never_opens_as_a_page(office):
    client = signed_in(office, "writer")
    for name, content in (("note.txt", HTML), ("note.csv", HTML), ("note.pdf", PDF)):
        client.post(PATH, data={"role": "annex"}, files={"file": (name, content)})
    called = program(office)
    for number in (1, 2, 3):
        got = called.get(f"/releases/1/attachments/{number}")
        assert got.status_code == 200
        assert got.headers["content-disposition"].startswith("attachment;")
        assert got.headers["x-content-type-options"] == "nosniff"
        assert not got.headers["content-type"].startswith("text/html")
