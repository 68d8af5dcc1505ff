"""What outlets allow passing on of their articles, and until when (promise L6).

Without a licence: title, link and a short quotation. A licence is noted at a source and holds
for its outlet: for a link and an excerpt, or for full texts, up to its last day.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.models import Outlet
from monitor.catalogue.options import (
    LICENCE,
    LICENCE_ALLOWS,
    LICENCE_NOTICE,
    LICENCE_UNTIL,
)
from monitor.models import Article, Source
from monitor.states import Allows


@dataclass(frozen=True, slots=True, kw_only=True)
class Licence:
    """`until` is its last day, such as 2027-12-31; empty for one without an end."""

    text: str
    until: str = ""
    allows: Allows = Allows.FULL_TEXT
    # What it wants said beside each article that is passed on; empty asks for nothing.
    notice: str = ""

    def holds_on(self, day: date) -> bool:
        return not self.until or self.until >= day.isoformat()

    def ends_in(self, day: date) -> int | None:
        """Days from *day* to its last one, 0 on that day; None for one without an end."""
        if not self.until:
            return None
        return (date.fromisoformat(self.until) - day).days


@dataclass(frozen=True, slots=True, kw_only=True)
class LicenceLine:
    """A source with its licence, as a screen shows it."""

    source_id: int
    outlet: str
    outlet_ar: str
    url: str
    licence: Licence
    holds: bool
    # Days to its last one; negative when it is over.
    days: int | None
    # Full texts of the outlet that are kept.
    texts: int


def licensed(session: Session, day: date) -> Mapping[int, Licence]:
    """The licence for full texts that each outlet has on *day*: of its sources, the longest."""
    found: dict[int, Licence] = {}
    for outlet_id, licence in _holding(session, day):
        if licence.allows is Allows.FULL_TEXT and _is_longer(
            licence, found.get(outlet_id)
        ):
            found[outlet_id] = licence
    return found


def notices(session: Session, day: date) -> Mapping[int, str]:
    """What is to be said beside each article of an outlet whose licence asks for it."""
    found: dict[int, list[str]] = {}
    for outlet_id, licence in _holding(session, day):
        if licence.notice:
            found.setdefault(outlet_id, []).append(licence.notice)
    return {
        outlet_id: " ".join(dict.fromkeys(said)) for outlet_id, said in found.items()
    }


def lines(session: Session, day: date) -> Sequence[LicenceLine]:
    """Every licence, those that end first at the top and those without an end last."""
    rows = session.execute(
        select(Source.id, Source.url, Source.options, Outlet.name, Outlet.name_ar)
        .join(Outlet, Outlet.id == Source.outlet_id)
        .where(Source.options[LICENCE].as_string() != "")
        .order_by(Outlet.name, Source.id)
    ).all()
    texts = _texts(session, [row.id for row in rows])
    found = [
        LicenceLine(
            source_id=row.id,
            outlet=row.name,
            outlet_ar=row.name_ar,
            url=row.url,
            licence=(licence := _licence(row.options)),
            holds=licence.holds_on(day),
            days=licence.ends_in(day),
            texts=texts.get(row.id, 0),
        )
        for row in rows
    ]
    return sorted(found, key=lambda one: one.licence.until or "9999")


def ending(session: Session, day: date, *, within: int) -> Sequence[LicenceLine]:
    """Licences that hold, and whose last day is near."""
    last = (day + timedelta(days=within)).isoformat()
    return [
        one
        for one in lines(session, day)
        if one.holds and one.licence.until and one.licence.until <= last
    ]


def _holding(session: Session, day: date) -> Iterable[tuple[int, Licence]]:
    rows = session.execute(
        select(Source.outlet_id, Source.options)
        .where(Source.options[LICENCE].as_string() != "")
        .order_by(Source.id)
    )
    for row in rows:
        licence = _licence(row.options)
        if licence.holds_on(day):
            yield row.outlet_id, licence


def _texts(session: Session, source_ids: Sequence[int]) -> Mapping[int, int]:
    """By source, how many full texts its outlet has here."""
    rows = session.execute(
        select(Source.id, func.count(Article.id))
        .join(Article, Article.outlet_id == Source.outlet_id)
        .where(Source.id.in_(source_ids), Article.full_text.is_not(None))
        .group_by(Source.id)
    )
    return {row[0]: row[1] for row in rows}


def _licence(options: Mapping[str, Any]) -> Licence:
    """What is no day and no grade, as an older list may have it, stands for none."""
    return Licence(
        text=str(options[LICENCE]),
        until=_text(options.get(LICENCE_UNTIL)),
        allows=Allows.EXCERPT
        if options.get(LICENCE_ALLOWS) == Allows.EXCERPT
        else Allows.FULL_TEXT,
        notice=_text(options.get(LICENCE_NOTICE)),
    )


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _is_longer(licence: Licence, than: Licence | None) -> bool:
    if than is None:
        return True
    return bool(than.until) and (not licence.until or licence.until > than.until)
