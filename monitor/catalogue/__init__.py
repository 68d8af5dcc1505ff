"""Outlets and their sources: added one by one, or from a list; shown, changed, listed again."""

from monitor.catalogue.adding import (
    KINDS,
    add_source,
    by_id,
    require_kind,
    require_readable,
)

__all__ = ["KINDS", "add_source", "by_id", "require_kind", "require_readable"]
