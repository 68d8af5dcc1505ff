"""The description of the API: whole, and true to the letter."""

from datetime import UTC, datetime

import pytest
from programs import called_office, program

from core.accounts import Right
from core.clock import StoppedClock
from core.ids import CountedIds

SCOPES = set(Right)


@pytest.fixture(scope="module")
def schema(tmp_path_factory):
    folder = tmp_path_factory.mktemp("office")
    clock = StoppedClock(datetime(2026, 11, 24, 9, tzinfo=UTC))
    with called_office(folder, clock, CountedIds()) as office:
        yield program(office).get("http://testserver/api/openapi.json").json()


def operations(schema):
    return [
        (f"{method} {path}", one)
        for path, ways in schema["paths"].items()
        for method, one in ways.items()
    ]


def test_every_call_says_what_it_does_and_what_it_needs(schema):
    named = {tag["name"] for tag in schema["tags"]}
    for called, one in operations(schema):
        assert one["summary"], called
        assert not one["summary"].endswith("."), called
        assert set(one["tags"]) <= named, called
        [needed] = one["security"]
        assert len(needed["token"]) == 1, called
        assert set(needed["token"]) <= SCOPES, called
        assert f"`{needed['token'][0]}`" in one["description"], called
    assert {tag for _, one in operations(schema) for tag in one["tags"]} == named


def test_every_call_says_how_it_fails(schema):
    problems = schema["components"]["responses"]
    for called, one in operations(schema):
        assert {"400", "401", "403", "404", "409", "422"} <= set(one["responses"]), (
            called
        )
        assert ("413" in one["responses"]) == ("requestBody" in one), called
        assert ("451" in one["responses"]) == (one["operationId"] == "articles_text")
    for one in problems.values():
        [kind] = one["content"]
        assert kind == "application/problem+json"
        assert one["description"]


def test_every_post_may_bear_a_key(schema):
    for called, one in operations(schema):
        bears = [p["name"] for p in one.get("parameters", ()) if p["in"] == "header"]
        assert bears == (["Idempotency-Key"] if called.startswith("post") else [])


def test_names_are_unique(schema):
    names = [one["operationId"] for _, one in operations(schema)]
    assert len(names) == len(set(names)) > 90


def test_paths_are_written_in_full(schema):
    assert all(path.startswith("/api/v1/") for path in schema["paths"])
    assert "servers" not in schema


def test_it_has_examples_for_the_first_calls(schema):
    schemas = schema["components"]["schemas"]
    for name, field in [
        ("NewRelease", "kind"),
        ("GivenVersion", "body"),
        ("Plan", "channel"),
        ("NewSource", "url"),
        ("NewWatch", "query"),
        ("GivenContact", "email"),
    ]:
        assert schemas[name]["properties"][field]["examples"], (name, field)


def test_only_programs_with_a_token_are_described(schema):
    assert schema["components"]["securitySchemes"]["token"]["scheme"] == "bearer"
