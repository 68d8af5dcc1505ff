"""Bounces: one mail that came back -> the delivery it proves itself to be about -> its event.

A report counts by the signature in the address it was sent to; without signed return paths,
and for complaints, by the name of a message, which only those who had it know.
"""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import NotFound
from core.keys import Links
from core.settings import Settings
from distributor.after import events
from distributor.after.events import Report
from distributor.after.returned import Kind, Returned, read
from distributor.after.unsubscribe import unsubscribe
from distributor.models import Delivery
from distributor.sending import verp
from distributor.states import EventKind

_CHANNEL: Final = "mailbox"
_TELLS: Final[Mapping[Kind, EventKind]] = {
    Kind.HARD: EventKind.BOUNCED,
    Kind.SOFT: EventKind.SOFT_BOUNCED,
    Kind.DELAYED: EventKind.DEFERRED,
    Kind.RELAYED: EventKind.PROCESSED,
    Kind.DELIVERED: EventKind.DELIVERED,
    Kind.COMPLAINT: EventKind.COMPLAINED,
}


class Taken(StrEnum):
    """What became of one mail."""

    RECORDED = "recorded"
    # Read before: its event is there already.
    REPEATED = "repeated"
    # Without the signature that a true report would bear.
    FORGED = "forged"
    # About no message of ours.
    UNKNOWN = "unknown"
    # A machine's answer: out of the office and its like.
    AUTOMATIC = "automatic"
    # For a person to read: left as it is.
    LEFT = "left"


def take(
    session: Session, content: bytes, *, links: Links, settings: Settings, now: datetime
) -> Taken:
    """Do what one mail of the returns says. Whatever it is, it raises nothing of its own."""
    told = read(content)
    if told.kind is Kind.PLAIN:
        return Taken.LEFT
    if told.kind is Kind.AUTOMATIC:
        return Taken.AUTOMATIC
    if told.kind is Kind.UNSUBSCRIBE:
        return _unsubscribed(session, told, links=links, settings=settings, now=now)
    proved = _token(session, told, links=links, settings=settings)
    if isinstance(proved, Taken):
        return proved
    report = Report(
        token=proved,
        kind=_TELLS[told.kind],
        happened_at=now,
        channel=_CHANNEL,
        key=f"{_CHANNEL}:{hashlib.sha256(content).hexdigest()}",
        detail=_detail(told),
    )
    new = events.record(session, [report], settings=settings, now=now)
    return Taken.RECORDED if new else Taken.REPEATED


def _token(
    session: Session, told: Returned, *, links: Links, settings: Settings
) -> str | Taken:
    """The token of the delivery it is about, or why it has none."""
    signed = verp.token_of(told.paths, links=links)
    if signed is not None:
        return signed
    if settings.bounces.verp and told.kind is not Kind.COMPLAINT:
        return Taken.FORGED
    return _named(session, told) or Taken.UNKNOWN


def _unsubscribed(
    session: Session,
    told: Returned,
    *,
    links: Links,
    settings: Settings,
    now: datetime,
) -> Taken:
    try:
        new = unsubscribe(session, told.signed, links=links, settings=settings, now=now)
    except NotFound:
        # A person may mean it all the same, and a person can find out.
        return Taken.LEFT
    return Taken.RECORDED if new else Taken.REPEATED


def _named(session: Session, told: Returned) -> str | None:
    """The first of its names that is one of ours."""
    ours = set(
        session.scalars(select(Delivery.token).where(Delivery.token.in_(told.names)))
    )
    return next((name for name in told.names if name in ours), None)


def _detail(told: Returned) -> Mapping[str, str]:
    words = (told.detail.get("status", ""), told.detail.get("answer", ""))
    reason = " ".join(dict.fromkeys(filter(None, words)))
    return {**told.detail, "reason": reason} if reason else told.detail
