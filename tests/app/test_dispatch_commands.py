"""Planning, signing, correcting, proving and calling by hand, as a person types them."""

import json

import pytest
from engines import address, home
from mailing_makers import FRENCH, a_notice, an_edition
from typer.testing import CliRunner

from app.bootstrap import open_office
from app.cli import build
from core.errors import BadInput, Conflict
from core.settings import Settings

NOTE = "# Rencontre\n\nLe ministère réunit les agences."
PASSWORD = "a long enough password\n"


@pytest.fixture
def office(tmp_path):
    """Run commands in one office; answers their JSON lines."""
    environment = {
        **home(tmp_path / "data"),
        "PARUTION_CHANNELS__OUTBOX__FOLDER": str(tmp_path / "outbox"),
        "PARUTION_CHANNELS__MANUAL__SIGNATURE": "Le ministère",
    }

    def run(*words, given=None, asked=None, plain=False):
        result = CliRunner().invoke(
            build(),
            [*map(str, words)],
            env=environment | (given or {}),
            input=asked,
        )
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        assert result.exit_code == 0, result.output
        run.said = result.stderr
        if plain:
            return result.stdout
        return [json.loads(line) for line in result.stdout.splitlines()]

    return run


@pytest.fixture
def release(office, tmp_path):
    """A release and a list of one contact."""
    note = tmp_path / "note.fr.md"
    note.write_text(NOTE, encoding="utf-8")
    people = tmp_path / "people.csv"
    people.write_text(
        "Courriel;Nom;Téléphone;provenance\nn@presse.ma;Nadia;+212600000000;annuaire\n",
        encoding="utf-8",
    )
    (made,) = office(
        *("release", "import", note, "--number", "7/2099"),
        *("--kind", "communique", "--json"),
    )
    office("contact", "import", people, "--list", "n", "--json")
    return made["id"]


@pytest.fixture
def planned(office, release):
    def plan(*words, channel="outbox", at="2099-01-06T09:00", **more):
        when = ("--at", at) if at else ()
        (row,) = office(
            *("dispatch", "plan", release, "--list", "n", "--channel", channel),
            *(*when, *words, "--json"),
            **more,
        )
        return row

    return plan


@pytest.fixture
def token(office):
    def made(name, role):
        office("user", "add", name, "--role", role, "--json", asked=PASSWORD)
        return office("user", "token", name, "--json")[0]["token"]

    return made


STRICT = {"PARUTION_APPROVAL": "two-person"}


def test_what_the_checks_find_is_kept_and_shown_before_it_leaves(office, planned):
    row = planned()
    checks = {one["check"] for one in row["findings"]}
    assert checks
    assert all(one["level"] == "amber" for one in row["findings"])
    assert all(check in office.said for check in checks)


def test_without_an_hour_it_can_be_undone_for_a_while(office, planned):
    row = planned(at="")
    assert row["undo_until"] == row["due_at"]
    (undone,) = office("dispatch", "undo", row["id"], "--json")
    assert (undone["state"], undone["reason"]) == ("stopped", "undone")
    with pytest.raises(Conflict, match="no undo window"):
        office("dispatch", "undo", row["id"])


def test_the_same_wish_is_planned_once_unless_somebody_insists(planned):
    first = planned()
    with pytest.raises(Conflict, match=f"dispatch {first['id']}"):
        planned()
    assert planned("--again")["id"] != first["id"]
    planned("--key", "k", at="2099-01-07T09:00")
    with pytest.raises(Conflict, match="planned already"):
        planned("--key", "k", "--again", at="2099-01-08T09:00")


def test_a_strict_office_asks_who_plans_and_another_to_approve(office, planned, token):
    writer, validator = token("w", "writer"), token("v", "validator")
    with pytest.raises(BadInput, match="who plans"):
        planned(given=STRICT)
    row = planned(given=STRICT | {"PARUTION_TOKEN": writer})
    for one in row["findings"]:
        with pytest.raises(Conflict, match="Nobody accepted"):
            office(
                *("dispatch", "approve", row["id"], "--token", validator),
                given=STRICT,
            )
        office(
            *("dispatch", "waive", row["id"], one["check"], "It is so."),
            *("--token", writer, "--json"),
            given=STRICT,
        )
    approve = ("dispatch", "approve", row["id"], "--json", "--seal")
    with pytest.raises(Conflict, match="seals differ"):
        office(*approve, "0" * 64, "--token", validator, given=STRICT)
    with pytest.raises(Conflict, match="planned this"):
        office(*approve, row["seal"], "--token", writer, given=STRICT)
    (given,) = office(*approve, row["seal"], "--token", validator, given=STRICT)
    assert given["approved_by"] == "v"
    assert given["undo_until"] is not None
    (shown,) = office("dispatch", "show", row["id"], "--json")
    assert [one["by"] for one in shown["approvals"]] == ["v"]
    assert {one["reason"] for one in shown["waivers"]} == {"It is so."}


def test_a_delegate_approves_in_anothers_place_and_that_is_said(office, planned, token):
    writer, deputy = token("w", "writer"), token("d", "writer")
    token("v", "validator")
    loose = STRICT | {"PARUTION_SENDING__AMBER": "warn"}
    row = planned(given=loose | {"PARUTION_TOKEN": writer})
    approve = ("dispatch", "approve", row["id"], "--token", deputy, "--json")
    with pytest.raises(Conflict, match="may not approve"):
        office(*approve, given=loose)
    (made,) = office(
        "user", "delegate", "v", "d", "--until", "2099-01-01T09:00", "--json"
    )
    (listed,) = office("user", "delegations", "--json")
    assert (listed["from"], listed["to"]) == ("v", "d")
    (given,) = office(*approve, given=loose)
    assert (given["approved_by"], given["in_place_of"]) == ("d", "v")
    (ended,) = office("user", "end-delegation", made["id"], "--json")
    assert ended["ended_at"]
    with pytest.raises(Conflict, match="may not approve"):
        office(*approve, given=loose)


def test_a_refusal_holds_it_with_the_sentence(office, planned, token):
    validator = token("v", "validator")
    row = planned()
    (held,) = office(
        *("dispatch", "refuse", row["id"], "--because", "Wrong hall."),
        *("--token", validator, "--json"),
    )
    assert (held["state"], held["reason"]) == ("held", "Refused by v: Wrong hall.")


def test_a_reason_that_fits_no_finding_plans_nothing(office, planned):
    for wrong in ("no-such-check=x", "nothing"):
        with pytest.raises(BadInput):
            planned("--accept", wrong)
    assert office("dispatch", "list", "--json") == []


def test_one_command_holds_everything_without_a_database(office, tmp_path):
    folder = tmp_path / "data"
    before = sorted(folder.iterdir()) if folder.exists() else []
    (held,) = office("dispatch", "hold-all", "--because", "Wait.", "--json")
    assert held == {"on_hold": True, "reason": "Wait."}
    assert {*folder.iterdir()} - {*before} == {folder / "HOLD"}
    office("dispatch", "release-all", "--json")
    assert sorted(folder.iterdir()) == before


def test_a_stop_gives_two_lists_that_are_all_of_it(office, planned):
    row = planned()
    (stopped,) = office("dispatch", "stop", row["id"], "--json")
    assert (stopped["reached"], stopped["not_reached"]) == (0, 1)
    (line,) = office("dispatch", "show", row["id"], "--lists", "--json")
    assert (line["list"], line["address"]) == ("not_reached", "n@presse.ma")


def test_a_proof_is_checked_and_names_what_was_changed(office, planned, tmp_path):
    row = planned()
    file = tmp_path / "proof.json"
    proof = ("dispatch", "proof", row["id"], "--out", file)
    assert office(*proof, plain=True) == f"{file}\n"
    table = office(*proof[:3], "--format", "csv", plain=True)
    assert "n@presse.ma" in table
    (checked,) = office("dispatch", "verify", file, "--json")
    assert checked == {"holds": True, "signed": True, "changed": []}
    (key,) = office("dispatch", "proof-key", "--json")
    assert json.loads(file.read_text())["signature"]["public_key"] == key["public_key"]
    file.write_text(file.read_text().replace("n@presse.ma", "x@presse.ma"))
    with pytest.raises(Conflict, match=r"x@presse\.ma"):
        office("dispatch", "verify", file, "--json")


def test_a_dispatch_by_hand_is_called_and_logged(office, planned, tmp_path):
    row = planned(channel="manual")
    (call,) = office("dispatch", "call-sheet", row["id"], "--json")
    assert (call["phone"], call["state"]) == ("+212600000000", "waiting")
    assert "Rencontre" in call["text"]
    assert call["text"].endswith("Le ministère")
    with pytest.raises(Conflict, match="planned"):
        office("dispatch", "log", row["id"], call["delivery_id"], "reached")


def test_an_event_is_planned_in_steps_and_nothing_is_skipped_silently(
    office, release, tmp_path
):
    note = tmp_path / "note.fr.md"
    (invitation,) = office(
        *("release", "import", note, "--number", "8/2099", "--kind", "invitation"),
        *("--event-at", "2099-03-11T10:00", "--json"),
    )
    lines = office(
        *("dispatch", "plan-event", invitation["id"], "--list", "n"),
        *("--channel", "outbox", "--json"),
    )
    assert [line["step"] for line in lines] == ["J-10", "J-2", "J-1", "J", "J+0"]
    assert [bool(line["dispatch_id"]) for line in lines] == [True, True] + [False] * 3
    assert all(line["left_out"] for line in lines if not line["dispatch_id"])
    listed = office("dispatch", "list", "--json")
    assert {(one["step"], one["purpose"]) for one in listed} == {
        ("J-10", "release"),
        ("J-2", "reminder"),
    }


def test_an_edition_and_a_notice_are_listed_in_words(office, release, tmp_path, clock):
    given = Settings.model_validate(
        {
            "data_dir": tmp_path / "data",
            "database_url": address(tmp_path / "data"),
            "channels": {"outbox": {"folder": str(tmp_path / "outbox")}},
        }
    )
    with open_office(given, clock=clock) as opened, opened.database.write() as session:
        made = {"clock": clock, "ids": opened.ids, "given": given}
        edition = an_edition(session, list_id=1, **made).id
        a_notice(session, **made)
    shown = office("dispatch", "list", plain=True, given={"COLUMNS": "300"})
    assert "Édition" in shown or "Edition of the review" in shown
    assert "edition:12" in shown
    listed = office("dispatch", "list", "--json")
    assert [(one["purpose"], one["release_id"], one["about"]) for one in listed] == [
        ("notice", None, "alert:7"),
        ("edition", None, "edition:12"),
    ]
    (told,) = office("dispatch", "show", edition, "--json")
    assert (told["number"], told["title"]) == ("", FRENCH.subject)
    with pytest.raises(Conflict, match="sends no release"):
        office("dispatch", "correct", edition, "--with", release)
