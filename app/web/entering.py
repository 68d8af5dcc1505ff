"""The last step of every way in: a new session, and on to where somebody was going."""

from typing import Any, Final

from fastapi import Request, Response

from app.web.again import Again
from app.web.limits import caller
from app.web.own_paths import own_path
from app.web.pages import Pages, back_to
from core.accounts import second_factor
from core.log import logger
from core.models import Account

_log = logger("web")
RETRY: Final = "Retry-After"


def enter(
    pages: Pages,
    request: Request,
    account: Account,
    *,
    how: str,
    onward: str,
    kept: str = "",
) -> Response:
    """Sign *account* in. What was typed before is sent again, by the browser that kept it."""
    with pages.office.database.write() as session:
        token = pages.sessions.start(session, account, request, how=how)
    pages.slowing.welcome(name=account.name, address=caller(request))
    _log.info("account.signed-in", account=account.id, how=how)
    typed = Again.read(kept)
    answer = (
        back_to(own_path(onward))
        if typed is None
        else pages.show(request, "again.html", account=account, again=typed)
    )
    pages.sessions.give(request, answer, token)
    return answer


def shown(
    pages: Pages,
    request: Request,
    *,
    status: int = 200,
    onward: str = "/",
    kept: str = "",
    **values: Any,
) -> Response:
    """The page that asks who it is."""
    web = pages.office.settings.web
    said: dict[str, Any] = {
        "failed": False,
        "wait": 0,
        "error": None,
        "is_ended": False,
        "name": "",
    } | values
    answer = pages.show(
        request,
        "login.html",
        account=None,
        status=status,
        next=own_path(onward),
        kept=kept,
        again=Again.read(kept),
        directory=(web.oidc.name or web.oidc.issuer) if web.oidc.issuer else "",
        # Whoever is signed in is asked once more before a change of how they sign in.
        is_once_more=pages.sessions.find(request) is not None,
        **said,
    )
    if said["wait"]:
        answer.headers[RETRY] = str(said["wait"])
    return answer


def wants_code(pages: Pages, account: Account) -> bool:
    with pages.office.database.read() as session:
        return second_factor.is_on(session, account.id)
