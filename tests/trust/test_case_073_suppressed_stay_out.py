"""Case 73: who opted out or bounced stays out, whatever file, merge or undo brings them back."""

import json

import pytest
from engines import home
from sqlalchemy import select
from typer.testing import CliRunner

from app.cli import build
from core.errors import BadInput, NotFound
from distributor.contacts import (
    batches,
    importing,
    lines,
    merging,
    person,
    suppression,
)
from distributor.models import Lifting, Suppression

FILE = (
    "email,name,provenance\nnadia@presse.test,Nadia,annuaire\ns@presse.test,S,salon\n"
)
NADIA = "nadia@presse.test"


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "contacts.csv"
    path.write_text(FILE, encoding="utf-8")
    return path


def _store(session, file, clock, list_name="presse"):
    rows = importing.read(file).rows
    return importing.store(session, rows, list_name=list_name, now=clock.now())


@pytest.mark.parametrize("reason", ["unsubscribed", "bounced", "complained"])
def test_the_preview_says_that_an_address_stays_unmailed(
    each_database, clock, file, reason
):
    with each_database.write() as session:
        suppression.suppress(session, NADIA, reason=reason, now=clock.now())
        decisions = importing.examine(
            session, importing.read(file).rows, list_name="presse"
        )
        assert [one.is_suppressed for one in decisions] == [True, False]
        assert _store(session, file, clock).suppressed == 1
        assert suppression.suppressed(session, [NADIA]) == {NADIA}
        assert [one.suppressed for one in lines.contacts(session)] == [True, False]


def test_the_command_says_it_too(tmp_path, file):
    environment = {**home(tmp_path / "data")}

    def run(*words):
        result = CliRunner().invoke(build(), [*map(str, words)], env=environment)
        assert result.exit_code == 0, result.output
        return result.stdout

    run("contact", "suppress", "Nadia@Presse.test")
    words = ["contact", "import", file, "--list", "presse"]
    assert "stays unmailed" in " ".join(run(*words, "--dry-run").split())
    lines = run(*words, "--dry-run", "--json").splitlines()
    assert [json.loads(line)["suppressed"] for line in lines] == [True, False]
    assert json.loads(run(*words, "--json"))["suppressed"] == 1


def test_an_erased_person_who_comes_back_by_a_file_is_still_opted_out(
    each_database, clock, file
):
    with each_database.write() as session:
        _store(session, file, clock)
        suppression.suppress(session, NADIA, reason="unsubscribed", now=clock.now())
        person.erase(session, NADIA, now=clock.now())
        assert session.scalars(select(Suppression.address_key)).all() == [None]
        assert _store(session, file, clock).suppressed == 1
        # The ledger's last look is by the key itself.
        assert session.scalars(select(Suppression.address_key)).all() == [NADIA]


def test_undoing_an_import_or_a_merge_makes_nobody_mailable(database, clock, file):
    with database.write() as session:
        stored = _store(session, file, clock)
        suppression.suppress(session, NADIA, reason="unsubscribed", now=clock.now())
        merged = merging.merge(session, "s@presse.test", NADIA, now=clock.now())
        both = [NADIA, "s@presse.test"]
        assert suppression.suppressed(session, both) == set(both)
        batches.undo(session, merged.batch, now=clock.now())
        assert suppression.suppressed(session, both) == set(both)
        batches.undo(session, stored.batch, now=clock.now())
        assert suppression.suppressed(session, both) == set(both)


def test_who_opted_out_after_a_merge_is_out_under_the_joined_address_too(
    database, clock, file
):
    with database.write() as session:
        _store(session, file, clock)
        merging.merge(session, "s@presse.test", NADIA, now=clock.now())
        suppression.suppress(
            session, "s@presse.test", reason="unsubscribed", now=clock.now()
        )
        decisions = importing.examine(
            session, importing.read(file).rows, list_name="presse"
        )
        assert decisions[0].status is importing.RowStatus.CONFLICT
        assert [one.is_suppressed for one in decisions] == [True, True]
        assert "joined to s@presse.test" in decisions[0].what
        _store(session, file, clock)
        assert suppression.suppressed(session, [NADIA]) == {NADIA}


def test_a_file_that_says_opposed_suppresses_and_never_lifts(
    database, clock, tmp_path, file
):
    with database.write() as session:
        for consent in ("opposé", "given"):
            path = tmp_path / "consent.csv"
            path.write_text(f"email;consent\n{NADIA};{consent}\n", encoding="utf-8")
            _store(session, path, clock)
            assert suppression.suppressed(session, [NADIA]) == {NADIA}


def test_only_a_person_with_a_reason_lifts_a_suppression_and_the_reason_is_kept(
    database, clock, file
):
    with database.write() as session:
        suppression.suppress(session, NADIA, reason="unsubscribed", now=clock.now())
        with pytest.raises(BadInput, match="needs a reason"):
            suppression.lift(session, NADIA, because=" \n", now=clock.now())
        why = "Asked by telephone on 24 November."
        was = suppression.lift(session, NADIA, because=why, now=clock.now())
        assert was == "unsubscribed"
        assert suppression.suppressed(session, [NADIA]) == frozenset()
        kept = session.scalars(select(Lifting)).one()
        assert (kept.reason, kept.because) == ("unsubscribed", why)
        with pytest.raises(NotFound, match="is not suppressed"):
            suppression.lift(session, NADIA, because=why, now=clock.now())
