"""Releases, dispatches and their signatures, as programs make them."""

from io import BytesIO

import pytest
from programs import called_office, program

from core.accounts import Right
from core.values import Role
from distributor.models import Delivery

NOTE = {
    "kind": "communique",
    "versions": [
        {"language": "fr", "title": "Rencontre", "body": "Le ministère réunit."},
        {"language": "ar", "title": "لقاء", "body": "تجتمع الوكالات."},
    ],
    "embargo": "2026-11-25T08:00",
    "place": "Rabat",
}
PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


@pytest.fixture
def office(tmp_path, clock, ids):
    with called_office(tmp_path, clock, ids) as opened:
        yield opened


@pytest.fixture
def writer(office):
    return program(office, Role.WRITER)


@pytest.fixture
def validator(office):
    return program(office, Role.VALIDATOR)


def wish(client, **changes):
    found = client.get("/releases/1/findings?channel=outbox").json()
    return {
        "release": 1,
        "mailing_list": "nationale",
        "channel": "outbox",
        "at": "2026-11-25T09:00",
        "accept": {one["check"]: "It follows." for one in found},
    } | changes


def planned(client, **changes):
    made = client.post("/dispatches", json=wish(client, **changes))
    assert made.status_code == 201, made.text
    return made.json()


def test_a_release_is_made_from_markdown(writer):
    made = writer.post("/releases", json=NOTE)
    assert made.status_code == 201
    row = made.json()
    assert made.headers["location"] == f"/api/v1/releases/{row['id']}"
    assert row["number"] == "113/2026"
    assert row["embargo_at"] == "2026-11-25T08:00:00Z"
    assert [one["language"] for one in row["versions"]] == ["fr", "ar"]
    assert writer.get(made.headers["location"].removeprefix("/api/v1")).json() == row


def test_a_version_is_not_written_over_unread(writer):
    path = "/releases/1/versions/fr"
    text = {"title": "Autre", "body": "Un autre texte."}
    unread = writer.put(path, json=text)
    assert (unread.status_code, unread.json()["to"]) == (409, "seal")
    seal = writer.get("/releases/1").json()["seal"]
    written = writer.put(path, json=text | {"seal": seal}).json()
    assert written["versions"][0]["title"] == "Autre"
    assert written["seal"] != seal
    late = writer.put(path, json=text | {"title": "Troisième", "seal": seal})
    assert late.status_code == 409
    added = writer.put("/releases/1/versions/ar", json=text)
    assert [one["language"] for one in added.json()["versions"]] == ["fr", "ar"]


def test_a_text_that_left_is_not_written_again(office, writer, clock):
    made = planned(writer)
    with office.database.write() as session:
        session.execute(
            Delivery.__table__.metadata.tables["dispatch"]
            .update()
            .where(Delivery.__table__.metadata.tables["dispatch"].c.id == made["id"])
            .values(started_at=clock.now(), state="running")
        )
    refused = writer.put(
        "/releases/1/versions/ar", json={"title": "لقاء", "body": "تجتمع."}
    )
    assert refused.status_code == 409
    assert "correction" in refused.json()["mend"]


def test_files_come_and_go(writer):
    sent = writer.post(
        "/releases/1/attachments",
        files={"file": ("../../note signée.pdf", BytesIO(PDF), "text/html")},
        data={"role": "signed", "language": "fr"},
    )
    assert sent.status_code == 201, sent.text
    row = sent.json()
    assert (row["file_name"], row["media_type"]) == (
        "note signée.pdf",
        "application/pdf",
    )
    assert writer.get("/releases/1/attachments").json() == [row]
    got = writer.get(f"/releases/1/attachments/{row['id']}")
    assert got.content == PDF
    assert got.headers["content-disposition"].startswith("attachment;")
    assert got.headers["x-content-type-options"] == "nosniff"
    assert writer.get("/releases/1/attachments/99").status_code == 404


def test_a_file_may_be_larger_than_a_body(writer):
    large = PDF[:-6] + b"% " + b"x" * 2_000_000 + b"\n%%EOF\n"
    sent = writer.post(
        "/releases/1/attachments", files={"file": ("annexe.pdf", BytesIO(large))}
    )
    assert (sent.status_code, sent.json()["size"]) == (201, len(large))


def test_a_file_of_no_kind_is_refused(writer):
    refused = writer.post(
        "/releases/1/attachments", files={"file": ("a.exe", BytesIO(b"MZ"))}
    )
    assert (refused.status_code, refused.json()["to"]) == (400, "a.exe")


def test_the_checks_say_what_they_find(writer):
    found = writer.get(
        "/releases/1/findings",
        params={"mailing_list": "nationale", "at": "2026-11-25T09:00"},
    ).json()
    assert {one["level"] for one in found} <= {"red", "amber"}
    assert all(one["what"] and one["check"] for one in found)


def test_a_dispatch_is_planned_by_one_and_approved_by_another(writer, validator):
    made = planned(writer, confirmed=3)
    assert (made["state"], made["total"], made["number"]) == ("planned", 3, "112/2026")
    own = program_of_writer_with_scope(writer)
    seal = {"seal": made["seal"]}
    path = f"/dispatches/{made['id']}/approve"
    assert own.post(path, json=seal).status_code in {403, 409}
    other_seal = validator.post(path, json={"seal": "0" * 64})
    assert other_seal.status_code == 409
    signed = validator.post(path, json=seal)
    assert signed.status_code == 200, signed.text
    assert [one["by"] for one in signed.json()["approvals"]] == ["validator"]


def program_of_writer_with_scope(writer):
    """The planner's own token: with every scope, and still not a second person."""
    return writer


def test_a_token_without_the_scope_approves_nothing(office, writer):
    made = planned(writer)
    small = program(
        office, Role.VALIDATOR, scopes=[Right.READ, Right.WRITE, Right.SEND]
    )
    refused = small.post(
        f"/dispatches/{made['id']}/approve", json={"seal": made["seal"]}
    )
    assert (refused.status_code, refused.json()["to"]) == (403, "token")


def test_another_number_of_recipients_plans_nothing(writer):
    refused = writer.post("/dispatches", json=wish(writer, confirmed=4))
    assert (refused.status_code, refused.json()["to"]) == (409, "confirmed")
    assert writer.get("/dispatches").json()["items"] == []


def test_where_nobody_approves_planning_needs_the_scope_to_send(tmp_path, clock, ids):
    with called_office(tmp_path, clock, ids, approval="off") as office:
        small = program(office, Role.VALIDATOR, scopes=[Right.READ, Right.WRITE])
        refused = small.post("/dispatches", json=wish(small))
        assert (refused.status_code, refused.json()["to"]) == (403, "token")


def test_a_wish_with_a_key_is_planned_once(writer):
    body = wish(writer, key="wish-1")
    assert writer.post("/dispatches", json=body).status_code == 201
    again = writer.post("/dispatches", json=body)
    assert again.status_code == 409
    assert len(writer.get("/dispatches").json()["items"]) == 1


def test_a_dispatch_is_refused_held_and_stopped(writer, validator):
    made = planned(writer)
    path = f"/dispatches/{made['id']}"
    refused = validator.post(f"{path}/refuse", json={"because": "The date is wrong."})
    assert refused.json()["state"] == "held"
    assert "validator" in refused.json()["reason"]
    assert writer.post(f"{path}/stop", json={}).status_code == 403
    stopped = validator.post(f"{path}/stop", json={"because": "Too late."}).json()
    assert (stopped["state"], stopped["reason"]) == (
        "stopped",
        "Stopped by validator: Too late.",
    )
    assert stopped["counts"]["cancelled"] == 3
    again = validator.post(f"{path}/stop", json={})
    assert again.status_code == 409


def test_recipients_are_read_part_by_part(writer, validator):
    made = planned(writer)
    path = f"/dispatches/{made['id']}/deliveries"
    first = writer.get(path, params={"limit": 2}).json()
    rest = writer.get(path, params={"limit": 2, "after": first["next"]}).json()
    assert [len(one["items"]) for one in (first, rest)] == [2, 1]
    assert rest["next"] is None
    assert writer.get(path, params={"reached": True}).json()["items"] == []
    assert len(writer.get(path, params={"state": "waiting"}).json()["items"]) == 3
    one = first["items"][0]["id"]
    trail = writer.get(f"{path}/{one}").json()
    assert (trail["attempts"], trail["delivery"]["state"]) == ([], "waiting")
    settled = validator.post(
        f"{path}/{one}/settle", json={"state": "accepted", "because": "A log line."}
    )
    assert settled.status_code == 409
    assert writer.get(f"/dispatches/{made['id']}/left-out").json() == []


def test_a_proof_is_signed_or_a_table(writer):
    made = planned(writer)
    path = f"/dispatches/{made['id']}/proof"
    proof = writer.get(path).json()
    key = writer.get("/dispatches/proof/key").json()["public_key"]
    assert proof["signature"]["public_key"] == key
    table = writer.get(path, params={"form": "csv"})
    assert table.headers["content-type"].startswith("text/csv")
    assert table.text.count("\n") == 4


def test_a_correction_needs_the_right_to_send(writer, validator):
    made = planned(writer)
    corrected = writer.post(
        "/releases", json=NOTE | {"kind": "correction", "parent": "112/2026"}
    ).json()
    path = f"/dispatches/{made['id']}/corrections"
    body = {"release": corrected["id"]}
    assert writer.post(path, json=body).status_code == 403
    # Nobody has the wrong text yet, so that there is nobody to tell.
    assert validator.post(path, json=body).status_code in {201, 400, 409}


def test_everything_is_held_at_once(writer, validator):
    held = writer.put("/hold", json={"because": "Wait."}).json()
    assert held == {"on_hold": True, "reason": "Wait. (writer)"}
    assert writer.delete("/hold").status_code == 403
    assert validator.delete("/hold").json()["on_hold"] is False
    assert validator.delete("/hold").status_code == 409


def test_the_steps_of_an_event_are_planned(writer):
    invited = writer.post(
        "/releases",
        json=NOTE
        | {"kind": "invitation", "event_at": "2026-12-20T10:00", "embargo": None},
    ).json()
    path = f"/releases/{invited['id']}/steps"
    told = writer.post(path, json={"mailing_list": "nationale", "channel": "outbox"})
    assert told.status_code == 200, told.text
    assert [one["step"] for one in told.json()] == ["J-10", "J-2", "J-1", "J", "J+0"]
    own = {"name": "soon", "kind": "invitation", "days": -3, "at": "09:00"}
    again = writer.post(
        path, json={"mailing_list": "nationale", "channel": "outbox", "steps": [own]}
    )
    assert [one["step"] for one in again.json()] == ["soon"]


def test_a_goal_and_a_profile_are_set_by_who_watches(office):
    watcher = program(office, Role.WATCHER)
    assert (
        program(office, Role.WRITER).put("/releases/1/goal", json={}).status_code == 403
    )
    watcher.put("/releases/1/goal", json={"objective": "Be read", "audience": "Cities"})
    said = watcher.put(
        "/releases/1/messages/1/fr",
        json={"text": "Un guichet unique remplace le dossier papier."},
    ).json()
    assert (said["objective"], said["messages"][0]["place"]) == ("Be read", 1)
    assert (
        watcher.put("/releases/1/messages/9/fr", json={"text": "x"}).status_code == 422
    )
    assert watcher.delete("/releases/1/messages/1").json()["messages"] == []
    edited = watcher.patch("/releases/1/profile", json={"people": ["Salma Tazi"]})
    assert edited.json()["people"] == ["Salma Tazi"]
    assert watcher.delete("/releases/1/profile").json()["edited"] == []
