"""Who is looking: a signed cookie that names an account and its session epoch."""

import hashlib
import threading
from collections.abc import Sequence

from itsdangerous import BadSignature, URLSafeTimedSerializer
from sqlalchemy import select
from sqlalchemy.orm import Session

from core import accounts
from core.models import Account

COOKIE = "parution_session"
_LONGEST_SECONDS = 14 * 24 * 3600
# Argon2 takes 64 MiB for each verification: two at once are enough for an office.
_AT_ONCE = threading.BoundedSemaphore(2)


class Sessions:
    def __init__(self, keys: Sequence[str]) -> None:
        # itsdangerous signs with the last key and reads with all of them.
        self._signer = URLSafeTimedSerializer(
            list(reversed(keys)),
            salt="session",
            signer_kwargs={"digest_method": hashlib.sha256},
        )

    def start(self, account: Account) -> str:
        return str(self._signer.dumps([account.id, account.session_epoch]))

    def account(self, session: Session, cookie: str) -> Account | None:
        """The account of a cookie that is genuine, fresh and not ended."""
        try:
            account_id, epoch = self._signer.loads(cookie, max_age=_LONGEST_SECONDS)
        except (BadSignature, ValueError, TypeError):
            return None
        return session.scalar(
            select(Account).where(
                Account.id == account_id,
                Account.session_epoch == epoch,
                Account.disabled_at.is_(None),
            )
        )


def sign_in(session: Session, *, name: str, password: str) -> Account | None:
    with _AT_ONCE:
        return accounts.sign_in(session, name=name, password=password)
