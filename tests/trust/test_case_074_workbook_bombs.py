"""Case 74: a workbook that would cost more than any list of contacts is refused unread."""

import resource
import struct
import zipfile

import pytest
from workbook_makers import (
    a_spreadsheet,
    cell,
    ods_row,
    raw_workbook,
    with_declared_size,
)

from core.errors import BadInput
from distributor.contacts import importing

SHEET = "xl/worksheets/sheet1.xml"
GOOD = (
    f'<row r="1">{cell("A1", "email")}</row><row r="2">{cell("A2", "n@x.test")}</row>'
)


def _filler(megabytes):
    return "<row/>" * (megabytes * 1024 * 1024 // 6)


def _a_zip_bomb(tmp_path):
    return raw_workbook(tmp_path, GOOD + _filler(200))


def _one_that_declares_little(tmp_path):
    return with_declared_size(raw_workbook(tmp_path, GOOD + _filler(200)), SHEET, 4_000)


def _a_million_members(tmp_path):
    path = raw_workbook(tmp_path, GOOD)
    with zipfile.ZipFile(path, "a") as archive:
        for number in range(3_000):
            archive.writestr(f"xl/media/{number}.bin", b"")
    return path


def _one_cell_in_the_last_corner(tmp_path):
    far = f'<row r="1048576">{cell("XFD1048576", "x")}</row>'
    return raw_workbook(tmp_path, GOOD + far)


def _the_same_behind_an_entity(tmp_path):
    far = cell("&#88;FD1048576", "x")
    return raw_workbook(tmp_path, f"{GOOD}<row r='1048576'>{far}</row>")


def _a_repeated_row(tmp_path):
    return a_spreadsheet(
        tmp_path, ods_row("email") + ods_row("n@x.test", "a", "b", repeated=1_048_000)
    )


@pytest.mark.parametrize(
    "make",
    [
        _a_zip_bomb,
        _one_that_declares_little,
        _a_million_members,
        _one_cell_in_the_last_corner,
        _the_same_behind_an_entity,
        _a_repeated_row,
    ],
)
def test_a_bomb_is_refused_before_it_is_parsed(tmp_path, make):
    path = make(tmp_path)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(BadInput) as refused:
        importing.read(path)
    assert refused.value.mend
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert grown < 60 * 1024


def test_entities_are_not_expanded(tmp_path):
    laughs = "<!DOCTYPE x [<!ENTITY a 'ha'>" + "".join(
        f"<!ENTITY {name} '&{inner};&{inner};&{inner};&{inner};&{inner};&{inner};'>"
        for inner, name in zip("abcdefghij", "bcdefghijk", strict=True)
    )
    path = raw_workbook(
        tmp_path, GOOD.replace("n@x.test", "&k;"), prologue=laughs + "]>"
    )
    with pytest.raises(BadInput):
        _require_good(importing.read(path))


def test_nothing_outside_is_read(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("n@secret.test")
    doctype = f'<!DOCTYPE x [<!ENTITY a SYSTEM "file://{secret}">]>'
    path = raw_workbook(tmp_path, GOOD.replace("n@x.test", "&a;"), prologue=doctype)
    with pytest.raises(BadInput):
        _require_good(importing.read(path))


def _require_good(read):
    if read.rejected:
        raise BadInput(read.rejected[0].what)


def test_members_that_climb_out_of_the_archive_are_never_written(tmp_path):
    path = raw_workbook(tmp_path, GOOD)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("../../escaped.txt", "x")
        archive.writestr("xl/vbaProject.bin", "a macro")
        archive.writestr("xl/externalLinks/externalLink1.xml", "<x/>")
    assert len(importing.read(path).rows) == 1
    assert not list(tmp_path.parent.rglob("escaped.txt"))


def test_a_damaged_archive_is_named(tmp_path):
    path = raw_workbook(tmp_path, GOOD)
    content = bytearray(path.read_bytes())
    content[200:260] = struct.pack("60x")
    path.write_bytes(content)
    with pytest.raises(BadInput, match="damaged"):
        importing.read(path)
