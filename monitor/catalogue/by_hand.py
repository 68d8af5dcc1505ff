"""What a person read in print or heard on air, entered as an article of its outlet."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final
from urllib.parse import quote
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import BadInput
from core.models import Outlet
from core.wording import worded
from monitor.catalogue.adding import SCHEMES, new_source
from monitor.catalogue.listed import ListedOutlet, require_outlet
from monitor.intake import dates
from monitor.intake.identity import keyed
from monitor.intake.storing import Brought, Reading, store
from monitor.models import Article, Sighting, Source
from monitor.sources import manual
from monitor.sources.base import Document, Transport, tidied
from monitor.states import TextFrom

_KIND: Final = "manual"


def enter(
    session: Session,
    outlet: str,
    given: Mapping[str, str],
    *,
    zone: ZoneInfo,
    now: datetime,
    stamp: datetime,
) -> Article:
    """Store one entry; the same again is the same article. Raises BadInput by field.

    *given* has the fields of `monitor.sources.manual`. The outlet is made when it is new.
    """
    source = _source(session, outlet, now=now)
    document = Document(body=b"", url=source.url, zone=zone, came_at=now)
    entry = manual.read(given, document, options=source.options)
    if dates.believable(entry.published, now=now) is not entry.published:
        raise BadInput(
            worded("This day lies ahead, or before there was a web."),
            to="published",
            mend=worded("Give the day it was printed or said."),
        )
    found = keyed([entry])
    store(
        session,
        [Brought(source_id=source.id, outlet_id=source.outlet_id, entries=found)],
        now=now,
        stamp=stamp,
        # There is no page to be read.
        reading=Reading(reads_all=False, since=now),
    )
    article = session.scalars(
        select(Article)
        .join(Sighting, Sighting.article_id == Article.id)
        .where(Sighting.source_id == source.id, Sighting.key_hash == found[0].key_hash)
    ).one()
    article.text_from = TextFrom.HAND
    return article


def _source(session: Session, outlet: str, *, now: datetime) -> Source:
    """The outlet's entries by hand, made at the first."""
    name = tidied(outlet)
    require_outlet(ListedOutlet(name=name, place="outlet"))
    url = f"{SCHEMES[Transport.HAND]}{quote(name, safe='')}"
    found = session.scalar(select(Source).where(Source.url == url))
    if found is not None:
        return found
    row = session.scalar(select(Outlet).where(Outlet.name == name))
    made = new_source(row or Outlet(name=name), kind=_KIND, url=url, now=now)
    session.add(made)
    session.flush()
    return made
