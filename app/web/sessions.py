"""Who is looking: a cookie that holds the token of a row."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Final
from urllib.parse import urlsplit

from fastapi import Request, Response
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from app.bootstrap import Office
from core.accounts import sessions
from core.accounts.models import SignedIn
from core.accounts.sessions import Limits
from core.errors import Unavailable
from core.log import logger
from core.models import Account
from core.wording import worded

COOKIE: Final = "parution_session"
# Browsers take it over https only, from this very host, for all its paths.
SECURE_COOKIE: Final = f"__Host-{COOKIE}"
# Argon2 takes 64 MiB for each verification: two at once are enough for an office.
_AT_ONCE: Final = threading.BoundedSemaphore(2)
_PATIENCE_SECONDS: Final = 20

_log = logger("web")


class Sessions:
    def __init__(self, office: Office) -> None:
        web = office.settings.web
        self._office = office
        self.limits = Limits(
            idle=timedelta(hours=web.idle_hours),
            longest=timedelta(days=web.longest_days),
        )
        reached = urlsplit(web.public_url)
        self._host = (reached.hostname or "") if reached.scheme == "https" else ""

    def is_secure(self, request: Request) -> bool:
        """Whether the browser came by https, to us or to the proxy before us."""
        return request.url.scheme == "https" or (
            bool(self._host) and request.url.hostname == self._host
        )

    def token(self, request: Request) -> str:
        """What the session's cookie holds. Over https the plain name is not believed."""
        name = SECURE_COOKIE if self.is_secure(request) else COOKIE
        return request.cookies.get(name, "")

    def find(self, request: Request) -> tuple[SignedIn, Account] | None:
        token, now = self.token(request), self._office.timer.stamp()
        if not token:
            return None
        with self._office.database.read() as session:
            found = sessions.find(session, token, now=now, limits=self.limits)
        if found is not None and sessions.is_due(found[0], now=now):
            self._see(found[0])
        return found

    def start(
        self, session: Session, account: Account, request: Request, *, how: str
    ) -> str:
        """A new token for the cookie; the browser's earlier session ends."""
        now = self._office.timer.stamp()
        sessions.end_token(session, self.token(request))
        sessions.forget_ended(session, now=now, limits=self.limits)
        return sessions.start(
            session,
            account.id,
            ids=self._office.ids,
            now=now,
            how=how,
            agent=request.headers.get("user-agent", ""),
        )

    def give(self, request: Request, answer: Response, token: str) -> None:
        """The browser keeps it until it is closed; the row ends it before or after."""
        secure = self.is_secure(request)
        answer.set_cookie(
            SECURE_COOKIE if secure else COOKIE,
            token,
            httponly=True,
            samesite="lax",
            secure=secure,
            path="/",
        )

    def leave(self, request: Request, answer: Response) -> None:
        token = self.token(request)
        if token:
            with self._office.database.write() as session:
                sessions.end_token(session, token)
        for name in (COOKIE, SECURE_COOKIE):
            answer.delete_cookie(
                name, path="/", secure=name == SECURE_COOKIE, httponly=True
            )

    def _see(self, row: SignedIn) -> None:
        try:
            with self._office.database.write() as session:
                sessions.see(session, row.id, now=self._office.timer.stamp())
        except OperationalError as error:
            # A disk that is full keeps nobody from reading.
            _log.warning("session.not-seen", exc_info=error)


@contextmanager
def hashing() -> Iterator[None]:
    """Inside, one of the few may work on a password. Raises Unavailable."""
    if not _AT_ONCE.acquire(timeout=_PATIENCE_SECONDS):
        raise Unavailable(
            worded("Too many people are signing in at once."),
            to="login",
            mend=worded("Wait a moment and try again."),
        )
    try:
        yield
    finally:
        _AT_ONCE.release()
