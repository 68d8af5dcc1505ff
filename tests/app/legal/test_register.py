"""The register is made from the installation, and says what is missing."""

import json
from datetime import timedelta
from io import BytesIO
from zipfile import ZipFile

import pytest
from pypdf import PdfReader
from screen_makers import an_office, fill
from sqlalchemy import select

from app import retention
from app.legal import gathering
from app.legal.personal import PERSONAL, Use
from app.legal.writing import FORMATS, written
from app.tables import metadata
from core.errors import NotFound
from core.settings import Settings
from core.values import Language
from distributor.contacts import requests
from distributor.contacts.requests import Wish
from distributor.models import Contact
from distributor.states import Asked, Came

LEGAL = {
    "controller": "Ministère de l'Aménagement du territoire",
    "controller_ar": "وزارة إعداد التراب الوطني",
    "address": "Hay Ryad, Rabat",
    "correspondent": "Déléguée à la protection des données",
    "declaration": "D-W-123/2026",
    "declared_on": "2026-03-31",
    "transfer": "T-77/2026",
    "countries": {"mail.test": "MA"},
}
CHANNELS = {
    "smtp": {"host": "mail.test", "password": "opensesame"},
    "sendgrid": {"key": "SG.secret"},
}


def a_register(tmp_path, clock, ids, **changes):
    with an_office(tmp_path, clock, ids, **changes) as office:
        metadata.create_all(office.database.engine)
        fill(office)
        with office.database.read() as session:
            return gathering.gather(session, office, program="1.2.3")


@pytest.fixture
def register(tmp_path, clock, ids):
    return a_register(tmp_path, clock, ids, legal=LEGAL, channels=CHANNELS)


def missing(register):
    return {one.about for one in register.missing}


def test_it_holds_every_column_with_data_of_people_once_for_its_use(register):
    for one in register.treatments:
        held = {
            f"{table}.{column}"
            for table, columns in PERSONAL.items()
            for column, told in columns.items()
            if told.use is one.use
        }
        assert set(one.columns) == held
        assert one.sorts
    assert [one.use for one in register.treatments] == list(Use)


def test_retention_is_the_table_that_is_applied_each_night(tmp_path, clock, ids):
    given = {"event_days": 12, "contact_days": 400}
    register = a_register(tmp_path, clock, ids, retention=given)
    told = {one.name: one for one in register.retention}
    assert told["contacts"].days == 400
    assert told["requests"].uses == (Use.RIGHTS,)
    personal = {
        rule.name
        for rule in retention.rules(Settings())
        if rule.is_personal and {*rule.tables} & {*PERSONAL}
    }
    assert personal <= set(told)


def test_what_nobody_has_said_stands_at_its_head(tmp_path, clock, ids):
    bare = a_register(tmp_path, clock, ids, channels=CHANNELS)
    assert {
        "legal.controller",
        "legal.address",
        "legal.correspondent",
        "legal.declaration",
        "legal.countries: mail.test",
        "legal.countries: api.sendgrid.com",
    } <= missing(bare)


def test_a_processor_abroad_wants_the_authority_s_leave(tmp_path, clock, ids):
    said = LEGAL | {"countries": {"mail.test": "MA", "sendgrid": "US"}}
    allowed = a_register(tmp_path / "a", clock, ids, legal=said, channels=CHANNELS)
    assert missing(allowed) == {"backup.folder"}
    refused = a_register(
        tmp_path / "b", clock, ids, legal=said | {"transfer": ""}, channels=CHANNELS
    )
    assert "legal.transfer: api.sendgrid.com" in missing(refused)
    assert "legal.transfer: mail.test" not in missing(refused)


def test_its_numbers_are_those_of_the_rows(tmp_path, clock, ids):
    with an_office(tmp_path, clock, ids) as office:
        metadata.create_all(office.database.engine)
        fill(office)
        with office.database.write() as session:
            first, second, _ = session.scalars(select(Contact).order_by(Contact.id))
            first.provenance, first.consent = "salon", "given"
            second.updated_at = clock.now() - timedelta(days=800)
            for days, kind in ((40, Asked.ACCESS), (1, Asked.ERASURE)):
                wish = Wish(
                    kind=kind,
                    address="n1@press.test",
                    came_by=Came.LETTER,
                    received_at=clock.now() - timedelta(days=days),
                )
                requests.note(
                    session, wish, days=30, zone="UTC", by="x", now=clock.now()
                )
        with office.database.read() as session:
            made = gathering.gather(session, office, program="1")
    told = {one.name: one.value for one in made.numbers}
    assert told["people and newsrooms on the press list"] == 3
    assert told["of them without a provenance"] == 2
    assert told["of them who gave their consent"] == 1
    assert told["of them unverified for too long"] == 1
    assert (told["of them open"], told["of them late"]) == (2, 1)


@pytest.mark.parametrize("spoken", [["ar"], ["fr", "ar"]])
def test_every_format_says_who_answers_under_which_number(register, spoken):
    languages = [Language(one) for one in spoken]
    said = {name: written(name, register, languages) for name in FORMATS}
    pages = " ".join(
        one.extract_text() for one in PdfReader(BytesIO(said["pdf"])).pages
    )
    with ZipFile(BytesIO(said["docx"])) as parts:
        word = parts.read("word/document.xml").decode()
    for text in (pages, word, said["html"].decode(), said["json"].decode()):
        for value in ("D-W-123/2026", "mail.test", "api.sendgrid.com"):
            assert value in text
        assert "opensesame" not in text
        assert "SG.secret" not in text
    assert written("pdf", register, languages) == said["pdf"]


def test_as_json_it_is_the_same_register(register):
    told = json.loads(written("json", register, [Language.FRENCH]))
    assert told["controller"]["declaration"] == "D-W-123/2026"
    assert told["tracking"] == {
        "opens": False,
        "clicks": False,
        "templates": register.tracking.templates,
        "digest": register.tracking.digest,
        "amiss": [],
    }
    assert [one["use"] for one in told["treatments"]] == [str(one) for one in Use]


def test_a_format_that_is_none_is_refused(register):
    with pytest.raises(NotFound, match="no format"):
        written("exe", register, [Language.FRENCH])
