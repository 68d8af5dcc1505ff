"""Stores a list: what is there already is left as it is, said and counted."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from urllib.parse import urlsplit

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.models import Outlet
from monitor.catalogue.adding import new_source
from monitor.catalogue.listed import ListedOutlet
from monitor.models import Source

# Many outlets live at these: the host says nothing of who publishes.
_SHARED: Final = frozenset(
    {"youtube.com", "facebook.com", "x.com", "twitter.com", "t.me", "instagram.com"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """A source that was there already, and whose it is."""

    url: str
    outlet: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """How many outlets and sources were added; which sources were there, and were left."""

    outlets: int
    sources: int
    known_outlets: int
    left: Sequence[Left]


def store(
    session: Session, listed: Sequence[ListedOutlet], *, now: datetime
) -> Imported:
    """Add what is not there yet. The list is checked already: nothing is refused here."""
    rows = session.scalars(select(Outlet)).all()
    here = _Outlets(rows, {one.name for one in listed})
    whose = select(Source.url, Outlet.name).join(Outlet, Outlet.id == Source.outlet_id)
    addresses = {row.url: row.name for row in session.execute(whose)}
    left: list[Left] = []
    outlets = sources = 0
    for one in listed:
        outlet = here.find(one)
        if outlet is None:
            outlet = new_outlet(one)
            session.add(outlet)
            here.know(outlet)
            outlets += 1
        for source in one.sources:
            if source.url in addresses:
                left.append(Left(url=source.url, outlet=addresses[source.url]))
                continue
            addresses[source.url] = outlet.name
            session.add(
                new_source(
                    outlet,
                    kind=source.kind,
                    url=source.url,
                    options=source.options,
                    now=now,
                )
            )
            sources += 1
    session.flush()
    return Imported(
        outlets=outlets,
        sources=sources,
        known_outlets=len(listed) - outlets,
        left=left,
    )


def preview(
    session: Session, listed: Sequence[ListedOutlet], *, now: datetime
) -> Imported:
    """What `store` would do, undone again."""
    tried = session.begin_nested()
    try:
        return store(session, listed, now=now)
    finally:
        tried.rollback()


class _Outlets:
    """Finds an outlet by its name, else by the host of its home page and its language."""

    def __init__(self, rows: Sequence[Outlet], listed: set[str]) -> None:
        self._by_name = {row.name: row for row in rows}
        # An outlet the list names is itself: its neighbours on the same host are others.
        self._by_site = {
            site: row
            for row in rows
            if row.name not in listed and (site := _site(row.homepage))
        }

    def find(self, listed: ListedOutlet) -> Outlet | None:
        found = self._by_name.get(listed.name) or self._by_site.get(
            _site(listed.homepage)
        )
        if found is None or (found.name != listed.name and _differ(found, listed)):
            return None
        return found

    def know(self, row: Outlet) -> None:
        self._by_name[row.name] = row


def _differ(row: Outlet, listed: ListedOutlet) -> bool:
    return bool(row.language and listed.language and row.language != listed.language)


def _site(homepage: str) -> str:
    host = (urlsplit(homepage).hostname or "").removeprefix("www.")
    return "" if host in _SHARED else host


def new_outlet(listed: ListedOutlet) -> Outlet:
    """A row that is not in any session yet."""
    return Outlet(
        name=listed.name,
        name_ar=listed.name_ar,
        language=listed.language,
        kind=listed.kind,
        homepage=listed.homepage,
        region=listed.region,
        tier=listed.tier,
        known=listed.known,
    )
