"""One dispatch as a screen shows it: rows -> who may sign, what was found, which part of a list."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy.orm import Session

import distributor.report
from app.bootstrap import Office
from core import accounts
from core.accounts import Right
from core.i18n import Words
from core.models import Account, Release
from distributor.checks.base import Finding, Level
from distributor.models import Dispatch
from distributor.report import DeliveryLine, DispatchSummary
from distributor.sending import delegation, moves, sealing, standing
from distributor.states import DeliveryState, DispatchState

PAGE: Final = 200
_TO_COME: Final = (DispatchState.PLANNED, DispatchState.PAUSED, DispatchState.HELD)


class Sign(StrEnum):
    """Whether somebody may sign a dispatch, or why not."""

    MAY = "may"
    IN_PLACE = "in place"
    PLANNER = "planner"
    AUTHOR = "author"
    NO_RIGHT = "no right"


class Shown(StrEnum):
    """The lists of people on the screen of a dispatch."""

    ALL = "all"
    REACHED = "reached"
    NOT_REACHED = "not-reached"
    LEFT_OUT = "left-out"


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundLine:
    """One finding in the reader's language, with the reason it was accepted for."""

    check: str
    is_red: bool
    to: str
    what: str
    mend: str
    accepted: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Signing:
    """What people signed of a dispatch, and what this reader may sign."""

    asked: bool
    sealed: bool
    approvals: Sequence[Mapping[str, Any]]
    is_approved: bool
    missing: Sequence[str]
    mine: Sign
    in_place_of: str
    may_undo: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """One page of one of the lists."""

    shown: Shown
    page: int
    pages: int
    totals: Mapping[str, int]
    lines: Sequence[DeliveryLine]
    left_out: Sequence[Mapping[str, str]]


def found_lines(
    found: Sequence[Finding],
    said: Words,
    *,
    accepted: Mapping[str, Mapping[str, Any]] | None = None,
) -> Sequence[FoundLine]:
    known = accepted or {}
    lines = []
    for one in found:
        what, mend = one.said(said)
        lines.append(
            FoundLine(
                check=one.check,
                is_red=one.level is Level.RED,
                to=one.to,
                what=what,
                mend=mend,
                accepted=known.get(one.check),
            )
        )
    return lines


def findings(
    session: Session, dispatch: DispatchSummary, said: Words
) -> Sequence[FoundLine]:
    waived = distributor.report.signatures(session, dispatch.id)["waivers"]
    accepted = {one["check"]: one for one in waived if one["seal"] == dispatch.seal}
    found = [Finding.from_row(row) for row in dispatch.findings]
    return found_lines(found, said, accepted=accepted)


def signing(
    session: Session, office: Office, dispatch_id: int, account: Account
) -> Signing:
    now = office.clock.now()
    dispatch = moves.found(session, dispatch_id)
    mine, in_place_of = may_sign(session, dispatch, account, now=now)
    signed = distributor.report.signatures(session, dispatch_id)["approvals"]
    is_open = dispatch.state in moves.OPEN
    return Signing(
        asked=office.settings.approval != "off" and dispatch.state in _TO_COME,
        # It hashes every address again: what has ended is not asked.
        sealed=not is_open or sealing.is_sealed(session, dispatch, office.settings),
        approvals=[one for one in signed if one["seal"] == dispatch.seal],
        is_approved=standing.approval(session, dispatch) is not None,
        missing=standing.unwaived(session, dispatch)
        if is_open and standing.asks_reasons(office.settings)
        else (),
        mine=mine,
        in_place_of=in_place_of,
        may_undo=undoable(dispatch, now=now),
    )


def may_sign(
    session: Session, dispatch: Dispatch, account: Account, *, now: datetime
) -> tuple[Sign, str]:
    """As `approval` will decide, which decides again when the button is pressed."""
    author_id = session.get_one(Release, dispatch.release_id).author_id
    if account.id == dispatch.planned_by:
        return Sign.PLANNER, ""
    if account.id == author_id:
        return Sign.AUTHOR, ""
    if accounts.may(account, Right.APPROVE):
        return Sign.MAY, ""
    involved = [one for one in (dispatch.planned_by, author_id) if one]
    under = delegation.covering(session, account, never_from=involved, now=now)
    if under is None:
        return Sign.NO_RIGHT, ""
    return Sign.IN_PLACE, session.get_one(Account, under.from_account_id).name


def undoable(dispatch: Dispatch | DispatchSummary, *, now: datetime) -> bool:
    return (
        dispatch.state in _TO_COME
        and dispatch.started_at is None
        and dispatch.undo_until is not None
        and dispatch.undo_until > now
    )


def waits_for(
    session: Session,
    office: Office,
    dispatches: Sequence[DispatchSummary],
    account: Account,
) -> Sequence[DispatchSummary]:
    """Those that nobody has approved and this account may."""
    if office.settings.approval == "off":
        return ()
    now = office.clock.now()
    found = []
    for one in dispatches:
        dispatch = moves.found(session, one.id)
        if (
            dispatch.state in _TO_COME
            and standing.approval(session, dispatch) is None
            and may_sign(session, dispatch, account, now=now)[0]
            in {Sign.MAY, Sign.IN_PLACE}
        ):
            found.append(one)
    return found


def people(
    session: Session, dispatch: DispatchSummary, *, shown: Shown, page: int
) -> People:
    reached = set(moves.MAY_HAVE_IT)
    states = {
        Shown.ALL: set(DeliveryState),
        Shown.REACHED: reached,
        Shown.NOT_REACHED: set(DeliveryState) - reached,
        Shown.LEFT_OUT: set[DeliveryState](),
    }
    totals = {
        str(name): sum(dispatch.counts[state] for state in those)
        for name, those in states.items()
    } | {str(Shown.LEFT_OUT): len(dispatch.left_out)}
    pages = max(1, -(-totals[shown] // PAGE))
    here = min(page, pages)
    first = (here - 1) * PAGE
    return People(
        shown=shown,
        page=here,
        pages=pages,
        totals=totals,
        lines=distributor.report.part(
            session, dispatch.id, states=states[shown], first=first, most=PAGE
        ),
        left_out=dispatch.left_out[first : first + PAGE]
        if shown is Shown.LEFT_OUT
        else (),
    )
