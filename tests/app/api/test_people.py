"""Contacts and what programs do with them; the same rows as the command line prints."""

import json
from io import BytesIO

import pytest
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from engines import home
from programs import busy, called_office, program
from typer.testing import CliRunner

from app.cli import build
from app.migrations.history import config
from core.models import Alert
from core.values import Role

CSV = (
    "email;nom;langues;provenance\n"
    "a@presse.test;Aïcha;ar,fr;annuaire\n"
    "b@presse.test;Badr;fr;annuaire\n"
)
WRONG = CSV + "not an address;Nobody;fr;annuaire\n"


@pytest.fixture
def office(tmp_path, clock, ids):
    with called_office(tmp_path, clock, ids) as opened:
        yield opened


@pytest.fixture
def writer(office):
    return program(office, Role.WRITER)


def imported(client, content=CSV, **data):
    return client.post(
        "/contact-imports",
        files={"file": ("presse.csv", BytesIO(content.encode()), "text/csv")},
        data={"mailing_list": "régionale", **data},
    )


def test_a_file_is_looked_at_imported_and_undone(writer):
    looked = imported(writer, dry_run="true").json()
    assert (looked["imported"], [one["status"] for one in looked["lines"]]) == (
        False,
        ["new", "new"],
    )
    done = imported(writer).json()
    assert (done["imported"], done["new"], done["lines"]) == (True, 2, [])
    found = writer.get("/contacts", params={"mailing_list": "régionale"}).json()[
        "items"
    ]
    assert [one["email"] for one in found] == ["a@presse.test", "b@presse.test"]
    assert imported(writer).json()["same"] == 2
    [batch, *_] = writer.get("/contact-batches").json()["items"]
    undone = writer.post(f"/contact-batches/{batch['id']}/undo").json()
    assert undone == {"removed": 2, "restored": 0}
    assert writer.post(f"/contact-batches/{batch['id']}/undo").status_code == 409


def test_nothing_is_imported_while_a_line_is_wrong(writer):
    refused = imported(writer, WRONG).json()
    assert (refused["imported"], refused["rejected"]) == (False, 1)
    [line] = refused["lines"]
    assert (line["line"], line["field"], line["status"]) == (4, "email", "rejected")
    assert writer.get("/contacts", params={"q": "presse.test"}).json()["items"] == []
    assert imported(writer, WRONG, skip_rejected="true").json()["new"] == 2


def test_a_file_that_is_none_is_refused(writer):
    refused = imported(writer, "\n")
    assert refused.status_code == 400
    assert refused.json()["mend"]


def test_one_contact_is_added_and_brought_up_to_date(writer):
    body = {
        "email": "Nadia@Presse.test",
        "mailing_list": "nationale",
        "provenance": "Answered our invitation.",
        "languages": ["ar", "fr"],
        "beats": ["urbanisme"],
    }
    assert writer.post("/contacts", json=body).json()["new"] == 1
    assert writer.post("/contacts", json=body).json()["same"] == 1
    changed = writer.post("/contacts", json=body | {"name": "Nadia B."}).json()
    assert changed["changed"] == 1
    [row] = writer.get("/contacts", params={"q": "nadia b"}).json()["items"]
    assert (row["languages"], row["lists"]) == (["ar", "fr"], ["nationale"])
    assert writer.get(f"/contacts/{row['id']}").json() == row


def test_an_opposition_outlives_everything(office, writer):
    writer.post("/suppressions", json={"email": "n0@press.test", "because": "Asked."})
    added = writer.post(
        "/contacts",
        json={
            "email": "n0@press.test",
            "mailing_list": "nationale",
            "provenance": "Again.",
        },
    ).json()
    assert added["suppressed"] == 1
    assert writer.get("/suppressions").json()["items"][0]["email"] == "n0@press.test"
    nadia, nobody = {"email": "n0@press.test"}, {"email": "x@y.test"}
    # Nothing brings a person back, so not everybody who writes may erase one.
    assert writer.post("/contacts/erase", json=nadia).status_code == 403
    administrator = program(office, Role.ADMINISTRATOR)
    erased = administrator.post("/contacts/erase", json=nadia).json()
    assert erased["suppressed"] is True
    assert writer.get("/suppressions").json()["items"][0]["email"] is None
    assert administrator.post("/contacts/erase", json=nobody).status_code == 404
    asked = {"email": "n0@press.test", "because": "She wrote on Monday."}
    assert writer.post("/suppressions/lift", json=asked).status_code == 403
    lifted = (
        program(office, Role.VALIDATOR).post("/suppressions/lift", json=asked).json()
    )
    assert (lifted["suppressed"], lifted["was"]) == (False, "Asked.")


def test_a_person_is_told_what_is_known_of_them(office, writer):
    known = writer.post("/contacts/known", json={"email": "n1@press.test"}).json()
    assert known["addresses"] == ["n1@press.test"]
    assert "bylines" in known
    assert "requests" not in known
    administrator = program(office, Role.ADMINISTRATOR)
    whole = administrator.post("/contacts/known", json={"email": "n1@press.test"})
    assert whole.json() == {**known, "requests": []}
    # Nor by a token that was not made for this.
    less = program(office, Role.ADMINISTRATOR, scopes=["read", "write"], called="less")
    told = less.post("/contacts/known", json={"email": "n1@press.test"}).json()
    assert told == known
    reader = program(office, Role.READER)
    assert (
        reader.post("/contacts/known", json={"email": "n1@press.test"}).status_code
        == 403
    )


def test_two_addresses_of_one_person_become_one(writer):
    merged = writer.post(
        "/contacts/merge", json={"keep": "n0@press.test", "other": "n1@press.test"}
    )
    assert merged.status_code == 200
    assert len(writer.get("/contacts").json()["items"]) == 2


def test_a_rule_says_who_is_on_a_list(writer):
    body = {"name": "arabe", "rule": "language:ar", "dry_run": True}
    assert writer.put("/lists/rule", json=body).json()["contacts"] == 0
    assert [one["name"] for one in writer.get("/lists").json()] == ["nationale"]
    writer.put("/lists/rule", json=body | {"dry_run": False})
    assert [one["name"] for one in writer.get("/lists").json()] == [
        "arabe",
        "nationale",
    ]
    assert writer.put("/lists/rule", json=body | {"rule": "("}).status_code == 400


SAID_BY_BOTH = {
    "/releases": ["release", "list"],
    "/contacts": ["contact", "list"],
    "/lists": ["contact", "lists"],
    "/watches": ["watch", "list"],
    "/sources": ["source", "list"],
    "/dispatches": ["dispatch", "list"],
    "/coverage": ["coverage", "list"],
    "/contact-batches": ["contact", "batches"],
    "/suppressions": ["contact", "suppressions"],
    "/alerts": ["alert", "list"],
    "/completeness": ["source", "completeness"],
    "/coverage/1": ["coverage", "show", "1"],
    "/dispatches/1/deliveries/1": ["dispatch", "trail", "1", "1"],
    "/dispatches/1": ["dispatch", "show", "1"],
    "/releases/1/goal": ["release", "goal", "1"],
    "/releases/1/profile": ["release", "profile", "1"],
    "/articles/1": ["article", "show", "1"],
    "/sources/1": ["source", "show", "1"],
}


def test_the_command_line_says_the_same(office, tmp_path):
    client = program(office)
    busy(client)
    imported(client)
    with office.database.write() as session:
        session.add(
            Alert(
                rule="source-gone",
                about="source:1",
                raised_at=office.clock.now(),
                fields={},
            )
        )
    with office.database.engine.begin() as connection:
        # Made by the metadata: the command line need not make the tables again.
        MigrationContext.configure(connection).stamp(
            ScriptDirectory.from_config(config()), "head"
        )
    for path, command in SAID_BY_BOTH.items():
        told = client.get(path).json()
        rows = told if isinstance(told, list) else told.get("items", [told])
        printed = CliRunner().invoke(
            build(),
            [*command, "--json"],
            env={
                **home(tmp_path),
                "PARUTION_CHANNELS__OUTBOX__FOLDER": str(tmp_path / "out"),
            },
        )
        assert printed.exit_code == 0, printed.output
        lines = [json.loads(line) for line in printed.stdout.splitlines()]
        assert rows, path
        both = zip(_by_id(rows), _by_id(lines), strict=True)
        for row, line in both:
            # A table's column beside the languages of a release; the real clock's period.
            for name in ("title", *(("since", "until") if "complete" in path else ())):
                line.pop(name, None)
                row.pop(name, None)
            assert row == line, path


def _by_id(rows):
    return sorted(rows, key=lambda one: str(one.get("id") or one.get("name")))
