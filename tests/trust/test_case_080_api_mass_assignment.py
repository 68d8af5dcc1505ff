"""Case 80: a program says exactly the fields it may say; what is ours to say is refused."""

import pytest
from programs import busy, called_office, program

from core.models import Account, Release
from distributor.models import Approval, Dispatch

# What rows hold and nobody assigns.
OURS = {
    "id": 7,
    "role": "administrator",
    "state": "done",
    "approved_by": "administrator",
    "approvals": [{"by": "administrator"}],
    "account_id": 1,
    "author_id": 1,
    "planned_by": 2,
    "by": "the minister",
    "decided_by": "the minister",
    "validated_by": "the minister",
    "seal_": "0" * 64,
    "token_hash": "0" * 64,
    "created_at": "2020-01-01T00:00:00Z",
    "__class__": "Account",
}


@pytest.fixture
def office(tmp_path, clock, ids):
    with called_office(tmp_path, clock, ids) as opened:
        yield opened


def resolved(schema, part):
    while "$ref" in part:
        part = schema["components"]["schemas"][part["$ref"].rpartition("/")[2]]
    return part


def bodies(schema):
    """Every call with a JSON body: its method, path and the fields it may say."""
    for path, ways in schema["paths"].items():
        for method, operation in ways.items():
            content = operation.get("requestBody", {}).get("content", {})
            if "application/json" in content:
                body = resolved(schema, content["application/json"]["schema"])
                yield method, path, body


def test_no_field_is_assigned_that_is_not_the_callers(office):
    client = program(office)
    busy(client)
    schema = client.get("http://testserver/api/openapi.json").json()
    called = 0
    for method, path, body in bodies(schema):
        assert body["additionalProperties"] is False, path
        extra = {
            name: one for name, one in OURS.items() if name not in body["properties"]
        }
        asked = path.format(
            **dict.fromkeys(("day",), "2026-11-24"),
            name="morning",
            language="fr",
            place=1,
            **dict.fromkeys(
                (
                    *("release_id", "dispatch_id", "delivery_id", "contact_id"),
                    *("source_id", "watch_id", "coverage_id", "error_id"),
                    *("byline_id", "webhook_id", "batch_id"),
                ),
                1,
            ),
        )
        answer = client.request(method, f"http://testserver{asked}", json=extra)
        assert answer.status_code == 422, (method, path, answer.text)
        named = {one["field"] for one in answer.json()["errors"]}
        assert set(extra) <= named, (path, set(extra) - named)
        called += 1
    assert called > 40
    with office.database.read() as session:
        assert session.query(Approval).count() == 0
        assert session.query(Dispatch).one().state == "planned"
        assert session.query(Release).one().author_id is None
        roles = dict(session.query(Account.name, Account.role).all())
        assert all(name == role for name, role in roles.items())


def test_what_lies_inside_is_as_strict(office):
    schema = program(office).get("http://testserver/api/openapi.json").json()
    asked = [body for _, _, body in bodies(schema)]
    seen = 0
    while asked:
        part = resolved(schema, asked.pop())
        if part.get("type") == "object" and "properties" in part:
            assert part["additionalProperties"] is False
            asked += part["properties"].values()
            seen += 1
        asked += [part["items"]] if "items" in part else []
        asked += part.get("anyOf", [])
    assert seen > 42


def test_an_author_does_not_name_another_as_author(office):
    client = program(office, "writer")
    note = {
        "kind": "communique",
        "versions": [{"language": "fr", "title": "T", "body": "B"}],
    }
    made = client.post("/releases", json=note).json()["id"]
    with office.database.read() as session:
        author = session.get(Release, made).author_id
        assert session.get(Account, author).name == "writer"
