"""Alembic's entry: both halves' tables, one history. The connection is given."""

from typing import Any

from alembic import context

from app.tables import metadata
from monitor.models import search_index


def include_object(thing: Any, name: str | None, kind: str, *_: object) -> bool:
    """Leave out what no row maps: the search index and its shadow tables."""
    named = thing.table.name if kind == "index" else name
    return not (named or "").startswith(search_index.TABLE)


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=metadata,
    render_as_batch=connection.dialect.name == "sqlite",
    compare_type=True,
    include_object=include_object,
)
with context.begin_transaction():
    context.run_migrations()
