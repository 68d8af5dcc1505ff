"""Makers of workbooks no spreadsheet would write, and archives that lie about themselves."""

import io
import struct
import zipfile

_HEAD = '<?xml version="1.0" encoding="UTF-8"?>'
_SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def raw_workbook(tmp_path, sheet, *, more=None, prologue="", name="raw.xlsx"):
    """A workbook whose one sheet is the XML *sheet*, as no spreadsheet would write it."""
    path = tmp_path / name
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for member, text in {
            "[Content_Types].xml": f'{_HEAD}<Types xmlns="http://schemas.openxmlformats.org'
            '/package/2006/content-types"><Default Extension="xml" '
            'ContentType="application/xml"/></Types>',
            "_rels/.rels": f'{_HEAD}<Relationships xmlns="{_RELATIONS}"><Relationship '
            f'Id="r1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/>'
            "</Relationships>",
            "xl/workbook.xml": f'{_HEAD}<workbook xmlns="{_SHEET}" xmlns:r="{_OFFICE}">'
            '<sheets><sheet name="A" sheetId="1" r:id="r1"/></sheets></workbook>',
            "xl/_rels/workbook.xml.rels": f'{_HEAD}<Relationships xmlns="{_RELATIONS}">'
            f'<Relationship Id="r1" Type="{_OFFICE}/worksheet" '
            'Target="worksheets/sheet1.xml"/></Relationships>',
            "xl/worksheets/sheet1.xml": f'{_HEAD}{prologue}<worksheet xmlns="{_SHEET}">'
            f"<sheetData>{sheet}</sheetData></worksheet>",
            **(more or {}),
        }.items():
            archive.writestr(member, text)
    return path


def cell(place, text):
    return f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>'


def with_declared_size(path, member, size):
    """Make the archive lie: *member* is said to unpack to *size* bytes."""
    content = bytearray(path.read_bytes())
    with zipfile.ZipFile(io.BytesIO(bytes(content))) as archive:
        offset = archive.getinfo(member).header_offset
    struct.pack_into("<I", content, offset + 22, size)
    place = content.find(b"PK\x01\x02")
    while place >= 0:
        length = struct.unpack_from("<H", content, place + 28)[0]
        if content[place + 46 : place + 46 + length] == member.encode():
            struct.pack_into("<I", content, place + 24, size)
        place = content.find(b"PK\x01\x02", place + 4)
    path.write_bytes(content)
    return path


def a_spreadsheet(tmp_path, rows, *, name="contacts.ods"):
    """An OpenDocument spreadsheet whose *rows* are the XML of its rows."""
    path = tmp_path / name
    urn = "urn:oasis:names:tc:opendocument:xmlns:"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr(
            "META-INF/manifest.xml",
            f'{_HEAD}<manifest:manifest xmlns:manifest="{urn}manifest:1.0"/>',
        )
        archive.writestr(
            "content.xml",
            f'{_HEAD}<office:document-content xmlns:office="{urn}office:1.0" '
            f'xmlns:table="{urn}table:1.0" xmlns:text="{urn}text:1.0"><office:body>'
            f'<office:spreadsheet><table:table table:name="A">{rows}</table:table>'
            "</office:spreadsheet></office:body></office:document-content>",
        )
    return path


def ods_row(*cells, repeated=1):
    inside = "".join(
        f'<table:table-cell office:value-type="string"><text:p>{one}</text:p>'
        "</table:table-cell>"
        for one in cells
    )
    return (
        f'<table:table-row table:number-rows-repeated="{repeated}">{inside}'
        "</table:table-row>"
    )
