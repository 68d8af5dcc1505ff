"""Unsubscribe: the token of a message -> a suppression, at once, even while it is sending."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import NotFound
from core.keys import Links, Purpose
from distributor.contacts import suppression
from distributor.models import Delivery


def unsubscribe(session: Session, signed: str, *, links: Links, now: datetime) -> bool:
    """Suppress the address the message went to; False when it already was.

    Raises NotFound for a token that we did not sign or that names no delivery.
    """
    token = links.read(Purpose.UNSUBSCRIBE, signed)
    address_key = session.scalar(
        select(Delivery.address_key).where(Delivery.token == token)
    )
    if address_key is None:
        raise NotFound(
            "This link belongs to no message of ours.",
            to="token",
            mend="Answer the message instead; a person reads the answers.",
        )
    return suppression.suppress(session, address_key, reason="unsubscribed", now=now)
