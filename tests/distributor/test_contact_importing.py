import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from core.errors import BadInput
from distributor.contacts import addresses, importing, lines, person, suppression
from distributor.models import Contact, Membership


def a_file(tmp_path, text, *, encoding="utf-8"):
    path = tmp_path / "contacts.csv"
    path.write_bytes(text.encode(encoding))
    return path


@pytest.mark.parametrize(
    ("given", "key"),
    [
        ("  Nadia.Alami@Presse.MA ", "nadia.alami@presse.ma"),
        ("s@médias.ma", "s@xn--mdias-bsa.ma"),
        ("me\u0301dias@x.ma".replace("me\u0301", "me"), "medias@x.ma"),
    ],
)
def test_spellings_of_one_address_have_one_key(given, key):
    assert addresses.read(given).key == key


@pytest.mark.parametrize(
    "wrong",
    [
        *("", "nadia", "@presse.ma", "nadia@", "na dia@presse.ma", "n@presse"),
        *("n@presse..ma", "n@127.0.0.1", "n@x.ma\r\nBcc: a@b.ma"),
        *("a@b@", "n@-x.ma", "x" * 65 + "@presse.ma", "a..b@presse.ma"),
    ],
)
def test_a_bad_address_is_named(wrong):
    with pytest.raises(BadInput) as caught:
        addresses.read(wrong)
    assert caught.value.to == "email"
    assert caught.value.mend


@given(st.text(max_size=80))
def test_an_address_is_refused_or_safe_in_a_header(text):
    try:
        read = addresses.read(text)
    except BadInput:
        return
    assert read.written.isascii() is not read.needs_utf8
    assert read.written.isprintable()
    assert " " not in read.written
    assert addresses.read(read.written).key == read.key


def test_columns_are_found_in_three_languages_and_any_order(tmp_path):
    text = (
        "الاسم;Langues;Courriel;Média;Téléphone;Rubriques\n"
        "نادية العلمي;arabe, fr;n@presse.ma;Atlas;0600;ville, eau\n"
    )
    (row,) = importing.read(a_file(tmp_path, text)).rows
    assert row.name == "نادية العلمي"
    assert row.languages == ("ar", "fr")
    assert row.address_key == "n@presse.ma"
    assert (row.outlet, row.phone, row.beats) == ("Atlas", "0600", ("ville", "eau"))


@pytest.mark.parametrize(
    ("encoding", "name"),
    [
        ("utf-8", "Aïcha Benaïssa"),
        ("utf-8-sig", "Aïcha Benaïssa"),
        ("utf-16", "سعيد الإدريسي"),
        ("windows-1252", "Aïcha Benaïssa, rédactrice en chef à Fès"),
        ("windows-1256", "سعيد الإدريسي رئيس تحرير جريدة صدى الأطلس بالرباط"),
    ],
)
def test_usual_encodings_are_read(tmp_path, encoding, name):
    text = f'email\tname\nn@presse.ma\t"{name}"\n'
    (row,) = importing.read(a_file(tmp_path, text, encoding=encoding)).rows
    assert row.name == name


def test_each_wrong_row_is_named_with_line_and_field(tmp_path):
    text = (
        "email,languages\n"
        "good@presse.ma,fr\n"
        "bad,fr\n"
        "\n"
        "GOOD@presse.ma,ar\n"
        "Good@presse.ma,\n"
        "other@presse.ma,klingon\n"
    )
    read = importing.read(a_file(tmp_path, text))
    assert [row.address for row in read.rows] == ["good@presse.ma"]
    assert [(row.line, row.field) for row in read.rejected] == [
        (3, "email"),
        (5, "languages"),
        (7, "languages"),
    ]
    assert [row.line for row in read.repeated] == [6]
    assert [row.is_conflict for row in read.rejected] == [False, True, False]
    assert all(row.file == "contacts.csv" and row.mend for row in read.rejected)


@pytest.mark.parametrize(
    "text", ["", "name,phone\nNadia,06\n", "email,courriel\na@b.ma,a@b.ma\n"]
)
def test_a_file_without_one_column_of_addresses_is_refused(tmp_path, text):
    with pytest.raises(BadInput, match=r"contacts\.csv"):
        importing.read(a_file(tmp_path, text))


def test_a_missing_file_and_an_open_quotation_mark_are_bad_input(tmp_path):
    with pytest.raises(BadInput, match="cannot be read"):
        importing.read(tmp_path / "none.csv")
    with pytest.raises(BadInput, match="line 2"):
        importing.read(a_file(tmp_path, 'email,name\na@b.ma,"Nadia\n'))


def test_columns_that_mean_nothing_are_said(tmp_path):
    read = importing.read(a_file(tmp_path, "email,ville\na@b.ma,Rabat\n"))
    assert read.ignored == ("ville",)


def test_importing_twice_doubles_nobody(tmp_path, database, clock):
    read = importing.read(a_file(tmp_path, "email,name\na@b.ma,A\nc@d.ma,C\n"))
    with database.write() as session:
        first = importing.store(session, read.rows, list_name="x", now=clock.now())
        again = importing.store(session, read.rows, list_name="x", now=clock.now())
        assert (first.new, again.same) == (2, 2)
        assert session.scalar(select(func.count()).select_from(Contact)) == 2
        assert session.scalar(select(func.count()).select_from(Membership)) == 2


def test_an_empty_cell_wipes_nothing(tmp_path, database, clock):
    with database.write() as session:
        for text in ("email,name\na@b.ma,Nadia\n", "email,name,phone\na@b.ma,,06\n"):
            rows = importing.read(a_file(tmp_path, text)).rows
            importing.store(session, rows, list_name="x", now=clock.now())
        (line,) = lines.contacts(session)
    assert (line.name, line.phone) == ("Nadia", "06")


def test_a_suppression_survives_erasing_and_importing_again(tmp_path, database, clock):
    rows = importing.read(a_file(tmp_path, "email\na@b.ma\n")).rows
    with database.write() as session:
        importing.store(session, rows, list_name="x", now=clock.now())
        assert suppression.suppress(session, "a@b.ma", reason="asked", now=clock.now())
        person.erase(session, "A@b.ma", now=clock.now())
        assert lines.contacts(session) == []
        importing.store(session, rows, list_name="x", now=clock.now())
        (line,) = lines.contacts(session, list_name="x")
    assert line.suppressed
