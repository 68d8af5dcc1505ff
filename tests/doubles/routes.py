"""Every route of the office, what each asks for, and a request that it can read.

`python -m tests.doubles.routes` prints the lines that tests/data/trust/routes.toml
lacks, with the right that was found by asking as every role, and names those it has in vain.
"""

import io
import re
import sys
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

import fastapi.routing
from fastapi import params
from pydantic import BaseModel, TypeAdapter
from starlette.routing import Mount

from core.accounts import RIGHTS, Right
from core.values import Role

TABLE = Path(__file__).parents[1] / "data" / "trust" / "routes.toml"
NOBODY = "nobody"
EVERYBODY = (NOBODY, *map(str, Role))
# Methods a server may be asked with; a route answers those it names and no other.
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")
SAFE = {"GET", "HEAD", "OPTIONS", "TRACE"}


@dataclass(frozen=True)
class Route:
    method: str
    path: str
    # Name and annotation of what is read from the body, and how it is written.
    form: dict = field(default_factory=dict)
    json: dict = field(default_factory=dict)
    required: frozenset = frozenset()
    # Names of what stands in the address, and what of it has to.
    query: tuple = ()
    needed: dict = field(default_factory=dict)

    @property
    def name(self):
        return f"{self.method} {self.path}"


def routes(app, *, below=""):
    """All of them, sorted, HEAD and the like of a route of GET left out."""
    found = []
    for route, context in fastapi.routing._iter_routes_with_context(app.routes):
        here = context or route
        if isinstance(route, Mount):
            # What is mounted may be made at the first call only.
            make = getattr(route.app, "make", lambda app=route.app: app)
            found += routes(make(), below=below + route.path)
            continue
        methods = set(here.methods or ())
        told = methods - {"HEAD", "OPTIONS"} or methods
        found.extend(_route(method, here, below) for method in told)
    return sorted(found, key=lambda one: (one.path, one.method))


def _route(method, here, below):
    path = below + here.path
    depends = getattr(here, "dependant", None)
    if depends is None:
        return Route(method, path)
    wholes = list(_all(depends))
    form, json, required, needed = {}, {}, set(), {}
    for one in (one for depends in wholes for one in depends.body_params):
        is_form = isinstance(one.field_info, params.Form)
        into = form if is_form else json
        model = one.field_info.annotation
        if isinstance(model, type) and issubclass(model, BaseModel):
            into |= {
                name: Annotated[inner.annotation, "", *inner.metadata]
                for name, inner in model.model_fields.items()
            }
            required |= {n for n, i in model.model_fields.items() if i.is_required()}
        else:
            into[one.alias] = _kind(one)
            required |= {one.alias} if one.field_info.is_required() else set()
    queries = [one for depends in wholes for one in depends.query_params]
    for one in queries:
        if one.field_info.is_required() and not _is_form(one):
            needed[one.alias] = _kind(one)
    asked = tuple(one.alias for one in queries)
    return Route(method, path, form, json, frozenset(required), asked, needed)


def _kind(one):
    return Annotated[one.field_info.annotation, "", *one.field_info.metadata]


def _is_form(one):
    """Several fields as one value, none of which has to be there."""
    kind = one.field_info.annotation
    return isinstance(kind, type) and issubclass(kind, BaseModel)


def _all(depends):
    yield depends
    for one in depends.dependencies:
        yield from _all(one)


def address(route, things):
    """The path of *route* with things that are there in its places."""
    first = route.path.split("/")[1]

    def named(found):
        return str(things.get(f"{first}:{found[1]}", things.get(found[1], 1)))

    return re.sub(r"{(\w+)(?::\w+)?}", named, route.path)


def ask(client, route, things, *, typed=None, headers=None, more=None):
    """Send what *route* can read, with *typed* over what is made up and *more* beside it."""
    path = address(route, things)
    if route.json:
        body = {n: made_up(k) for n, k in route.json.items() if n in route.required}
        sent = {"json": body | (typed or {}) | (more or {})}
    else:
        body, files = {}, {}
        for name, kind in route.form.items():
            if name in route.required:
                made = made_up(kind)
                (files if isinstance(made, tuple) else body)[name] = made
        sent = {"data": body | (typed or {}) | (more or {}), "files": files or None}
    if route.method in SAFE:
        sent = {}
    query = {name: made_up(kind) for name, kind in route.needed.items()}
    asked = {"params": query} if query else {}
    return client.request(route.method, path, headers=headers, **asked, **sent)


_MADE = {}


def made_up(kind):
    """A value that *kind* takes: the first of several, the least of a range."""
    if "UploadFile" in repr(kind):
        return ("a.txt", io.BytesIO(b"text"), "text/plain")
    # A kind is read once: that takes longer than to ask.
    if id(kind) not in _MADE:
        schema = TypeAdapter(kind).json_schema()
        _MADE[id(kind)] = kind, _of(schema, schema.get("$defs", {}))
    return _MADE[id(kind)][1]


_TEXTS = {"date": "2026-11-24", "date-time": "2026-11-24T09:00:00Z"}
_NUMBERS = {"integer": 1, "number": 1, "boolean": True}


def _of(schema, named):
    if "$ref" in schema:
        return _of(named[schema["$ref"].rpartition("/")[2]], named)
    several = next((w for w in ("anyOf", "oneOf", "allOf") if w in schema), None)
    if several is not None:
        return _of(schema[several][0], named)
    if "const" in schema or "enum" in schema:
        return schema.get("const", next(iter(schema.get("enum", [None]))))
    return _plain(schema, schema.get("type", "string"), named)


def _plain(schema, kind, named):
    if kind == "array":
        return [_of(schema.get("items", {}), named)] * max(1, schema.get("minItems", 0))
    if kind == "object":
        wanted = schema.get("required", [])
        return {name: _of(schema["properties"][name], named) for name in wanted}
    if kind in _NUMBERS:
        return schema.get("minimum", _NUMBERS[kind])
    return _TEXTS.get(schema.get("format"), "x" * max(1, schema.get("minLength", 1)))


def table():
    """What was reviewed, by method and path."""
    read = tomllib.loads(TABLE.read_text(encoding="utf-8"))
    return {f"{one['method']} {one['path']}": one for one in read.get("route", [])}


def may_pass(needs):
    """Who gets past the door that asks for *needs*: a right, several of them, or none."""
    if isinstance(needs, list):
        return set.union(*map(may_pass, needs))
    if needs == "public":
        return {NOBODY, *map(str, Role)}
    right = Right.READ if needs == "signed-in" else Right(needs)
    return {str(role) for role in Role if right in RIGHTS[role]}


def passed(answer, own=()):
    """Whether the door let the request in; what was inside may still refuse it."""
    if answer.status_code in own:
        return True
    there = answer.headers.get("location", "")
    return answer.status_code not in {401, 403} and not there.startswith("/login?")


def who_passes(world, route, known, asked=EVERYBODY):
    """Who of *asked* is let in by the door of *route*."""
    things = world.things | known.get("with", {})
    typed = known.get("typed")
    return {
        who
        for who in asked
        if passed(
            ask(world.client(who), route, things, typed=typed), known.get("answers", ())
        )
    }


def answers(there, method, path):
    """Whether a route answers *method* at the very address that *path* makes."""
    return any(
        one.method == method
        and re.fullmatch(re.sub(r"{[^}]+}", "[^/]+", one.path), path)
        for one in there
    )


def needed(who):
    """The least right with which exactly these pass; empty when there is none."""
    wanted = ("public", *map(str, Right))
    return next((one for one in wanted if may_pass(one) == who), "")


def propose(world):
    """Lines of the table for what it lacks, and names it has in vain."""
    reviewed, there = table(), routes(world.app)
    lacking = [one for one in there if one.name not in reviewed]
    lines = [
        f'[[route]]\nmethod = "{one.method}"\npath = "{one.path}"\n'
        f'needs = "{needed(who_passes(world, one, {}))}"\n'
        for one in lacking
    ]
    vain = sorted(set(reviewed) - {one.name for one in there})
    return lines, vain


def main():
    from routes_world import a_world  # noqa: PLC0415 - it stands on this module

    with a_world() as world:
        lines, vain = propose(world)
    sys.stdout.write("\n".join(lines) + "\n")
    for name in vain:
        sys.stderr.write(f"No such route any more: {name}\n")


if __name__ == "__main__":
    root = Path(__file__).parents[1]
    sys.path[:0] = [str(root / one) for one in ("doubles", "app/web", "distributor")]
    main()
