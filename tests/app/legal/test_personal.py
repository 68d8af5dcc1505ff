"""Every column that may hold something of a person has its place in the register's map."""

import sqlalchemy as sa

from app.legal.impersonal import IMPERSONAL
from app.legal.personal import PERSONAL, Erasing, Sort, Use, columns
from app.tables import metadata

PEOPLE = {"account", "contact", "delivery"}
WORDS = (sa.String, sa.JSON, sa.LargeBinary)


def may_hold_a_person(column):
    """It takes words, or it points at somebody."""
    points = {key.target_fullname.partition(".")[0] for key in column.foreign_keys}
    named = column.name in {"contact_id", "account_id"}
    return isinstance(column.type, WORDS) or bool(points & PEOPLE) or named


def test_a_new_column_cannot_be_forgotten():
    missing = sorted(
        f"{table.name}.{column.name}"
        for table in metadata.sorted_tables
        for column in table.columns
        if may_hold_a_person(column)
        and column.name not in PERSONAL.get(table.name, {})
        and column.name not in IMPERSONAL.get(table.name, ())
    )
    assert missing == [], (
        "Say of each of these in app/legal/personal.py for what it is kept, what sort of "
        "data it is and what erasing does to it; or that it holds nothing of people, in "
        "app/legal/impersonal.py."
    )


def test_no_column_is_named_that_is_gone_and_none_in_both():
    there = {
        (table.name, column.name)
        for table in metadata.sorted_tables
        for column in table.columns
    }
    personal = {(table, column) for table, column, _ in columns()}
    impersonal = {(table, one) for table, some in IMPERSONAL.items() for one in some}
    assert sorted((personal | impersonal) - there) == []
    assert sorted(personal & impersonal) == []


def test_every_use_and_sort_has_columns():
    held = [one for *_, one in columns()]
    assert {one.use for one in held} == set(Use)
    assert {one.sort for one in held} == set(Sort)
    assert {one.erasing for one in held} == set(Erasing)


def test_what_hangs_on_a_contact_goes_with_them():
    for table, column, held in columns():
        if column == "contact_id":
            assert held.erasing is Erasing.GONE, table
        if column in {"address", "address_key", "phone", "plate", "crew"}:
            assert held.erasing is Erasing.GONE, (table, column)
