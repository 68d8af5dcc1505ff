"""The API for programs, one file per subject: a new file here with `routes` is a new subject.

Everything goes through the same functions as pages and commands; who asks is said by a
token alone, so that no cookie of a browser ever opens it. See docs/api.md.
"""

import threading
from collections.abc import Sequence
from importlib import import_module
from pkgutil import iter_modules
from typing import Final

from fastapi import APIRouter, FastAPI
from starlette.concurrency import run_in_threadpool
from starlette.types import Receive, Scope, Send

from app.api import problems, schema
from app.api.limits import Turns
from app.bootstrap import Office

_PREFIX: Final = f"{__name__}."


class Api:
    """The API of an office, made at the first call.

    Its hundred routes take a second, which a start need not wait for.
    """

    def __init__(self, office: Office) -> None:
        self._office = office
        self._lock = threading.Lock()
        self._made: FastAPI | None = None

    def make(self) -> FastAPI:
        with self._lock:
            if self._made is None:
                self._made = make_api(self._office)
            return self._made

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._made is None:
            await run_in_threadpool(self.make)
        await self.make()(scope, receive, send)


def make_api(office: Office) -> FastAPI:
    """The API of *office*, to be mounted under /api."""
    api = FastAPI(
        title="Parution",
        docs_url=None,
        redoc_url=None,
        openapi_url="/openapi.json",
        # Its paths are written in full.
        root_path_in_servers=False,
        generate_unique_id_function=schema.name_of,
    )
    api.state.office = office
    api.state.turns = Turns(office.timer)
    for routes in _subjects():
        api.include_router(routes, prefix="/v1")
    problems.answer(api)
    schema.complete(api)
    return api


def _subjects() -> Sequence[APIRouter]:
    modules = (import_module(info.name) for info in iter_modules(__path__, _PREFIX))
    return [
        routes
        for module in modules
        if isinstance(routes := vars(module).get("routes"), APIRouter)
    ]
