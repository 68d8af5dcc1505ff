"""Makers of what the tests of contacts need: files, and offices that know somebody."""

import xlsxwriter
from sqlalchemy import select

from distributor.contacts import images, importing
from distributor.models import Contact, Suppression


def a_file(tmp_path, text, *, encoding="utf-8", name="contacts.csv"):
    path = tmp_path / name
    path.write_bytes(text.encode(encoding))
    return path


def a_workbook(tmp_path, rows, *, name="contacts.xlsx", change=None):
    """A workbook of one sheet; *change* may add merged cells, formulas, more sheets."""
    path = tmp_path / name
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            for place, cell in enumerate(row):
                sheet.write(number, place, cell)
        if change:
            change(book, sheet)
    return path


def imported(session, tmp_path, text, *, now, list_name="presse"):
    """Import a CSV text as it stands; answers what was stored."""
    read = importing.read(a_file(tmp_path, text))
    assert read.rejected == ()
    return importing.store(
        session, read.rows, list_name=list_name, now=now, file_name="contacts.csv"
    )


def everything(session):
    """The images of all contacts, and who is suppressed, to compare whole offices."""
    ids = list(session.scalars(select(Contact.id).order_by(Contact.id)))
    suppressed = session.scalars(
        select(Suppression.address_key).order_by(Suppression.id)
    )
    return images.of(session, ids, with_answers=True), list(suppressed)
