"""An office is backed up, verified, restored and moved by commands alone."""

import json

import pytest
from object_store import make_bucket, object_store
from typer.testing import CliRunner

from app.cli import build
from core.errors import BadInput, BadSetting, Conflict, OfficeError, Unavailable


@pytest.fixture
def office(tmp_path):
    """Runs commands in a data folder, by its name."""
    key = CliRunner().invoke(build(), ["backup-key"]).stdout

    def run(folder, *words, key=key, stdin=None, given=()):
        environment = dict(given) | {
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


@pytest.fixture(scope="module")
def store():
    with object_store() as port:
        make_bucket(port, "office")
        yield {
            "PARUTION_BACKUP__STORE__ENDPOINT": f"http://127.0.0.1:{port}",
            "PARUTION_BACKUP__STORE__BUCKET": "office",
            "PARUTION_BACKUP__STORE__KEY_ID": "k",
            "PARUTION_BACKUP__STORE__SECRET": "s",
        }


def test_an_office_comes_back_from_a_store(office, store):
    add(office, "old", "samira")
    target = "s3://office/by-hand/office.age"
    [told] = office("old", "backup", target, "--json", given=store)
    [seen] = office("old", "verify-backup", target, "--json", given=store)
    assert told == seen
    assert told["file"] == target
    office("new", "restore", target, "--json", given=store)
    assert people(office, "new") == ["samira"]
    with pytest.raises(Unavailable, match="no such thing"):
        office("new", "verify-backup", "s3://office/none.age", given=store)
    with pytest.raises(BadInput, match="names no backup"):
        office("new", "verify-backup", "s3://office", given=store)
    with pytest.raises(BadSetting, match="No store of backups"):
        office("new", "verify-backup", target)


def test_the_nights_backups_are_listed(office, store, tmp_path):
    (tmp_path / "parution-2026-11-24.age").write_bytes(b"1234")
    given = store | {"PARUTION_BACKUP__FOLDER": str(tmp_path)}
    office("old", "backup", "s3://office/parution-2026-11-25.age", given=given)
    rows = office("old", "list-backups", "--json", given=given)
    assert [(one["day"], one["file"]) for one in rows] == [
        ("2026-11-24", f"{tmp_path}/parution-2026-11-24.age"),
        ("2026-11-25", "s3://office/parution-2026-11-25.age"),
    ]


def test_whoever_was_erased_since_the_backup_is_erased_again(office, tmp_path):
    contacts = tmp_path / "contacts.csv"
    contacts.write_text("email,name\nnadia@presse.test,Nadia\nomar@presse.test,Omar\n")
    office("old", "contact", "import", contacts, "--list", "presse")
    backup = tmp_path / "office.age"
    office("old", "backup", backup)
    office("old", "contact", "erase", "nadia@presse.test")
    [told] = office("old", "restore", "--replace", backup, "--json")
    assert (told["erased_again"], told["opposed_again"]) == (1, 0)
    left = office("old", "contact", "list", "--json")
    assert [one["email"] for one in left] == ["omar@presse.test"]


def test_whoever_opposed_since_the_backup_is_still_not_mailed(office, tmp_path):
    contacts = tmp_path / "contacts.csv"
    contacts.write_text("email,name\nnadia@presse.test,Nadia\n")
    office("old", "contact", "import", contacts, "--list", "presse")
    backup = tmp_path / "office.age"
    office("old", "backup", backup)
    office("old", "contact", "suppress", "nadia@presse.test")
    [told] = office("old", "restore", "--replace", backup, "--json")
    assert (told["erased_again"], told["opposed_again"]) == (0, 1)


def test_a_broken_office_is_replaced_and_what_it_knew_of_erasures_is_missed(
    office, tmp_path
):
    add(office, "old", "samira")
    backup = tmp_path / "office.age"
    office("old", "backup", backup)
    broken = tmp_path / "old" / "parution.db"
    for beside in ("-wal", "-shm"):
        broken.with_name(broken.name + beside).unlink(missing_ok=True)
    broken.write_bytes(b"no database " * 1000)
    office("old", "restore", "--replace", backup)
    assert people(office, "old") == ["samira"]
