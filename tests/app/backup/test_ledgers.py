"""Who was erased or opposed stays so when a backup of before is restored, wherever that is."""

import json
import shutil
import stat
from datetime import timedelta

import pytest
from contact_makers import a_workbook
from delivery_rows import dispatch_of
from sending_makers import a_dispatch
from sqlalchemy import select

from app.backup import keeping, sealed
from app.backup.beside import Gathered, Ledger
from app.backup.erased import ERASURES
from app.backup.opposed import OPPOSITIONS
from app.legal import person
from app.migrations import history
from app.tables import metadata
from core.db import open_database
from core.models import Account, Release
from core.settings import Settings
from distributor.contacts import erasures, importing, requests, suppression
from distributor.contacts.requests import Wish
from distributor.contacts.suppression import digest
from distributor.models import (
    Contact,
    ContactFile,
    Delivery,
    PersonRequest,
    Suppression,
)
from distributor.models import TestMail as MailedTest
from distributor.states import Asked, Came

KEY = sealed.new_key()
NADIA = "p1@presse.test"
DONE_NOTHING = Gathered(addresses=0, faults=[])


@pytest.fixture(scope="module")
def empty_office(tmp_path_factory):
    file = tmp_path_factory.mktemp("empty") / "office.db"
    opened = open_database(f"sqlite:///{file}")
    history.upgrade(opened)
    opened.close()
    return file


@pytest.fixture
def opened(empty_office, tmp_path):
    """Opens a database of a name, its tables there."""
    there = []

    def run(name):
        file = tmp_path / f"{name}.db"
        if not file.exists():
            shutil.copy(empty_office, file)
        there.append(open_database(f"sqlite:///{file}"))
        return there[-1]

    yield run
    for one in there:
        one.close()


@pytest.fixture
def ledger(tmp_path, clock):
    def of(database, home, kind=ERASURES, **backup):
        folder = tmp_path / home
        folder.mkdir(exist_ok=True)
        given = Settings.model_validate(
            {"data_dir": folder, "backup": {"key": KEY} | backup}
        )
        return Ledger(kind, database=database, clock=clock, settings=given)

    return of


def erase(database, clock, address=NADIA):
    with database.write() as session:
        for planned in session.scalars(select(Delivery)):
            planned.state = "accepted"
        person.erase(session, address, now=clock.now())


def traces(database, word):
    with database.read() as session:
        return {
            table.name
            for table in metadata.sorted_tables
            for row in session.execute(select(table))
            if word in json.dumps([*map(str, row)])
        }


@pytest.fixture
def before(opened, tmp_path, clock, ids):
    """An office of four contacts with a dispatch to them, and a copy of it from before."""
    database = opened("office")
    a_dispatch(database, clock=clock, ids=ids)
    database.close()
    shutil.copy(tmp_path / "office.db", tmp_path / "before.db")
    clock.wait(timedelta(hours=1))
    return opened("office")


def test_a_database_of_before_is_held_to_the_ledger_beside_it(
    before, opened, ledger, clock, tmp_path
):
    erase(before, clock)
    assert ledger(before, "data").tick() == 0
    file = tmp_path / "data" / ERASURES.name
    assert file.read_text() == f"{digest(NADIA)} {clock.now().isoformat()}\n"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    restored = opened("before")
    assert traces(restored, NADIA) >= {"contact", "delivery", "contact_change"}
    each = ledger(restored, "data")
    assert (each.tick(), each.tick()) == (1, 0)
    assert traces(restored, NADIA) == set()
    with restored.read() as session:
        assert erasures.noted(session) == {digest(NADIA): clock.now()}
        states = session.scalars(select(Delivery.state).order_by(Delivery.id)).all()
        assert sorted(states) == ["cancelled", "waiting", "waiting", "waiting"]
        assert len(session.scalars(select(Contact)).all()) == 3


@pytest.fixture(params=["request", "test mail", "file", "workbook"])
def beside(request, opened, clock, tmp_path):
    """An office where an address stands beside the contacts alone, and a copy of before."""
    database, now = opened("office"), clock.now()
    with database.write() as session:
        account = Account(name="b", role="writer", password_hash="", created_at=now)
        release = Release(number="1", kind="communique", zone="UTC", created_at=now)
        session.add_all([account, release])
        session.flush()
        if request.param == "request":
            wish = Wish(kind=Asked.ERASURE, address=NADIA, came_by=Came.LETTER)
            requests.note(session, wish, days=30, by="b", zone="UTC", now=now)
        elif request.param == "test mail":
            dispatch = dispatch_of(release.id, at=now)
            session.add(dispatch)
            session.flush()
            session.add(
                MailedTest(
                    release_id=release.id,
                    seal="s",
                    language="fr",
                    address=NADIA.upper(),
                    dispatch_id=dispatch.id,
                    account_id=account.id,
                    at=now,
                )
            )
        else:
            content = f"nom;email\nNadia;'{NADIA}'\n".encode("utf-16-le")
            if request.param == "workbook":
                rows = [["email"], [NADIA]]
                content = a_workbook(tmp_path, rows).read_bytes()
            session.add(
                ContactFile(
                    account_id=account.id,
                    file_name="liste",
                    content=content,
                    digest="d",
                    list_name="presse",
                    choices={},
                    given_at=now,
                )
            )
    database.close()
    shutil.copy(tmp_path / "office.db", tmp_path / "before.db")
    clock.wait(timedelta(hours=1))
    return opened("office")


def test_who_stood_beside_the_contacts_alone_is_erased_again_too(
    beside, opened, ledger, clock
):
    erase(beside, clock)
    with beside.read() as session:
        assert erasures.noted(session) == {digest(NADIA): clock.now()}
    ledger(beside, "data").tick()
    restored = opened("before")
    assert ledger(restored, "data").tick() == 1
    with restored.write() as session:
        asked = session.scalars(select(PersonRequest)).all()
        # What was asked stays as proof, by the hash.
        assert {(one.address, one.address_hash) for one in asked} <= {
            ("", digest(NADIA))
        }
        assert session.scalars(select(ContactFile)).all() == []
        assert set(session.scalars(select(MailedTest.address))) <= {""}


def test_a_new_machine_learns_it_from_where_the_backups_stand(
    before, opened, ledger, clock, tmp_path
):
    shelf = {"folder": str(tmp_path / "backups")}
    erase(before, clock)
    ledger(before, "data", **shelf).tick()
    on_shelf = tmp_path / "backups" / "parution-erased.age"
    assert digest(NADIA).encode() not in on_shelf.read_bytes()
    each = ledger(opened("before"), "elsewhere", **shelf)
    assert each.gather(now=clock.now()) == Gathered(addresses=1, faults=[])
    assert (tmp_path / "elsewhere" / ERASURES.name).exists()


def test_whoever_comes_back_after_an_erasure_stays(before, ledger, clock):
    erase(before, clock)
    ledger(before, "data").tick()
    with before.write() as session:
        row = importing.ContactRow(
            line=1,
            address=NADIA,
            address_key=NADIA,
            name="Nadia",
            languages=("fr",),
            outlet="",
            beats=(),
            phone="",
            provenance="she asked",
        )
        importing.store(session, [row], list_name="nationale", now=clock.now())
    assert ledger(before, "data").gather(now=clock.now()) == DONE_NOTHING
    assert "contact" in traces(before, NADIA)


def test_what_cannot_be_read_is_said_and_left_as_it_is(
    before, opened, ledger, clock, tmp_path
):
    erase(before, clock)
    ledger(before, "data").tick()
    backups = tmp_path / "backups"
    backups.mkdir()
    (backups / "parution-erased.age").write_bytes(b"no ledger")
    each = ledger(opened("before"), "data", folder=str(backups))
    told = each.gather(now=clock.now())
    assert told.addresses == 1
    assert ["parution-erased.age" in one for one in told.faults] == [True]
    assert (backups / "parution-erased.age").read_bytes() == b"no ledger"
    # It is looked at again after a while, and not each minute.
    assert each.tick() == 0
    (backups / "parution-erased.age").unlink()
    clock.wait(timedelta(minutes=31))
    assert each.tick() == 0
    assert (backups / "parution-erased.age").exists()


def test_a_place_that_is_away_keeps_no_other_from_being_written(
    before, ledger, clock, tmp_path
):
    """If the disk is lost meanwhile, the data folder's ledger must know of both."""
    (tmp_path / "backups").write_text("no folder")
    each = ledger(before, "data", folder=str(tmp_path / "backups"))
    for address in (NADIA, "p2@presse.test"):
        erase(before, clock, address)
        each.tick()
    lines = (tmp_path / "data" / ERASURES.name).read_text()
    assert digest(NADIA) in lines
    assert digest("p2@presse.test") in lines


def test_what_retention_let_go_is_not_done_again(before, ledger, clock, tmp_path):
    (tmp_path / "data").mkdir()
    old = clock.now() - timedelta(days=1827)
    (tmp_path / "data" / ERASURES.name).write_text(
        f"{digest(NADIA)} {old.isoformat()}\n"
    )
    assert ledger(before, "data").tick() == 0
    assert "contact" in traces(before, NADIA)
    assert (tmp_path / "data" / ERASURES.name).read_text() == ""


def test_old_deliveries_that_know_only_the_hash_forget_it_too(
    before, opened, ledger, clock
):
    erase(before, clock)
    ledger(before, "data").tick()
    restored = opened("before")
    with restored.write() as session:
        for one in session.scalars(select(Delivery)):
            one.address_key, one.address = digest(one.address_key), ""
            one.contact_id, one.state = None, "accepted"
    ledger(restored, "data").tick()
    assert traces(restored, digest(NADIA)) == {"erasure"}


def test_nobody_erased_leaves_no_file(before, ledger, tmp_path):
    assert ledger(before, "data").tick() == 0
    assert not (tmp_path / "data" / ERASURES.name).exists()


def test_a_backup_restored_by_the_command_names_nobody_who_was_erased_since(
    before, opened, ledger, clock, tmp_path
):
    key = sealed.read_key(KEY)
    file = tmp_path / "office.age"
    keeping.back_up(before, file, key=key, keys=(), now=clock.now())
    erase(before, clock)
    ledger(before, "data").tick()
    new = open_database(f"sqlite:///{tmp_path}/new.db")
    try:
        keeping.restore(file, new, key=key, now=clock.now())
        assert ledger(new, "data").gather(now=clock.now()).addresses == 1
        assert traces(new, NADIA) == set()
    finally:
        new.close()


def oppose(database, clock, address=NADIA, reason="unsubscribed"):
    with database.write() as session:
        suppression.suppress(session, address, reason=reason, now=clock.now())


def refused(database):
    """Who must not be mailed, and why; and how many deliveries still wait."""
    with database.read() as session:
        rows = session.execute(
            select(
                Suppression.address_key, Suppression.address_hash, Suppression.reason
            )
        )
        told = {row.address_key or row.address_hash: row.reason for row in rows}
        states = session.scalars(select(Delivery.state)).all()
    return told, states.count("waiting")


def test_who_opposed_since_a_backup_is_not_mailed_from_it(
    before, opened, ledger, clock, tmp_path
):
    oppose(before, clock)
    oppose(before, clock, "gone@presse.test", "Mme Idrissi called us")
    assert ledger(before, "data", OPPOSITIONS).tick() == 0
    # Words that somebody typed may name a person: the file says none of them.
    moment = clock.now().isoformat()
    assert sorted((tmp_path / "data" / "opposed").read_text().splitlines()) == sorted(
        [
            f"{digest(NADIA)} {moment} unsubscribed",
            f"{digest('gone@presse.test')} {moment}",
        ]
    )
    restored = opened("before")
    clock.wait(timedelta(hours=1))
    each = ledger(restored, "data", OPPOSITIONS)
    assert (each.tick(), each.tick()) == (2, 0)
    assert refused(restored) == (
        {NADIA: "unsubscribed", digest("gone@presse.test"): "asked"},
        3,
    )
    with restored.read() as session:
        since = session.scalars(select(Suppression.since)).all()
        assert set(since) == {clock.now() - timedelta(hours=1)}


def test_an_opposition_that_was_lifted_is_not_made_again(
    before, ledger, clock, tmp_path
):
    oppose(before, clock)
    shelf = {"folder": str(tmp_path / "backups")}
    ledger(before, "data", OPPOSITIONS, **shelf).tick()
    clock.wait(timedelta(hours=1))
    with before.write() as session:
        suppression.lift(session, NADIA, because="She asked.", now=clock.now())
    assert ledger(before, "data", OPPOSITIONS, **shelf).tick() == 0
    assert refused(before)[0] == {}
    assert (tmp_path / "data" / "opposed").read_text() == ""
    # And who opposes once more is on the ledger once more.
    clock.wait(timedelta(hours=1))
    oppose(before, clock, reason="complained")
    ledger(before, "data", OPPOSITIONS, **shelf).tick()
    assert "complained" in (tmp_path / "data" / "opposed").read_text()


def test_who_was_erased_and_had_opposed_is_refused_by_the_hash_alone(
    before, opened, ledger, clock
):
    oppose(before, clock)
    erase(before, clock)
    for kind in (ERASURES, OPPOSITIONS):
        ledger(before, "data", kind).tick()
    restored = opened("before")
    assert [
        ledger(restored, "data", kind).tick() for kind in (ERASURES, OPPOSITIONS)
    ] == [1, 1]
    assert refused(restored) == ({digest(NADIA): "unsubscribed"}, 3)
    assert traces(restored, NADIA) == set()
