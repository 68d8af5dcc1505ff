"""Unsubscribe: the token of a message -> a suppression, at once, even while it is sending.

The link of an edition leads off the list of its readers alone, and suppresses nothing.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from core.keys import Links, Purpose
from core.settings import Settings
from core.values import Language
from distributor.after import events
from distributor.after.events import Report
from distributor.after.linked import delivery_of
from distributor.contacts import lists, old_deliveries
from distributor.models import Contact, Delivery, Dispatch
from distributor.states import Because, DeliveryState, EventKind
from distributor.states import Purpose as Sent


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the page of one link says."""

    # Of the message whose link it is.
    language: Language
    # Whether it leads off the list of the review's readers, and off nothing else.
    of_review: bool


def unsubscribe(
    session: Session,
    signed: str,
    *,
    links: Links,
    settings: Settings,
    now: datetime,
    purpose: Purpose = Purpose.UNSUBSCRIBE,
) -> bool:
    """Suppress the address the message went to, or take it off the list; False when it was.

    Raises NotFound for a token that we did not sign, and where nothing tells whose it is.
    """
    delivery = delivery_of(session, signed, purpose, links)
    if purpose is Purpose.UNSUBSCRIBE and _is_of_review(delivery):
        return _leave_list(session, delivery, settings=settings, now=now)
    # Not left to the event: one that was told before does nothing, and a suppression may
    # have been lifted since.
    is_new = old_deliveries.suppress(
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


def asked(session: Session, signed: str, *, links: Links) -> Asked:
    """What the link is of. Raises NotFound like unsubscribing."""
    delivery = delivery_of(session, signed, Purpose.UNSUBSCRIBE, links)
    return Asked(
        language=Language(delivery.language), of_review=_is_of_review(delivery)
    )


def _is_of_review(delivery: Delivery) -> bool:
    return delivery.dispatch.purpose == Sent.EDITION


def _leave_list(
    session: Session, delivery: Delivery, *, settings: Settings, now: datetime
) -> bool:
    """Off the list of this edition, and out of what still waits on it."""
    # An edition always has a list; locked, so that none is planned for them meanwhile.
    list_id = delivery.dispatch.mailing_list_id or 0
    mailing_list = lists.locked(session, list_id)
    key = old_deliveries.key_of(session, delivery.address_key)
    contact_ids = session.scalars(
        select(Contact.id).where(
            or_(Contact.address_key == key, Contact.id == delivery.contact_id)
        )
    ).all()
    was_on = lists.leave(session, mailing_list, contact_ids)
    session.execute(
        update(Delivery)
        .where(
            Delivery.address_key == key,
            Delivery.state.in_([DeliveryState.WAITING, DeliveryState.HELD]),
            Delivery.dispatch_id.in_(
                select(Dispatch.id).where(
                    Dispatch.mailing_list_id == list_id,
                    Dispatch.purpose == Sent.EDITION,
                )
            ),
        )
        .values(
            state=DeliveryState.CANCELLED,
            reason=Because.LEFT,
            changed_at=now,
            lease=None,
            leased_until=None,
        )
    )
    report = Report(
        token=delivery.token,
        kind=EventKind.LEFT_LIST,
        happened_at=now,
        channel="link",
        key=f"left-list:{delivery.token}",
    )
    told = events.record(session, [report], settings=settings, now=now)
    return bool(was_on or told)
