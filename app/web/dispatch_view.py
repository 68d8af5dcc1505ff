"""One dispatch as a screen shows it: rows -> who may sign, what was found, which part of a list."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from sqlalchemy.orm import Session

import distributor.report
from app.bootstrap import Office
from core.i18n import Words
from core.models import Account
from distributor import faults
from distributor.checks.base import Finding, Level
from distributor.faults import DomainLine
from distributor.report import DeliveryLine, DispatchSummary
from distributor.sending import control, moves, sealing, standing
from distributor.sending.approval import Sign, may_sign
from distributor.states import DeliveryState

PAGE: Final = 200
_MOST_DOMAINS: Final = 50


class Shown(StrEnum):
    """The lists of people on the screen of a dispatch."""

    ALL = "all"
    REACHED = "reached"
    NOT_REACHED = "not-reached"
    LEFT_OUT = "left-out"
    # Not people, but where they read: counted by domain.
    DOMAINS = "domains"


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
    domains: Sequence[DomainLine] = ()
    more_domains: int = 0


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
    mine, under = may_sign(session, dispatch, account, now=now)
    signed = distributor.report.signatures(session, dispatch_id)["approvals"]
    is_open = dispatch.state in moves.OPEN
    waits = dispatch.state in moves.TO_COME
    return Signing(
        asked=office.settings.approval != "off" and waits and mine is not Sign.NEEDLESS,
        # It hashes every address again: asked only while there is something to decide.
        sealed=not waits or sealing.is_sealed(session, dispatch, office.settings),
        approvals=[one for one in signed if one["seal"] == dispatch.seal],
        is_approved=standing.approval(session, dispatch) is not None,
        missing=standing.unwaived(session, dispatch)
        if is_open and standing.asks_reasons(office.settings)
        else (),
        mine=mine,
        in_place_of=session.get_one(Account, under.from_account_id).name
        if under
        else "",
        may_undo=control.undoable(dispatch, now=now),
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
            dispatch.state in moves.TO_COME
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
    by_domain, more_domains = (
        faults.domains(session, dispatch.id, most=_MOST_DOMAINS)
        if shown is Shown.DOMAINS
        else ((), 0)
    )
    states = {
        Shown.ALL: set(DeliveryState),
        Shown.REACHED: reached,
        Shown.NOT_REACHED: set(DeliveryState) - reached,
        Shown.LEFT_OUT: set[DeliveryState](),
        Shown.DOMAINS: set[DeliveryState](),
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
        domains=by_domain,
        more_domains=more_domains,
    )
