"""Pre-flight: a release and the draft of a dispatch -> what is wrong with them, red first.

rows -> case -> every check of distributor/checks -> findings
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from statistics import median

from sqlalchemy import func, select
from sqlalchemy.orm import Session

import distributor.checks
from core.catalogue import members
from core.i18n import Words
from core.models import Release
from core.settings import Settings
from core.values import ReleaseKind
from core.zones import ZoneRules
from distributor.checks.base import (
    AttachedFile,
    Case,
    Check,
    Finding,
    Hour,
    Level,
    Reach,
    SenderDomain,
    VersionText,
)
from distributor.checks.reading.markup import mail_size
from distributor.models import Delivery, Dispatch, TestMail
from distributor.sending import by_hand, sealing
from distributor.states import DeliveryState, DispatchState, Purpose

# Dispatches of one list that say what is usual for it.
_LOOK_BACK = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What is known of a dispatch before it is planned; of a planned one, `of` reads it.

    Without a wall time or recipients, what depends on them is not checked.
    """

    zone: str
    wall: datetime | None = None
    due_at: datetime | None = None
    channel: str = ""
    purpose: str = Purpose.RELEASE
    mode: str = "immediate"
    mailing_list_id: int | None = None
    # How many recipients by language, and how many were left out by reason.
    recipients: Mapping[str, int] | None = None
    left_out: Mapping[str, int] = field(default_factory=dict)
    # Its own row, when it is planned already.
    dispatch_id: int | None = None


def of(session: Session, dispatch: Dispatch) -> Draft:
    """The draft a planned dispatch came from, with its frozen recipients."""
    counted = session.execute(
        select(Delivery.language, func.count())
        .where(Delivery.dispatch_id == dispatch.id)
        .group_by(Delivery.language)
    )
    return Draft(
        wall=dispatch.wall,
        zone=dispatch.zone,
        due_at=dispatch.due_at,
        channel=dispatch.channel,
        purpose=dispatch.purpose,
        mode=dispatch.mode,
        mailing_list_id=dispatch.mailing_list_id,
        recipients=dict(counted.all()),
        left_out=Counter(one["reason"] for one in dispatch.left_out),
        dispatch_id=dispatch.id,
    )


def examine(
    session: Session,
    *,
    release: Release,
    draft: Draft,
    settings: Settings,
    zone_rules: ZoneRules,
    domain: SenderDomain | None,
    now: datetime,
) -> Sequence[Finding]:
    """Run every check, red findings first; the same case gives the same findings.

    *domain* was looked up before this transaction began; None is not looked up.
    """
    return findings(
        case(
            session,
            release=release,
            draft=draft,
            settings=settings,
            zone_rules=zone_rules,
            domain=domain,
            now=now,
        )
    )


def findings(looked_at: Case) -> Sequence[Finding]:
    found = [
        finding for check in checks().values() for finding in check.examine(looked_at)
    ]
    order = [*Level]
    return sorted(found, key=lambda one: (order.index(one.level), one.check, one.to))


def red(found: Sequence[Finding], spoken: Words) -> str:
    """The red ones as one text in a language; empty when there are none."""
    return " ".join(
        f"[{one.check}{' ' + one.to if one.to else ''}] {' '.join(one.said(spoken))}"
        for one in found
        if one.level is Level.RED
    )


@cache
def checks() -> Mapping[str, Check]:
    """Every family of checks, by name."""
    kinds = members(distributor.checks, "Check")
    return {name: kinds[name]() for name in sorted(kinds)}


def case(
    session: Session,
    *,
    release: Release,
    draft: Draft,
    settings: Settings,
    zone_rules: ZoneRules,
    domain: SenderDomain | None,
    now: datetime,
) -> Case:
    """Read everything a check may look at."""
    parent = session.get(Release, release.parent_id) if release.parent_id else None
    versions = tuple(
        VersionText(language=one.language, title=one.title, body=one.body)
        for one in release.versions
    )
    return Case(
        kind=ReleaseKind(release.kind),
        number=release.number,
        zone=release.zone,
        now=now,
        zone_rules=zone_rules,
        organisation=settings.organisation.name,
        signatory=release.signatory,
        place=release.place,
        press_contact=release.press_contact,
        press_phone=release.press_phone,
        press_email=release.press_email,
        parent=parent.number if parent else "",
        embargo_wall=release.embargo_wall,
        embargo_at=release.embargo_at,
        event_wall=release.event_wall,
        event_at=release.event_at,
        versions=versions,
        attachments=_attachments(release),
        channel=draft.channel,
        purpose=draft.purpose,
        mode=draft.mode,
        hour=_hour(draft),
        reach=_reach(session, draft, settings=settings, now=now),
        sizes={one.language: mail_size(one.body) for one in versions},
        domain=domain,
        same_list_hours=settings.sending.same_list_hours,
        is_tested=_is_tested(session, release, draft, settings),
    )


def _is_tested(
    session: Session, release: Release, draft: Draft, settings: Settings
) -> bool | None:
    """None where there is no mail to read: without words, by telephone, or not known yet."""
    if not release.versions or draft.channel in {"", by_hand.CHANNEL}:
        return None
    seal = sealing.release_seal(release, settings)
    asked = select(TestMail.id).where(
        TestMail.release_id == release.id, TestMail.seal == seal
    )
    return session.scalar(asked.limit(1)) is not None


def _attachments(release: Release) -> Sequence[AttachedFile]:
    return tuple(
        AttachedFile(
            name=one.file_name,
            role=one.role,
            language=one.language,
            media_type=one.media_type,
            size=one.size,
            alternative=one.alternative,
        )
        for one in release.attachments
    )


def _hour(draft: Draft) -> Hour | None:
    if draft.wall is None or draft.due_at is None:
        return None
    return Hour(wall=draft.wall, zone=draft.zone, due_at=draft.due_at)


def _reach(
    session: Session, draft: Draft, *, settings: Settings, now: datetime
) -> Reach | None:
    if draft.recipients is None:
        return None
    before = _before(session, draft, draft.due_at or now)
    return Reach(
        recipients=dict(draft.recipients),
        left_out=dict(draft.left_out),
        usual=_usual(session, before),
        mailed_at=before[0].started_at or before[0].due_at if before else None,
        left_that_day=_left_that_day(session, draft, settings=settings, now=now),
    )


def _left_that_day(
    session: Session, draft: Draft, *, settings: Settings, now: datetime
) -> int | None:
    return left_that_day(
        session,
        draft.channel,
        settings=settings,
        at=draft.due_at or now,
        besides=draft.dispatch_id or 0,
    )


def left_that_day(
    session: Session,
    channel: str,
    *,
    settings: Settings,
    at: datetime,
    besides: int = 0,
) -> int | None:
    """What dispatches leave of a channel's daily quota, one of them set aside; None without one.

    Providers count days in UTC.
    """
    most = int(settings.channels.get(channel, {}).get("most_per_day", 0))
    if not most:
        return None
    day = at.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    taken = session.scalar(
        select(func.count(Delivery.id))
        .join(Dispatch, Dispatch.id == Delivery.dispatch_id)
        .where(
            Dispatch.channel == channel,
            Dispatch.id != besides,
            Dispatch.due_at >= day,
            Dispatch.due_at < day + timedelta(days=1),
            Delivery.state != DeliveryState.CANCELLED,
        )
    )
    return max(0, most - (taken or 0))


def _before(session: Session, draft: Draft, at: datetime) -> Sequence[Dispatch]:
    """The dispatches of the same list before this one, latest first."""
    if draft.mailing_list_id is None:
        return ()
    hour = func.coalesce(Dispatch.started_at, Dispatch.due_at)
    asked = (
        select(Dispatch)
        .where(
            Dispatch.mailing_list_id == draft.mailing_list_id,
            # Readers of the review expect it: no release comes too soon after one.
            Dispatch.release_id.is_not(None),
            hour <= at,
            # Stopped or held before it began, nobody got it.
            Dispatch.started_at.is_not(None)
            | (Dispatch.state == DispatchState.PLANNED.value),
        )
        .order_by(hour.desc(), Dispatch.id.desc())
        .limit(_LOOK_BACK)
    )
    if draft.dispatch_id is not None:
        asked = asked.where(Dispatch.id != draft.dispatch_id)
    return session.scalars(asked).all()


def _usual(session: Session, before: Sequence[Dispatch]) -> int | None:
    ids = [one.id for one in before if one.started_at is not None]
    if not ids:
        return None
    counts = session.scalars(
        select(func.count())
        .where(Delivery.dispatch_id.in_(ids))
        .group_by(Delivery.dispatch_id)
    ).all()
    return round(median(counts)) if counts else None
