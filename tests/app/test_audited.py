"""Every table says how the journal tells of it, or that it does not."""

from app.audited import PLAN, UNTOLD
from app.tables import metadata
from core.journal.telling import Act, Values


def test_every_table_has_its_place():
    missing = sorted(set(metadata.tables) - set(PLAN) - UNTOLD)
    assert missing == [], (
        "Say in app/audited.py how the journal tells of these: Told() with values, "
        "Told(values=Values.HASHED) for what is of people, or UNTOLD."
    )


def test_no_table_is_told_that_is_gone_and_none_twice():
    assert sorted((set(PLAN) | UNTOLD) - set(metadata.tables)) == []
    assert sorted(set(PLAN) & UNTOLD) == []


def test_what_is_named_of_a_table_is_there():
    for name, told in PLAN.items():
        columns = set(metadata.tables[name].columns.keys())
        assert {*told.only, *told.without} - {""} <= columns | {""}, name
        assert not told.state or told.state in columns
        assert set(told.verbs) <= set(Act)
        if told.about:
            told.about.format(**dict.fromkeys(columns, 1))


def test_what_is_of_people_is_hashed():
    """A table with a name and an address, or that belongs to a contact, holds a person."""
    for name, table in metadata.tables.items():
        columns = set(table.columns.keys())
        is_person = {"address", "phone"} & columns or "contact_id" in columns
        if is_person and name in PLAN and name not in {"byline", "membership"}:
            assert PLAN[name].values is Values.HASHED, name
