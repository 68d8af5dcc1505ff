"""Who wrote and who stayed silent, as a person types it; and what erasing leaves."""

import json
from datetime import UTC, datetime

import pytest
from author_rows import a_sent_release, published
from engines import address, home
from sqlalchemy import select
from typer.testing import CliRunner

from app.cli import build
from core.db import open_database
from core.errors import BadInput, NotFound, OfficeError
from distributor.contacts.names import contact_names
from distributor.models import Answer, Contact
from monitor.authors import Authors
from monitor.models import Byline

AT = datetime(2026, 11, 24, 9, tzinfo=UTC)
PEOPLE = """email,name,outlet,provenance
nadia@x.test,Nadia El Amrani,Le 360,annuaire
hind@x.test,هند العلوي,Hespress,annuaire
omar@x.test,Omar Radi,Le Matin,annuaire
sara@x.test,Sara Tazi,Atlas,annuaire
"""


@pytest.fixture
def run(tmp_path):
    environment = {**home(tmp_path / "data"), "COLUMNS": "300"}

    def run(*words):
        result = CliRunner().invoke(build(), [*map(str, words)], env=environment)
        if isinstance(result.exception, OfficeError):
            raise result.exception
        assert result.exit_code == 0, (result.output, result.exception)
        return result

    return run


@pytest.fixture
def parution(run):
    return lambda *words: [
        json.loads(line) for line in run(*words, "--json").stdout.splitlines()
    ]


@pytest.fixture
def database(run, tmp_path):
    """An office that sent a release to four contacts, of which three have it."""
    people = tmp_path / "people.csv"
    people.write_text(PEOPLE, encoding="utf-8")
    run("contact", "import", people, "--list", "presse")
    opened = open_database(address(tmp_path / "data"))
    with opened.write() as session:
        release_id = a_sent_release(session, at=AT)
        _answer(session, release_id)
        for outlet, author in (
            ("Le 360", "Par Nadia El Amrani"),
            ("Hespress", "Hind Alaoui"),
            ("Le Matin", "La rédaction"),
        ):
            published(session, release_id, outlet=outlet, author=author, at=AT)
    found = Authors(opened, contact_names)
    assert found.look_back(now=AT) == 2
    yield opened
    opened.close()


def _answer(session, release_id):
    sara = session.query(Contact).filter_by(name="Sara Tazi").one()
    session.add(
        Answer(
            release_id=release_id,
            contact_id=sara.id,
            answer="declined",
            said_by="link",
            said_at=AT,
        )
    )


@pytest.mark.usefixtures("database")
def test_everybody_reached_is_listed_once_by_what_became_of_it(parution):
    rows = parution("coverage", "authors", 1)
    assert [(row["standing"], row["name"]) for row in rows] == [
        ("wrote", "Nadia El Amrani"),
        ("to be confirmed", "هند العلوي"),
        ("outlet published", "Omar Radi"),
        ("silent", "Sara Tazi"),
    ]
    assert rows[3]["answer"] == "declined"
    (article,) = rows[0]["articles"]
    assert article["byline"]["reasons"][0]["code"] == "byline-same-name"
    assert rows[2]["articles"][0]["byline"] is None


@pytest.mark.usefixtures("database")
def test_for_people_each_by_line_has_its_number_and_its_reasons(run):
    told = " ".join(run("coverage", "authors", 1).stdout.split())
    assert "(by-line 1, sure: signé" in told
    assert "autre écriture" in told


@pytest.mark.usefixtures("database")
def test_a_person_confirms_and_rejects_by_lines(parution):
    (said,) = parution("coverage", "byline", "confirm", 2)
    assert (said["byline"], said["decision"]) == (2, "confirmed")
    parution("coverage", "byline", "reject", 1)
    rows = {row["name"]: row for row in parution("coverage", "authors", 1)}
    assert rows["هند العلوي"]["standing"] == "wrote"
    # Nobody says that she wrote it, but her outlet printed it.
    assert rows["Nadia El Amrani"]["standing"] == "outlet published"


@pytest.mark.usefixtures("database")
def test_what_is_not_there_is_named(parution):
    with pytest.raises(NotFound, match="release 9"):
        parution("coverage", "authors", 9)
    with pytest.raises(NotFound, match="by-line 9"):
        parution("coverage", "byline", "confirm", 9)


def test_erasing_a_contact_leaves_no_by_line(parution, database):
    parution("coverage", "byline", "confirm", 2)
    parution("contact", "erase", "hind@x.test")
    with database.read() as session:
        assert [one.name for one in session.scalars(select(Byline))] == [
            "Nadia El Amrani"
        ]
    names = [row["name"] for row in parution("coverage", "authors", 1)]
    assert "هند العلوي" not in names


def test_undoing_an_import_leaves_no_by_line_of_its_contacts(
    run, parution, database, tmp_path
):
    late = tmp_path / "late.csv"
    late.write_text(
        "email,name,outlet,provenance\nx@x.test,Karim Filali,Le Point,salon\n",
        encoding="utf-8",
    )
    run("contact", "import", late, "--list", "presse")
    with database.write() as session:
        published(session, 1, outlet="Le Point", author="Karim Filali", at=AT)
    Authors(database, contact_names).look_back(now=AT)
    rows = parution("coverage", "authors", 1)
    assert [row["name"] for row in rows if not row["invited"]] == ["Karim Filali"]
    (batch,) = [row for row in parution("contact", "batches") if row["id"] == 2]
    parution("contact", "undo", batch["id"])
    with database.read() as session:
        assert session.query(Byline).filter_by(name="Karim Filali").count() == 0


def test_merging_two_contacts_keeps_what_was_decided(parution, database):
    parution("coverage", "byline", "confirm", 2)
    parution("contact", "merge", "sara@x.test", "hind@x.test")
    with database.read() as session:
        row = session.query(Byline).filter_by(decision="confirmed").one()
        assert (
            row.contact_id
            == session.query(Contact.id).filter_by(address="sara@x.test").scalar()
        )


@pytest.mark.usefixtures("database")
def test_a_person_who_asks_gets_their_by_lines_too(run):
    known = json.loads(run("contact", "export", "nadia@x.test").stdout)
    (byline,) = known["bylines"]
    assert (byline["name"], byline["outlet"]) == ("Nadia El Amrani", "Le 360")


@pytest.mark.usefixtures("database")
def test_only_a_reminder_goes_to_the_silent(run):
    with pytest.raises(BadInput, match="Only a reminder"):
        run("dispatch", "plan", 1, "--channel", "outbox", "--silent")
