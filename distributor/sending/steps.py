"""Steps: the plan of an event -> one dispatch for each step, by wall times around its day."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from core.errors import BadInput, OfficeError
from core.i18n import N_
from core.ids import Ids
from core.models import Account, Release
from core.releases import found_release
from core.settings import Settings
from core.values import ReleaseKind
from core.wording import worded
from core.zones import ZoneRules, moment_of
from distributor.models import Dispatch
from distributor.sending import plan, reminders
from distributor.sending.freezing import Inspection, Terms
from distributor.states import DispatchState, Purpose


class Step(BaseModel):
    """One line of a steps file; the hour is a wall time, or minutes after the event began."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Annotated[str, Field(min_length=1)]
    # What it sends: the release itself where its kind is this one, else its newest child.
    kind: ReleaseKind
    days: int = 0
    at: time | None = None
    minutes_after: int | None = None
    purpose: Purpose = Purpose.RELEASE


class _Steps(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    step: Annotated[list[Step], Field(min_length=1)]


# The calendar of the field study: ten days, two days, the day before, the morning, after.
DEFAULT: Final = (
    Step(name="J-10", kind=ReleaseKind.INVITATION, days=-10, at=time(9)),
    Step(
        name="J-2",
        kind=ReleaseKind.REMINDER,
        days=-2,
        at=time(9),
        purpose=Purpose.REMINDER,
    ),
    Step(name="J-1", kind=ReleaseKind.ADVISORY, days=-1, at=time(10)),
    Step(name="J", kind=ReleaseKind.ADVISORY, at=time(8)),
    Step(name="J+0", kind=ReleaseKind.POST_EVENT, minutes_after=180),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One step: its dispatch, or why there is none."""

    step: str
    wall: datetime | None
    number: str
    dispatch_id: int | None = None
    left_out: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What all steps share."""

    list_name: str
    channel: str
    inspection: Inspection | None = None
    planned_by: Account | None = None


def read(content: str, *, file: str) -> Sequence[Step]:
    """Read a TOML file of [[step]] tables. Raises BadInput that names the step."""
    try:
        return _Steps.model_validate(tomllib.loads(content)).step
    except tomllib.TOMLDecodeError as error:
        raise BadInput(
            worded("The steps cannot be read: %(error)s.", error=error),
            to=file,
            mend=worded("Correct the line that is named."),
        ) from error
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        raise BadInput(
            worded("A step is wrong: %(first)s.", first=first["msg"]),
            to=f"{file}, {'.'.join(str(part) for part in first['loc'])}",
            mend=worded(
                "Each [[step]] has a name, a kind, days, and at or minutes_after."
            ),
        ) from error


def plan_event(
    session: Session,
    release_id: int,
    steps: Sequence[Step],
    wish: Wish,
    *,
    settings: Settings,
    zone_rules: ZoneRules,
    ids: Ids,
    now: datetime,
) -> Sequence[Outcome]:
    """Plan every step that can be; what cannot is said and left out."""
    release, event_wall = _announced(session, release_id)
    invited: list[int] = []
    outcomes: list[Outcome] = []
    for step in steps:
        wall, sent, missing = _looked_at(session, release, event_wall, step, now=now)
        if wall is None or sent is None or missing:
            outcomes.append(_left_out(step, wall, sent, missing))
            continue
        try:
            with session.begin_nested():
                made = _plan_step(
                    session,
                    step,
                    sent,
                    wall,
                    release=release,
                    invited=invited,
                    wish=wish,
                    settings=settings,
                    zone_rules=zone_rules,
                    ids=ids,
                    now=now,
                )
        except OfficeError as error:
            outcomes.append(_left_out(step, wall, sent, str(error)))
            continue
        if step.purpose is Purpose.RELEASE and sent.id == release.id:
            invited.append(made.id)
        outcomes.append(
            Outcome(step=step.name, wall=wall, number=sent.number, dispatch_id=made.id)
        )
    return outcomes


def look(
    session: Session, release_id: int, steps: Sequence[Step], *, now: datetime
) -> Sequence[Outcome]:
    """What each step would send and when, or what it waits for; with its newest dispatch."""
    release, event_wall = _announced(session, release_id)
    planned = _planned(session, release)
    outcomes = []
    for step in steps:
        wall, sent, missing = _looked_at(session, release, event_wall, step, now=now)
        outcomes.append(
            Outcome(
                step=step.name,
                wall=wall,
                number=sent.number if sent else "",
                dispatch_id=planned.get(step.name),
                left_out=missing,
            )
        )
    return outcomes


def _announced(session: Session, release_id: int) -> tuple[Release, datetime]:
    release = found_release(session, release_id)
    if release.event_wall is None:
        raise BadInput(
            worded("Release %(number)s announces no event.", number=release.number),
            to="release",
            mend=worded("Say when the event is, then plan its steps."),
        )
    return release, release.event_wall


def _planned(session: Session, release: Release) -> dict[str, int]:
    """By step, the newest dispatch of the release or of what belongs to it."""
    rows = session.execute(
        select(Dispatch.step, func.max(Dispatch.id))
        .join(Release, Release.id == Dispatch.release_id)
        .where(
            or_(Release.id == release.id, Release.parent_id == release.id),
            Dispatch.step != "",
            Dispatch.state != DispatchState.STOPPED,
        )
        .group_by(Dispatch.step)
    )
    return dict(rows.all())


def _looked_at(
    session: Session,
    release: Release,
    event_wall: datetime,
    step: Step,
    *,
    now: datetime,
) -> tuple[datetime | None, Release | None, str]:
    wall = _wall(step, event_wall)
    sent = _sent(session, release, step)
    return wall, sent, _missing(wall, sent, release, now=now)


def _plan_step(
    session: Session,
    step: Step,
    sent: Release,
    wall: datetime,
    *,
    release: Release,
    invited: Sequence[int],
    wish: Wish,
    settings: Settings,
    zone_rules: ZoneRules,
    ids: Ids,
    now: datetime,
) -> Dispatch:
    shared: dict[str, Any] = {
        "release_id": sent.id,
        "wall": wall,
        "zone": release.zone,
        "channel": wish.channel,
        "terms": Terms(step=step.name, inspection=wish.inspection),
        "planned_by": wish.planned_by,
        "settings": settings,
        "zone_rules": zone_rules,
        "ids": ids,
        "now": now,
    }
    if step.purpose is Purpose.REMINDER:
        before = (
            reminders.invitation(session, invited)
            if invited
            else reminders.of_release(session, release)
        )
        return reminders.remind(session, invited=before, **shared)
    return plan.plan(session, list_name=wish.list_name, **shared)


def _wall(step: Step, event_wall: datetime) -> datetime | None:
    if step.minutes_after is not None:
        return event_wall + timedelta(days=step.days, minutes=step.minutes_after)
    if step.at is None:
        return None
    day: date = event_wall.date() + timedelta(days=step.days)
    return datetime.combine(day, step.at)


def _sent(session: Session, release: Release, step: Step) -> Release | None:
    if release.kind == step.kind:
        return release
    child = session.scalars(
        select(Release)
        .where(Release.parent_id == release.id, Release.kind == step.kind)
        .order_by(Release.id.desc())
    ).first()
    if child is None and step.purpose is Purpose.REMINDER:
        # Without a text of its own, the invitation itself is sent again.
        return release
    return child


def _missing(
    wall: datetime | None,
    sent: Release | None,
    release: Release,
    *,
    now: datetime,
) -> str:
    if wall is None:
        return N_(
            "It has neither an hour (at) nor minutes after the event (minutes_after)."
        )
    if moment_of(wall, release.zone) <= now:
        return N_("Its time has passed.")
    if sent is None:
        return N_(
            "There is no text for it that belongs to this release. Write one, then plan it."
        )
    return ""


def _left_out(
    step: Step, wall: datetime | None, sent: Release | None, reason: str
) -> Outcome:
    return Outcome(
        step=step.name, wall=wall, number=sent.number if sent else "", left_out=reason
    )
