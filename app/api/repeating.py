"""How each call runs: first who calls, then what is asked; under a key, once."""

import re
from collections.abc import Callable, Coroutine
from typing import Any, Final

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from app.api.callers import Caller, authenticate
from core.errors import BadInput, OfficeError
from core.journal import acting
from core.journal.actor import API
from core.programs import repeats
from core.programs.repeats import Call, Kept
from core.wording import worded

# What a release, its words and its goal take, many times over; files have their own limit.
MOST_BYTES: Final = 1_000_000
KEY: Final = "Idempotency-Key"
LONGEST_KEY: Final = 200
# Bears an answer that holds a secret.
SAID_ONCE: Final = "Parution-Said-Once"
_READABLE: Final = re.compile(f"[!-~]{{1,{LONGEST_KEY}}}")
_Handler = Callable[[Request], Coroutine[Any, Any, Response]]


class Route(APIRoute):
    def __init__(
        self, *given: Any, max_body_size: int | None = None, **more: Any
    ) -> None:
        super().__init__(*given, max_body_size=max_body_size or MOST_BYTES, **more)

    def get_route_handler(self) -> _Handler:
        handle = super().get_route_handler()

        async def known(request: Request) -> Response:
            caller = await run_in_threadpool(authenticate, request)
            request.state.caller = caller
            with acting(caller.name, via=API):
                if request.method == "POST" and KEY in request.headers:
                    return await _once(caller, request, handle)
                return await handle(request)

        return known


async def _once(caller: Caller, request: Request, handle: _Handler) -> Response:
    call = Call(
        account_id=caller.account.id,
        key=_key(request.headers[KEY]),
        # Of another token, what may be done is another: it has keys of its own.
        what=f"{caller.token_id} POST {request.url.path}?{request.url.query}",
        body=await request.body(),
    )
    kept = await run_in_threadpool(_claim, caller, call)
    if kept is not None:
        return _again(kept)
    try:
        answer = await handle(request)
    except (OfficeError, HTTPException, RequestValidationError):
        # Nothing was done. After any other fault nobody knows, and the claim stays.
        await run_in_threadpool(_forget, caller, call)
        raise
    await run_in_threadpool(_keep, caller, call, answer)
    return answer


def _key(given: str) -> str:
    if not _READABLE.fullmatch(given):
        raise BadInput(
            worded(
                "A key has 1 to %(longest_key)s signs of ASCII, and no space.",
                longest_key=LONGEST_KEY,
            ),
            to=KEY,
            mend=worded("Use a random name, such as a UUID."),
        )
    return given


def _claim(caller: Caller, call: Call) -> Kept | None:
    office = caller.office
    with office.database.write() as session:
        return repeats.claim(session, call, now=office.clock.now())


def _keep(caller: Caller, call: Call, answer: Response) -> None:
    kept = Kept(
        status=answer.status_code,
        # What is said once, such as a secret, is not said again.
        answer="" if SAID_ONCE in answer.headers else bytes(answer.body).decode(),
        place=answer.headers.get("location", ""),
    )
    with caller.office.database.write() as session:
        repeats.keep(session, call, kept)


def _forget(caller: Caller, call: Call) -> None:
    with caller.office.database.write() as session:
        repeats.forget(session, call)


def _again(kept: Kept) -> Response:
    headers = {"Idempotency-Replayed": "true"}
    if kept.place:
        headers["Location"] = kept.place
    return Response(
        kept.answer or None,
        kept.status,
        media_type="application/json" if kept.answer else None,
        headers=headers,
    )
