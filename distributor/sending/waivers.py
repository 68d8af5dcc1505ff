"""Waivers: a person's reason why an amber finding is accepted, for one dispatch seal."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core import accounts
from core.accounts import Right
from core.errors import BadInput, Conflict
from core.models import Account
from core.wording import worded
from distributor.models import Dispatch, Waiver
from distributor.sending import moves, standing


def waive(
    session: Session,
    dispatch_id: int,
    reasons: Mapping[str, str],
    *,
    account: Account | None,
    now: datetime,
) -> Dispatch:
    """Accept amber findings, each with its reason.

    Said again, the last reason counts, until somebody approved: they read it.
    """
    dispatch = moves.locked(session, dispatch_id)
    moves.require(
        dispatch,
        moves.OPEN,
        mend=worded("A finding is accepted only while its dispatch has not ended."),
    )
    if account is not None and not accounts.may(account, Right.WRITE):
        raise Conflict(
            worded("%(name)s may not accept what the checks found.", name=account.name),
            to="account",
            mend=worded("Ask a writer, a validator or an administrator."),
        )
    for check, reason in reasons.items():
        _waive(session, dispatch, check, reason, account=account, now=now)
    session.flush()
    return dispatch


def _waive(
    session: Session,
    dispatch: Dispatch,
    check: str,
    reason: str,
    *,
    account: Account | None,
    now: datetime,
) -> None:
    amber = standing.amber_checks(dispatch)
    if check not in amber:
        raise BadInput(
            worded(
                "Dispatch %(id)s has no amber finding of the check %(check)s.",
                id=dispatch.id,
                check=f"{check!r}",
            ),
            to="check",
            mend=worded(
                "Its amber findings are: %(value)s.",
                value=", ".join(sorted(amber)) or worded("none"),
            ),
        )
    if not reason.strip():
        raise BadInput(
            worded(
                "The finding of the check %(check)s is accepted without a reason.",
                check=f"{check!r}",
            ),
            to="check",
            mend=worded("Say why it is right all the same."),
        )
    given = session.scalar(
        select(Waiver).where(
            Waiver.dispatch_id == dispatch.id,
            Waiver.check == check,
            Waiver.seal == dispatch.seal,
        )
    )
    if given is not None and standing.approval(session, dispatch) is not None:
        raise Conflict(
            worded(
                "The reason for the finding of the check %(check)s was approved.",
                check=f"{check!r}",
            ),
            to=f"dispatch {dispatch.id}",
            mend=worded("Stop it and plan it again to give another one."),
        )
    if given is None:
        given = Waiver(dispatch_id=dispatch.id, check=check, seal=dispatch.seal)
        session.add(given)
    given.reason = reason.strip()
    given.account_id = account.id if account else None
    given.given_at = now
