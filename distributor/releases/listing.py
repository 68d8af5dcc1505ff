"""The list of releases: where each stands, by its dispatches; filtered, and a page at a time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import islice
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, literal, select
from sqlalchemy.orm import Session, aliased

from core.models import Account, Release, Version
from core.text.normalise import fold
from core.values import ReleaseKind
from distributor.models import Approval, Delivery, Dispatch
from distributor.states import DeliveryState, DispatchState

PAGE: Final = 50
_OPEN: Final = (
    DispatchState.PLANNED,
    DispatchState.RUNNING,
    DispatchState.PAUSED,
    DispatchState.HELD,
)
_NOBODY_HAS_IT: Final = (
    DeliveryState.WAITING,
    DeliveryState.HELD,
    DeliveryState.CANCELLED,
    DeliveryState.REFUSED,
)
# Rows read at a time while words are looked for.
_LOT: Final = 500


class Stage(StrEnum):
    DRAFT = "draft"
    WAITS = "waits"
    PLANNED = "planned"
    SENT = "sent"
    # A correction or a cancellation of it was sent.
    CORRECTED = "corrected"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a reader of the list asks for; empty asks for all."""

    kind: str = ""
    stage: str = ""
    year: int = 0
    words: str = ""
    # Releases without a version in this language.
    missing: str = ""
    # Those made before this one; 0 begins with the newest.
    before: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    id: int
    number: str
    kind: str
    titles: Mapping[str, str]
    stage: Stage
    # When its next dispatch leaves.
    next_at: datetime | None
    embargo_at: datetime | None
    event_at: datetime | None
    author: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    lines: Sequence[Line]
    # What the next page is asked for before; 0 on the last one.
    older: int


def page(session: Session, wish: Wish, *, approves: bool) -> Page:
    """One page, newest first. *approves* says whether a second person must approve."""
    stage = _stage(approves=approves)
    asked = _asked(wish, stage)
    ids = _found(session, asked, wish.words)
    shown = ids[:PAGE]
    rows = {
        row.id: (row, found, author)
        for row, found, author in session.execute(
            select(Release, stage, Account.name)
            .outerjoin(Account, Account.id == Release.author_id)
            .where(Release.id.in_(shown))
        )
    }
    named = titles(session, shown)
    soonest = _soonest(session, shown)
    return Page(
        lines=[
            Line(
                id=id_,
                number=rows[id_][0].number,
                kind=rows[id_][0].kind,
                titles=named.get(id_, {}),
                stage=Stage(rows[id_][1]),
                next_at=soonest.get(id_),
                embargo_at=rows[id_][0].embargo_at,
                event_at=rows[id_][0].event_at,
                author=rows[id_][2] or "",
            )
            for id_ in shown
        ],
        older=shown[-1] if len(ids) > PAGE else 0,
    )


def years(session: Session) -> Sequence[int]:
    """The years that releases are numbered in, newest first."""
    found = session.scalars(
        select(Release.year).where(Release.year.is_not(None)).distinct()
    )
    return sorted((one for one in found if one is not None), reverse=True)


def stage_of(session: Session, release_id: int, *, approves: bool) -> Stage:
    found = session.scalar(
        select(_stage(approves=approves)).where(Release.id == release_id)
    )
    return Stage(found or Stage.DRAFT)


def _asked(wish: Wish, stage: ColumnElement[str]) -> Select[int]:
    asked = select(Release.id).order_by(Release.id.desc())
    wanted: list[ColumnElement[bool]] = []
    if wish.before:
        wanted.append(Release.id < wish.before)
    if wish.kind:
        wanted.append(Release.kind == wish.kind)
    if wish.stage:
        wanted.append(stage == wish.stage)
    if wish.year:
        wanted.append(Release.year == wish.year)
    if wish.missing:
        wanted.append(
            ~exists().where(
                Version.release_id == Release.id, Version.language == wish.missing
            )
        )
    return asked.where(*wanted)


def _found(session: Session, asked: Select[int], words: str) -> Sequence[int]:
    """The ids of one page and one more; words are compared folded, as in all searches."""
    looked_for = [fold(one) for one in words.split()]
    if not looked_for:
        return session.scalars(asked.limit(PAGE + 1)).all()
    before: int | None = None
    found: list[int] = []
    while len(found) <= PAGE:
        lot = asked if before is None else asked.where(Release.id < before)
        ids = session.scalars(lot.limit(_LOT)).all()
        if not ids:
            break
        before = ids[-1]
        found += _matching(session, ids, looked_for)
    return list(islice(found, PAGE + 1))


def _matching(
    session: Session, ids: Sequence[int], looked_for: Sequence[str]
) -> Sequence[int]:
    said = dict(
        session.execute(
            select(Release.id, Release.number).where(Release.id.in_(ids))
        ).all()
    )
    for id_, title in session.execute(
        select(Version.release_id, Version.title).where(Version.release_id.in_(ids))
    ):
        said[id_] = f"{said[id_]} {title}"
    folded = {id_: " ".join(map(fold, text.split())) for id_, text in said.items()}
    return [id_ for id_ in ids if all(one in folded[id_] for one in looked_for)]


def _stage(*, approves: bool) -> ColumnElement[str]:
    child = aliased(Release)
    corrected = exists().where(
        child.parent_id == Release.id,
        child.kind.in_([ReleaseKind.CORRECTION, ReleaseKind.CANCELLATION]),
        _left(child),
    )
    to_come = and_(
        Dispatch.release_id == Release.id,
        Dispatch.started_at.is_(None),
        Dispatch.state.in_(_OPEN),
    )
    approved = exists().where(
        Approval.dispatch_id == Dispatch.id,
        Approval.seal == Dispatch.seal,
        Approval.account_id == Account.id,
        Account.disabled_at.is_(None),
    )
    waits = exists().where(to_come, ~approved) if approves else literal(False)
    return case(
        (and_(_left(Release), corrected), Stage.CORRECTED.value),
        (_left(Release), Stage.SENT.value),
        (waits, Stage.WAITS.value),
        (exists().where(to_come), Stage.PLANNED.value),
        else_=Stage.DRAFT.value,
    )


def _left(release: Any) -> ColumnElement[bool]:
    """Whether a dispatch of it began, and was not stopped before anybody had it."""
    has_it = exists().where(
        Delivery.dispatch_id == Dispatch.id, Delivery.state.not_in(_NOBODY_HAS_IT)
    )
    return exists().where(
        Dispatch.release_id == release.id,
        Dispatch.started_at.is_not(None),
        (Dispatch.state != DispatchState.STOPPED) | has_it,
    )


def titles(session: Session, ids: Sequence[int]) -> Mapping[int, dict[str, str]]:
    """The titles of these releases by language, in the order the versions came."""
    found: dict[int, dict[str, str]] = {}
    asked = (
        select(Version.release_id, Version.language, Version.title)
        .where(Version.release_id.in_(ids))
        .order_by(Version.id)
    )
    for release_id, language, title in session.execute(asked):
        found.setdefault(release_id, {})[language] = title
    return found


def _soonest(session: Session, ids: Sequence[int]) -> Mapping[int, datetime | None]:
    rows = session.execute(
        select(Dispatch.release_id, func.min(Dispatch.due_at))
        .where(
            Dispatch.release_id.in_(ids),
            Dispatch.started_at.is_(None),
            Dispatch.state.in_(_OPEN),
        )
        .group_by(Dispatch.release_id)
    )
    return {id_: at for id_, at in rows if id_ is not None}
