"""The queue's tables: beside ours, made anew for another version, in nobody's way."""

import pytest
from alembic import command
from sqlalchemy import inspect, text

from app.fleet import tables
from app.migrations import history
from core.db import open_database
from core.errors import Conflict

pytestmark = pytest.mark.postgres


@pytest.fixture
def shared(postgres_url):
    opened = open_database(postgres_url)
    yield opened
    opened.close()


def test_they_are_made_once(shared):
    assert not tables.are_current(shared)
    assert tables.migrate(shared)
    assert tables.are_current(shared)
    assert not tables.migrate(shared)


def test_they_lie_beside_ours_and_our_history_does_not_see_them(shared):
    history.upgrade(shared)
    tables.migrate(shared)
    config = history.config()
    with shared.engine.begin() as connection:
        config.attributes["connection"] = connection
        command.check(config)
    assert not [
        name
        for name in inspect(shared.engine).get_table_names()
        if "procrastinate" in name
    ]


def test_those_of_another_version_are_made_anew_by_a_person_only(shared):
    tables.migrate(shared)
    with shared.engine.begin() as connection:
        connection.execute(text(f"COMMENT ON SCHEMA {tables.SCHEMA} IS 'older'"))
        connection.execute(
            text(f"DROP TABLE {tables.SCHEMA}.procrastinate_jobs CASCADE")
        )
    with pytest.raises(Conflict, match="not those of this version") as refused:
        tables.bring_up_to_date(shared)
    assert "parution migrate" in refused.value.mend
    assert tables.migrate(shared)
    assert "procrastinate_jobs" in inspect(shared.engine).get_table_names(
        schema=tables.SCHEMA
    )


def test_a_worker_makes_those_that_are_missing(shared):
    tables.bring_up_to_date(shared)
    assert tables.are_current(shared)
    tables.bring_up_to_date(shared)


def test_an_account_that_may_not_make_them_is_told_what_to_ask_for(shared):
    with shared.engine.begin() as connection:
        connection.execute(text("DROP ROLE IF EXISTS guest"))
        connection.execute(text("CREATE ROLE guest LOGIN"))
    guest = open_database(
        shared.engine.url.set(username="guest").render_as_string(hide_password=False)
    )
    try:
        with pytest.raises(Conflict, match="may not make the queue's tables") as told:
            tables.migrate(guest)
        assert "GRANT CREATE ON DATABASE" in told.value.mend
    finally:
        guest.close()
        with shared.engine.begin() as connection:
            connection.execute(text("DROP ROLE guest"))
