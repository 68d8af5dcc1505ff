from datetime import datetime

import pytest
from contact_makers import a_workbook

from core.errors import BadInput
from distributor.contacts import importing

HEADER = ["Courriel", "Nom", "Média", "Téléphone"]


def test_a_sheet_is_read_like_a_table_of_text(tmp_path):
    path = a_workbook(
        tmp_path,
        [
            ["Liste de presse"],
            [],
            HEADER,
            ["n@presse.test", "Nadia Alami", "Le Matin", 212600000000.0],
            [],
            ["s@presse.test", "سعيد", "الصباح", "+212600000001"],
        ],
    )
    nadia, said = importing.read(path).rows
    assert (nadia.line, nadia.phone) == (4, "212600000000")
    assert (said.line, said.name, said.phone) == (6, "سعيد", "+212600000001")


def test_headers_written_from_right_to_left_are_found(tmp_path):
    path = a_workbook(
        tmp_path,
        [
            ["\u200fالهاتف", "اللُّغة", "البريد الإلكتروني:", "المنبر"],
            ["0600", "العربية", "n@presse.test", "الصباح"],
        ],
        change=lambda _, sheet: sheet.right_to_left(),
    )
    (row,) = importing.read(path).rows
    assert (row.languages, row.outlet, row.phone) == (("ar",), "الصباح", "0600")


def test_a_merged_cell_says_the_same_of_each_of_its_rows(tmp_path):
    def merge(book, sheet):
        sheet.merge_range(1, 2, 3, 2, "Le Matin")
        sheet.merge_range(4, 1, 4, 3, "Rédaction")

    path = a_workbook(
        tmp_path,
        [HEADER, ["a@presse.test"], ["b@presse.test"], ["c@presse.test"], ["d@x.test"]],
        change=merge,
    )
    rows = importing.read(path).rows
    assert [row.outlet for row in rows] == ["Le Matin"] * 3 + [""]
    assert (rows[3].name, rows[3].phone) == ("Rédaction", "")


def test_a_formula_gives_its_last_value_and_is_never_computed(tmp_path):
    def add(book, sheet):
        sheet.write_formula(1, 0, '=LOWER("N@PRESSE.TEST")', None, "n@presse.test")
        sheet.write_formula(1, 1, "=NA()", None, "#N/A")
        sheet.write_datetime(
            1, 3, datetime(2026, 1, 2), book.add_format({"num_format": "dd/mm/yyyy"})
        )

    (row,) = importing.read(a_workbook(tmp_path, [HEADER, []], change=add)).rows
    assert (row.address, row.name, row.phone) == ("n@presse.test", "", "2026-01-02")


def test_every_visible_sheet_with_addresses_counts_and_the_others_are_named(tmp_path):
    def add(book, sheet):
        radio = book.add_worksheet("Radio")
        radio.write_row(0, 0, ["Nom", "email"])
        radio.write_row(1, 0, ["Saïd", "s@radio.test"])
        radio.write_row(2, 0, ["Hind", "bad"])
        book.add_worksheet("Notes").write(0, 0, "à revoir")
        hidden = book.add_worksheet("Anciens")
        hidden.write_row(0, 0, ["email"])
        hidden.write_row(1, 0, ["old@presse.test"])
        hidden.hide()

    read = importing.read(a_workbook(tmp_path, [HEADER, ["n@presse.test"]], change=add))
    assert [row.address for row in read.rows] == ["n@presse.test", "s@radio.test"]
    assert [(one.file, one.line) for one in read.rejected] == [
        ("contacts.xlsx, sheet Radio", 3)
    ]
    assert read.ignored == ("contacts.xlsx, sheet Notes",)


def test_a_workbook_called_csv_is_read_as_what_it_is(tmp_path):
    path = a_workbook(tmp_path, [HEADER, ["n@presse.test"]], name="export.csv")
    assert len(importing.read(path).rows) == 1


@pytest.mark.parametrize(
    "content", [b"PK\x03\x04 and no archive", b"\xd0\xcf\x11\xe0 an old workbook"]
)
def test_what_only_looks_like_a_workbook_is_refused(tmp_path, content):
    path = tmp_path / "contacts.xlsx"
    path.write_bytes(content)
    with pytest.raises(BadInput, match=r"[Ss]ave it"):
        importing.read(path)


def test_a_cell_for_yes_gives_consent_and_one_for_no_opposes(tmp_path):
    path = a_workbook(
        tmp_path,
        [
            ["email", "consent"],
            ["a@presse.test", True],
            ["b@presse.test", False],
            ["c@presse.test", "2026-01-02"],
            ["d@presse.test", ""],
        ],
    )
    rows = importing.read(path).rows
    assert [row.consent for row in rows] == ["given", "opposed", "given", ""]


def test_digits_that_a_spreadsheet_threw_away_are_not_guessed(tmp_path):
    path = a_workbook(tmp_path, [HEADER, ["n@presse.test", "N", "", "2,126E+11"]])
    (wrong,) = importing.read(path).rejected
    assert (wrong.line, wrong.field) == (2, "phone")
