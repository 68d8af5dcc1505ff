"""`parution retention` shows the table, counts what is due and applies it."""

import json

import pytest
from typer.testing import CliRunner

from app.cli import build


@pytest.fixture
def run(tmp_path):
    environment = {"PARUTION_DATA_DIR": str(tmp_path / "data")}

    def one(*arguments):
        result = CliRunner().invoke(build(), ["retention", *arguments], env=environment)
        assert result.exit_code == 0, result.output
        return result.output

    return one


def test_the_table_is_printed_for_people_and_for_programs(run):
    rows = [json.loads(line) for line in run("show", "--json").splitlines()]
    [text] = [one for one in rows if one["rule"] == "full-text"]
    assert (text["kept_days"], text["then"]) == (30, "emptied")
    assert text["setting"] == "retention.full_text_days"
    assert "full-text" in run("show")


def test_counting_and_applying_name_each_rule(run):
    counted = [
        json.loads(one) for one in run("run", "--dry-run", "--json").splitlines()
    ]
    applied = [json.loads(one) for one in run("run", "--json").splitlines()]
    assert {"rule": "contacts", "then": "proposed", "rows": 0} in counted
    assert {one["rule"] for one in counted} - {one["rule"] for one in applied} == {
        "contacts"
    }
