"""The outlets and sources of this office as a list, to be written in any format."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.models import Outlet
from monitor.catalogue.listed import ListedOutlet, ListedSource
from monitor.catalogue.options import OPTIONS
from monitor.models import Source


def listed(session: Session) -> Sequence[ListedOutlet]:
    """Every outlet by name, with its sources in the order they were added."""
    sources: dict[int, list[ListedSource]] = {}
    for row in session.scalars(select(Source).order_by(Source.id)):
        options = {
            name: str(row.options[name]) for name in OPTIONS if row.options.get(name)
        }
        sources.setdefault(row.outlet_id, []).append(
            ListedSource(kind=row.kind, url=row.url, options=options)
        )
    return [
        ListedOutlet(
            name=row.name,
            name_ar=row.name_ar,
            language=row.language,
            kind=row.kind,
            region=row.region,
            homepage=row.homepage,
            tier=row.tier,
            known=row.known,
            sources=tuple(sources.get(row.id, ())),
        )
        for row in session.scalars(select(Outlet).order_by(Outlet.name))
    ]
