"""Plan: a release, a list, a wall time and a channel -> a dispatch with frozen deliveries."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

import distributor.channels
from core import zones
from core.catalogue import members
from core.errors import BadInput, NotFound
from core.ids import Ids
from core.models import Release
from core.settings import Settings
from core.zones import ZoneRules
from distributor.contacts import lists
from distributor.contacts.suppression import suppressed
from distributor.models import Contact, Delivery, Dispatch, MailingList, Membership
from distributor.releases import seal
from distributor.sending import audience
from distributor.sending.sealing import release_seal
from distributor.states import DeliveryState, DispatchState

# Rows of one INSERT; 100,000 contacts then stay under a few megabytes at a time.
_ROWS = 2_000


def plan(
    session: Session,
    *,
    release_id: int,
    list_name: str,
    wall: datetime,
    zone: str,
    channel: str,
    settings: Settings,
    zone_rules: ZoneRules,
    ids: Ids,
    now: datetime,
) -> Dispatch:
    """Freeze who gets what and when. Raises BadInput, before anything is written."""
    zones.require_current(zone_rules)
    release = _release(session, release_id)
    mailing_list = lists.by_name(session, list_name)
    _require_channel(channel, settings)
    due_at = zones.moment_of(wall, zone)
    _require_time(release, due_at, now=now, settings=settings)
    chosen = _audience(session, release, mailing_list)
    of_release = release_seal(release, settings)
    dispatch = Dispatch(
        release_id=release.id,
        mailing_list_id=mailing_list.id,
        channel=channel,
        channels=[channel],
        grace_minutes=settings.sending.grace_minutes,
        wall=wall,
        zone=zone,
        due_at=due_at,
        deadline_at=due_at + timedelta(hours=settings.sending.deadline_hours),
        zone_rules=zone_rules.version,
        release_seal=of_release,
        seal=seal.dispatch_seal(
            of_release=of_release,
            recipients=[(one.address_key, one.language) for one in chosen.recipients],
            wall=wall,
            zone=zone,
            channel=channel,
        ),
        state=DispatchState.PLANNED,
        left_out=[
            {"address_key": one.address_key, "reason": one.reason}
            for one in chosen.left_out
        ],
        planned_at=now,
    )
    session.add(dispatch)
    session.flush()
    _freeze(session, dispatch, chosen.recipients, ids=ids, now=now)
    return dispatch


def _release(session: Session, release_id: int) -> Release:
    release = session.get(Release, release_id)
    if release is None:
        raise NotFound(
            f"There is no release {release_id}.",
            to="release",
            mend="See `parution release list`.",
        )
    return release


def _require_channel(channel: str, settings: Settings) -> None:
    kinds = members(distributor.channels, "Channel")
    if channel not in kinds:
        raise BadInput(
            f"There is no channel called {channel!r}.",
            to="channel",
            mend=f"The channels are: {', '.join(sorted(kinds))}.",
        )
    if channel not in settings.channels:
        raise BadInput(
            f"The channel {channel!r} is not set up.",
            to="channel",
            mend=f"Set [channels.{channel}] in config/parution.toml.",
        )


def _require_time(
    release: Release, due_at: datetime, *, now: datetime, settings: Settings
) -> None:
    if release.embargo_at is not None and due_at < release.embargo_at:
        raise BadInput(
            f"Release {release.number} is under embargo until "
            f"{release.embargo_wall:%Y-%m-%d %H:%M} ({release.zone}).",
            to="at",
            mend="Choose that time or a later one.",
        )
    if now > due_at + timedelta(minutes=settings.sending.grace_minutes):
        raise BadInput(
            f"This time has passed: it was {due_at:%Y-%m-%d %H:%M} UTC.",
            to="at",
            mend="Choose a time to come, and check the zone.",
        )


def _audience(
    session: Session, release: Release, mailing_list: MailingList
) -> audience.Audience:
    contacts = session.execute(
        select(
            Contact.id,
            Contact.address,
            Contact.address_key,
            Contact.name,
            Contact.languages,
        )
        .join(Membership, Membership.contact_id == Contact.id)
        .where(Membership.mailing_list_id == mailing_list.id)
        .order_by(Contact.id)
    )
    candidates = [
        audience.Candidate(
            contact_id=contact_id,
            address=address,
            address_key=key,
            name=name,
            languages=languages,
        )
        for contact_id, address, key, name, languages in contacts
    ]
    chosen = audience.choose(
        candidates,
        suppressed=suppressed(session, [one.address_key for one in candidates]),
        available={version.language for version in release.versions},
    )
    if not chosen.recipients:
        raise BadInput(
            f"Nobody on the list {mailing_list.name!r} can be reached: "
            f"{len(candidates)} contacts, {len(chosen.left_out)} suppressed.",
            to="list",
            mend="Import contacts into it, or choose another list.",
        )
    return chosen


def _freeze(
    session: Session,
    dispatch: Dispatch,
    recipients: Sequence[audience.Recipient],
    *,
    ids: Ids,
    now: datetime,
) -> None:
    for start in range(0, len(recipients), _ROWS):
        session.execute(
            insert(Delivery),
            [
                {
                    "dispatch_id": dispatch.id,
                    "contact_id": one.contact_id,
                    "address": one.address,
                    "address_key": one.address_key,
                    "name": one.name,
                    "language": one.language,
                    "state": DeliveryState.WAITING,
                    "due_at": dispatch.due_at,
                    "token": ids.token(),
                    "changed_at": now,
                }
                for one in recipients[start : start + _ROWS]
            ],
        )
