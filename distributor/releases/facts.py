"""The facts of a release, beside its words: as a form shows them, merged, read and written."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from core import zones
from core.errors import BadInput
from core.i18n import N_
from core.models import Release
from core.values import ReleaseKind
from core.wording import worded
from distributor.releases import numbers

NAMES: Final = (
    "kind",
    "number",
    "parent",
    "zone",
    "embargo",
    "event",
    "place",
    "signatory",
    "press_contact",
    "press_phone",
    "press_email",
)
LONGEST: Final = 500
_ADDRESS: Final = re.compile(r"[^@\s<>,;]+@[^@\s<>,;]+\.[^@\s<>,;]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class FactClash:
    name: str
    mine: str
    theirs: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Facts that can be used."""

    kind: ReleaseKind
    number: str
    parent_id: int | None
    zone: str
    embargo_wall: datetime | None
    event_wall: datetime | None
    lines: Mapping[str, str]


def of(session: Session, release: Release) -> Mapping[str, str]:
    """As the fields of a form show them."""
    parent = session.get(Release, release.parent_id) if release.parent_id else None
    return {
        "kind": release.kind,
        "number": release.number,
        "parent": parent.number if parent else "",
        "zone": release.zone,
        "embargo": _shown(release.embargo_wall),
        "event": _shown(release.event_wall),
        "place": release.place,
        "signatory": release.signatory,
        "press_contact": release.press_contact,
        "press_phone": release.press_phone,
        "press_email": release.press_email,
    }


def merge(
    now: Mapping[str, str], typed: Mapping[str, str], shown: Mapping[str, str]
) -> tuple[Mapping[str, str], Sequence[FactClash]]:
    """What the facts are to be: empty when nothing changes; and what two people changed."""
    wanted, clashes = dict(now), []
    for name, here in now.items():
        mine = line(typed.get(name, here))
        before = line(shown.get(name, here))
        if mine in (before, here):
            continue
        if before != here:
            clashes.append(FactClash(name=name, mine=mine, theirs=here))
        wanted[name] = mine
    return (wanted if wanted != dict(now) else {}), clashes


def read(session: Session, release: Release, wanted: Mapping[str, str]) -> Facts:
    """Raises BadInput that names the field."""
    zone = _zone(wanted["zone"])
    email = wanted["press_email"]
    if email and not _ADDRESS.fullmatch(email):
        raise BadInput(
            worded("This is not an e-mail address."),
            to="press_email",
            mend=worded("Write it like presse@ministere.ma."),
        )
    return Facts(
        kind=_kind(wanted["kind"]),
        number=_number(session, release, wanted["number"]),
        parent_id=_parent(session, release, wanted["parent"]),
        zone=zone,
        embargo_wall=_wall(wanted["embargo"], zone, to="embargo"),
        event_wall=_wall(wanted["event"], zone, to="event"),
        lines={
            name: wanted[name]
            for name in (
                "place",
                "signatory",
                "press_contact",
                "press_phone",
                "press_email",
            )
        },
    )


def write(session: Session, release: Release, facts: Facts) -> None:
    """Raises BadInput when another release takes its number at this instant."""
    release.kind, release.parent_id = facts.kind, facts.parent_id
    release.zone = facts.zone
    release.embargo_wall, release.event_wall = facts.embargo_wall, facts.event_wall
    release.embargo_at = _moment(facts.embargo_wall, facts.zone)
    release.event_at = _moment(facts.event_wall, facts.zone)
    for name, text in facts.lines.items():
        setattr(release, name, text)
    if facts.number == release.number:
        return
    parsed = numbers.parse(facts.number)
    try:
        with session.begin_nested():
            release.number = facts.number
            release.year = parsed.year if parsed else None
            release.ordinal = parsed.ordinal if parsed else None
            session.flush()
    except IntegrityError:
        raise _taken() from None


def line(text: str) -> str:
    shown = "".join(sign if sign.isprintable() else " " for sign in text)
    return " ".join(shown.split())


def _shown(wall: datetime | None) -> str:
    return "" if wall is None else wall.isoformat(timespec="minutes")


def _moment(wall: datetime | None, zone: str) -> datetime | None:
    return None if wall is None else zones.moment_of(wall, zone)


def _kind(given: str) -> ReleaseKind:
    try:
        return ReleaseKind(given)
    except ValueError:
        raise BadInput(
            worded("There is no such kind of release."),
            to="kind",
            mend=worded("Choose one of the list."),
        ) from None


def _zone(given: str) -> str:
    try:
        zones.zone(given)
    except BadInput:
        raise BadInput(
            worded("There is no such time zone."),
            to="zone",
            mend=worded("Choose one of the list."),
        ) from None
    return given


def _wall(given: str, zone: str, *, to: str) -> datetime | None:
    if not given:
        return None
    what = N_("This is not a date and time.")
    try:
        wall = zones.parse_wall(given)
        what = N_("This time does not exist there: the clocks jump over it.")
        zones.moment_of(wall, zone)
    except (BadInput, OverflowError):
        raise BadInput(
            what, to=to, mend=worded("Give a date and an hour, like 2026-11-24T09:00.")
        ) from None
    return wall


def _number(session: Session, release: Release, given: str) -> str:
    if given == release.number:
        return given
    if not given:
        raise BadInput(
            worded("The release has no number."),
            to="number",
            mend=worded("Give it the next number of the year."),
        )
    parsed = numbers.parse(given)
    taken = Release.number == given
    if parsed is not None:
        taken |= (Release.year == parsed.year) & (Release.ordinal == parsed.ordinal)
    other = session.scalar(
        select(Release.id).where(taken, Release.id != release.id).limit(1)
    )
    if other is not None:
        raise _taken()
    return given


def _taken() -> BadInput:
    return BadInput(
        worded("Another release has this number."),
        to="number",
        mend=worded("Give another number; a text that changed is a correction."),
    )


def _parent(session: Session, release: Release, given: str) -> int | None:
    if not given:
        return None
    parent = by_number(session, given)
    if parent is None or parent.id == release.id:
        raise BadInput(
            worded("There is no other release with this number."),
            to="parent",
            mend=worded("Give the number of the release that this one speaks of."),
        )
    return parent.id


def by_number(session: Session, given: str) -> Release | None:
    parsed = numbers.parse(given)
    asked = Release.number == given
    if parsed is not None:
        asked |= (Release.year == parsed.year) & (Release.ordinal == parsed.ordinal)
    return session.scalars(select(Release).where(asked).limit(1)).first()
