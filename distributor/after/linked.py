"""The delivery that the signed link of a mail is of."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import NotFound
from core.keys import Links, Purpose
from core.wording import worded
from distributor.contacts import old_deliveries
from distributor.models import Delivery


class TooOld(NotFound):
    """It was ours; the address it went to is kept no more."""

    code = "too-old"

    def __init__(self) -> None:
        super().__init__(
            worded("This message is too old: we do not keep its address any more."),
            to="token",
            mend=worded("Answer the message instead; a person reads the answers."),
        )


def delivery_of(
    session: Session, signed: str, purpose: Purpose, links: Links
) -> Delivery:
    """Raises NotFound for a link we did not sign, TooOld where nothing tells whose it is."""
    token = links.read(purpose, signed)
    found = session.scalar(select(Delivery).where(Delivery.token == token))
    if token is None or found is None:
        raise NotFound(
            worded("This link belongs to no message of ours."),
            to="token",
            mend=worded("Answer the message instead; a person reads the answers."),
        )
    if old_deliveries.is_forgotten(found.address_key):
        raise TooOld
    return found
