"""Whether a dispatch is still what was sealed and approved: rows -> schedule.Plan."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core import zones
from core.models import Release
from core.resources import folder
from core.settings import Settings
from core.zones import ZoneRules
from distributor.models import Delivery, Dispatch, Restoration
from distributor.releases import seal
from distributor.sending import bodies, moves, schedule, standing
from distributor.states import COMPOSED, FOLLOWING, DeliveryState, Purpose

_TO_COME = (DeliveryState.WAITING, DeliveryState.HELD)


def release_seal(release: Release, settings: Settings) -> str:
    return seal.release_seal(
        release,
        templates=seal.template_bytes(folder("templates") / "email"),
        organisation=settings.organisation,
        declaration=settings.legal.declaration,
    )


def examine(
    session: Session,
    dispatch: Dispatch,
    *,
    settings: Settings,
    zone_rules: ZoneRules,
) -> schedule.Plan:
    """Look at everything that decides whether this dispatch may start.

    It hashes every address again, so ask only of a dispatch that is due.
    """
    release = moves.release(session, dispatch)
    moved = zone_rules.version != dispatch.zone_rules
    return schedule.Plan(
        due_at=dispatch.due_at,
        embargo_at=release.embargo_at if release else None,
        sealed=is_sealed(session, dispatch, settings),
        approved=settings.approval == "off"
        or dispatch.purpose in COMPOSED
        or standing.approval(session, dispatch) is not None,
        due_by_rules=zones.moment_of(dispatch.wall, dispatch.zone)
        if moved
        else dispatch.due_at,
        channel_open=dispatch.channel in settings.channels,
        undo_until=dispatch.undo_until,
        unwaived=standing.unwaived(session, dispatch)
        if standing.asks_reasons(settings)
        else (),
        # A notice leaves at once and promises no wall time, so no zone data is too old for it.
        rules_current=dispatch.purpose == Purpose.NOTICE or zone_rules.can_arm(),
        reaches=_reaches(session, dispatch),
        early=dispatch.mode == "planned",
        composed=dispatch.purpose in COMPOSED,
        restored_at=session.scalar(select(func.max(Restoration.restored_at))),
    )


def is_sealed(session: Session, dispatch: Dispatch, settings: Settings) -> bool:
    """Whether what it sends, the templates, the sender and contacts are what was planned."""
    release = moves.release(session, dispatch)
    now = (
        release_seal(release, settings)
        if release
        else bodies.sealed(session, dispatch, settings)
    )
    return now == dispatch.release_seal and dispatch.seal == of(
        session, dispatch, of_release=now
    )


def of(session: Session, dispatch: Dispatch, *, of_release: str) -> str:
    """The seal of a dispatch as its rows are now."""
    follows = dispatch.purpose in FOLLOWING
    rows = session.execute(
        select(Delivery.address_key, Delivery.language, Delivery.is_seed).where(
            Delivery.dispatch_id == dispatch.id
        )
    ).all()
    return seal.dispatch_seal(
        of_release=of_release,
        # Whoever its parent reaches late is added to a correction, under the same seal.
        recipients=() if follows else ((row.address_key, row.language) for row in rows),
        wall=dispatch.wall,
        zone=dispatch.zone,
        channels=dispatch.channels,
        mode=dispatch.mode,
        purpose=dispatch.purpose,
        seeds=[row.address_key for row in rows if row.is_seed],
        reached_by=dispatch.reached_by,
    )


def _reaches(session: Session, dispatch: Dispatch) -> bool:
    found = session.scalar(
        select(Delivery.id)
        .where(Delivery.dispatch_id == dispatch.id, Delivery.state.in_(_TO_COME))
        .limit(1)
    )
    return found is not None
