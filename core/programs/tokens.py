"""Tokens of programs: each belongs to a person, has a name, scopes and maybe a last day.

What a program may do is what its person may do, and of that only what its token names.
"""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from core.accounts import Right
from core.errors import BadInput, NotFound
from core.ids import Ids
from core.models import Account
from core.programs.models import ApiToken
from core.wording import worded

# A prefix that those who search for lost secrets can know ours by.
PREFIX: Final = "parution_"
MOST_DAYS: Final = 3_650
_LONGEST_NAME: Final = 60
_MOST: Final = 50
# Written no more often: each program's every call would else be a write.
_USED_EVERY: Final = timedelta(minutes=5)


def make(
    session: Session,
    account: Account,
    *,
    name: str,
    scopes: Iterable[Right],
    days: int | None,
    ids: Ids,
    now: datetime,
) -> tuple[ApiToken, str]:
    """A new token and what it is: said once. Without *days* it has no last day.

    Raises BadInput by field.
    """
    called = _name(name)
    named = _scopes(scopes)
    if days is not None and not 1 <= days <= MOST_DAYS:
        raise BadInput(
            worded("A token is good for 1 to 3650 days."),
            to="days",
            mend=worded("Give fewer days, or none for a token that you end yourself."),
        )
    there = [one for one in listed(session, account.id) if one.is_good(now)]
    if any(one.name == called for one in there):
        raise BadInput(
            worded("You have a token of this name already."),
            to="name",
            mend=worded("Choose another name, or end that token first."),
        )
    if len(there) >= _MOST:
        raise BadInput(
            worded("You have 50 tokens already."),
            to="name",
            mend=worded("End those that no program uses."),
        )
    said = f"{PREFIX}{ids.token()}"
    row = ApiToken(
        account_id=account.id,
        name=called,
        scopes=named,
        token_hash=_digest(said),
        created_at=now,
        expires_at=None if days is None else now + timedelta(days=days),
    )
    session.add(row)
    session.flush()
    return row, said


def by_token(session: Session, said: str, *, now: datetime) -> ApiToken | None:
    """The token, while it is good and its person may still sign in."""
    row = session.scalar(
        select(ApiToken)
        .join(Account, Account.id == ApiToken.account_id)
        .where(ApiToken.token_hash == _digest(said), Account.disabled_at.is_(None))
    )
    return row if row is not None and row.is_good(now) else None


def is_use_told(row: ApiToken, *, now: datetime) -> bool:
    """Whether its last use is on record already, as closely as it is kept."""
    return row.last_used_at is not None and now - row.last_used_at < _USED_EVERY


def tell_use(session: Session, token_id: int, *, now: datetime) -> None:
    session.execute(
        update(ApiToken).where(ApiToken.id == token_id).values(last_used_at=now)
    )


def listed(session: Session, account_id: int) -> Sequence[ApiToken]:
    """Every token of a person, the newest first; also those that ended."""
    return session.scalars(
        select(ApiToken)
        .where(ApiToken.account_id == account_id)
        .order_by(ApiToken.ended_at.is_not(None), ApiToken.id.desc())
        .limit(4 * _MOST)
    ).all()


def end(session: Session, token_id: int, *, account_id: int, now: datetime) -> ApiToken:
    """End one of the person's own, at once. Raises NotFound; twice does no harm."""
    row = session.get(ApiToken, token_id)
    if row is None or row.account_id != account_id:
        raise NotFound(
            worded("You have no such token."),
            to=f"token {token_id}",
            mend=worded("See the list of your tokens."),
        )
    row.ended_at = row.ended_at or now
    session.flush()
    return row


def end_all(session: Session, account_id: int, *, now: datetime) -> int:
    """End every token of a person who leaves or lost one; how many there were."""
    ended = session.scalars(
        update(ApiToken)
        .where(ApiToken.account_id == account_id, ApiToken.ended_at.is_(None))
        .values(ended_at=now)
        .returning(ApiToken.id)
        .execution_options(synchronize_session=False)
    )
    return len(ended.all())


def _name(given: str) -> str:
    called = " ".join(given.split())
    if not 0 < len(called) <= _LONGEST_NAME or not called.isprintable():
        raise BadInput(
            worded("A token needs a name of at most 60 letters."),
            to="name",
            mend=worded("Name the program that will use it."),
        )
    return called


def _scopes(given: Iterable[Right]) -> list[str]:
    asked = set(given)
    if not asked:
        raise BadInput(
            worded("This token would be allowed nothing."),
            to="scopes",
            mend=worded("Choose at least one thing that the program may do."),
        )
    return [right.value for right in Right if right in asked]


def _digest(said: str) -> str:
    # A token is 128 random bits, so a plain hash is enough.
    return hashlib.sha256(said.encode("utf-8", "replace")).hexdigest()
