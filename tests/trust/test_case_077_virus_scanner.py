"""Case 77: a scanner looks at each file before it is kept, and while it is away none is."""

import re
from pathlib import Path

import pytest
from clamd_double import EICAR, a_clamd
from programs import called_office, program
from screen_makers import signed_in

from core.models import Attachment

ROOT = Path(__file__).parents[2]
CLEAN = b"Un plan.\n"
PAGES = "/releases/1/files"
API = "/releases/1/attachments"


@pytest.fixture
def clamd():
    with a_clamd() as opened:
        yield opened


@pytest.fixture
def office(tmp_path, clock, ids, clamd):
    uploads = {"scanner": clamd.where, "scanner_seconds": 5}
    with called_office(tmp_path, clock, ids, uploads=uploads) as opened:
        yield opened


def given(name, content):
    return {"file": (name, content, "text/plain")}


def kept(office):
    with office.database.read() as session:
        return session.query(Attachment).count()


def by_pages(office, content):
    return signed_in(office, "writer").post(
        PAGES, data={"role": "annex"}, files=given("plan.txt", content)
    )


def by_api(office, content):
    return program(office, "writer").post(
        API, data={"role": "annex"}, files=given("plan.txt", content)
    )


WAYS = [by_pages, by_api]


@pytest.mark.parametrize("way", WAYS)
def test_a_clean_file_is_kept(office, clamd, way):
    answer = way(office, CLEAN)
    assert answer.status_code in {201, 303}, answer.text
    assert kept(office) == 1
    assert clamd.looked_at == [CLEAN]


@pytest.mark.parametrize("way", WAYS)
def test_a_virus_is_refused_with_a_sentence_and_nothing_of_it_is_kept(office, way):
    answer = way(office, EICAR)
    assert answer.status_code == 400
    assert "Eicar-Signature" in answer.text
    assert kept(office) == 0


@pytest.mark.parametrize("path", ["/contacts/import", "/source-lists"])
def test_lists_of_contacts_and_of_outlets_are_looked_at_too(office, clamd, path):
    person = "administrator"
    answer = signed_in(office, person).post(path, files=given("list.tsv", EICAR))
    assert answer.status_code == 400, answer.text
    assert "Eicar-Signature" in answer.text


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("policy", ["refuse", "accept"])
def test_while_the_scanner_is_away_the_setting_decides(
    tmp_path, clock, ids, way, policy
):
    count = {"refuse": 0, "accept": 1}[policy]
    uploads = {"scanner": "127.0.0.1:1", "unscanned": policy}
    with called_office(tmp_path, clock, ids, uploads=uploads) as office:
        answer = way(office, CLEAN)
        assert kept(office) == count
    if not count:
        assert answer.status_code == 503
        assert "scanner did not look" in answer.text


def test_no_form_and_no_program_brings_a_file_past_the_scanner():
    """Whoever reads what was uploaded reads it in one of these two places."""
    reading = {
        str(path.relative_to(ROOT)): path.read_text()
        for path in (ROOT / "app").rglob("*.py")
        if re.search(r"\.file\.read\(|await \w+\.read\(", path.read_text())
    }
    assert set(reading) == {"app/api/files.py", "app/web/uploads.py"}
    assert all("office.scanner.check(" in text for text in reading.values())
