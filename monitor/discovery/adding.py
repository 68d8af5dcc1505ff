"""Stores what was found: under the outlet that is there already, or under a new one."""

from datetime import datetime
from urllib.parse import urlsplit

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import BadInput, FetchRefused
from core.models import Outlet
from core.web.address import split
from core.wording import worded
from monitor.catalogue.importing import new_outlet, store
from monitor.catalogue.listed import ListedOutlet, ListedSource, require_outlet
from monitor.discovery.values import Candidate
from monitor.models import Source
from monitor.sources.base import tidied

_LONGEST_NAME = 120


def add_found(
    session: Session, found: Candidate, *, outlet: str = "", now: datetime
) -> Source:
    """Add one source under *outlet*; without it under that of the same site, else its title.

    Raises BadInput when the source is there already.
    """
    url = found.url
    if session.scalar(select(Source.id).where(Source.url == url)) is not None:
        raise BadInput(
            worded("This source is there already."),
            to=url,
            mend=worded("See `parution source list`."),
        )
    named = tidied(outlet) or tidied(found.title)[:_LONGEST_NAME] or _host(url)
    listed = ListedOutlet(
        name=named,
        homepage=_site(found.homepage) or _site(url),
        language=found.language,
        sources=(ListedSource(kind=found.kind, url=url, place=url),),
        place="outlet",
    )
    require_outlet(listed)
    if outlet and not _is_known(session, named):
        # A list would know it again by its site; a person who gives a name means another.
        session.add(new_outlet(listed))
        session.flush()
    store(session, [listed], now=now)
    return session.scalars(select(Source).where(Source.url == url)).one()


def _is_known(session: Session, name: str) -> bool:
    return session.scalar(select(Outlet.id).where(Outlet.name == name)) is not None


def _site(url: str) -> str:
    """The home page of *url*'s site; empty when it is no address of the web."""
    try:
        parts = split(url)
    except FetchRefused:
        return ""
    return f"{parts.scheme}://{parts.netloc}/"


def _host(url: str) -> str:
    return urlsplit(url).hostname or url
