"""A person's file: JSON for machines, and pages in their language that say the same."""

import json
import zipfile
from io import BytesIO

import pytest
from lxml import html
from person_rows import ADDRESS, known_everywhere
from pypdf import PdfReader

from app.legal import gathering, person, person_file
from app.legal.person_file import Made
from app.telling.plain import plain
from core.errors import NotFound
from core.models import Account
from core.settings import Settings
from core.values import Language
from distributor.contacts import requests
from distributor.contacts.requests import Wish
from distributor.states import Asked, Came


@pytest.fixture
def known(database, tmp_path, clock):
    with database.write() as session:
        known_everywhere(session, tmp_path, clock.now())
        return person.known(session, ADDRESS)


@pytest.fixture
def made(clock):
    given = {"legal": {"controller": "Ministère", "controller_ar": "الوزارة"}}
    settings = Settings.model_validate(given)
    return Made(
        controller=gathering.controller(settings), made_at=clock.now(), zone="UTC"
    )


def opened(content):
    with zipfile.ZipFile(BytesIO(content)) as file:
        assert file.testzip() is None
        return {name: file.read(name) for name in file.namelist()}


def test_the_three_files_hold_the_same(known, made):
    files = opened(person_file.written(known, Language.FRENCH, made))
    assert set(files) == {"index.html", "index.pdf", "data.json"}
    told = json.loads(files["data.json"])
    assert told["addresses"] == ["n.alami@courrier.test", ADDRESS]
    page = html.document_fromstring(files["index.html"]).text_content()
    pages = " ".join(
        one.extract_text() for one in PdfReader(BytesIO(files["index.pdf"])).pages
    )
    for value in (ADDRESS, "0611223344", "1234-A-6", "Le Matin", "Karim Alami"):
        assert value in page, value
        assert value in pages, value
        assert value in files["data.json"].decode(), value


def test_it_stands_alone_and_loads_nothing(known, made):
    page = opened(person_file.written(known, Language.FRENCH, made))["index.html"]
    tree = html.document_fromstring(page)
    assert tree.xpath("//script | //img | //link | //iframe") == []


def test_in_arabic_it_runs_from_right_to_left(known, made):
    page = opened(person_file.written(known, Language.ARABIC, made))["index.html"]
    tree = html.document_fromstring(page)
    assert (tree.get("lang"), tree.get("dir")) == ("ar", "rtl")
    assert "الوزارة" in tree.text_content()


def test_the_same_at_the_same_moment_is_the_same_bytes(known, made):
    first = person_file.written(known, Language.FRENCH, made)
    assert person_file.written(known, Language.FRENCH, made) == first


def test_it_is_in_the_language_of_the_person(known):
    assert person_file.language_of(known, Language.FRENCH) is Language.ARABIC
    nobody = {"contacts": [], "deliveries": []}
    assert person_file.language_of(nobody, Language.ENGLISH) is Language.ENGLISH


def test_markup_in_their_data_stays_words(known, made):
    odd = dict(known, remarks=[{"text": "<script>alert(1)</script> #x $y$"}])
    page = opened(person_file.written(odd, Language.FRENCH, made))["index.html"]
    assert b"<script>" not in page


def test_what_names_others_too_is_not_handed_out_by_itself(known):
    theirs = person.for_themselves(known)
    assert known["remarks"]
    assert not {"remarks", "journal", "account"} & set(theirs)
    assert {"contacts", "deliveries", "requests"} <= set(theirs)


def test_an_account_is_handed_out_by_no_link_and_guessed_from_no_name(
    database, tmp_path, clock
):
    with database.write() as session:
        known_everywhere(session, tmp_path, clock.now())
        session.add_all(
            Account(
                name=name, role="validator", password_hash="", created_at=clock.now()
            )
            for name in ("Nadia Alami", ADDRESS)
        )
        session.flush()
        assert "account" not in person.known(session, ADDRESS)
        # Names are told apart to the letter, where somebody says one.
        other = person.known(session, ADDRESS, account="nadia alami")
        assert "account" not in other
        said = person.known(session, ADDRESS, account="Nadia Alami")
    assert said["account"]["role"] == "validator"
    assert "account" not in person.for_themselves(said)


def test_who_noted_what_they_asked_is_not_handed_out_by_itself(known):
    (whole,) = known["requests"]
    assert (whole["noted_by"], whole["note"]) == ("bureau", "lettre d'Alami")
    theirs = person.for_themselves(known)
    (asked,) = theirs["requests"]
    assert (asked["kind"], asked["address"]) == ("access", ADDRESS)
    assert not {"noted_by", "answered_by", "note"} & set(asked)
    told = json.dumps(plain(theirs), ensure_ascii=False)
    assert "bureau" not in told
    assert "said_by" not in told


def test_requests_are_for_whoever_may_see_them(known, database, tmp_path, clock):
    with database.read() as session:
        some = person.known(session, ADDRESS, with_requests=False)
        assert some == {
            name: value for name, value in known.items() if name != "requests"
        }
    with database.write() as session:
        wish = Wish(kind=Asked.ACCESS, address="only@x.test", came_by=Came.MAIL)
        requests.note(session, wish, days=30, zone="UTC", by="bureau", now=clock.now())
        assert person.known(session, "only@x.test")["requests"]
        # Nor does anybody else learn that they asked.
        with pytest.raises(NotFound):
            person.known(session, "only@x.test", with_requests=False)
