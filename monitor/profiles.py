"""The profile of a release: proposed from its texts, edited by people part by part."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import BadInput
from core.models import Release
from core.releases import found_release
from core.wording import worded
from core.zones import moment_of, parse_wall, wall_of
from monitor.matching.profile import release_text
from monitor.matching.proposal import PARTS, Profile, also_written, from_row, propose
from monitor.matching.values import ReleaseText
from monitor.models import ReleaseProfile

_LONGEST: Final = 200  # code points of an item
_MOST: Final = 60  # items of a part
# Whole, its thousands parted or not; 1.5 is none.
_NUMBER: Final = re.compile(r"\d{1,12}|\d{1,3}(?:[ .,\u00a0\u202f٬]\d{3}){1,3}")


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileView:
    """A release's profile as it counts now, and what of it people changed."""

    release_id: int
    number: str
    zone: str
    proposed: Profile
    profile: Profile
    edited: frozenset[str]
    edited_by: str
    edited_at: datetime | None
    # What the items of a part are also written as in the release, by item.
    variants: Mapping[str, Sequence[str]]


def view(session: Session, release_id: int) -> ProfileView:
    """Raises NotFound."""
    release = found_release(session, release_id)
    row = session.get(ReleaseProfile, release_id)
    text = base_text(release)
    proposed = propose(text)
    profile = from_row(row.parts, proposed) if row else proposed
    return ProfileView(
        release_id=release_id,
        number=release.number,
        zone=release.zone,
        proposed=proposed,
        profile=profile,
        edited=frozenset(row.parts) if row else frozenset(),
        edited_by=row.edited_by if row else "",
        edited_at=row.edited_at if row else None,
        variants={
            item: also_written(item, text)
            for item in (*profile.event_names, *profile.people, *profile.places)
        },
    )


def edit(
    session: Session,
    release_id: int,
    parts: Mapping[str, Sequence[str]],
    *,
    by: str,
    now: datetime,
) -> bool:
    """Keep the parts that differ from what is proposed; whether anything changed.

    *parts* gives for some parts their items, one line each. The release is looked back for
    again when something changed. Raises NotFound, and BadInput naming part and line.
    """
    release = found_release(session, release_id)
    proposed = propose(base_text(release)).as_row()
    row = session.get(ReleaseProfile, release_id)
    kept = dict(row.parts) if row else {}
    for name, lines in parts.items():
        value = _read(name, lines, zone=release.zone)
        if value == proposed[name]:
            kept.pop(name, None)
        else:
            kept[name] = value
    if row is None and not kept:
        return False
    if row is not None and kept == row.parts:
        return False
    if row is None:
        session.add(
            ReleaseProfile(
                release_id=release_id,
                parts=kept,
                edition=1,
                edited_by=by,
                edited_at=now,
            )
        )
    else:
        row.parts, row.edited_by, row.edited_at = kept, by, now
        row.edition += 1
    session.flush()
    return True


def reset(session: Session, release_id: int, *, by: str, now: datetime) -> bool:
    """Take every edit back; whether there was one. Raises NotFound."""
    found_release(session, release_id)
    row = session.get(ReleaseProfile, release_id)
    if row is None or not row.parts:
        return False
    row.parts, row.edited_by, row.edited_at = {}, by, now
    row.edition += 1
    session.flush()
    return True


def edits(session: Session, ids: Sequence[int]) -> Mapping[int, Mapping[str, Any]]:
    """The changed parts of some releases."""
    rows = session.scalars(
        select(ReleaseProfile).where(ReleaseProfile.release_id.in_(ids))
    )
    return {row.release_id: row.parts for row in rows}


def base_text(row: Release) -> ReleaseText:
    """A release as matching takes it before anybody corrects it."""
    return release_text(
        release_id=str(row.id),
        versions={one.language: (one.title, one.body) for one in row.versions},
        published_at=row.embargo_at or row.created_at,
        embargo_at=row.embargo_at,
        event_days=[wall_of(row.event_at, row.zone).date()] if row.event_at else [],
    )


def _read(name: str, lines: Sequence[str], *, zone: str) -> Any:
    """The items of one part as they are kept."""
    if name not in PARTS:
        raise BadInput(
            worded("A profile has no part called %(name)s.", name=f"{name!r}"),
            to=name,
            mend=worded("Its parts are: %(parts)s.", parts=", ".join(PARTS)),
        )
    items = list(dict.fromkeys(" ".join(one.split()) for one in lines if one.strip()))
    if len(items) > _MOST:
        raise BadInput(
            worded("%(count)s items are too many.", count=str(len(items))),
            to=name,
            mend=worded(
                "Keep the %(most)s that tell the event apart.", most=str(_MOST)
            ),
        )
    if name == "sent_at":
        return _moment(items, zone=zone)
    if name == "event_days":
        return sorted(_day(one) for one in items)
    if name == "figures":
        return [_figure(one) for one in items]
    for one in items:
        if len(one) > _LONGEST:
            raise BadInput(
                worded("“%(item)s…” is too long.", item=one[:40]),
                to=name,
                mend=worded(
                    "Write a name of at most %(most)s letters.", most=str(_LONGEST)
                ),
            )
    return items


def _moment(items: Sequence[str], *, zone: str) -> str | None:
    if not items:
        return None
    if len(items) > 1:
        raise BadInput(
            worded("A release was sent once."),
            to="sent_at",
            mend=worded("Give one moment."),
        )
    try:
        return moment_of(parse_wall(items[0]), zone).isoformat()
    except BadInput as error:
        raise BadInput(
            worded("“%(item)s” is not a day and an hour.", item=items[0]),
            to="sent_at",
            mend=worded("Write it like 2018-12-04T08:00, in the office's own time."),
        ) from error


def _day(item: str) -> str:
    try:
        return date.fromisoformat(_latin(item)).isoformat()
    except ValueError as error:
        raise BadInput(
            worded("“%(item)s” is not a day.", item=item),
            to="event_days",
            mend=worded("Write each day like 2018-12-05, one a line."),
        ) from error


def _figure(item: str) -> int:
    plain = _latin(item)
    if not _NUMBER.fullmatch(plain):
        raise BadInput(
            worded("“%(item)s” is not a number.", item=item),
            to="figures",
            mend=worded("Write each number in digits, like 48 000, one a line."),
        )
    return int("".join(sign for sign in plain if sign.isdecimal()))


def _latin(item: str) -> str:
    """Digits of any script as ours: ٢٠٢٦ is 2026."""
    return "".join(
        str(unicodedata.digit(sign)) if sign.isdecimal() else sign for sign in item
    )
