"""One outlet and one source more; an address that can never be read is refused."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

import monitor.sources
from core.catalogue import members
from core.errors import BadInput, FetchRefused, NotFound
from core.models import Outlet
from core.web.address import split
from core.web.domain import domain_of
from core.wording import worded
from monitor.intake.poll import NEVER
from monitor.models import Source
from monitor.sources.base import Transport
from monitor.states import SourceState

KINDS = members(monitor.sources, "Kind")
# A new source is polled at this rhythm until its own is known.
FIRST_INTERVAL_SECONDS = 30 * 60
# What the address of a source is, where it is not one of the web.
SCHEMES: Final = {Transport.MAILBOX: "mailbox:", Transport.HAND: "hand:"}
_LONGEST_ADDRESS = 2000


def add_source(
    session: Session,
    *,
    outlet_name: str,
    outlet_ar: str = "",
    language: str = "",
    outlet_kind: str = "",
    homepage: str = "",
    kind: str,
    url: str,
    options: Mapping[str, Any] | None = None,
    now: datetime,
) -> Source:
    """Add a source, due at once. Raises BadInput when it is there already."""
    require_readable(url, kind=kind)
    if session.scalar(select(Source.id).where(Source.url == url)) is not None:
        raise BadInput(
            worded("This source is there already."),
            to=url,
            mend=worded("Look for it among the sources."),
        )
    outlet = session.scalar(select(Outlet).where(Outlet.name == outlet_name))
    if outlet is None:
        outlet = Outlet(
            name=outlet_name,
            name_ar=outlet_ar,
            language=language,
            kind=outlet_kind,
            homepage=homepage,
        )
        session.add(outlet)
        session.flush()
    source = new_source(outlet, kind=kind, url=url, options=options, now=now)
    session.add(source)
    session.flush()
    return source


def new_source(
    outlet: Outlet,
    *,
    kind: str,
    url: str,
    options: Mapping[str, Any] | None = None,
    now: datetime,
) -> Source:
    """A row that is not in any session yet."""
    by_hand = KINDS[kind].transport is Transport.HAND
    return Source(
        outlet=outlet,
        kind=kind,
        url=url,
        domain=domain_of(url),
        options=dict(options or {}),
        # Nobody polls what people enter, so nobody may wait for it.
        state=SourceState.OK if by_hand else SourceState.NEW,
        state_since=now,
        interval_seconds=FIRST_INTERVAL_SECONDS,
        next_poll_at=NEVER if by_hand else now,
    )


def require_kind(kind: str, *, place: str = "") -> None:
    if kind not in KINDS:
        raise BadInput(
            worded("There is no kind of source called %(kind)s.", kind=f"{kind!r}"),
            to=place or "kind",
            mend=worded("The kinds are: %(kinds)s.", kinds=", ".join(sorted(KINDS))),
        )


def require_readable(url: str, *, kind: str, place: str = "") -> None:
    """Raise BadInput, at *place*, for an address or a kind that can never be read."""
    require_kind(kind, place=place)
    if len(url) > _LONGEST_ADDRESS:
        raise BadInput(
            worded(
                "The address is longer than %(longest_address)s signs.",
                longest_address=_LONGEST_ADDRESS,
            ),
            to=place or "url",
            mend=worded("Give the address as the outlet publishes it."),
        )
    scheme = SCHEMES.get(KINDS[kind].transport)
    if scheme is not None:
        _require_scheme(url, scheme, place=place or "url")
        return
    try:
        split(url)
    except FetchRefused as error:
        raise BadInput(error.what, to=place or error.to, mend=error.mend) from error


def _require_scheme(url: str, scheme: str, *, place: str) -> None:
    if not url.startswith(scheme) or not url[len(scheme) :].strip():
        raise BadInput(
            worded("A source of this kind is not at %(url)s.", url=f"{url[:80]!r}"),
            to=place,
            mend=worded(
                "Its address begins with %(scheme)s and a name follows.", scheme=scheme
            ),
        )


def by_id(session: Session, source_id: int) -> Source:
    source = session.get(Source, source_id)
    if source is None:
        raise NotFound(
            worded("There is no source %(source_id)s.", source_id=source_id),
            to="source",
            mend=worded("See `parution source list`."),
        )
    return source
