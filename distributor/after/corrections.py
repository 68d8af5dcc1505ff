"""Corrections and cancellations: stop the parent, then reach whoever it may have reached (S8).

Its seal covers the dispatches it follows and not the addresses: whoever the parent reaches
late is added until the correction's own deadline.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, and_, exists, or_, select
from sqlalchemy.orm import Session, aliased

from core import zones
from core.errors import BadInput
from core.ids import Ids
from core.models import Account, Release
from core.releases import found_release
from core.settings import Settings
from core.values import ReleaseKind
from core.wording import worded
from core.zones import ZoneRules
from distributor.after.answers import Said
from distributor.contacts.suppression import suppressed
from distributor.models import Answer, Contact, Delivery, Dispatch
from distributor.sending import audience, control, freezing, moves, plan
from distributor.sending.freezing import Terms
from distributor.states import FOLLOWING, Because, DispatchState, Purpose


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """Whom a correction of a release would reach now, and which dispatches it would stop."""

    by_language: Mapping[str, int]
    # Who got it, opposed to mail since, and can only be called.
    to_call: int
    stops: Sequence[int]


_COMING = (Said.COMING, Said.WITH_CAMERA)
_PURPOSES = {
    ReleaseKind.CORRECTION: Purpose.CORRECTION,
    ReleaseKind.CANCELLATION: Purpose.CANCELLATION,
}


def correct(
    session: Session,
    dispatch_id: int,
    *,
    release_id: int,
    wall: datetime | None,
    zone: str,
    settings: Settings,
    zone_rules: ZoneRules,
    ids: Ids,
    now: datetime,
    channel: str = "",
    terms: Terms | None = None,
    planned_by: Account | None = None,
) -> Dispatch:
    """Stop every open dispatch of the parent release and plan the correction, or do neither.

    Without a channel it takes the parent's; without a wall time it leaves when its undo
    window has ended.
    """
    agreed = terms or Terms()
    zones.require_current(zone_rules)
    parent = moves.locked(session, dispatch_id)
    wrong = moves.release_of(parent)
    release = found_release(session, release_id)
    purpose = _purpose(session, release, parent)
    by = channel or parent.channel
    leaving = plan.agree(
        release, wall, zone, by, terms=agreed, settings=settings, now=now
    )
    followed = _followed(session, wrong)
    _stop(session, followed, release, now=now)
    reached_by = [one.id for one in followed]
    chosen = _audience(session, release, wrong, reached_by)
    return freezing.freeze(
        session,
        freezing.Draft(
            release=release,
            leaving=leaving,
            channel=by,
            audience=chosen,
            purpose=purpose,
            mailing_list_id=parent.mailing_list_id,
            reached_by=reached_by,
            terms=agreed,
            planned_by=planned_by,
        ),
        settings=settings,
        zone_rules=zone_rules,
        ids=ids,
        now=now,
    )


def reach(session: Session, release_id: int) -> Reach:
    """What a correction of this release would do now: asked before anybody chooses it."""
    followed = session.scalars(_of(release_id)).all()
    chosen = _having_or_coming(
        session,
        session.get_one(Release, release_id),
        release_id,
        [one.id for one in followed],
    )
    return Reach(
        by_language=Counter(one.language for one in chosen.recipients),
        to_call=len(chosen.left_out),
        stops=[one.id for one in followed if one.state in moves.OPEN],
    )


def has_late(session: Session, *, now: datetime) -> bool:
    """Whether `add_late` would find somebody: most ticks find nobody and write nothing."""
    return any(
        _late(session, dispatch).recipients
        for dispatch in session.scalars(_following(now))
    )


def add_late(session: Session, *, ids: Ids, now: datetime) -> int:
    """Add whom the parents reached after their corrections were planned; answers how many."""
    added = 0
    for found in session.scalars(_following(now)).all():
        dispatch = moves.locked(session, found.id)
        chosen = _late(session, dispatch)
        if not chosen.recipients and not chosen.left_out:
            continue
        dispatch.left_out = [
            *dispatch.left_out,
            *(
                {"address_key": one.address_key, "reason": one.reason}
                for one in chosen.left_out
            ),
        ]
        freezing.add_deliveries(session, dispatch, chosen.recipients, ids=ids, now=now)
        if chosen.recipients and dispatch.state == DispatchState.DONE:
            dispatch.state = DispatchState.RUNNING
            dispatch.ended_at = None
        added += len(chosen.recipients)
    return added


def _purpose(session: Session, release: Release, parent: Dispatch) -> Purpose:
    purpose = _PURPOSES.get(ReleaseKind(release.kind))
    if purpose is None:
        raise BadInput(
            worded(
                "Release %(number)s is neither a correction nor a cancellation.",
                number=release.number,
            ),
            to="with",
            mend=worded("Import it with --kind correction or --kind cancellation."),
        )
    if release.parent_id != parent.release_id:
        sent = session.get_one(Release, parent.release_id)
        raise BadInput(
            worded(
                "Release %(number)s does not correct release %(number_2)s, which dispatch %(id)s sends.",
                number=release.number,
                number_2=sent.number,
                id=parent.id,
            ),
            to="with",
            mend=worded("Import it with that release as its parent."),
        )
    return purpose


def _followed(session: Session, release_id: int) -> Sequence[Dispatch]:
    return session.scalars(_of(release_id).with_for_update(of=Dispatch)).all()


def _of(release_id: int) -> Select[Dispatch]:
    """Every dispatch of the release and of its reminders."""
    return (
        select(Dispatch)
        .join(Release, Release.id == Dispatch.release_id)
        .where(
            or_(
                Release.id == release_id,
                and_(
                    Release.parent_id == release_id,
                    Release.kind == ReleaseKind.REMINDER,
                ),
            )
        )
        .order_by(Dispatch.id)
    )


def _stop(
    session: Session, followed: Sequence[Dispatch], release: Release, *, now: datetime
) -> None:
    for dispatch in followed:
        if dispatch.state in moves.OPEN:
            control.end(
                session,
                dispatch,
                reason=worded(
                    "Superseded by release %(number)s.", number=release.number
                ),
                because=Because.SUPERSEDED,
                now=now,
            )


def _audience(
    session: Session, release: Release, parent_id: int, reached_by: Sequence[int]
) -> audience.Audience:
    chosen = _having_or_coming(session, release, parent_id, reached_by)
    if not chosen.recipients:
        raise BadInput(
            worded(
                "Nobody can have it yet: %(left_out)s were left out.",
                left_out=len(chosen.left_out),
            ),
            to="dispatch",
            mend=worded(
                "Stop it instead (`parution dispatch stop`); nobody needs a correction."
            ),
        )
    return chosen


def _having_or_coming(
    session: Session, release: Release, parent_id: int, reached_by: Sequence[int]
) -> audience.Audience:
    return _choose(
        session,
        release,
        [*_reached(session, reached_by), *_coming(session, parent_id)],
    )


def _reached(
    session: Session, reached_by: Sequence[int]
) -> Sequence[audience.Candidate]:
    return [_candidate(row) for row in session.scalars(_having_it(reached_by))]


def _having_it(reached_by: Sequence[int]) -> Select[Delivery]:
    """Whoever may have it, the newest message first: its language counts."""
    return (
        select(Delivery)
        .where(
            Delivery.dispatch_id.in_(reached_by),
            Delivery.state.in_(moves.MAY_HAVE_IT),
            # An erased person cannot be reached any more.
            Delivery.address != "",
        )
        .order_by(Delivery.id.desc())
    )


def _coming(session: Session, parent_id: int) -> Sequence[audience.Candidate]:
    rows = session.scalars(
        select(Contact)
        .join(Answer, Answer.contact_id == Contact.id)
        .where(Answer.release_id == parent_id, Answer.answer.in_(_COMING))
        .order_by(Contact.id)
    )
    return [
        audience.Candidate(
            contact_id=row.id,
            address=row.address,
            address_key=row.address_key,
            name=row.name,
            languages=row.languages,
        )
        for row in rows
    ]


def _candidate(row: Delivery) -> audience.Candidate:
    return audience.Candidate(
        contact_id=row.contact_id,
        address=row.address,
        address_key=row.address_key,
        name=row.name,
        languages=(row.language,),
    )


def _choose(
    session: Session,
    release: Release,
    asked: Sequence[audience.Candidate],
    *,
    besides: Collection[str] = (),
) -> audience.Audience:
    once: dict[str, audience.Candidate] = {}
    for one in asked:
        if one.address_key not in besides:
            once.setdefault(one.address_key, one)
    chosen = audience.choose(
        list(once.values()),
        suppressed=suppressed(session, once),
        available={version.language for version in release.versions},
    )
    return audience.Audience(
        recipients=chosen.recipients,
        left_out=[
            audience.LeftOut(address_key=one.address_key, reason=Because.CALL)
            for one in chosen.left_out
        ],
    )


def _following(now: datetime) -> Select[Dispatch]:
    """The corrections that are still open to whoever their parents reach late."""
    return select(Dispatch).where(
        Dispatch.purpose.in_(FOLLOWING),
        Dispatch.state != DispatchState.STOPPED,
        Dispatch.deadline_at > now,
    )


def _late(session: Session, dispatch: Dispatch) -> audience.Audience:
    own = aliased(Delivery)
    rows = session.scalars(
        _having_it(dispatch.reached_by).where(
            ~exists().where(
                own.dispatch_id == dispatch.id,
                own.address_key == Delivery.address_key,
            )
        )
    )
    return _choose(
        session,
        session.get_one(Release, dispatch.release_id),
        [_candidate(row) for row in rows],
        besides={one["address_key"] for one in dispatch.left_out},
    )
