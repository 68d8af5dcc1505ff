"""Unsubscribe: the token of a message -> a suppression, at once, even while it is sending."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import NotFound
from core.keys import Links, Purpose
from core.settings import Settings
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
    token = links.read(purpose, signed)
    address_key = session.scalar(
        select(Delivery.address_key).where(Delivery.token == token)
    )
    if token is None or address_key is None:
        raise NotFound(
            "This link belongs to no message of ours.",
            to="token",
            mend="Answer the message instead; a person reads the answers.",
        )
    # Not left to the event: one that was told before does nothing, and a suppression may
    # have been lifted since.
    is_new = suppression.suppress(session, address_key, reason="unsubscribed", now=now)
    if is_new:
        report = Report(
            token=token,
            kind=EventKind.UNSUBSCRIBED,
            happened_at=now,
            channel="link",
            key=f"unsubscribed:{token}:{now.isoformat()}",
        )
        events.record(session, [report], settings=settings, now=now)
    return is_new
