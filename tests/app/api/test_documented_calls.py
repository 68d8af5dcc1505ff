"""What docs/api.md shows is run as it stands; what it lists is what there is."""

import json
import re
import shlex
from pathlib import Path

import pytest
import typer
from programs import called_office, program

from app.cli import build
from app.webhooks.happening import KINDS, PING
from core.accounts import Right

TEXT = (Path(__file__).parents[3] / "docs" / "api.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)
OFFICE = "http://127.0.0.1:8321/api/v1"


def commands():
    for block in BLOCKS:
        yield from re.split(r"^(?=curl |parution )", block, flags=re.MULTILINE)


CALLS = [
    shlex.split(line.replace("\\\n", " "))
    for line in commands()
    if line.startswith("curl ")
]


@pytest.fixture
def office(tmp_path, clock, ids):
    with called_office(tmp_path, clock, ids) as opened:
        yield opened


def call(client, words):
    """One curl of the page, said by a test client with its own token."""
    method, headers, body, url = "GET", {}, None, ""
    given = iter(words[1:])
    for word in given:
        if word == "-X":
            method = next(given)
        elif word == "-H":
            name, _, value = next(given).partition(": ")
            headers[name] = value
        elif word == "-d":
            body = next(given)
        else:
            url = word
    assert headers.pop("Authorization") == "Bearer $TOKEN"
    return client.request(
        method, url.removeprefix(OFFICE), headers=headers, content=body
    )


def test_every_call_of_the_page_is_answered_as_it_says(office):
    client = program(office)
    assert len(CALLS) == 3
    answers = [call(client, words) for words in CALLS]
    assert [one.status_code for one in answers] == [200, 200, 201]
    assert answers[0].json()["account"] == "administrator"
    assert answers[1].json() == {"items": [], "next": None}
    assert answers[2].json()["versions"][0]["title"] == "Rencontre des agences urbaines"


def test_a_call_that_is_said_twice_is_done_once(office):
    client = program(office)
    first, again = call(client, CALLS[2]), call(client, CALLS[2])
    assert again.headers["Idempotency-Replayed"] == "true"
    assert first.json()["id"] == again.json()["id"]
    other = [word.replace("Rabat", "Fès") for word in CALLS[2]]
    assert call(client, other).status_code == 422


def test_an_error_has_the_three_parts_the_page_names(office):
    client = program(office)
    told = client.get("/releases/999")
    assert (told.status_code, told.headers["content-type"]) == (
        404,
        "application/problem+json",
    )
    assert {"detail", "to", "mend"} <= set(told.json())
    unknown = client.post("/releases", json={"kind": "communique", "no_such": 1})
    assert unknown.status_code == 422
    assert unknown.json()["errors"]


def test_the_page_lists_every_scope_and_every_event():
    scopes = re.search(r"token's scopes name:\n(.+?)\.", TEXT, re.DOTALL)[1]
    assert set(re.findall(r"`(\w+)`", scopes)) == set(map(str, Right))
    table = TEXT.split("| event | it happened |")[1].split("\n\n")[0]
    events = set(re.findall(r"`([\w.]+)`", table))
    assert events == {*KINDS, PING}


def test_the_commands_of_the_page_and_those_with_json_exist():
    command = typer.main.get_command(build())
    said = re.search(r"one object a line: (.+?)\.\n", TEXT, re.DOTALL)[1]
    named = re.findall(r"`(?:parution )?([a-z ]+)`", said)
    assert len(named) > 8
    for words in named:
        here = command
        for word in words.split():
            here = here.commands[word]
        assert any("--json" in one.opts for one in here.params), words
    (token,) = [line for line in commands() if line.startswith("parution user token")]
    assert "--scope read" in token


def test_the_body_of_the_example_is_json():
    assert json.loads(CALLS[2][CALLS[2].index("-d") + 1])["kind"] == "communique"
