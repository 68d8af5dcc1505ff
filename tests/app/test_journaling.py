"""The journal is read by the clock: sealed while it holds, told where it does not."""

import csv
import io
import json
from datetime import timedelta

import pytest
from engines import address, drop_guards, home
from sqlalchemy import text
from typer.testing import CliRunner

from app.alert_words import JOURNAL_BROKEN
from app.bootstrap import open_office
from app.cli import build
from app.cli.edge import office as office_of_command
from app.journaling import Journaling
from core.alerts import open_alerts
from core.journal import acting, note
from core.journal.actor import PAGE
from core.journal.models import JournalSeal
from core.settings import Settings

HOUR = timedelta(hours=1)


@pytest.fixture
def office(tmp_path, clock, ids):
    settings = Settings.model_validate(
        {"data_dir": tmp_path, "database_url": address(tmp_path)}
    )
    with open_office(settings, clock=clock, ids=ids) as opened:
        yield opened


@pytest.fixture
def journaling(office):
    return Journaling(
        database=office.database,
        clock=office.clock,
        ids=office.ids,
        settings=office.settings,
    )


def say(office, count=1):
    for place in range(count):
        with acting("salma", via=PAGE), office.database.write() as session:
            note(session, what="a", about=f"b:{place}", after={"text": "=1+1"})


def seals(office):
    with office.database.read() as session:
        return session.query(JournalSeal).order_by(JournalSeal.id).all()


def alerts(office):
    with office.database.read() as session:
        return [one.fields for one in open_alerts(session, rules=[JOURNAL_BROKEN])]


def by_force(office, *statements):
    """As somebody does who owns the file."""
    with office.database.engine.begin() as connection:
        drop_guards(connection)
        for statement in statements:
            connection.execute(text(statement))


def test_what_holds_is_sealed_and_what_is_new_is_read_an_hour_later(
    office, journaling, clock
):
    assert journaling.tick() == 0
    say(office, 3)
    assert journaling.tick() == 3
    say(office)
    assert journaling.tick() == 0
    clock.wait(HOUR)
    assert journaling.tick() == 1
    clock.wait(HOUR)
    assert journaling.tick() == 0
    clock.wait(24 * HOUR)
    assert journaling.tick() == 4
    assert [(one.line_id, one.is_whole) for one in seals(office)] == [
        (3, True),
        (4, False),
        (4, True),
    ]
    assert alerts(office) == []


@pytest.mark.parametrize(
    ("statement", "why"),
    [
        ("DELETE FROM journal_line WHERE id >= 3", "cut off"),
        ("UPDATE journal_line SET by = 'nobody' WHERE id = 4", "changed"),
        ("UPDATE journal_seal SET line_id = 2", "seal"),
        ("UPDATE journal_seal SET at = '2026-11-24 08:00:00.000000'", "seal"),
        ("DELETE FROM journal_line WHERE id = 2", "missing"),
    ],
)
def test_what_was_changed_from_outside_raises_one_alert(
    office, journaling, clock, statement, why
):
    say(office, 4)
    journaling.tick()
    by_force(office, statement)
    clock.wait(25 * HOUR)
    journaling.tick()
    journaling.tick()
    assert [one["why"] for one in alerts(office)] == [why]
    assert len(seals(office)) == 1


def test_somebody_who_makes_the_chain_anew_lacks_our_key(office, journaling, clock):
    say(office, 2)
    journaling.tick()
    by_force(office, "DELETE FROM journal_line", "DELETE FROM journal_seal")
    say(office, 2)
    other = office.settings.data_dir / "other"
    other.mkdir()
    Journaling(
        database=office.database,
        clock=clock,
        ids=office.ids,
        settings=Settings.model_validate(
            {"data_dir": other, "database_url": address(other)}
        ),
    ).tick()
    assert len(seals(office)) == 1
    verdict = journaling.check(since=None, is_whole=True)
    assert (verdict.holds, verdict.why) == (False, "seal")


def test_an_alert_ends_when_the_whole_chain_holds_again(office, journaling, clock):
    say(office, 2)
    by_force(office, "UPDATE journal_line SET by = 'nobody' WHERE id = 2")
    journaling.tick()
    assert len(alerts(office)) == 1
    by_force(office, "UPDATE journal_line SET by = 'salma' WHERE id = 2")
    clock.wait(HOUR)
    assert journaling.tick() == 2
    assert alerts(office) == []


def run(office, *words):
    return CliRunner().invoke(
        build(), list(words), env={**home(office.settings.data_dir)}
    )


@pytest.fixture
def commanded(tmp_path, monkeypatch):
    """An office that commands open themselves."""
    for name, value in home(tmp_path).items():
        monkeypatch.setenv(name, value)
    with office_of_command() as opened:
        say(opened, 60)
        yield opened


def test_the_commands_list_verify_and_hand_out(commanded, tmp_path):
    shown = run(commanded, "journal", "list", "--about", "b:7", "--json")
    assert [json.loads(line)["about"] for line in shown.stdout.splitlines()] == ["b:7"]
    assert "Older ones: --before 11" in run(commanded, "journal", "list").stdout
    found = json.loads(run(commanded, "journal", "verify", "--json").stdout)
    assert (found["holds"], found["lines"]) == (True, 60)
    noted = f"60:{found['hash']}"
    assert run(commanded, "journal", "verify", "--expect", noted).exit_code == 0
    assert run(commanded, "journal", "verify", "--expect", f"{noted}0").exit_code == 1
    out = tmp_path / "journal.csv"
    run(commanded, "journal", "export", "--format", "csv", "--out", str(out))
    rows = list(csv.DictReader(io.StringIO(out.read_text(encoding="utf-8-sig"))))
    assert len(rows) == 60
    assert json.loads(rows[0]["after"]) == {"text": "=1+1"}
    written = run(commanded, "journal", "export", "--by", "salma").stdout
    assert len(written.splitlines()) == 60


def test_a_command_is_told_with_whoever_ran_it(commanded):
    run(commanded, "watch", "add", "ministère", "rabat")
    shown = run(commanded, "journal", "list", "--what", "watch.added", "--json")
    (line,) = [json.loads(one) for one in shown.stdout.splitlines()]
    assert line["by"].startswith("command line: ")
    assert line["via"] == "command line"


def test_a_broken_chain_ends_the_command_with_one(commanded):
    by_force(commanded, "UPDATE journal_line SET by = 'nobody' WHERE id = 9")
    done = run(commanded, "journal", "verify", "--json")
    assert done.exit_code == 1
    assert json.loads(done.stdout)["broken_at"] == 9
