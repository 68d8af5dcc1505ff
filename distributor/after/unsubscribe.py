"""Unsubscribe: the token of a message -> a suppression, at once, even while it is sending."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import NotFound
from core.keys import Links, Purpose
from core.settings import Settings
from core.values import Language
from distributor.after import events
from distributor.after.events import Report
from distributor.contacts import suppression
from distributor.models import Delivery
from distributor.states import EventKind


def unsubscribe(
    session: Session,
    signed: str,
    *,
    links: Links,
    settings: Settings,
    now: datetime,
    purpose: Purpose = Purpose.UNSUBSCRIBE,
) -> bool:
    """Suppress the address the message went to; False when it already was.

    Raises NotFound for a token that we did not sign or that names no delivery.
    """
    delivery = _delivery(session, signed, purpose, links)
    # Not left to the event: one that was told before does nothing, and a suppression may
    # have been lifted since.
    is_new = suppression.suppress(
        session, delivery.address_key, reason="unsubscribed", now=now
    )
    if is_new:
        report = Report(
            token=delivery.token,
            kind=EventKind.UNSUBSCRIBED,
            happened_at=now,
            channel="link",
            key=f"unsubscribed:{delivery.token}:{now.isoformat()}",
        )
        events.record(session, [report], settings=settings, now=now)
    return is_new


def asked_in(session: Session, signed: str, *, links: Links) -> Language:
    """The language of the message whose link this is. Raises NotFound like unsubscribing."""
    return Language(_delivery(session, signed, Purpose.UNSUBSCRIBE, links).language)


def _delivery(
    session: Session, signed: str, purpose: Purpose, links: Links
) -> Delivery:
    token = links.read(purpose, signed)
    found = session.scalar(select(Delivery).where(Delivery.token == token))
    if token is None or found is None:
        raise NotFound(
            "This link belongs to no message of ours.",
            to="token",
            mend="Answer the message instead; a person reads the answers.",
        )
    return found
