"""Who calls, what goes wrong and how it is said, keys that are said twice, places in lists."""

import threading
from datetime import timedelta

import pytest
from fastapi.testclient import TestClient
from programs import called_office, program, token_of
from screen_makers import cookie

from app.web import make_app
from app.web.sessions import COOKIE
from core.accounts import Right
from core.journal.models import JournalLine
from core.models import Account, Release
from core.programs import tokens
from core.programs.models import ApiToken
from core.values import Role

NOTE = {
    "kind": "communique",
    "versions": [{"language": "fr", "title": "Rencontre", "body": "Le ministère."}],
}


@pytest.fixture
def office(tmp_path, clock, ids):
    with called_office(tmp_path, clock, ids) as opened:
        yield opened


def stranger(office):
    return TestClient(make_app(office), base_url="http://testserver/api/v1")


def test_a_program_is_told_who_it_is(office):
    token = token_of(office, Role.WRITER, scopes=[Right.READ, Right.SEND])
    told = stranger(office).get("/me", headers={"Authorization": f"Bearer {token}"})
    assert told.json() == {
        "account": "writer",
        "role": "writer",
        "scopes": ["read", "send"],
        # A writer may not send, whatever the token says.
        "may": ["read"],
    }
    assert told.headers["cache-control"] == "no-store"


def test_nobody_calls_without_a_token(office):
    client = stranger(office)
    for header in ["", "Bearer", "Bearer ", "Bearer nobody", "Basic YTpi", "Bearer é"]:
        refused = client.get("/me", headers={"Authorization": header.encode()})
        assert refused.status_code == 401, header
        assert refused.headers["www-authenticate"].startswith("Bearer")
        assert refused.headers["content-type"] == "application/problem+json"
        assert refused.json()["mend"]


def test_a_cookie_opens_nothing_here(office):
    browser = stranger(office)
    browser.cookies.set(COOKIE, cookie(office, "administrator"))
    assert browser.get("/me").status_code == 401


def test_nobody_is_signed_in_by_a_setting_here(tmp_path, clock, ids):
    changes = {"web": {"sign_in_as": "administrator"}}
    with called_office(tmp_path, clock, ids, **changes) as opened:
        assert stranger(opened).get("http://localhost/api/v1/me").status_code == 401


def test_a_token_does_what_its_scopes_and_its_person_may(office):
    reader = program(office, Role.ADMINISTRATOR, scopes=[Right.READ])
    refused = reader.post("/releases", json=NOTE)
    assert (refused.status_code, refused.json()["type"]) == (
        403,
        "urn:parution:problem:not-allowed",
    )
    assert "scope" in refused.json()["detail"]
    by_role = program(office, Role.WATCHER).post("/releases", json=NOTE)
    assert by_role.status_code == 403
    assert "right" in by_role.json()["detail"]


def test_a_token_that_ended_calls_no_more(office):
    client = program(office)
    assert client.get("/me").status_code == 200
    with office.database.write() as session:
        account = session.query(Account).filter_by(name="administrator").one()
        tokens.end_all(session, account.id, now=office.clock.now())
    assert client.get("/me").status_code == 401


def test_the_body_of_a_stranger_is_not_read(office):
    def endless():
        raise AssertionError("it was read")
        yield b""

    assert stranger(office).post("/releases", content=endless()).status_code == 401


def test_the_last_use_of_a_token_is_kept(office, clock):
    client = program(office)
    client.get("/me")
    used = clock.now()
    clock.wait(timedelta(minutes=1))
    client.get("/me")
    with office.database.read() as session:
        assert session.query(ApiToken).one().last_used_at == used


def test_what_cannot_be_used_is_named_by_field(office):
    wrong = NOTE | {"kind": "note", "state": "sent", "versions": [{"language": "fr"}]}
    refused = program(office).post("/releases", json=wrong)
    assert refused.status_code == 422
    problem = refused.json()
    assert {one["field"] for one in problem["errors"]} == {
        "kind",
        "state",
        "versions.0.title",
        "versions.0.body",
    }
    assert problem["instance"] == "/api/v1/releases"
    assert problem["title"] == "Unprocessable Entity"


def test_what_is_not_there_is_a_problem_too(office):
    client = program(office)
    asked = {"/nothing": 404, "/releases/99": 404, "/releases/0": 422, "/hold/x": 404}
    for path, status in asked.items():
        answer = client.get(path)
        assert answer.status_code == status, path
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["status"] == status


def test_a_method_that_is_not_there_says_which_are(office):
    refused = program(office).delete("/me")
    assert refused.status_code == 405
    assert refused.headers["allow"] == "GET"


def test_a_body_that_cannot_be_read_is_a_problem(office):
    client = program(office)
    kind = {"Content-Type": "application/json"}
    for content in (b"{", b"[1]", b"null", b'{"kind": "\\ud800"}'):
        refused = client.post("/releases", content=content, headers=kind)
        assert refused.status_code == 422, content
        assert refused.json()["errors"]


def test_a_body_is_not_too_large(office):
    client = program(office)
    large = client.post("/releases", content=b" " * 1_100_000)
    assert large.status_code == 413
    assert large.headers["content-type"] == "application/problem+json"
    assert large.json()["mend"]

    def chunks():
        for _ in range(20):
            yield b" " * 100_000

    assert client.post("/releases", content=chunks()).status_code == 413


def test_a_page_of_another_site_cannot_call(office):
    """Without a token of its own it is nobody, whatever it says of itself."""
    answer = stranger(office).post(
        "/releases", json=NOTE, headers={"Origin": "https://evil.test"}
    )
    assert answer.status_code == 401
    assert "access-control-allow-origin" not in answer.headers


def test_a_call_that_is_said_twice_is_done_once(office):
    client = program(office)
    key = {"Idempotency-Key": "wish-1"}
    first = client.post("/releases", json=NOTE, headers=key)
    again = client.post("/releases", json=NOTE, headers=key)
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json() == first.json()
    assert again.headers["location"] == first.headers["location"]
    assert again.headers["idempotency-replayed"] == "true"
    with office.database.read() as session:
        assert session.query(Release).count() == 2


def test_a_key_names_one_call(office):
    client = program(office)
    key = {"Idempotency-Key": "wish-1"}
    client.post("/releases", json=NOTE, headers=key)
    other = client.post("/releases", json=NOTE | {"place": "Fès"}, headers=key)
    assert other.status_code == 422
    assert other.json()["type"] == "urn:parution:problem:idempotency-key"


def test_another_token_is_not_told_what_the_first_was(office):
    key = {"Idempotency-Key": "wish-1"}
    program(office).post("/releases", json=NOTE, headers=key)
    reader = program(office, scopes=[Right.READ], called="another")
    assert reader.post("/releases", json=NOTE, headers=key).status_code == 422


def test_a_call_that_failed_may_be_said_again(office):
    client = program(office)
    key = {"Idempotency-Key": "wish-1"}
    wrong = NOTE | {"zone": "Mars"}
    assert client.post("/releases", json=wrong, headers=key).status_code == 400
    assert client.post("/releases", json=NOTE, headers=key).status_code == 201


def test_a_key_is_a_name(office):
    client = program(office)
    for key in ("", "a b", "x" * 201, "é"):
        refused = client.post(
            "/releases", json=NOTE, headers={"Idempotency-Key": key.encode()}
        )
        assert refused.status_code == 400, key


def test_twins_make_one(office):
    client = program(office)
    start = threading.Barrier(4)
    told = []

    def call():
        start.wait()
        answer = client.post(
            "/releases", json=NOTE, headers={"Idempotency-Key": "twin"}
        )
        told.append(answer.status_code)

    threads = [threading.Thread(target=call) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(told) <= {201, 409}
    assert 201 in told
    with office.database.read() as session:
        assert session.query(Release).count() == 2


def test_a_list_is_read_place_by_place(office):
    client = program(office)
    for _ in range(4):
        client.post("/releases", json=NOTE)
    seen, after = [], ""
    while after is not None:
        part = client.get("/releases", params={"limit": 2, "after": after}).json()
        assert len(part["items"]) <= 2
        seen += [one["id"] for one in part["items"]]
        after = part["next"]
    assert seen == [5, 4, 3, 2, 1]


def test_a_place_that_is_none_is_refused(office):
    client = program(office)
    for path in ("/releases", "/coverage", "/articles", "/contacts"):
        for after in ("x", "bnVsbA", "WzBd", "WyJhIl0", "Wzk5OTk5OTk5OTk5XQ"):
            refused = client.get(path, params={"after": after})
            assert (refused.status_code, refused.json()["to"]) == (400, "after"), after


def test_times_are_utc(office):
    told = program(office).get("/organisation").json()
    assert told["now"] == "2026-11-24T09:00:00Z"
    assert told["approval"] == "two-person"


def test_a_token_is_shown_to_nobody_again(office):
    said = token_of(office, "reader")
    with office.database.read() as session:
        kept = session.query(ApiToken).one()
        assert said not in str(vars(kept))


def test_what_a_program_changes_stands_in_the_journal_under_its_person(office):
    program(office, Role.WRITER).post("/releases", json=NOTE)
    with office.database.read() as session:
        lines = session.query(JournalLine).order_by(JournalLine.id).all()
    made = [one for one in lines if one.about == "release:2"]
    assert {(one.by, one.via) for one in made} == {("writer", "api")}
