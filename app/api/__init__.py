"""The API for programs, one file per subject: a new file here with `routes` is a new subject.

Everything goes through the same functions as pages and commands; who asks is said by a
token alone, so that no cookie of a browser ever opens it. See docs/api.md.
"""

from collections.abc import Sequence
from importlib import import_module
from pkgutil import iter_modules
from typing import Final

from fastapi import APIRouter, FastAPI

from app.api import problems, schema
from app.bootstrap import Office

_PREFIX: Final = f"{__name__}."


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
