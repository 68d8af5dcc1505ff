"""Signing in by the organisation's directory: there and back again, in one browser."""

import hmac
import json
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import RedirectResponse

from app.web.addresses import office_address
from app.web.entering import enter, shown
from app.web.limits import limit
from app.web.own_paths import own_path
from app.web.pages import Looking, Pages, back_to
from core.accounts import identities, people
from core.accounts.directory import Directory, Person
from core.errors import BadInput, NotFound, OfficeError, Unavailable
from core.ids import random_bytes
from core.log import logger
from core.wording import worded

COOKIE: Final = "parution_directory"
_BACK: Final = "/login/directory/back"
_LASTS: Final = timedelta(minutes=10)

_log = logger("web")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Errand:
    """What this browser set out for; it keeps it, shut, while the person is away."""

    state: str
    nonce: str
    verifier: str
    onward: str
    # Whose account is to be linked; 0 for signing in.
    link: int
    ends: float


def router(pages: Pages) -> APIRouter:
    office = pages.office
    found = APIRouter(
        prefix="/login/directory",
        include_in_schema=False,
        dependencies=[Depends(limit(office.timer))],
    )
    directory = Directory(office.settings.web.oidc, web=office.web, timer=office.timer)

    @found.get("")
    def go(
        request: Request,
        next: Annotated[str, Query(max_length=2_000)] = "/",  # noqa: A002
        link: str = "",
    ) -> Response:
        _require_one(pages)
        whose = pages.fresh(request).account.id if link else 0
        errand = _set_out(pages, onward=own_path(next), link=whose)
        try:
            there = directory.way_in(
                back=_back(pages),
                state=errand.state,
                nonce=errand.nonce,
                verifier=errand.verifier,
            )
        except Unavailable as refused:
            return _refused(pages, request, refused)
        answer = RedirectResponse(there, status_code=303)
        _give(pages, request, answer, errand)
        return answer

    @found.get("/back")
    def back(
        request: Request,
        code: Annotated[str, Query(max_length=4_000)] = "",
        state: Annotated[str, Query(max_length=200)] = "",
    ) -> Response:
        _require_one(pages)
        try:
            errand = _returned(pages, request, state)
            person = directory.who(
                code or _nothing(),
                back=_back(pages),
                nonce=errand.nonce,
                verifier=errand.verifier,
            )
            answer = _admitted(pages, request, errand, person)
        except OfficeError as refused:
            answer = _refused(pages, request, refused)
        answer.delete_cookie(_cookie_name(pages, request), path="/")
        return answer

    return found


def _require_one(pages: Pages) -> None:
    if not pages.office.settings.web.oidc.issuer:
        raise NotFound(
            worded("There is no such page."),
            to="web.oidc",
            mend=worded("Begin with Today."),
        )


def _set_out(pages: Pages, *, onward: str, link: int) -> _Errand:
    state, nonce, verifier = (random_bytes(pages.office.ids).hex() for _ in range(3))
    ends = pages.office.timer.stamp() + _LASTS
    return _Errand(
        state=state,
        nonce=nonce,
        verifier=verifier,
        onward=onward,
        link=link,
        ends=ends.timestamp(),
    )


def _returned(pages: Pages, request: Request, state: str) -> _Errand:
    """What this very browser set out for. Raises BadInput."""
    shut = request.cookies.get(_cookie_name(pages, request), "")
    opened = pages.vault.open(shut) if shut else None
    errand = None if opened is None else _Errand(**json.loads(opened))
    now = pages.office.timer.stamp().timestamp()
    if (
        errand is None
        or now >= errand.ends
        or not hmac.compare_digest(errand.state.encode(), state.encode())
    ):
        raise BadInput(
            worded("This sign-in was not begun in this browser, or too long ago."),
            to="state",
            mend=worded("Begin again."),
        )
    return errand


def _admitted(
    pages: Pages, request: Request, errand: _Errand, person: Person
) -> Response:
    office, now = pages.office, pages.office.clock.now()
    if errand.link:
        return _linked(pages, pages.fresh(request), errand, person)
    with office.database.write() as session:
        account = identities.admit(
            session, person, create_as=office.settings.web.oidc.create_as, now=now
        )
    return enter(pages, request, account, how="directory", onward=errand.onward)


def _linked(
    pages: Pages, looking: Looking, errand: _Errand, person: Person
) -> Response:
    if looking.account.id != errand.link:
        raise BadInput(
            worded("Somebody else signed in meanwhile."),
            to="link",
            mend=worded("Begin again."),
        )
    with pages.office.database.write() as session:
        account = people.by_id(session, looking.account.id)
        identities.link(session, account, person, now=pages.office.clock.now())
    return back_to("/account?done=linked")


def _refused(pages: Pages, request: Request, refused: OfficeError) -> Response:
    _log.warning("directory.refused", code=refused.code, reason=refused.what)
    status = 503 if isinstance(refused, Unavailable) else 401
    said = refused if not isinstance(refused, Unavailable) else _down()
    return shown(pages, request, status=status, error=said)


def _down() -> Unavailable:
    """Whatever the network said, in words for whoever wants to sign in."""
    return Unavailable(
        worded("Your organisation's directory does not answer as it should."),
        to="web.oidc",
        mend=worded("Sign in with a password of this office, or try again later."),
    )


def _nothing() -> str:
    raise BadInput(
        worded("Your organisation's directory did not say who you are."),
        to="code",
        mend=worded("Begin again; if it stays so, tell an administrator."),
    )


def _back(pages: Pages) -> str:
    return f"{office_address(pages.office.settings)}{_BACK}"


def _cookie_name(pages: Pages, request: Request) -> str:
    return f"__Host-{COOKIE}" if pages.sessions.is_secure(request) else COOKIE


def _give(pages: Pages, request: Request, answer: Response, errand: _Errand) -> None:
    answer.set_cookie(
        _cookie_name(pages, request),
        pages.vault.shut(json.dumps(asdict(errand))),
        max_age=int(_LASTS.total_seconds()),
        httponly=True,
        samesite="lax",
        secure=pages.sessions.is_secure(request),
        path="/",
    )
