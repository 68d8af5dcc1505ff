"""Tokens of programs and webhooks, as a person types them."""

import json

import pytest
from engines import address, home
from typer.testing import CliRunner

from app.bootstrap import open_office
from app.cli import build
from core.errors import BadInput, Conflict, NotFound
from core.programs import tokens
from core.settings import Settings

PASSWORD = "a long enough password\n"
URL = "https://program.invalid/hook"


@pytest.fixture
def office(tmp_path):
    """Run commands in one office; answers their JSON lines."""
    folder = str(tmp_path / "data")

    def run(*words, asked=None, ends=0, **given):
        environment = {**home(folder)} | given
        result = CliRunner().invoke(
            build(), [*map(str, words)], env=environment, input=asked
        )
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        assert result.exit_code == ends, result.output
        return [json.loads(line) for line in result.stdout.splitlines()]

    run.folder = folder
    run("user", "add", "Aïcha", "--role", "administrator", "--json", asked=PASSWORD)
    run("user", "add", "Badr", "--role", "writer", "--json", asked=PASSWORD)
    return run


def test_a_program_gets_a_token_of_a_person(office):
    [made] = office(
        *("user", "token", "Badr", "--name", "website", "--json"),
        *("--scope", "read", "--scope", "write", "--days", 30),
    )
    assert (made["name"], made["scopes"]) == ("website", ["read", "write"])
    with (
        open_office(
            Settings.model_validate(
                {"data_dir": office.folder, "database_url": address(office.folder)}
            )
        ) as opened,
        opened.database.read() as session,
    ):
        now = opened.clock.now()
        assert tokens.by_token(session, made["token"], now=now).account.name == "Badr"
    [listed] = office("user", "tokens", "Badr", "--json")
    assert "token" not in listed
    [ended] = office("user", "end-token", "Badr", made["id"], "--json")
    assert ended["ended_at"]
    with pytest.raises(NotFound):
        office("user", "end-token", "Aïcha", made["id"])


def test_the_token_that_signs_approvals_is_another(office):
    [made] = office("user", "token", "Badr", "--json")
    assert set(made) == {"name", "token"}
    assert office("user", "tokens", "Badr", "--json") == []
    with pytest.raises(BadInput, match="scopes and days"):
        office("user", "token", "Badr", "--scope", "read")


def test_a_webhook_is_added_by_an_administrators_token(office):
    [writer] = office("user", "token", "Badr", "--json")
    [administrator] = office("user", "token", "Aïcha", "--json")
    words = ("webhook", "add", URL, "--event", "coverage.found", "--json")
    with pytest.raises(Conflict, match="may not"):
        office(*words, PARUTION_TOKEN=writer["token"])
    [made] = office(*words, PARUTION_TOKEN=administrator["token"])
    assert made["secret"].startswith("whsec_")
    [row] = office("webhook", "list", "--json")
    assert (row["url"], row["made_by"], row["waiting"]) == (URL, "Aïcha", 0)
    # Nobody answers at that name, which is said and kept.
    [call] = office("webhook", "test", made["id"], "--json", ends=1)
    assert (call["kind"], call["state"], call["status"]) == ("ping", "failed", None)
    assert [one["id"] for one in office("webhook", "calls", made["id"], "--json")] == [
        call["id"]
    ]
    assert office("webhook", "end", made["id"], "--json") == [
        {"id": made["id"], "ended": True}
    ]
    assert office("webhook", "list", "--json") == []
