"""The sites of a farm as sources of an office, put in all at once."""

from sqlalchemy import insert

from core.models import Outlet
from core.web.domain import domain_of
from monitor.models import Source


def add_sources(database, urls, *, now, tiers=(2,), interval_seconds=1800):
    """Site N becomes outlet and source N + 1, due at once."""
    with database.write() as session:
        session.execute(
            insert(Outlet),
            [
                {
                    "id": number,
                    "name": f"Site {number}",
                    "tier": tiers[number % len(tiers)],
                }
                for number in range(1, len(urls) + 1)
            ],
        )
        session.execute(
            insert(Source),
            [
                {
                    "id": number,
                    "outlet_id": number,
                    "kind": "feed",
                    "url": url,
                    "domain": domain_of(url),
                    "options": {},
                    "profile": {},
                    "state": "new",
                    "state_since": now,
                    "added_at": now,
                    "interval_seconds": interval_seconds,
                    "next_poll_at": now,
                }
                for number, url in enumerate(urls, 1)
            ],
        )
