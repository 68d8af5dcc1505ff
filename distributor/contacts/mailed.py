"""When contacts were mailed, and will be: what the frequency cap counts."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from distributor.models import Delivery, Dispatch
from distributor.states import DeliveryState

# A doubtful one counts: the contact may well have it. What waits will be sent.
_COUNTED = (
    DeliveryState.WAITING,
    DeliveryState.SENDING,
    DeliveryState.ACCEPTED,
    DeliveryState.DELIVERED,
    DeliveryState.COMPLAINED,
    DeliveryState.UNSURE,
)


def moments(
    session: Session, *, since: datetime, until: datetime
) -> Mapping[int, Sequence[datetime]]:
    """By contact id, the hours of the dispatches that reach it after *since* up to *until*.

    Only releases count: nobody gets fewer of them for reading the review.
    """
    found: dict[int, list[datetime]] = {}
    for contact_id, due_at in session.execute(
        select(Delivery.contact_id, Dispatch.due_at)
        .join(Dispatch, Dispatch.id == Delivery.dispatch_id)
        .where(
            Dispatch.due_at > since,
            Dispatch.due_at <= until,
            Dispatch.release_id.is_not(None),
            Delivery.state.in_(_COUNTED),
        )
        .order_by(Dispatch.due_at)
    ):
        if contact_id is not None:
            found.setdefault(contact_id, []).append(due_at)
    return found
