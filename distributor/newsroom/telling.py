"""What the office is told of a release in the newsroom: where it stands, and all that was decided."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.models import Account
from distributor.models import Dispatch, Publication
from distributor.newsroom import reading
from distributor.newsroom.copying import Caption
from distributor.newsroom.publishing import dispatches_to_follow


class Standing(StrEnum):
    NEVER = "never"
    ASKED = "asked"
    WAITS = "waits"
    SHOWS = "shows"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One publication, newest first in the history."""

    publication: Publication
    asked_by: str
    decided_by: str
    withdrawn_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    standing: Standing
    # The present publication, and the moment it shows since or waits for, where that is known.
    present: Publication | None
    addresses: Sequence[str]
    # Whether the release says something else by now.
    is_changed: bool
    dispatches: Sequence[Dispatch]
    steps: Sequence[Step]
    # What was last said of a picture, by the digest of its file.
    captions: Mapping[str, Caption]


def told(session: Session, release_id: int, *, seal: str, now: datetime) -> Told:
    steps = _steps(session, release_id)
    present = next(
        (one.publication for one in steps if one.publication.ended_at is None), None
    )
    lines = reading.texts(session, present.slug, now=now) if present else ()
    return Told(
        standing=_standing(present, shows=bool(lines)),
        present=present,
        addresses=[f"/n/{one.language}/{one.slug}" for one in lines],
        is_changed=present is not None and present.seal != seal,
        dispatches=dispatches_to_follow(session, release_id, seal),
        steps=steps,
        captions=_captions([one.publication for one in steps]),
    )


def _standing(present: Publication | None, *, shows: bool) -> Standing:
    if present is None:
        return Standing.NEVER
    if present.withdrawn_at is not None:
        return Standing.WITHDRAWN
    if present.decided_at is None:
        return Standing.ASKED
    return Standing.SHOWS if shows else Standing.WAITS


def _steps(session: Session, release_id: int) -> Sequence[Step]:
    rows = session.scalars(
        select(Publication)
        .where(Publication.release_id == release_id)
        .order_by(Publication.id.desc())
        .limit(50)
    ).all()
    ids = {
        one
        for row in rows
        for one in (row.asked_by, row.decided_by, row.withdrawn_by)
        if one is not None
    }
    names: dict[int | None, str] = {
        row.id: row.name
        for row in session.scalars(select(Account).where(Account.id.in_(ids)))
    }
    return [
        Step(
            publication=row,
            asked_by=names.get(row.asked_by, "?"),
            decided_by=names.get(row.decided_by, ""),
            withdrawn_by=names.get(row.withdrawn_by, ""),
        )
        for row in rows
    ]


def _captions(publications: Sequence[Publication]) -> Mapping[str, Caption]:
    found: dict[str, Caption] = {}
    for publication in publications[:1]:
        for one in publication.files:
            found[one.digest] = Caption(alternative=one.alternative, credit=one.credit)
    return found
