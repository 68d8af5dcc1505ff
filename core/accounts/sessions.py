"""Where somebody is signed in: one row for each browser, ended by time, by them or by us.

All moments here are the machine's own (`Timer.stamp`): a rehearsal's clock runs fast, and
would sign everybody out.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from core.accounts.models import SignedIn
from core.ids import Ids
from core.models import Account

SEEN_EVERY: Final = timedelta(minutes=5)
# How long after signing in one may change how one signs in.
FRESH_FOR: Final = timedelta(minutes=15)
_LONGEST_AGENT: Final = 120
_MOST_SHOWN: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """A session ends when nobody uses it, and at the latest when it is old."""

    idle: timedelta = timedelta(hours=12)
    longest: timedelta = timedelta(days=14)


def start(
    session: Session,
    account_id: int,
    *,
    ids: Ids,
    now: datetime,
    how: str,
    agent: str = "",
) -> str:
    """What the cookie shall hold. It is new at each sign-in."""
    token = ids.token() + ids.token()
    session.add(
        SignedIn(
            account_id=account_id,
            digest=_digest(token),
            how=how,
            created_at=now,
            seen_at=now,
            agent=_short(agent),
        )
    )
    session.flush()
    return token


def find(
    session: Session, token: str, *, now: datetime, limits: Limits
) -> tuple[SignedIn, Account] | None:
    """The session of a cookie and whose it is, while both are good."""
    if not token:
        return None
    found = session.execute(
        select(SignedIn, Account)
        .join(Account, Account.id == SignedIn.account_id)
        .where(
            SignedIn.digest == _digest(token),
            SignedIn.seen_at > now - limits.idle,
            SignedIn.created_at > now - limits.longest,
            Account.disabled_at.is_(None),
        )
    ).one_or_none()
    return None if found is None else (found[0], found[1])


def is_fresh(row: SignedIn, *, now: datetime) -> bool:
    """Whether its owner proved who they are a moment ago."""
    return now - row.created_at < FRESH_FOR


def is_due(row: SignedIn, *, now: datetime) -> bool:
    """Whether it is time to write down that it is in use."""
    return now - row.seen_at >= SEEN_EVERY


def see(session: Session, row_id: int, *, now: datetime) -> None:
    session.execute(update(SignedIn).where(SignedIn.id == row_id).values(seen_at=now))


def listed(
    session: Session, account_id: int, *, now: datetime, limits: Limits
) -> Sequence[SignedIn]:
    """Where a person is signed in, the last used first."""
    return session.scalars(
        select(SignedIn)
        .where(
            SignedIn.account_id == account_id,
            SignedIn.seen_at > now - limits.idle,
            SignedIn.created_at > now - limits.longest,
        )
        .order_by(SignedIn.seen_at.desc(), SignedIn.id.desc())
        .limit(_MOST_SHOWN)
    ).all()


def end(session: Session, row_id: int, *, account_id: int) -> None:
    """End one of a person's own; twice does no harm."""
    session.execute(
        delete(SignedIn).where(SignedIn.id == row_id, SignedIn.account_id == account_id)
    )


def end_token(session: Session, token: str) -> None:
    session.execute(delete(SignedIn).where(SignedIn.digest == _digest(token)))


def end_all(session: Session, account_id: int, *, but: int = 0) -> int:
    """End all sessions of a person, maybe *but* one; how many there were."""
    ended = session.scalars(
        delete(SignedIn)
        .where(SignedIn.account_id == account_id, SignedIn.id != but)
        .returning(SignedIn.id)
        .execution_options(synchronize_session=False)
    )
    return len(ended.all())


def forget_ended(session: Session, *, now: datetime, limits: Limits) -> None:
    """Remove the rows that time has ended."""
    session.execute(
        delete(SignedIn).where(
            (SignedIn.seen_at <= now - limits.idle)
            | (SignedIn.created_at <= now - limits.longest)
        )
    )


def _short(agent: str) -> str:
    return "".join(filter(str.isprintable, agent))[:_LONGEST_AGENT]


def _digest(token: str) -> str:
    # 256 random bits, so a plain hash is enough.
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
