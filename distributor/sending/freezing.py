"""Freezing: a release, an audience and an hour -> one dispatch row and its deliveries.

examined -> once only -> sealed -> written; nothing is written before all of it is right.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

import distributor.channels
from core import accounts, zones
from core.accounts import Right
from core.catalogue import members
from core.errors import BadInput, Conflict
from core.i18n import Words, words
from core.ids import Ids
from core.models import Account, Release
from core.settings import Settings
from core.values import Language
from core.wording import worded
from core.zones import ZoneRules
from distributor.checks.base import Finding, SenderDomain
from distributor.models import Delivery, Dispatch
from distributor.releases import seal
from distributor.sending import preflight, schedule, waivers
from distributor.sending.audience import Audience, Recipient
from distributor.sending.hours import Leaving
from distributor.sending.sealing import release_seal
from distributor.states import FOLLOWING, DeliveryState, DispatchState, Purpose

# Rows of one INSERT; 100,000 contacts then stay under a few megabytes at a time.
_ROWS = 2_000


class NotConfirmed(Conflict):
    """It would reach another number of recipients than a person agreed to."""

    code = "not-confirmed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspection:
    """Have the pre-flight checks run, and these amber findings accepted: check -> reason."""

    # The sender's domain as it was looked up before the transaction; None was not.
    domain: SenderDomain | None = None
    accepted: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """How a dispatch is to be sent, beyond what every plan says."""

    # Channels it may go on through when its own stays at fault, in this order.
    failover: Sequence[str] = ()
    mode: str = "immediate"
    # None takes the office's settings.
    grace_minutes: int | None = None
    deadline_hours: int | None = None
    step: str = ""
    # One wish to send: made twice under one key, it is planned once.
    key: str = ""
    # Plan it although the same is planned already.
    again: bool = False
    # How many recipients a person read and typed; another number plans nothing.
    confirmed: int | None = None
    # None asks no check; the command line and the screens always ask.
    inspection: Inspection | None = None

    def grace(self, settings: Settings) -> int:
        given = self.grace_minutes
        return settings.sending.grace_minutes if given is None else given

    def deadline(self, due_at: datetime, settings: Settings) -> datetime:
        hours = self.deadline_hours or settings.sending.deadline_hours
        return due_at + timedelta(hours=hours)


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A dispatch before it is written."""

    release: Release
    leaving: Leaving
    channel: str
    audience: Audience
    purpose: Purpose = Purpose.RELEASE
    mailing_list_id: int | None = None
    reached_by: Sequence[int] = ()
    terms: Terms = field(default_factory=Terms)
    planned_by: Account | None = None


def freeze(
    session: Session,
    draft: Draft,
    *,
    settings: Settings,
    zone_rules: ZoneRules,
    ids: Ids,
    now: datetime,
) -> Dispatch:
    """Write it. Raises BadInput or Conflict before anything is written."""
    zones.require_current(zone_rules)
    _require_person(draft.planned_by, settings, draft.purpose)
    _require_once(session, draft, settings, now=now)
    _require_confirmed(draft)
    found = _inspect(session, draft, settings, zone_rules, now=now)
    of_release = release_seal(draft.release, settings)
    leaving, terms = draft.leaving, draft.terms
    channels = [draft.channel, *terms.failover]
    staged = _pause_after_seeds(draft, settings)
    dispatch = Dispatch(
        release_id=draft.release.id,
        purpose=draft.purpose,
        mailing_list_id=draft.mailing_list_id,
        reached_by=list(draft.reached_by),
        step=terms.step,
        channel=draft.channel,
        channels=channels,
        mode=terms.mode,
        wall=leaving.wall,
        zone=leaving.zone,
        due_at=leaving.due_at,
        deadline_at=terms.deadline(leaving.due_at, settings),
        grace_minutes=terms.grace(settings),
        undo_until=leaving.undo_until,
        seed_pause_seconds=staged,
        zone_rules=zone_rules.version,
        release_seal=of_release,
        seal=_seal(draft, of_release, channels),
        state=DispatchState.PLANNED,
        left_out=[
            {"address_key": one.address_key, "reason": one.reason}
            for one in draft.audience.left_out
        ],
        findings=[one.row() for one in found],
        key=terms.key or None,
        planned_by=draft.planned_by.id if draft.planned_by else None,
        planned_at=now,
    )
    session.add(dispatch)
    session.flush()
    add_deliveries(session, dispatch, draft.audience.recipients, ids=ids, now=now)
    if terms.inspection is not None:
        waivers.waive(
            session,
            dispatch.id,
            terms.inspection.accepted,
            account=draft.planned_by,
            now=now,
        )
    return dispatch


def add_deliveries(
    session: Session,
    dispatch: Dispatch,
    recipients: Iterable[Recipient],
    *,
    ids: Ids,
    now: datetime,
) -> None:
    """Write who gets it: seeds first, then the rest, and those who sleep when they wake."""
    first = dispatch.due_at
    if dispatch.mode == "planned":
        # The provider gets it early, and sends it at the hour.
        first = max(now, first - schedule.HAND_OVER_BEFORE)
    rest = first + timedelta(seconds=dispatch.seed_pause_seconds)
    for part in _parts(recipients):
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
                    "is_seed": one.is_seed,
                    "due_at": first
                    if one.is_seed
                    else max(rest, one.not_before or rest),
                    "token": ids.token(),
                    "changed_at": now,
                }
                for one in part
            ],
        )


def require_channels(channels: Sequence[str], settings: Settings) -> None:
    """Raises BadInput for one that there is not, that is not set up or that comes twice."""
    kinds = members(distributor.channels, "Channel")
    for channel in channels:
        if channel not in kinds:
            raise BadInput(
                worded(
                    "There is no channel called %(channel)s.", channel=f"{channel!r}"
                ),
                to="channel",
                mend=worded(
                    "The channels are: %(kinds)s.", kinds=", ".join(sorted(kinds))
                ),
            )
        if channel not in settings.channels:
            raise BadInput(
                worded(
                    "The channel %(channel)s is not set up.", channel=f"{channel!r}"
                ),
                to="channel",
                mend=worded(
                    "Set [channels.%(channel)s] in config/parution.toml.",
                    channel=channel,
                ),
            )
    if len(set(channels)) < len(channels):
        raise BadInput(
            worded("One channel is named twice."),
            to="channel",
            mend=worded("Name each once, the first to be used first."),
        )


def _parts(recipients: Iterable[Recipient]) -> Iterator[Sequence[Recipient]]:
    left = iter(recipients)
    while part := list(islice(left, _ROWS)):
        yield part


def _seal(draft: Draft, of_release: str, channels: Sequence[str]) -> str:
    follows = draft.purpose in FOLLOWING
    return seal.dispatch_seal(
        of_release=of_release,
        recipients=()
        if follows
        else ((one.address_key, one.language) for one in draft.audience.recipients),
        wall=draft.leaving.wall,
        zone=draft.leaving.zone,
        channels=channels,
        mode=draft.terms.mode,
        purpose=draft.purpose,
        seeds=[one.address_key for one in draft.audience.recipients if one.is_seed],
        reached_by=draft.reached_by,
    )


def _pause_after_seeds(draft: Draft, settings: Settings) -> int:
    """Seconds; none for planned mode, where the provider sends all of it at one moment."""
    if draft.terms.mode == "planned":
        return 0
    staged = any(one.is_seed for one in draft.audience.recipients)
    return settings.sending.seed_pause_seconds if staged else 0


def right_to_plan(settings: Settings, purpose: Purpose = Purpose.RELEASE) -> Right:
    """Where nobody approves, to plan is to send; a correction stops what is being sent."""
    sends = settings.approval == "off" or purpose in FOLLOWING
    return Right.SEND if sends else Right.WRITE


def _require_person(
    planned_by: Account | None, settings: Settings, purpose: Purpose
) -> None:
    if planned_by is not None:
        if not accounts.may(planned_by, right_to_plan(settings, purpose)):
            raise Conflict(
                worded("%(name)s may not plan a dispatch.", name=planned_by.name),
                to="account",
                mend=worded("Ask a validator or an administrator."),
            )
        return
    if settings.approval != "off":
        raise BadInput(
            worded(
                "A second person must approve each dispatch, and nobody said who plans this one."
            ),
            to="token",
            mend=worded(
                "Give your own token with --token or PARUTION_TOKEN; make one with `parution user token NAME`."
            ),
        )


def _require_once(
    session: Session, draft: Draft, settings: Settings, *, now: datetime
) -> None:
    """Two clicks, a browser's retry or two people at once plan one dispatch."""
    # On PostgreSQL the second one waits here for the first.
    session.execute(
        select(Release.id).where(Release.id == draft.release.id).with_for_update()
    )
    twin = _by_key(session, draft.terms.key) or (
        None if draft.terms.again else _same(session, draft, settings, now=now)
    )
    if twin is not None:
        raise Conflict(
            worded(
                "This is planned already: dispatch %(id)s, for %(wall)s (%(zone)s).",
                id=twin.id,
                wall=f"{twin.wall:%Y-%m-%d %H:%M}",
                zone=twin.zone,
            ),
            to=f"dispatch {twin.id}",
            mend=worded(
                "See `parution dispatch show %(id)s`. To send it twice, say --again.",
                id=twin.id,
            )
            if twin.key is None or twin.key != draft.terms.key
            else worded("See `parution dispatch show %(id)s`.", id=twin.id),
        )


def _require_confirmed(draft: Draft) -> None:
    """Whoever joined the list since it was read was never agreed to."""
    typed, there = draft.terms.confirmed, len(draft.audience.recipients)
    if typed is not None and typed != there:
        raise NotConfirmed(
            worded(
                "%(typed)s recipients were confirmed, and it would reach %(there)s.",
                typed=typed,
                there=there,
            ),
            to="confirmed",
            mend=worded("Read the confirmation again; nothing was planned."),
        )


def _by_key(session: Session, key: str) -> Dispatch | None:
    if not key:
        return None
    return session.scalar(select(Dispatch).where(Dispatch.key == key))


def _same(
    session: Session, draft: Draft, settings: Settings, *, now: datetime
) -> Dispatch | None:
    asked = select(Dispatch).where(
        Dispatch.release_id == draft.release.id,
        Dispatch.purpose == draft.purpose,
        Dispatch.mailing_list_id == draft.mailing_list_id
        if draft.mailing_list_id is not None
        else Dispatch.mailing_list_id.is_(None),
        Dispatch.state != DispatchState.STOPPED,
    )
    if draft.leaving.undo_until is None:
        asked = asked.where(Dispatch.due_at == draft.leaving.due_at)
    else:
        # Without an hour: the same wish, as long as the first one could still be undone.
        undo = timedelta(minutes=settings.sending.undo_minutes + 1)
        asked = asked.where(
            Dispatch.due_at >= now - timedelta(minutes=1),
            Dispatch.due_at <= now + undo,
        )
    return session.scalars(asked.order_by(Dispatch.id)).first()


def _inspect(
    session: Session,
    draft: Draft,
    settings: Settings,
    zone_rules: ZoneRules,
    *,
    now: datetime,
) -> Sequence[Finding]:
    inspection = draft.terms.inspection
    if inspection is None:
        return ()
    found = preflight.examine(
        session,
        release=draft.release,
        draft=preflight.Draft(
            wall=draft.leaving.wall,
            zone=draft.leaving.zone,
            due_at=draft.leaving.due_at,
            channel=draft.channel,
            purpose=draft.purpose,
            mode=draft.terms.mode,
            # A correction follows its parent at once: that is no second mail too soon.
            mailing_list_id=None
            if draft.purpose in FOLLOWING
            else draft.mailing_list_id,
            recipients=Counter(one.language for one in draft.audience.recipients),
            left_out=Counter(one.reason for one in draft.audience.left_out),
        ),
        settings=settings,
        zone_rules=zone_rules,
        domain=inspection.domain,
        now=now,
    )
    _refuse_red(found, words(Language(settings.language)))
    return found


def _refuse_red(found: Sequence[Finding], spoken: Words) -> None:
    red = preflight.red(found, spoken)
    if red:
        raise BadInput(
            worded(
                "The checks found faults that nothing may leave with: %(red)s", red=red
            ),
            to="release",
            mend=worded("Mend them and plan it again; nothing was written."),
        )
