"""Reminders: only to whom the invitation reached and who stayed silent, and never twice.

Planned ahead, a reminder covers the whole list; whoever answers, or was never reached, is
taken off again before it starts. Contacts may only be removed, so the seal still holds.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, exists, func, or_, select, update
from sqlalchemy.orm import Session

from core.errors import BadInput
from core.ids import Ids
from core.models import Account, Release
from core.releases import found_release
from core.settings import Settings
from core.values import ReleaseKind
from core.wording import worded
from core.zones import ZoneRules
from distributor.contacts.suppression import suppressed
from distributor.models import Answer, Delivery, Dispatch
from distributor.sending import audience, freezing, moves, plan
from distributor.sending.freezing import Terms
from distributor.states import Because, DeliveryState, DispatchState, Purpose

_REACHED = (DeliveryState.ACCEPTED, DeliveryState.DELIVERED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """What is reminded of: a release, and those of its dispatches that count."""

    release: Release
    dispatch_ids: Sequence[int]


def invitation_of(session: Session, release: Release) -> Release:
    """What answers are given to: of a reminder, the release it reminds of."""
    if release.kind == ReleaseKind.REMINDER and release.parent_id is not None:
        return session.get_one(Release, release.parent_id)
    return release


def invitation(session: Session, dispatch_ids: Sequence[int]) -> Invitation:
    """The release these dispatches sent. Raises BadInput when they sent none."""
    first = session.get(Dispatch, dispatch_ids[0]) if dispatch_ids else None
    if first is None:
        raise BadInput(
            worded("There is nothing to remind of: no dispatch sent it."),
            to="of",
            mend=worded("Name a dispatch of `parution dispatch list`."),
        )
    return Invitation(
        release=session.get_one(Release, moves.release_of(first)),
        dispatch_ids=dispatch_ids,
    )


def of_release(session: Session, release: Release) -> Invitation:
    """Every dispatch that sent it as news, not as a reminder."""
    ids = session.scalars(
        select(Dispatch.id)
        .where(Dispatch.release_id == release.id, Dispatch.purpose == Purpose.RELEASE)
        .order_by(Dispatch.id)
    ).all()
    return invitation(session, ids)


def remind(
    session: Session,
    *,
    release_id: int,
    invited: Invitation,
    wall: datetime | None,
    zone: str,
    channel: str,
    settings: Settings,
    zone_rules: ZoneRules,
    ids: Ids,
    now: datetime,
    silent: Collection[int] | None = None,
    terms: Terms | None = None,
    planned_by: Account | None = None,
) -> Dispatch:
    """Plan it to the silent. *silent* narrows them to these contacts, as somebody else knows."""
    return freezing.freeze(
        session,
        draft(
            session,
            release_id=release_id,
            invited=invited,
            wall=wall,
            zone=zone,
            channel=channel,
            settings=settings,
            now=now,
            silent=silent,
            terms=terms,
            planned_by=planned_by,
        ),
        settings=settings,
        zone_rules=zone_rules,
        ids=ids,
        now=now,
    )


def draft(
    session: Session,
    *,
    release_id: int,
    invited: Invitation,
    wall: datetime | None,
    zone: str,
    channel: str,
    settings: Settings,
    now: datetime,
    silent: Collection[int] | None = None,
    terms: Terms | None = None,
    planned_by: Account | None = None,
) -> freezing.Draft:
    """What would be frozen, with nothing written. Raises BadInput."""
    agreed = terms or Terms()
    release = found_release(session, release_id)
    _require_related(session, release, invited.release)
    leaving = plan.agree(
        release, wall, zone, channel, terms=agreed, settings=settings, now=now
    )
    chosen = _audience(
        session,
        release,
        invited,
        courtesy=plan.courtesy(session, leaving, agreed, settings),
        seeds=plan.seed_keys(settings),
        silent=silent,
    )
    parent = session.get_one(Dispatch, invited.dispatch_ids[0])
    return freezing.Draft(
        release=release,
        leaving=leaving,
        channel=channel,
        audience=chosen,
        purpose=Purpose.REMINDER,
        mailing_list_id=parent.mailing_list_id,
        reached_by=invited.dispatch_ids,
        terms=agreed,
        planned_by=planned_by,
    )


def take_off(session: Session, dispatch: Dispatch, *, now: datetime) -> int:
    """Before a reminder starts: spare who answered or was never reached; answers who is left."""
    release = session.get_one(Release, dispatch.release_id)
    root = invitation_of(session, release).id
    for reason, those in (
        (Because.ANSWERED, _has_answered(root)),
        (Because.NOT_REACHED, ~_was_reached(dispatch.reached_by)),
    ):
        session.execute(
            update(Delivery)
            .where(
                Delivery.dispatch_id == dispatch.id,
                Delivery.is_seed.is_(False),
                Delivery.state.in_([DeliveryState.WAITING, DeliveryState.HELD]),
                those,
            )
            .values(
                state=DeliveryState.CANCELLED,
                reason=reason,
                changed_at=now,
                lease=None,
                leased_until=None,
            )
            .execution_options(synchronize_session=False)
        )
    left = session.scalar(
        select(func.count()).where(
            Delivery.dispatch_id == dispatch.id,
            Delivery.is_seed.is_(False),
            Delivery.state.in_([DeliveryState.WAITING, DeliveryState.HELD]),
        )
    )
    return left or 0


def _require_related(session: Session, release: Release, invited: Release) -> None:
    if invitation_of(session, release).id != invitation_of(session, invited).id:
        raise BadInput(
            worded(
                "Release %(number)s does not remind of release %(number_2)s.",
                number=release.number,
                number_2=invited.number,
            ),
            to="of",
            mend=worded(
                "Import the reminder with the invitation as its parent, or send the invitation itself again."
            ),
        )


def _audience(
    session: Session,
    release: Release,
    invited: Invitation,
    *,
    courtesy: audience.Courtesy,
    seeds: Collection[str],
    silent: Collection[int] | None,
) -> audience.Audience:
    to_come = _still_to_come(session, invited)
    states = [*_REACHED, *to_come]
    asked = plan.candidates(
        session,
        select(Delivery.contact_id).where(
            Delivery.dispatch_id.in_(invited.dispatch_ids),
            Delivery.contact_id.is_not(None),
            Delivery.state.in_(states),
        ),
    )
    root = invitation_of(session, invited.release).id
    answered = set(
        session.scalars(select(Answer.contact_id).where(Answer.release_id == root))
    )
    reminded = set(session.scalars(_reminded(root)))
    left_out: list[audience.LeftOut] = []
    left: list[audience.Candidate] = []
    for one in asked:
        loud = silent is not None and one.contact_id not in silent
        reason = _spared(
            answered=loud or one.contact_id in answered,
            reminded=one.contact_id in reminded,
        )
        if reason and one.address_key not in seeds:
            left_out.append(
                audience.LeftOut(address_key=one.address_key, reason=reason)
            )
        else:
            left.append(one)
    chosen = audience.choose(
        left,
        suppressed=suppressed(session, [one.address_key for one in left]),
        available={version.language for version in release.versions},
        seeds=seeds,
        courtesy=courtesy,
    )
    if not chosen.recipients:
        raise BadInput(
            worded(
                "Nobody is left to remind: %(asked)s were reached, %(left_out)s of them answered or were reminded.",
                asked=len(asked),
                left_out=len(left_out),
            ),
            to="of",
            mend=worded("Nothing needs to be sent."),
        )
    return audience.Audience(
        recipients=chosen.recipients, left_out=[*left_out, *chosen.left_out]
    )


def _spared(*, answered: bool, reminded: bool) -> str:
    if answered:
        return str(Because.ANSWERED)
    return Because.REMINDED if reminded else ""


def _still_to_come(session: Session, invited: Invitation) -> Sequence[DeliveryState]:
    """While the invitation itself has not left, its reminder covers whoever it will reach."""
    open_states = {DispatchState.PLANNED, DispatchState.RUNNING, DispatchState.PAUSED}
    states = session.scalars(
        select(Dispatch.state).where(Dispatch.id.in_(invited.dispatch_ids))
    ).all()
    if open_states & set(states):
        return (DeliveryState.WAITING, DeliveryState.SENDING)
    return ()


def _has_answered(root: int) -> ColumnElement[bool]:
    return exists().where(
        Answer.release_id == root, Answer.contact_id == Delivery.contact_id
    )


def _was_reached(dispatch_ids: Sequence[int]) -> ColumnElement[bool]:
    earlier = Delivery.__table__.alias("earlier")
    return exists().where(
        earlier.c.dispatch_id.in_(dispatch_ids),
        earlier.c.address_key == Delivery.address_key,
        earlier.c.state.in_([*_REACHED, DeliveryState.UNSURE]),
    )


def _reminded(root: int) -> Select[int | None]:
    """The contacts that a reminder of this invitation reached or will reach."""
    return (
        select(Delivery.contact_id)
        .join(Dispatch, Dispatch.id == Delivery.dispatch_id)
        .join(Release, Release.id == Dispatch.release_id)
        .where(
            Dispatch.purpose == Purpose.REMINDER,
            or_(Release.id == root, Release.parent_id == root),
            Delivery.contact_id.is_not(None),
            Delivery.state.not_in(
                [
                    DeliveryState.CANCELLED,
                    DeliveryState.REFUSED,
                    DeliveryState.BOUNCED,
                ]
            ),
        )
    )
