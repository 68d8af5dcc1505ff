"""The first person of an office: made behind a link that its start wrote to the log, once.

There is no default password anywhere. Moments are the machine's own.
"""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.accounts import once, people
from core.accounts.once import Purpose
from core.errors import NotFound
from core.ids import Ids
from core.models import Account
from core.values import Role
from core.wording import worded


def is_new(session: Session) -> bool:
    """Whether nobody has an account yet."""
    return session.scalar(select(Account.id).limit(1)) is None


def offer(session: Session, *, ids: Ids, now: datetime) -> str | None:
    """The token of a new link, where nobody has an account; the earlier one ends."""
    once.end(session, Purpose.FIRST, account_id=None)
    return (
        once.make(session, Purpose.FIRST, ids=ids, now=now) if is_new(session) else None
    )


def require_open(session: Session, token: str, *, now: datetime) -> None:
    """Raises NotFound for a link that opens nothing."""
    if not is_new(session) or not once.look(session, Purpose.FIRST, token, now=now):
        raise _closed()


def claim(
    session: Session,
    token: str,
    *,
    name: str,
    password_hash: str,
    now: datetime,
    machine_now: datetime,
) -> Account:
    """The first administrator. Raises NotFound or BadInput; then nothing is used up."""
    require_open(session, token, now=machine_now)
    if once.take(session, Purpose.FIRST, token, now=machine_now) is None:
        raise _closed()
    account = people.invite(session, name=name, role=Role.ADMINISTRATOR, now=now)
    account.password_hash = password_hash
    session.flush()
    return account


def _closed() -> NotFound:
    return NotFound(
        worded("This link opens nothing any more."),
        to="link",
        mend=worded(
            "Start the office again: while nobody has an account, its log says a new link."
        ),
    )
