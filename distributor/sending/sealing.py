"""Whether a dispatch is still what was sealed and approved: rows -> schedule.Plan."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from core import zones
from core.models import Release
from core.resources import folder
from core.settings import Settings
from core.zones import ZoneRules
from distributor.models import Approval, Delivery, Dispatch
from distributor.releases import seal
from distributor.sending import schedule


def release_seal(release: Release, settings: Settings) -> str:
    return seal.release_seal(
        release,
        templates=seal.template_bytes(folder("templates") / "email"),
        organisation=settings.organisation,
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
    release = session.get_one(Release, dispatch.release_id)
    moved = zone_rules.version != dispatch.zone_rules
    return schedule.Plan(
        due_at=dispatch.due_at,
        embargo_at=release.embargo_at,
        sealed=is_sealed(session, dispatch, settings),
        approved=settings.approval == "off" or _approved(session, dispatch),
        due_by_rules=zones.moment_of(dispatch.wall, dispatch.zone)
        if moved
        else dispatch.due_at,
        channel_open=dispatch.channel in settings.channels,
    )


def is_sealed(session: Session, dispatch: Dispatch, settings: Settings) -> bool:
    """Whether release, templates, sender and contacts are what was planned."""
    release = session.get_one(Release, dispatch.release_id)
    recipients = session.execute(
        select(Delivery.address_key, Delivery.language).where(
            Delivery.dispatch_id == dispatch.id
        )
    )
    now = release_seal(release, settings)
    return now == dispatch.release_seal and dispatch.seal == seal.dispatch_seal(
        of_release=now,
        recipients=[(key, language) for key, language in recipients],
        wall=dispatch.wall,
        zone=dispatch.zone,
        channel=dispatch.channel,
    )


def _approved(session: Session, dispatch: Dispatch) -> bool:
    given = session.scalar(
        select(Approval.id)
        .where(Approval.dispatch_id == dispatch.id, Approval.seal == dispatch.seal)
        .limit(1)
    )
    return given is not None
