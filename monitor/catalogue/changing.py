"""What people change of a source: its options, its outlet's tier, a pause, its removal."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import delete, exists, select
from sqlalchemy.orm import Session

from core.errors import BadInput, Conflict
from core.models import Alert
from core.wording import worded
from monitor.catalogue.adding import KINDS, by_id
from monitor.catalogue.listed import TIERS, ListedSource, require_source
from monitor.catalogue.options import PATTERN, PAUSED, SELECTOR
from monitor.intake.poll import NEVER
from monitor.models import Poll, Sighting, Source
from monitor.sources.base import Transport
from monitor.states import SourceState


def set_options(
    session: Session, source_id: int, options: Mapping[str, str], *, now: datetime
) -> None:
    """Set what is given and drop what is empty; it is read again at once to see the effect."""
    row = by_id(session, source_id)
    _require_listing(row, options)
    kept = {**row.options, **options}
    kept = {name: value for name, value in kept.items() if value}
    texts = {name: value for name, value in kept.items() if isinstance(value, str)}
    place = f"source {source_id}"
    require_source(ListedSource(kind=row.kind, url=row.url, options=texts, place=place))
    row.options = kept
    # Without validators, so that the same body is read in the new way.
    row.etag = row.last_modified = ""
    row.last_whole_at = None
    if PAUSED not in kept:
        row.next_poll_at = _next(row, now)


def _require_listing(row: Source, options: Mapping[str, str]) -> None:
    """Only the links of a listing page are chosen, and a selector has to be one."""
    from soupsieve import SelectorSyntaxError, compile  # noqa: A004, PLC0415

    if row.kind != "page" and (options.get(SELECTOR) or options.get(PATTERN)):
        raise BadInput(
            worded(
                "This source is no listing page but of the kind %(kind)s.",
                kind=f"{row.kind!r}",
            ),
            to=f"source {row.id}",
            mend=worded(
                "Selectors and patterns choose the links of a listing page (kind page)."
            ),
        )
    try:
        compile(options.get(SELECTOR) or "a")
    except (SelectorSyntaxError, NotImplementedError) as error:
        raise BadInput(
            worded("The selector is no CSS selector."),
            to=f"source {row.id}, selector",
            mend=worded("Write one such as 'h2 a', and try the source."),
        ) from error


def set_tier(session: Session, source_id: int, tier: int) -> None:
    if tier not in TIERS:
        raise BadInput(
            worded("There is no tier %(tier)s.", tier=tier),
            to="tier",
            mend=worded("Tiers are 1, 2 and 3; 1 is read most closely."),
        )
    by_id(session, source_id).outlet.tier = tier


def pause(session: Session, source_id: int, *, because: str) -> None:
    """Read it no more until `resume`. Raises BadInput without a reason."""
    row = by_id(session, source_id)
    if not because.strip():
        raise BadInput(
            worded("A pause needs a reason."),
            to="because",
            mend=worded("Say why it is not read."),
        )
    place = f"source {source_id}"
    options = {PAUSED: because.strip()}
    require_source(
        ListedSource(kind=row.kind, url=row.url, options=options, place=place)
    )
    row.options = dict(row.options) | options
    row.next_poll_at = NEVER


def resume(session: Session, source_id: int, *, now: datetime) -> None:
    row = by_id(session, source_id)
    row.options = {name: one for name, one in row.options.items() if name != PAUSED}
    row.next_poll_at = _next(row, now)


def accept(session: Session, source_id: int, *, now: datetime) -> None:
    """What it brings is the outlet's own after all: its habits are learnt anew."""
    row = by_id(session, source_id)
    row.profile = {}
    row.state, row.state_since = SourceState.NEW, now
    row.next_poll_at = _next(row, now)


def remove(session: Session, source_id: int) -> None:
    """Remove a source that brought nothing. Raises Conflict for one that did: pause it."""
    by_id(session, source_id)
    if session.scalar(select(exists().where(Sighting.source_id == source_id))):
        raise Conflict(
            worded(
                "This source brought articles, and they keep saying where they come from."
            ),
            to=f"source {source_id}",
            mend=worded("Pause it instead."),
        )
    session.execute(delete(Poll).where(Poll.source_id == source_id))
    session.execute(delete(Alert).where(Alert.about == f"source:{source_id}"))
    session.execute(delete(Source).where(Source.id == source_id))


def _next(row: Source, now: datetime) -> datetime:
    """At once, but for what nobody polls."""
    by_hand = KINDS[row.kind].transport is Transport.HAND
    return NEVER if by_hand else now
