"""What the sending half tells the screens, the command line and the review: frozen values."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, case, func, select
from sqlalchemy.orm import Session

from core.errors import NotFound
from core.models import Release, Version
from core.values import ReleaseWindow
from core.wording import worded
from distributor.models import Attempt, Body, Delivery, Dispatch, Event, MailingList
from distributor.sending import moves, proof
from distributor.sending.moves import MAY_HAVE_IT
from distributor.states import DeliveryState, EventKind, Purpose

# How long a release is news after it left: what is printed later is rare (field study).
NEWS_FOR = timedelta(hours=72)


@dataclass(frozen=True, slots=True, kw_only=True)
class DispatchSummary:
    """One dispatch with its exact counts by delivery state; every state is named."""

    id: int
    # None, without a number, where it sends an edition or a notice: `about` names that.
    release_id: int | None
    about: str
    number: str
    title: str
    mailing_list: str
    purpose: str
    step: str
    channel: str
    channels: Sequence[str]
    mode: str
    wall: datetime
    zone: str
    due_at: datetime
    deadline_at: datetime
    grace_minutes: int
    # While it runs, the whole dispatch can be taken back.
    undo_until: datetime | None
    seal: str
    state: str
    reason: str
    counts: Mapping[str, int]
    total: int
    left_out: Sequence[Mapping[str, str]]
    # What the checks found, as `distributor.checks.base.Finding.from_row` reads it.
    findings: Sequence[Mapping[str, str]]
    # The dispatches whose recipients it follows or reminds.
    reached_by: Sequence[int]
    planned_at: datetime
    started_at: datetime | None
    ended_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryLine:
    id: int
    address: str
    name: str
    language: str
    state: str
    reason: str
    attempts: int
    changed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Trail:
    """Everything that is known of one delivery: each try, and what was reported of it."""

    line: DeliveryLine
    attempts: Sequence[Attempt]
    events: Sequence[Event]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseLine:
    id: int
    number: str
    kind: str
    titles: Mapping[str, str]
    embargo_at: datetime | None
    event_at: datetime | None
    dispatches: int


def summarise(session: Session, dispatch_id: int) -> DispatchSummary:
    """Raises NotFound."""
    found = _summaries(session, _dispatches().where(Dispatch.id == dispatch_id))
    if not found:
        raise NotFound(
            worded("There is no dispatch %(dispatch_id)s.", dispatch_id=dispatch_id),
            to="dispatch",
            mend=worded("See `parution dispatch list`."),
        )
    return found[0]


def dispatches(
    session: Session,
    *,
    release_id: int | None = None,
    state: str = "",
    before: int | None = None,
    most: int | None = None,
) -> Sequence[DispatchSummary]:
    """Every dispatch, or the last few of those *before* one, newest first."""
    asked = _dispatches().order_by(Dispatch.id.desc()).limit(most)
    if release_id is not None:
        asked = asked.where(Dispatch.release_id == release_id)
    if state:
        asked = asked.where(Dispatch.state == state)
    if before is not None:
        asked = asked.where(Dispatch.id < before)
    return _summaries(session, asked)


def started(
    session: Session, *, since: datetime, until: datetime
) -> Sequence[DispatchSummary]:
    """The releases' dispatches that began to leave in a period, the newest first."""
    return _summaries(
        session,
        _dispatches()
        .where(
            Dispatch.release_id.is_not(None),
            Dispatch.started_at >= since,
            Dispatch.started_at < until,
        )
        .order_by(Dispatch.id.desc()),
    )


def upcoming(session: Session) -> Sequence[DispatchSummary]:
    """What has not ended yet, soonest first."""
    return _summaries(
        session,
        _dispatches()
        .where(Dispatch.state.in_(moves.OPEN))
        .order_by(Dispatch.due_at, Dispatch.id),
    )


def unsubscribed(session: Session, release_id: int) -> Mapping[int, int]:
    """Of each dispatch of a release, how many recipients asked for no more, where any did."""
    rows = session.execute(
        select(Delivery.dispatch_id, func.count(Event.delivery_id.distinct()))
        .join(Dispatch, Dispatch.id == Delivery.dispatch_id)
        .join(Event, Event.delivery_id == Delivery.id)
        .where(Dispatch.release_id == release_id, Event.kind == EventKind.UNSUBSCRIBED)
        .group_by(Delivery.dispatch_id)
    )
    return dict(rows.all())


def notices(session: Session, *, kind: str, since: datetime) -> Mapping[str, datetime]:
    """What notices were about, where that begins with *kind*, and when each was planned."""
    rows = session.execute(
        select(Dispatch.about, Dispatch.planned_at)
        .where(
            Dispatch.purpose == Purpose.NOTICE,
            Dispatch.about.startswith(kind, autoescape=True),
            Dispatch.planned_at >= since,
        )
        .order_by(Dispatch.id)
    )
    return dict(rows.all())


def deliveries(session: Session, dispatch_id: int) -> Sequence[DeliveryLine]:
    """Raises NotFound."""
    summarise(session, dispatch_id)
    rows = session.scalars(
        select(Delivery)
        .where(Delivery.dispatch_id == dispatch_id)
        .order_by(Delivery.address_key)
    )
    return [_line(row) for row in rows]


def reached(
    session: Session, dispatch_id: int
) -> tuple[Sequence[DeliveryLine], Sequence[DeliveryLine]]:
    """Two lists, disjoint and together all: who may have it, and who has it not.

    A doubtful one, and one in the air, is among the first: a correction must reach them.
    """
    lines = deliveries(session, dispatch_id)
    return (
        [line for line in lines if line.state in MAY_HAVE_IT],
        [line for line in lines if line.state not in MAY_HAVE_IT],
    )


def languages(session: Session, dispatch_id: int) -> Mapping[str, int]:
    """How many recipients read each language, the most first."""
    rows = session.execute(
        select(Delivery.language, func.count())
        .where(Delivery.dispatch_id == dispatch_id)
        .group_by(Delivery.language)
        .order_by(func.count().desc(), Delivery.language)
    )
    return dict(rows.all())


def part(
    session: Session,
    dispatch_id: int,
    *,
    states: Collection[str],
    first: int,
    most: int,
) -> Sequence[DeliveryLine]:
    """One page of the deliveries in these states, by address."""
    rows = session.scalars(
        select(Delivery)
        .where(Delivery.dispatch_id == dispatch_id, Delivery.state.in_(list(states)))
        .order_by(Delivery.address_key)
        .offset(first)
        .limit(most)
    )
    return [_line(row) for row in rows]


def deliveries_after(
    session: Session,
    dispatch_id: int,
    *,
    states: Collection[str],
    after: int = 0,
    most: int,
) -> Sequence[DeliveryLine]:
    """A few of the deliveries in these states, in the order they were planned."""
    rows = session.scalars(
        select(Delivery)
        .where(
            Delivery.dispatch_id == dispatch_id,
            Delivery.state.in_(list(states)),
            Delivery.id > after,
        )
        .order_by(Delivery.id)
        .limit(most)
    )
    return [_line(row) for row in rows]


def trail(session: Session, dispatch_id: int, delivery_id: int) -> Trail:
    """Raises NotFound."""
    row = session.get(Delivery, delivery_id)
    if row is None or row.dispatch_id != dispatch_id:
        raise NotFound(
            worded(
                "Dispatch %(dispatch_id)s has no delivery %(delivery_id)s.",
                dispatch_id=dispatch_id,
                delivery_id=delivery_id,
            ),
            to="delivery",
            mend=worded(
                "See `parution dispatch show %(dispatch_id)s --deliveries`.",
                dispatch_id=dispatch_id,
            ),
        )
    return Trail(
        line=_line(row),
        attempts=session.scalars(
            select(Attempt)
            .where(Attempt.delivery_id == delivery_id)
            .order_by(Attempt.number)
        ).all(),
        events=session.scalars(
            select(Event)
            .where(Event.delivery_id == delivery_id)
            .order_by(Event.happened_at, Event.id)
        ).all(),
    )


def signatures(session: Session, dispatch_id: int) -> Mapping[str, Sequence[Any]]:
    """Who planned and approved it, and who accepted which finding and why."""
    dispatch = moves.found(session, dispatch_id)
    return {
        "approvals": proof.approvals(session, dispatch),
        "waivers": proof.waivers(session, dispatch),
    }


# What a provider was given early leaves at its hour.
_FIRST_LEFT = func.min(
    case((Dispatch.mode == "planned", Dispatch.due_at), else_=Dispatch.started_at)
)


def sent(session: Session) -> Mapping[int, datetime]:
    """When the first dispatch of each release that was sent left."""
    rows = session.execute(
        select(Release.id, _FIRST_LEFT)
        .join(Dispatch, Dispatch.release_id == Release.id)
        .where(Dispatch.started_at.is_not(None))
        .group_by(Release.id)
    )
    return {release_id: first for release_id, first in rows if first is not None}


def windows(session: Session, now: datetime) -> Sequence[ReleaseWindow]:
    """The releases that are news at *now*: from their first start, for 72 hours."""
    first = _FIRST_LEFT
    rows = session.execute(
        select(Release.id, first)
        .join(Dispatch, Dispatch.release_id == Release.id)
        .where(Dispatch.started_at.is_not(None))
        .group_by(Release.id)
        .having(first <= now, first > now - NEWS_FOR)
        .order_by(Release.id)
    )
    return [
        ReleaseWindow(release_id=release_id, since=since, until=since + NEWS_FOR)
        for release_id, since in rows
        if since is not None
    ]


def releases(
    session: Session,
    *,
    kind: str = "",
    before: int | None = None,
    most: int | None = None,
) -> Sequence[ReleaseLine]:
    """Every release, or the last few of those *before* one, newest first."""
    asked = select(Release).order_by(Release.id.desc()).limit(most)
    if kind:
        asked = asked.where(Release.kind == kind)
    if before is not None:
        asked = asked.where(Release.id < before)
    rows = session.scalars(asked).all()
    counts = dict(
        session.execute(
            select(Dispatch.release_id, func.count()).group_by(Dispatch.release_id)
        ).all()
    )
    titles = _titles(session)
    return [
        ReleaseLine(
            id=row.id,
            number=row.number,
            kind=row.kind,
            titles=titles.get(row.id, {}),
            embargo_at=row.embargo_at,
            event_at=row.event_at,
            dispatches=counts.get(row.id, 0),
        )
        for row in rows
    ]


def _dispatches() -> Select[Dispatch, str, str | None]:
    return (
        select(Dispatch, func.coalesce(Release.number, ""), MailingList.name)
        .outerjoin(Release, Release.id == Dispatch.release_id)
        .outerjoin(MailingList, MailingList.id == Dispatch.mailing_list_id)
    )


def _line(row: Delivery) -> DeliveryLine:
    return DeliveryLine(
        id=row.id,
        address=row.address,
        name=row.name,
        language=row.language,
        state=row.state,
        reason=row.reason,
        attempts=row.attempts,
        changed_at=row.changed_at,
    )


def _summaries(
    session: Session, asked: Select[Dispatch, str, str | None]
) -> list[DispatchSummary]:
    rows = session.execute(asked).all()
    counts = _counts(session, [row.id for row, _, _ in rows])
    titles = _titles(session)
    subjects = _subjects(session, [row.id for row, *_ in rows if not row.release_id])
    return [
        DispatchSummary(
            id=row.id,
            release_id=row.release_id,
            about=row.about,
            number=number,
            title=subjects.get(row.id, "")
            if row.release_id is None
            else next(iter(titles.get(row.release_id, {}).values()), ""),
            mailing_list=list_name or "",
            purpose=row.purpose,
            step=row.step,
            channel=row.channel,
            channels=tuple(row.channels),
            mode=row.mode,
            wall=row.wall,
            zone=row.zone,
            due_at=row.due_at,
            deadline_at=row.deadline_at,
            grace_minutes=row.grace_minutes,
            undo_until=row.undo_until,
            seal=row.seal,
            state=row.state,
            reason=row.reason,
            counts=counts[row.id],
            total=sum(counts[row.id].values()),
            left_out=tuple(row.left_out),
            findings=tuple(row.findings),
            reached_by=tuple(row.reached_by),
            planned_at=row.planned_at,
            started_at=row.started_at,
            ended_at=row.ended_at,
        )
        for row, number, list_name in rows
    ]


def _counts(session: Session, ids: Sequence[int]) -> dict[int, dict[str, int]]:
    counts = {row: dict.fromkeys(map(str, DeliveryState), 0) for row in ids}
    found = session.execute(
        select(Delivery.dispatch_id, Delivery.state, func.count())
        .where(Delivery.dispatch_id.in_(ids))
        .group_by(Delivery.dispatch_id, Delivery.state)
    )
    for dispatch_id, state, count in found:
        counts[dispatch_id][state] = count
    return counts


def _subjects(session: Session, ids: Sequence[int]) -> dict[int, str]:
    """What the first body of each of these dispatches is called."""
    rows = session.execute(
        select(Body.dispatch_id, Body.subject)
        .where(Body.dispatch_id.in_(ids))
        .order_by(Body.id.desc())
    )
    return dict(rows.all())


def _titles(session: Session) -> dict[int, dict[str, str]]:
    """The titles of each release by language, in the order the versions came."""
    titles: dict[int, dict[str, str]] = {}
    asked = select(Version.release_id, Version.language, Version.title)
    for release_id, language, title in session.execute(asked.order_by(Version.id)):
        titles.setdefault(release_id, {})[language] = title
    return titles
