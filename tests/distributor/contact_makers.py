"""Makers of what the tests of contacts need: files, and offices that know somebody."""

from sqlalchemy import select

from distributor.contacts import images, importing
from distributor.models import Contact, Suppression


def a_file(tmp_path, text, *, encoding="utf-8", name="contacts.csv"):
    path = tmp_path / name
    path.write_bytes(text.encode(encoding))
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
