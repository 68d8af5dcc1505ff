"""Which outlets allow keeping and passing on their full texts, and until when (promise L6)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from monitor.catalogue.options import LICENCE, LICENCE_UNTIL
from monitor.models import Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Licence:
    """`until` is its last day, such as 2027-12-31; empty for one without an end."""

    text: str
    until: str = ""

    def holds_on(self, day: date) -> bool:
        return not self.until or self.until >= day.isoformat()


def licensed(session: Session, day: date) -> Mapping[int, Licence]:
    """The licence of each outlet that has one on *day*: of its sources, the longest."""
    rows = session.execute(
        select(Source.outlet_id, Source.options)
        .where(Source.options[LICENCE].as_string() != "")
        .order_by(Source.id)
    )
    found: dict[int, Licence] = {}
    for row in rows:
        licence = _licence(row.options)
        if licence.holds_on(day) and _is_longer(licence, found.get(row.outlet_id)):
            found[row.outlet_id] = licence
    return found


def _licence(options: Mapping[str, Any]) -> Licence:
    until = options.get(LICENCE_UNTIL)
    return Licence(
        text=str(options[LICENCE]), until=until if isinstance(until, str) else ""
    )


def _is_longer(licence: Licence, than: Licence | None) -> bool:
    if than is None:
        return True
    return bool(than.until) and (not licence.until or licence.until > than.until)
