"""Approval: a second, authenticated person signs the dispatch seal they saw, or refuses it.

A dispatch that was held for want of it only leaves when the undo window ends.
"""

from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy.orm import Session

from core import accounts
from core.accounts import Right
from core.errors import BadInput, Conflict
from core.i18n import N_, words
from core.models import Account, Release
from core.settings import Settings
from core.values import Language
from core.wording import Worded, worded
from core.zones import ZoneRules
from distributor.models import Approval, Delegation, Dispatch
from distributor.sending import (
    control,
    delegation,
    moves,
    preflight,
    schedule,
    sealing,
    standing,
)
from distributor.states import DispatchState

_ONLY_TO_COME = worded(
    "Only a dispatch that is planned, paused or held is approved or refused."
)


class Sign(StrEnum):
    """Whether somebody may sign a dispatch, or why not."""

    MAY = "may"
    IN_PLACE = "in place"
    PLANNER = "planner"
    AUTHOR = "author"
    NEEDLESS = "needless"
    NO_RIGHT = "no right"


_REFUSALS = {
    Sign.PLANNER: (
        N_("%(name)s planned this dispatch and cannot approve it as well."),
        N_("Ask a second person."),
    ),
    Sign.AUTHOR: (
        N_("%(name)s wrote release %(number)s and cannot approve it as well."),
        N_("Ask a second person."),
    ),
    Sign.NEEDLESS: (
        N_("An edition of the review and a notice are approved by nobody here."),
        N_(
            "A review is validated before it is sent. To keep one back, stop or pause it."
        ),
    ),
    Sign.NO_RIGHT: (
        N_("%(name)s may not approve."),
        N_(
            "Ask a validator or an administrator, or have one delegate it "
            "(`parution user delegate`)."
        ),
    ),
}


def approve(
    session: Session,
    dispatch_id: int,
    *,
    account: Account,
    settings: Settings,
    zone_rules: ZoneRules,
    now: datetime,
    seal: str | None = None,
) -> Approval:
    """Sign the dispatch seal. *account* has proved who they are; *seal* is what they saw.

    From now the undo window runs: nothing leaves before it ends.
    """
    dispatch = moves.locked(session, dispatch_id)
    moves.require(dispatch, moves.TO_COME, mend=_ONLY_TO_COME)
    under = _right_of(session, dispatch, account, now=now)
    _require_seen(session, dispatch, seal, settings)
    _require_reasons(session, dispatch, settings)
    _require_nothing_red(
        session, dispatch, settings=settings, zone_rules=zone_rules, now=now
    )
    is_first = standing.approval(session, dispatch) is None
    approval = Approval(
        dispatch_id=dispatch.id,
        account_id=account.id,
        delegation_id=under.id if under else None,
        seal=dispatch.seal,
        given_at=now,
    )
    session.add(approval)
    if is_first:
        dispatch.undo_until = now + timedelta(minutes=settings.sending.undo_minutes)
    session.flush()
    if dispatch.state == DispatchState.HELD and dispatch.reason == schedule.UNAPPROVED:
        _let_go(session, dispatch, settings=settings, zone_rules=zone_rules, now=now)
    return approval


def refuse(
    session: Session, dispatch_id: int, *, account: Account, because: str, now: datetime
) -> Dispatch:
    """Hold it with the sentence of whoever may approve and does not."""
    dispatch = moves.locked(session, dispatch_id)
    moves.require(dispatch, moves.TO_COME, mend=_ONLY_TO_COME)
    _right_of(session, dispatch, account, now=now)
    if not because.strip():
        raise BadInput(
            worded("The dispatch is refused without a reason."),
            to="because",
            mend=worded("Say what should change."),
        )
    control.hold(
        session,
        dispatch,
        reason=worded(
            "Refused by %(name)s: %(because)s",
            name=account.name,
            because=because.strip(),
        ),
        now=now,
    )
    return dispatch


def _let_go(
    session: Session,
    dispatch: Dispatch,
    *,
    settings: Settings,
    zone_rules: ZoneRules,
    now: datetime,
) -> None:
    """Whoever approves after its hour sees that hour; past its deadline it stays held."""
    if (dispatch.undo_until or now) >= dispatch.deadline_at:
        dispatch.reason = schedule.lateness(dispatch.due_at, now=now)
        return
    seen = sealing.examine(session, dispatch, settings=settings, zone_rules=zone_rules)
    dispatch.reason = schedule.doubt_of(seen, now=now)
    if not dispatch.reason:
        control.resume(
            session, dispatch.id, settings=settings, zone_rules=zone_rules, now=now
        )


def may_sign(
    session: Session, dispatch: Dispatch, account: Account, *, now: datetime
) -> tuple[Sign, Delegation | None]:
    """Whether the account may approve or refuse it, and in whose place."""
    release = moves.release(session, dispatch)
    if release is None:
        return Sign.NEEDLESS, None
    if account.id in {dispatch.planned_by, release.author_id}:
        mine = account.id == dispatch.planned_by
        return Sign.PLANNER if mine else Sign.AUTHOR, None
    if accounts.may(account, Right.APPROVE):
        return Sign.MAY, None
    if account.disabled_at is not None:
        return Sign.NO_RIGHT, None
    involved = [one for one in (dispatch.planned_by, release.author_id) if one]
    under = delegation.covering(session, account, never_from=involved, now=now)
    return (Sign.IN_PLACE, under) if under else (Sign.NO_RIGHT, None)


def _right_of(
    session: Session, dispatch: Dispatch, account: Account, *, now: datetime
) -> Delegation | None:
    """None where the account itself may approve, else what it may approve under."""
    sign, under = may_sign(session, dispatch, account, now=now)
    if sign in _REFUSALS:
        what, mend = _REFUSALS[sign]
        release = moves.release(session, dispatch)
        number = release.number if release else ""
        raise Conflict(
            Worded(what, {"name": account.name, "number": number}),
            to="account",
            mend=mend,
        )
    return under


def _require_seen(
    session: Session, dispatch: Dispatch, seal: str | None, settings: Settings
) -> None:
    if not sealing.is_sealed(session, dispatch, settings):
        raise Conflict(
            worded(
                "The release, the mail templates or the sender changed after it was planned."
            ),
            to=f"dispatch {dispatch.id}",
            mend=worded("Stop it and plan it again."),
        )
    if seal is not None and seal != dispatch.seal:
        raise Conflict(
            worded(
                "What was approved is not what this dispatch would send: the seals differ."
            ),
            to=f"dispatch {dispatch.id}",
            mend=worded(
                "Look at it again (`parution dispatch show %(id)s`) and approve the seal you see there.",
                id=dispatch.id,
            ),
        )


def _require_nothing_red(
    session: Session,
    dispatch: Dispatch,
    *,
    settings: Settings,
    zone_rules: ZoneRules,
    now: datetime,
) -> None:
    """Much may have happened since it was planned: an event passed, a quota was used up.

    The sender's domain was looked up then; to ask it again would be network in a transaction.
    """
    found = preflight.examine(
        session,
        release=session.get_one(Release, dispatch.release_id),
        draft=preflight.of(session, dispatch),
        settings=settings,
        zone_rules=zone_rules,
        domain=None,
        now=now,
    )
    red = preflight.red(found, words(Language(settings.language)))
    if red:
        raise Conflict(
            worded(
                "The checks now find faults that nothing may leave with: %(red)s",
                red=red,
            ),
            to=f"dispatch {dispatch.id}",
            mend=worded("Stop it, mend that and plan it again."),
        )


def _require_reasons(session: Session, dispatch: Dispatch, settings: Settings) -> None:
    missing = standing.unwaived(session, dispatch)
    if missing and standing.asks_reasons(settings):
        raise Conflict(
            worded(
                "Nobody accepted what the checks found: %(missing)s.",
                missing=", ".join(missing),
            ),
            to=f"dispatch {dispatch.id}",
            mend=worded(
                "Accept each with its reason: `parution dispatch waive %(id)s "
                '%(missing)s "..."`.',
                id=dispatch.id,
                missing=missing[0],
            ),
        )
