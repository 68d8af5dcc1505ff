"""The description at /api/openapi.json: tags, summaries, what may go wrong, and who may."""

from collections.abc import Mapping
from typing import Any, Final

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute

from app.api.problems import MEDIA_TYPE, Problem
from app.api.repeating import KEY, LONGEST_KEY

_MOUNT: Final = "/api"
_PROBLEMS: Final[Mapping[str, str]] = {
    "400": "What was given cannot be used; `to` names it and `mend` says what to do.",
    "401": "Nobody said who calls, or the token is not good.",
    "403": "The token or its person may not do this.",
    "404": "There is no such thing.",
    "409": "The thing is not in a state that allows this.",
    "413": "The body is too large.",
    "422": "Fields are missing, unknown or out of bounds: `errors` names them.",
    "451": "No licence of the outlet allows it on this day.",
    "503": "Something outside does not answer.",
}
_DESCRIPTION: Final = """\
Everything the screens of Parution do, for programs. Keys and states are the words of the
office's own glossary; times are ISO 8601 in UTC, wall times are named so and have a zone
beside them. Lists answer `items` and `next`. See docs/api.md for a first call."""
_TAGS: Final[Mapping[str, str]] = {
    "office": "Who calls, the office, its alerts, what was read, and the hold.",
    "releases": "Documents for the press, their versions, files, goal and profile.",
    "dispatches": "Plans to send, their deliveries, signatures and steering.",
    "contacts": "People reached for the press, their lists, imports and suppressions.",
    "sources": "Where outlets publish.",
    "watches": "Saved queries that select articles.",
    "articles": "What outlets published.",
    "coverage": "Articles that cover a release, and what people say of them.",
    "review": "Editions of the daily review, and their readers.",
    "balance": "The coverage report of one release.",
    "webhooks": "Where this office tells programs what happened.",
}


def name_of(route: APIRoute) -> str:
    """An operation's id: its subject and the function that does it."""
    subject = route.tags[0] if route.tags else "api"
    return f"{subject}_{route.name}"


def complete(api: FastAPI) -> None:
    """Describe what FastAPI cannot know by itself."""

    def described() -> dict[str, Any]:
        if api.openapi_schema is None:
            api.openapi_schema = _made(api)
        return api.openapi_schema

    api.openapi = described  # type: ignore[method-assign]


def _made(api: FastAPI) -> dict[str, Any]:
    made = get_openapi(
        title="Parution",
        version="1",
        description=_DESCRIPTION,
        routes=api.routes,
        tags=[{"name": name, "description": text} for name, text in _TAGS.items()],
    )
    schemas = made["components"]["schemas"]
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    problem = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas |= problem.pop("$defs", {})
    schemas["Problem"] = problem
    for one in schemas.values():
        _say_wall_times(one.get("properties", {}))
    made["components"]["responses"] = {
        status: _problem(text) for status, text in _PROBLEMS.items()
    }
    # Written in full: who reads a path can ask for it.
    made["paths"] = {f"{_MOUNT}{path}": ways for path, ways in made["paths"].items()}
    for ways in made["paths"].values():
        for method, operation in ways.items():
            _complete(method, operation)
    return made


def _say_wall_times(properties: dict[str, Any]) -> None:
    """A wall time is no moment: it has no offset, and a zone beside it."""
    for part in (
        properties.get("wall", {}),
        *properties.get("wall", {}).get("anyOf", ()),
    ):
        if part.get("format") == "date-time":
            part["format"] = "wall-time"
            part["description"] = "A wall time in `zone`, like 2026-11-24T09:00:00."


def _problem(text: str) -> dict[str, Any]:
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {"description": text, "content": content}


def _complete(method: str, operation: dict[str, Any]) -> None:
    needed = [
        scope
        for one in operation.get("security", ())
        for scopes in one.values()
        for scope in scopes
    ]
    told = f"Needs the scope {', '.join(f'`{one}`' for one in needed)}."
    operation["description"] = f"{operation.get('description', '')}\n\n{told}".strip()
    left_out = {"451"} - operation["responses"].keys()
    if "requestBody" not in operation:
        left_out.add("413")
    operation["responses"] |= {
        status: {"$ref": f"#/components/responses/{status}"}
        for status in _PROBLEMS
        if status not in left_out
    }
    if method == "post":
        operation.setdefault("parameters", []).append(
            {
                "name": KEY,
                "in": "header",
                "required": False,
                "description": "A random name for this call: said again with the same "
                "body within a day, it is done once and answered the same.",
                "schema": {
                    "type": "string",
                    "minLength": 1,
                    "maxLength": LONGEST_KEY,
                    "pattern": "^[!-~]+$",
                },
            }
        )
