"""What went wrong, as RFC 9457 says it: what, to what, and the mend."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Final

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.api.callers import NotAllowed, NotAuthenticated
from app.api.limits import RETRY_SECONDS, TooOften
from core.errors import BadInput, NotFound, OfficeError, Unavailable
from core.log import logger
from core.programs.repeats import KeyMisused
from core.trouble import OF_THE_DATABASE, trouble
from monitor.exporting import NotLicensed

_log = logger("api")

MEDIA_TYPE: Final = "application/problem+json"
_STATUSES: Final[Sequence[tuple[type[OfficeError], int]]] = (
    (NotFound, 404),
    (KeyMisused, 422),
    (BadInput, 400),
    (NotAuthenticated, 401),
    (NotAllowed, 403),
    (NotLicensed, 451),
    (TooOften, 429),
    (Unavailable, 503),
)
# By status, where no error of ours has a name.
_CODES: Final[Mapping[int, str]] = {
    404: "not-found",
    405: "method",
    413: "too-large",
    422: "invalid",
}
_HEADERS: Final[Mapping[int, Mapping[str, str]]] = {
    HTTPStatus.UNAUTHORIZED: {
        "WWW-Authenticate": 'Bearer realm="parution", error="invalid_token"'
    },
    HTTPStatus.TOO_MANY_REQUESTS: {"Retry-After": str(RETRY_SECONDS)},
}
_MOST_FIELDS: Final = 50
_LARGE: Final = 413


class Field(BaseModel):
    """One field that cannot be used."""

    field: str
    what: str


class Problem(BaseModel):
    """RFC 9457, with `to` (what it happened to) and `mend` (what to do)."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    to: str = ""
    mend: str = ""
    errors: Sequence[Field] = ()


def answer(api: FastAPI) -> None:
    """Say every fault of *api* as a problem."""
    api.add_middleware(NamedLimit)

    @api.exception_handler(OfficeError)
    def named(request: Request, error: OfficeError) -> JSONResponse:
        return _of_office(request, error)

    # What only the last handler takes is raised again.
    def troubled(request: Request, error: Exception) -> JSONResponse:
        named_trouble = trouble(error)
        if named_trouble is None:
            raise error
        _log.error("api.troubled", route=_route(request), reason=str(named_trouble))
        return _of_office(request, named_trouble)

    for kind in (*OF_THE_DATABASE, OSError):
        api.add_exception_handler(kind, troubled)

    @api.exception_handler(HTTPException)
    def of_http(request: Request, error: HTTPException) -> JSONResponse:
        return _said(
            request,
            error.status_code,
            f"This address answers: {error.detail}.",
            mend="See /api/openapi.json for what there is.",
            headers=error.headers,
        )

    @api.exception_handler(RequestValidationError)
    def invalid(request: Request, error: RequestValidationError) -> JSONResponse:
        fields = [
            Field(field=_place(one["loc"]), what=one["msg"])
            for one in error.errors()[:_MOST_FIELDS]
        ]
        return _said(
            request,
            422,
            "Some of what was sent cannot be used; nothing was done.",
            to=", ".join(dict.fromkeys(one.field for one in fields)),
            mend="Correct the fields that `errors` names.",
            fields=fields,
        )

    @api.exception_handler(Exception)
    def unexpected(request: Request, error: Exception) -> JSONResponse:
        _log.error("api.failed", route=_route(request), exc_info=error)
        return _said(
            request,
            500,
            "Something went wrong here and was logged.",
            mend="Try again; if that lasts, tell the administrator of this office.",
        )


def _route(request: Request) -> str:
    return str(getattr(request.scope.get("route"), "path", ""))


def _of_office(request: Request, error: OfficeError) -> JSONResponse:
    status = next((code for kind, code in _STATUSES if isinstance(error, kind)), 409)
    headers = _HEADERS.get(status)
    if isinstance(error, NotAllowed):
        _log.warning(
            "call.not-allowed",
            path=request.url.path,
            account=request.state.caller.account.id,
            token=request.state.caller.token_id,
        )
    return _said(
        request,
        status,
        error.what,
        code=error.code,
        to=error.to,
        mend=error.mend,
        headers=headers,
    )


class NamedLimit:
    """The limit of bodies answers in plain text, before anything of ours runs: name it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        told = False

        async def named(message: Message) -> None:
            nonlocal told
            if message["type"] == "http.response.start" and message["status"] == _LARGE:
                told = True
                problem = _said(
                    Request(scope),
                    _LARGE,
                    "What was sent is larger than this address takes.",
                    to="body",
                    mend="Send less at once; files have an address of their own.",
                )
                await problem(scope, receive, send)
            elif not told:
                await send(message)

        await self._app(scope, receive, named)


def _said(
    request: Request,
    status: int,
    what: str,
    *,
    code: str = "",
    to: str = "",
    mend: str = "",
    headers: Mapping[str, str] | None = None,
    fields: Sequence[Field] = (),
) -> JSONResponse:
    problem = Problem(
        type=f"urn:parution:problem:{code or _CODES.get(status, 'failed')}",
        title=HTTPStatus(status).phrase,
        status=status,
        detail=what,
        instance=request.url.path,
        to=to,
        mend=mend,
        errors=fields,
    )
    return JSONResponse(
        problem.model_dump(), status, media_type=MEDIA_TYPE, headers=headers
    )


def _place(steps: Sequence[object]) -> str:
    """A field as its sender calls it: the part of the request only where it is all there is."""
    _, *inner = steps
    return ".".join(map(str, inner or steps))
