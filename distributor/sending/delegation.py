"""Delegation: a person who may approve lets another do it in their place, between two moments."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core import accounts
from core.accounts import Right
from core.errors import BadInput, Conflict, NotFound
from core.models import Account
from core.wording import worded
from distributor.models import Delegation


def delegate(
    session: Session,
    *,
    giver: Account,
    taker: Account,
    since: datetime,
    until: datetime,
    now: datetime,
) -> Delegation:
    """Raises BadInput for a time that cannot be, Conflict for a right that is not there."""
    if until <= max(since, now):
        raise BadInput(
            worded("The delegation would end before it begins, or has ended already."),
            to="until",
            mend=worded("Choose an end that is still to come and after the begin."),
        )
    if giver.id == taker.id:
        raise BadInput(
            worded("Nobody delegates to themselves."),
            to="to",
            mend=worded("Name another account; see `parution user list`."),
        )
    if not accounts.may(giver, Right.APPROVE):
        raise Conflict(
            worded(
                "%(name)s may not approve, and so has nothing to delegate.",
                name=giver.name,
            ),
            to="from",
            mend=worded("Ask a validator or an administrator."),
        )
    if taker.disabled_at is not None:
        raise Conflict(
            worded("The account %(name)s is disabled.", name=taker.name),
            to="to",
            mend=worded("Name somebody who may sign in."),
        )
    made = Delegation(
        from_account_id=giver.id,
        to_account_id=taker.id,
        since=since,
        until=until,
        made_at=now,
    )
    session.add(made)
    session.flush()
    return made


def end(session: Session, delegation_id: int, *, now: datetime) -> Delegation:
    """Take it back. What was approved under it before stays approved."""
    found = session.get(Delegation, delegation_id)
    if found is None:
        raise NotFound(
            worded(
                "There is no delegation %(delegation_id)s.", delegation_id=delegation_id
            ),
            to="delegation",
            mend=worded("See `parution user delegations`."),
        )
    if found.ended_at is not None or found.until <= now:
        raise Conflict(
            worded(
                "Delegation %(delegation_id)s has ended already.",
                delegation_id=delegation_id,
            ),
            to="delegation",
            mend=worded("See `parution user delegations`."),
        )
    found.ended_at = now
    return found


def covering(
    session: Session, taker: Account, *, never_from: Collection[int], now: datetime
) -> Delegation | None:
    """The delegation *taker* may approve under now; none of those accounts gave it."""
    rows = session.execute(
        select(Delegation, Account)
        .join(Account, Account.id == Delegation.from_account_id)
        .where(
            Delegation.to_account_id == taker.id,
            Delegation.since <= now,
            Delegation.until > now,
            Delegation.ended_at.is_(None),
            Account.id.not_in(list(never_from)),
        )
        .order_by(Delegation.id)
    )
    return next(
        (found for found, giver in rows if accounts.may(giver, Right.APPROVE)), None
    )


def every(session: Session) -> Sequence[tuple[Delegation, str, str]]:
    """All of them, newest first, with the names of who gave and who took."""
    names = dict(session.execute(select(Account.id, Account.name)).all())
    return [
        (found, names[found.from_account_id], names[found.to_account_id])
        for found in session.scalars(select(Delegation).order_by(Delegation.id.desc()))
    ]
