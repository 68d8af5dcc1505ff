"""The import on screen: a file with faults, looked at, imported once, undone."""

import csv
import io
import re

import pytest
import xlsxwriter
from contact_rows import FAULTY, a_list, filled, typed_form
from screen_makers import an_office, signed_in
from sqlalchemy import select

from core.values import Role
from distributor.contacts import suppression
from distributor.contacts.importing.waiting import KEPT
from distributor.models import Contact, ContactBatch, ContactFile


@pytest.fixture
def office(tmp_path, clock, ids):
    with an_office(tmp_path, clock, ids) as opened:
        filled(opened)
        with opened.database.write() as session:
            suppression.suppress(
                session, "out@press.test", reason="unsubscribed", now=clock.now()
            )
        yield opened


@pytest.fixture
def writer(office):
    return signed_in(office, Role.WRITER)


def give(client, content, *, name="journalistes.csv", list_name="nationale", **more):
    answer = client.post(
        "/contacts/import",
        data={"list": list_name} | more,
        files={"file": (name, content, "text/csv")},
    )
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def looked_at(client, path, **changes):
    """From the columns to the lines, as they were found."""
    page = client.get(path)
    forms = page.text.split("<form")
    mapped = next(one for one in forms if 'name="mapped"' in one)
    form = typed_form(type(page)(200, text="<form" + mapped), path)
    answer = client.post(path, data=form | changes)
    assert answer.status_code == 303, answer.text
    return client.get(answer.headers["location"])


def imported(client, path, page, **changes):
    form = typed_form(page, f"{path}/import") | changes
    return client.post(f"{path}/import", data=form)


def counted(page):
    found = re.findall(r"<strong>([\d,]+)</strong> ([a-z ]+)</a>", page.text)
    return {name.strip(): int(count) for count, name in found}


def test_a_file_with_faults_is_shown_line_by_line_and_imported_without_them(
    office, writer
):
    path = give(writer, FAULTY.encode())
    page = looked_at(writer, path)
    assert counted(page) == {
        "lines": 9,
        "new": 2,
        "changed": 1,
        "unchanged": 1,
        "in doubt": 1,
        "not usable": 4,
    }
    for said in (
        "is already on line 3, with another name",
        "“omar@@press” is wrong before the @.",
        "“xx” is not a language",
        "shortened this number",
        "Nothing says where this contact comes from.",
        "Must not be mailed: stays so.",
    ):
        assert said in page.text, said
    answer = imported(writer, path, page)
    assert answer.headers["location"] == f"{path}/done"
    done = writer.get(f"{path}/done").text
    assert "<strong>2</strong> new" in done
    assert "<strong>5</strong> left out" in done
    rest = writer.get(f"{path}/left-over")
    rows = list(csv.DictReader(io.StringIO(rest.content.decode("utf-8-sig"))))
    assert [row["line"] for row in rows] == ["5", "6", "7", "8", "10"]
    assert rows[3]["name"] == "'=1+1"
    assert "shortened" in rows[3]["reason"]
    with office.database.read() as session:
        assert suppression.suppressed(session, ["out@press.test"])
        kept = session.scalars(select(ContactFile)).one()
        assert kept.content == b""
        batch = session.scalars(select(ContactBatch)).one()
    writer.post(f"/contacts/batches/{batch.id}/undo")
    with office.database.read() as session:
        assert len(session.scalars(select(Contact)).all()) == 3
        assert suppression.suppressed(session, ["out@press.test"])


def test_two_tabs_and_a_second_click_import_once(office, writer):
    path = give(writer, FAULTY.encode())
    assert give(writer, FAULTY.encode()) == path
    page = looked_at(writer, path)
    for _ in range(3):
        assert imported(writer, path, page).status_code == 303
    with office.database.read() as session:
        assert len(session.scalars(select(ContactBatch)).all()) == 1
    # Going back leads to what became of it.
    assert writer.get(f"{path}/preview").headers["location"] == f"{path}/done"
    assert writer.get(path).headers["location"] == f"{path}/done"


def test_what_changed_meanwhile_is_shown_again_before_anything_is_written(
    office, writer
):
    path = give(writer, b"email,provenance\nnew@press.test,salon\n")
    page = looked_at(writer, path)
    with office.database.write() as session:
        suppression.suppress(
            session, "new@press.test", reason="opposed", now=office.clock.now()
        )
    answer = imported(writer, path, page)
    assert answer.status_code == 409
    assert "changed since this was shown" in answer.text
    with office.database.read() as session:
        assert session.scalars(select(ContactBatch)).all() == []
    assert imported(writer, path, answer).status_code == 303


def test_columns_that_were_not_understood_are_said_by_a_person(writer):
    path = give(
        writer,
        "Boîte|Qui|Truc\nana@press.test|Ana|x\nbob@press.test|Bob|y\n".encode("cp1252"),
        provenance="salon",
    )
    page = writer.get(path).text
    assert "Boîte" in page
    assert "ana@press.test" in page
    answer = writer.post(path, data={"mapped": "true", "field": ["name", "name", ""]})
    assert answer.status_code == 400
    assert "Two columns are said to hold the same" in answer.text
    page = looked_at(
        writer, path, field=["email", "name", ""], header="1", list="nationale"
    )
    assert counted(page)["new"] == 2
    assert "Bob" in page.text
    # Without a line of names, the first line is a contact.
    page = looked_at(
        writer, path, field=["email", "name", ""], header="0", list="nationale"
    )
    assert counted(page)["not usable"] == 1


def test_another_encoding_and_separator_read_it_anew(writer):
    text = "email;nom;provenance\na@press.test;محمد;salon\n"
    path = give(writer, text.encode("cp1256"))
    answer = writer.post(path, data={"encoding": "cp1256", "list": "nationale"})
    assert answer.headers["location"] == path
    assert "محمد" in looked_at(writer, path).text
    writer.post(path, data={"separator": "|", "list": "nationale"})
    assert "email;nom;provenance" in writer.get(path).text


def test_a_workbook_of_two_sheets_is_read_whole_or_by_one(tmp_path, writer):
    out = tmp_path / "b.xlsx"
    with xlsxwriter.Workbook(str(out)) as book:
        for name, address in (("Nord", "n@press.test"), ("Sud", "s@press.test")):
            sheet = book.add_worksheet(name)
            sheet.write_row(0, 0, ["email", "provenance"])
            sheet.write_row(1, 0, [address, "salon"])
    path = give(writer, out.read_bytes(), name="b.xlsx")
    assert "Sud" in writer.get(path).text
    assert counted(writer.get(f"{path}/preview"))["new"] == 2
    writer.post(path, data={"sheet": "Sud", "list": "nationale"})
    assert counted(looked_at(writer, path)) == {
        "lines": 1,
        "new": 1,
        "changed": 0,
        "unchanged": 0,
        "in doubt": 0,
        "not usable": 0,
    }


def test_who_looks_like_somebody_known_is_left_out_until_a_person_says_otherwise(
    office, writer
):
    text = "email,name,outlet,provenance\n{},Nadia,Atlas,salon\n"
    first = give(writer, text.format("one@press.test").encode())
    imported(writer, first, looked_at(writer, first))
    second = give(writer, text.format("two@press.test").encode())
    page = looked_at(writer, second)
    assert counted(page)["in doubt"] == 1
    assert "is already known as one@press.test" in page.text
    imported(writer, second, page, keep_both="true")
    assert "<strong>1</strong> new" in writer.get(f"{second}/done").text


def test_what_cannot_be_taken_is_said_before_anything_waits(office, writer):
    with office.database.write() as session:
        a_list(session, "regle", rule={"field": "language", "value": "ar"})
    for content, name, what in (
        (b"", "nationale", "No file was chosen"),
        (b"email\na@b.test", " ", "has no name"),
        (b"email\na@b.test", "x" * 150, "more than 120"),
        (b"email\na@b.test", "regle", "A rule says who is on this list"),
        (b"x" * (16 * 1024 * 1024 + 1), "nationale", "larger than 16 MB"),
    ):
        answer = writer.post(
            "/contacts/import", data={"list": name}, files={"file": ("a", content)}
        )
        assert answer.status_code == 400
        assert what in answer.text
    with office.database.read() as session:
        assert session.scalars(select(ContactFile)).all() == []


def test_a_file_that_cannot_be_read_says_so_and_can_be_dropped(writer):
    for content in (
        b"PK\x03\x04 no zip at all",
        b"\xd0\xcf\x11\xe0",
        b'email\n"broken',
        b"\n",
    ):
        path = give(writer, content)
        page = writer.get(path)
        assert page.status_code == 400
        assert 'role="alert"' in page.text
        assert writer.get(f"{path}/preview").headers["location"] == path
        assert writer.post(f"{path}/drop").status_code == 303
        assert writer.get(path).status_code == 404


def test_a_file_is_its_givers_alone_and_gone_after_a_day(office, writer, clock):
    path = give(writer, FAULTY.encode())
    other = signed_in(office, Role.VALIDATOR)
    for asked in (path, f"{path}/preview", f"{path}/done", f"{path}/left-over"):
        assert other.get(asked).status_code == 404
    for asked in (f"{path}/import", f"{path}/drop"):
        assert other.post(asked, data={"seal": "x"}).status_code == 404
    assert signed_in(office, Role.READER).get("/contacts/import").status_code == 403
    clock.wait(KEPT)
    assert writer.get(path).status_code == 404
    give(writer, b"email,provenance\nx@press.test,salon\n")
    with office.database.read() as session:
        assert len(session.scalars(select(ContactFile)).all()) == 1


def test_a_file_name_of_others_stays_text(writer):
    path = give(writer, FAULTY.encode(), name='..\\..\\"><script>alert(1)</script>.csv')
    page = writer.get(path).text
    assert "<script>alert" not in page
    assert "script&gt;.csv" in page
