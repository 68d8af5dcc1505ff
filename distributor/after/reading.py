"""Reading: the signed link of a mail -> which edition it sent, for the page that shows it."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.keys import Links, Purpose
from core.values import Language
from distributor.models import Delivery, Dispatch
from distributor.states import Purpose as Sent


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    # As whoever sent it calls it, like edition:12.
    about: str
    # In which this reader got it.
    language: Language
    # The mailing list it was sent to.
    list_id: int


def read_by(session: Session, token: str, links: Links) -> Reading | None:
    """What the mail with this signed *token* sent; None for a link that is not of an edition.

    The link goes on working when its reader left the list: they were sent this.
    """
    named = links.read(Purpose.READ, token)
    row = session.execute(
        select(Dispatch.about, Delivery.language, Dispatch.mailing_list_id)
        .join(Delivery, Delivery.dispatch_id == Dispatch.id)
        .where(Delivery.token == named, Dispatch.purpose == Sent.EDITION)
    ).one_or_none()
    if named is None or row is None or row.mailing_list_id is None:
        return None
    return Reading(
        about=row.about,
        language=Language(row.language),
        list_id=row.mailing_list_id,
    )
