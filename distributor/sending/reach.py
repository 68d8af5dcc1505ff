"""Whom the dispatches of a release reached, with their answers: told to who asks who wrote."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import Session

from core.models import Release
from core.releases import found_release
from core.values import ReleaseKind
from distributor.models import Answer, Contact, Delivery, Dispatch
from distributor.states import DeliveryState

# A doubtful one, and one in the air, is not said to have it.
_REACHED: Final = (DeliveryState.ACCEPTED, DeliveryState.DELIVERED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """A contact that has the release, once, however many dispatches brought it."""

    contact_id: int
    # Empty where only the address is known.
    name: str
    address: str
    kind: str
    outlet: str
    state: str
    # What they said to the invitation that it is, or follows; empty without an answer.
    answer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    contacts: Sequence[Reached]
    # Erased since: they are counted and not named.
    forgotten: int


def invitation(session: Session, release: Release) -> int:
    """What its readers answered: itself, or the invitation to the event that it follows."""
    if release.parent_id is None:
        return release.id
    parent = session.get_one(Release, release.parent_id)
    follows = (
        release.kind == ReleaseKind.REMINDER or parent.kind == ReleaseKind.INVITATION
    )
    return parent.id if follows else release.id


def size(session: Session, release_id: int) -> int:
    """How many contacts have the release."""
    return sizes(session, [release_id]).get(release_id, 0)


def sizes(session: Session, release_ids: Collection[int]) -> Mapping[int, int]:
    """How many contacts have each release; one that nobody has is left out."""
    rows = session.execute(
        select(Dispatch.release_id, func.count(Delivery.contact_id.distinct()))
        .join(Delivery, Delivery.dispatch_id == Dispatch.id)
        .where(*_has_one_of(release_ids))
        .group_by(Dispatch.release_id)
    )
    return {release_id: count for release_id, count in rows if release_id is not None}


def reach(session: Session, release_id: int) -> Reach:
    """Raises NotFound."""
    release = found_release(session, release_id)
    here = _has_it(release_id)
    is_delivered = func.max(
        case((Delivery.state == DeliveryState.DELIVERED, 1), else_=0)
    )
    reached = (
        select(Delivery.contact_id, is_delivered.label("is_delivered"))
        .join(Dispatch, Dispatch.id == Delivery.dispatch_id)
        .where(*here, Delivery.contact_id.is_not(None))
        .group_by(Delivery.contact_id)
        .subquery()
    )
    rows = session.execute(
        select(
            Contact.id,
            Contact.name,
            Contact.address,
            Contact.kind,
            Contact.outlet,
            reached.c.is_delivered,
            Answer.answer,
        )
        .join(reached, reached.c.contact_id == Contact.id)
        .outerjoin(
            Answer,
            (Answer.contact_id == Contact.id)
            & (Answer.release_id == invitation(session, release)),
        )
        .order_by(Contact.name, Contact.id)
    )
    return Reach(
        contacts=[
            Reached(
                contact_id=row.id,
                name=row.name,
                address=row.address,
                kind=row.kind,
                outlet=row.outlet,
                state=str(
                    DeliveryState.DELIVERED
                    if row.is_delivered
                    else DeliveryState.ACCEPTED
                ),
                answer=row.answer or "",
            )
            for row in rows
        ],
        forgotten=session.scalar(
            select(func.count())
            .select_from(Delivery)
            .join(Dispatch, Dispatch.id == Delivery.dispatch_id)
            .where(*here, Delivery.contact_id.is_(None))
        )
        or 0,
    )


def _has_it(release_id: int) -> tuple[ColumnElement[bool], ...]:
    return _has_one_of([release_id])


def _has_one_of(release_ids: Collection[int]) -> tuple[ColumnElement[bool], ...]:
    return (
        Dispatch.release_id.in_(release_ids),
        Delivery.is_seed.is_(False),
        Delivery.state.in_(_REACHED),
    )
