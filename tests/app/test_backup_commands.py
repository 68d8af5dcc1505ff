"""An office is backed up, verified, restored and moved by commands alone."""

import json

import pytest
from typer.testing import CliRunner

from app.cli import build
from core.errors import BadInput, BadSetting, Conflict, OfficeError


@pytest.fixture
def office(tmp_path):
    """Runs commands in a data folder, by its name."""
    key = CliRunner().invoke(build(), ["backup-key"]).stdout

    def run(folder, *words, key=key, stdin=None):
        environment = {
            "PARUTION_DATA_DIR": str(tmp_path / folder),
            "PARUTION_BACKUP__KEY": key,
        }
        result = CliRunner().invoke(
            build(), [*map(str, words)], env=environment, input=stdin
        )
        if isinstance(result.exception, OfficeError):
            raise result.exception
        assert result.exit_code == 0, (result.output, result.exception)
        lines = result.stdout.splitlines()
        return [json.loads(line) for line in lines if line.startswith("{")]

    return run


def add(office, folder, name):
    words = ("user", "add", name, "--role", "writer", "--json")
    return office(folder, *words, stdin="une phrase assez longue 42\n")


def people(office, folder):
    return [one["name"] for one in office(folder, "user", "list", "--json")]


def test_an_office_comes_back_on_another_machine(office, tmp_path):
    add(office, "old", "samira")
    file = tmp_path / "office.age"
    [made] = office("old", "backup", file, "--json")
    [seen] = office("old", "verify-backup", file, "--json")
    assert (seen["rows"], seen["tables"]) == (made["rows"], made["tables"])
    office("new", "restore", file)
    assert people(office, "new") == ["samira"]
    ring = "secret_key"
    assert (tmp_path / "new" / ring).read_text() == (
        tmp_path / "old" / ring
    ).read_text()


def test_what_was_there_is_put_aside_and_only_when_asked(office, tmp_path):
    add(office, "office", "samira")
    file = tmp_path / "office.age"
    office("office", "backup", file)
    add(office, "office", "driss")
    with pytest.raises(Conflict, match="an office in it already"):
        office("office", "restore", file)
    assert people(office, "office") == ["driss", "samira"]
    office("office", "restore", "--replace", file)
    assert people(office, "office") == ["samira"]
    assert (tmp_path / "office" / "parution.db.before-1").exists()


def test_a_damaged_backup_replaces_nothing(office, tmp_path):
    add(office, "office", "samira")
    file = tmp_path / "office.age"
    office("office", "backup", file)
    file.write_bytes(file.read_bytes()[:-10])
    with pytest.raises(BadInput):
        office("office", "restore", "--replace", file)
    assert people(office, "office") == ["samira"]


def test_without_a_key_nothing_is_written(office, tmp_path):
    with pytest.raises(BadSetting, match="no key for backups"):
        office("office", "backup", tmp_path / "office.age", key="")
    assert not (tmp_path / "office.age").exists()


def test_an_office_moves_to_another_database(office, tmp_path):
    add(office, "old", "samira")
    (tmp_path / "new").mkdir()
    old, new = (f"sqlite:///{tmp_path}/{one}/parution.db" for one in ("old", "new"))
    [moved] = office("old", "move-database", old, new, "--json")
    assert moved["rows"] > 0
    assert people(office, "new") == ["samira"]


def test_a_database_of_no_office_is_not_moved(office, tmp_path):
    with pytest.raises(BadInput, match="not those of this version"):
        office(
            "old",
            "move-database",
            f"sqlite:///{tmp_path}/empty.db",
            f"sqlite:///{tmp_path}/new.db",
        )
