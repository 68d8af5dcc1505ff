"""What opens one door once: links that are handed over, and the steps of signing in.

Moments are the machine's own (`Timer.stamp`), as for sessions.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from core.accounts.models import OneTime
from core.ids import Ids


class Purpose(StrEnum):
    # Makes the first administrator.
    FIRST = "first"
    # Chooses a new password.
    RESET = "reset"
    # The password was right; the code is asked for.
    SECOND_STEP = "second-step"
    PASSKEY_NEW = "passkey-new"
    PASSKEY_IN = "passkey-in"


LASTS: Final[Mapping[Purpose, timedelta]] = {
    Purpose.FIRST: timedelta(hours=24),
    Purpose.RESET: timedelta(minutes=30),
    Purpose.SECOND_STEP: timedelta(minutes=10),
    Purpose.PASSKEY_NEW: timedelta(minutes=5),
    Purpose.PASSKEY_IN: timedelta(minutes=5),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """Whose door it is, and what was kept for whoever opens it."""

    account_id: int | None
    kept: Mapping[str, Any]


def make(
    session: Session,
    purpose: Purpose,
    *,
    ids: Ids,
    now: datetime,
    account_id: int | None = None,
    kept: Mapping[str, Any] | None = None,
) -> str:
    """A token that is shown once. What time has ended is forgotten."""
    session.execute(delete(OneTime).where(OneTime.ends_at <= now))
    token = ids.token()
    session.add(
        OneTime(
            purpose=purpose,
            digest=_digest(token),
            account_id=account_id,
            kept=dict(kept or {}),
            created_at=now,
            ends_at=now + LASTS[purpose],
        )
    )
    session.flush()
    return token


def look(
    session: Session, purpose: Purpose, token: str, *, now: datetime
) -> Opened | None:
    """What it would open; it stays."""
    found = session.execute(
        select(OneTime.account_id, OneTime.kept).where(*_is(purpose, token, now))
    ).one_or_none()
    return None if found is None else Opened(account_id=found[0], kept=found[1])


def take(
    session: Session, purpose: Purpose, token: str, *, now: datetime
) -> Opened | None:
    """Open it: of two who come at once, one gets it."""
    found = session.execute(
        delete(OneTime)
        .where(*_is(purpose, token, now))
        .returning(OneTime.account_id, OneTime.kept)
        .execution_options(synchronize_session=False)
    ).one_or_none()
    return None if found is None else Opened(account_id=found[0], kept=found[1])


def end(session: Session, purpose: Purpose, *, account_id: int | None) -> None:
    """End all of one purpose, so that only the newest opens."""
    session.execute(
        delete(OneTime).where(
            OneTime.purpose == purpose, OneTime.account_id == account_id
        )
    )


def _is(purpose: Purpose, token: str, now: datetime) -> tuple[Any, ...]:
    return (
        OneTime.purpose == purpose,
        OneTime.digest == _digest(token),
        OneTime.ends_at > now,
    )


def _digest(token: str) -> str:
    # A token is 128 random bits, so a plain hash is enough.
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
