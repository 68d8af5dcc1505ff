"""Brings a database to the newest tables, and tells whether it is there."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from core.db import Database
from core.errors import Conflict


def config() -> Config:
    made = Config()
    made.set_main_option("script_location", str(Path(__file__).parent))
    made.set_main_option("path_separator", "os")
    made.set_main_option("file_template", "%%(year)d_%%(month).2d_%%(day).2d_%%(slug)s")
    return made


def upgrade(database: Database) -> None:
    """Apply what is missing, in one transaction: all of it or nothing."""
    made = config()
    with database.engine.begin() as connection:
        made.attributes["connection"] = connection
        command.upgrade(made, "head")


def is_current(database: Database) -> bool:
    head = ScriptDirectory.from_config(config()).get_current_head()
    with database.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision() == head


def bring_up_to_date(database: Database) -> None:
    """Upgrade the embedded database; of a shared one only ask, for others may be using it."""
    if is_current(database):
        return
    if database.engine.dialect.name != "sqlite":
        raise Conflict(
            "The database's tables are not those of this version.",
            to="database",
            mend="Stop every worker and run `parution migrate`.",
        )
    upgrade(database)
