"""The register, requests and licences on screen; the notice; and one's own data by a mailed link."""

import json
import re
import zipfile
from dataclasses import replace
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from io import BytesIO

import pytest
from fastapi.testclient import TestClient
from listening_makers import a_source
from lxml import html
from screen_makers import an_office, fill, signed_in
from sqlalchemy import select

from app.jobs import all_jobs
from app.tables import metadata
from app.web import make_app, make_public_app
from core.keys import Purpose
from core.values import Role
from core.zones import moment_of, wall_of
from distributor.contacts import suppression
from distributor.models import Delivery, Dispatch, PersonRequest
from distributor.sending.letters import Letters
from distributor.sending.plan import plan
from monitor.models import Source

PUBLIC = "https://presse.ministere.test"
WEB = {"public_url": PUBLIC}
NADIA = "n0@press.test"


@pytest.fixture
def office(tmp_path, clock, ids):
    legal = {"declaration": "D-W-123/2026", "correspondent": "Déléguée"}
    with an_office(
        tmp_path,
        clock,
        ids,
        web=WEB,
        legal=legal,
        newsroom={"enabled": True},
        approval="off",
    ) as opened:
        told = replace(opened, timer=clock)
        metadata.create_all(told.database.engine)
        fill(told)
        yield told


@pytest.fixture
def chief(office):
    return signed_in(office, Role.ADMINISTRATOR)


def visitor(office):
    return TestClient(make_public_app(office), base_url=PUBLIC, follow_redirects=False)


def mailed(office, clock, ids):
    """The release went to the three; answers the token of Nadia's message."""
    now = clock.now()
    with office.database.write() as session:
        made = plan(
            session,
            release_id=1,
            list_name="nationale",
            wall=wall_of(now + timedelta(hours=3), "Africa/Casablanca"),
            zone="Africa/Casablanca",
            channel="outbox",
            settings=office.settings,
            zone_rules=office.zone_rules,
            ids=office.ids,
            now=now,
        )
        row = session.scalars(
            select(Delivery).where(
                Delivery.dispatch_id == made.id, Delivery.address == NADIA
            )
        ).one()
        return office.links.sign(Purpose.PREFERENCES, row.token)


def sent_mails(office):
    """What has left by now, as whoever gets it reads it."""
    (job,) = [one for one in all_jobs(office) if one.name == "send"]
    job.run()
    folder = office.settings.data_dir / "out" / "new"
    return [
        message_from_bytes(path.read_bytes(), policy=policy.default)
        for path in sorted(folder.iterdir())
    ]


def test_the_register_is_for_administrators(office, chief):
    page = chief.get("/legal")
    assert "D-W-123/2026" in page.text
    for role in (Role.READER, Role.WRITER, Role.VALIDATOR, Role.WATCHER):
        assert signed_in(office, role).get("/legal").status_code == 403
    pdf = chief.get("/legal/register/pdf?layout=bilingual")
    assert pdf.content.startswith(b"%PDF")
    assert chief.get("/legal/register/exe").status_code == 404
    assert json.loads(chief.get("/legal/register/json").content)["controller"]


def test_a_request_is_noted_and_answered_on_screen(office, chief, clock):
    form = {"kind": "erasure", "address": NADIA, "came_by": "letter", "note": "boîte 3"}
    assert chief.post("/legal/requests", data=form).status_code == 303
    page = chief.get("/legal/requests").text
    assert NADIA in page
    assert "boîte 3" in page
    refused = chief.post("/legal/requests/1", data={"outcome": "refused"})
    assert refused.status_code == 400
    assert "needs its reason" in refused.text
    assert (
        chief.post("/legal/requests/1", data={"outcome": "granted"}).status_code == 303
    )
    again = chief.post("/legal/requests/1", data={"outcome": "granted"})
    assert again.status_code == 409
    with office.database.read() as session:
        row = session.scalars(select(PersonRequest)).one()
        assert (row.outcome, row.answered_by) == ("granted", "administrator")


@pytest.mark.parametrize(
    ("field", "value"), [("address", "nobody"), ("received", "2999-01-01")]
)
def test_a_request_that_cannot_be_keeps_what_was_typed(chief, field, value):
    form = {"kind": "access", "address": NADIA, "note": "boîte 3"} | {field: value}
    answer = chief.post("/legal/requests", data=form)
    assert answer.status_code == 400
    assert "boîte 3" in answer.text


def test_what_is_wrong_stands_once_at_its_field_of_the_form_that_was_sent(chief):
    for kind in ("access", "erasure"):
        chief.post("/legal/requests", data={"kind": kind, "address": NADIA})

    def shown(path, **form):
        page = html.document_fromstring(chief.post(path, data=form).content)
        (wrong,) = page.xpath("//*[contains(@id, '-wrong')]")
        (field,) = page.xpath(f"//*[@aria-describedby='{wrong.get('id')}']")
        # Only at its field; the head of the page leads there.
        assert page.text_content().count(wrong.text_content()) == 1
        assert page.xpath(f"//a[@href='#{wrong.get('id')}']")
        (around,) = field.xpath("ancestor::form")
        return around, field.get("name"), wrong.text_content()

    form, name, text = shown("/legal/requests/2", outcome="refused")
    assert (form.get("action"), name) == ("/legal/requests/2", "note")
    assert "needs its reason" in text
    (chosen,) = form.xpath(".//option[@selected]")
    assert chosen.get("value") == "refused"

    form, name, text = shown("/legal/requests/1", outcome="granted", note="x" * 501)
    assert (form.get("action"), name) == ("/legal/requests/1", "note")
    (field,) = form.xpath(".//input[@name='note']")
    assert field.get("value") == "x" * 501

    for typed, at in (
        ({"address": "nobody"}, "address"),
        ({"received": "2999-01-01"}, "received"),
        ({"note": "x" * 501}, "note"),
    ):
        wish = {"kind": "access", "address": "omar@press.test"} | typed
        form, name, _ = shown("/legal/requests", **wish)
        assert (form.get("action"), name) == ("/legal/requests", at)


def test_a_request_is_late_only_when_its_last_day_is_over(office, chief, clock):
    form = {"kind": "access", "address": NADIA, "received": "2026-11-01"}
    chief.post("/legal/requests", data=form)
    zone = "Africa/Casablanca"

    def label():
        # Whoever signed in weeks ago does so again.
        asks = signed_in(office, Role.ADMINISTRATOR)
        page = html.document_fromstring(asks.get("/legal/requests").content)
        (said,) = page.xpath("//span[contains(@class, 'label')]")
        return said.text_content()

    assert "1 December 2026" in chief.get("/legal/requests").text
    for wall, said in (
        (datetime(2026, 12, 1), "open"),
        (datetime(2026, 12, 1, 23, 59), "open"),
        (datetime(2026, 12, 2), "late"),
    ):
        clock.move_to(moment_of(wall, zone))
        assert label() == said


def test_a_request_that_is_open_already_says_so_and_loses_no_note(chief):
    form = {"kind": "access", "address": NADIA, "note": "boîte 3"}
    assert chief.post("/legal/requests", data=form).headers["location"] == (
        "/legal/requests"
    )
    again = chief.post("/legal/requests", data=form | {"note": "lettre du 20"})
    assert again.status_code == 303
    page = chief.get(again.headers["location"]).text
    assert "This request is open already" in page
    assert "boîte 3 · lettre du 20" in page


def test_erasing_shows_before_what_goes_and_what_somebody_must_read(
    office, chief, clock, ids
):
    mailed(office, clock, ids)
    page = chief.get("/contacts/1/erase").text
    assert "The contact itself: removed" in page
    assert "has not reached this contact yet" in page
    assert chief.post("/contacts/1/erase").status_code == 409


@pytest.mark.parametrize("language", ["fr", "ar", "en"])
def test_anybody_reads_the_notice_in_their_language(office, language):
    with visitor(office) as client:
        page = client.get(f"/privacy/{language}")
        assert page.status_code == 200
        assert f'lang="{language}"' in page.text
        assert "D-W-123/2026" in page.text
        assert "Déléguée" in page.text
        assert "set-cookie" not in page.headers
        assert client.get("/privacy").status_code == 200
        assert client.get("/privacy/de").status_code == 404


def test_the_newsroom_bears_the_number_and_leads_to_the_notice(office):
    with visitor(office) as client:
        page = client.get("/n/fr").text
    assert "D-W-123/2026" in page
    assert 'href="/privacy/fr"' in page


def test_a_mail_bears_the_number_and_leads_to_the_notice(office, clock, ids):
    mailed(office, clock, ids)
    letters = Letters(office.database, settings=office.settings, links=office.links)
    letter = letters.letter(1, "fr")
    for part in (letter.parts.plain, letter.parts.page):
        assert "D-W-123/2026" in part
        assert f"{PUBLIC}/privacy/fr" in part


def test_their_data_goes_to_their_address_and_to_no_page(office, clock, ids):
    token = mailed(office, clock, ids)
    with visitor(office) as client:
        page = client.get(f"/p/{token}/data").text
        assert "Mail me the link" in page or "/data" in page
        answer = client.post(f"/p/{token}/data?lang=en")
        assert "A link was mailed to the address above" in answer.text
        # Said again on that day, one mail leaves.
        client.post(f"/p/{token}/data?lang=en")
        mails = [
            one
            for one in sent_mails(office)
            if "/m/" in one.get_body(("plain",)).get_content()
        ]
        (mail,) = mails
        assert mail["To"] == NADIA
        assert mail["Auto-Submitted"] == "auto-generated"
        (link,) = re.findall(
            rf"{PUBLIC}(/m/\S+)", mail.get_body(("plain",)).get_content()
        )
        # No page of anybody has it, not even for who works here.
        assert link not in answer.text
        assert link not in page
        looked = client.get(link)
        assert NADIA in looked.text
        assert "Nadia 0" not in looked.text
        file = client.post(link)
    with zipfile.ZipFile(BytesIO(file.content)) as opened:
        told = json.loads(opened.read("data.json"))
    assert told["addresses"] == [NADIA]
    assert [one["about"] for one in told["deliveries"]] == ["", "mine:1"]
    with office.database.read() as session:
        row = session.scalars(select(PersonRequest)).one()
        assert (row.kind, row.came_by, row.outcome) == ("access", "page", "granted")


def test_no_other_link_opens_anybodys_data(office, clock, ids):
    token = mailed(office, clock, ids)
    with office.database.read() as session:
        delivery = session.scalars(
            select(Delivery.token).where(Delivery.address == NADIA)
        ).one()
    with visitor(office) as client:
        client.post(f"/p/{token}/data")
        for purpose in Purpose:
            # Of the release's own message, whatever it was signed for.
            for method in (client.get, client.post):
                link = office.links.sign(purpose, delivery)
                assert method(f"/m/{link}").status_code in {404, 429}
        assert client.get("/m/guess").status_code in {404, 429}
        assert client.get(f"/m/{delivery}{'0' * 16}").status_code in {404, 429}


def test_the_link_opens_for_three_days(office, clock, ids):
    token = mailed(office, clock, ids)
    with visitor(office) as client:
        client.post(f"/p/{token}/data")
        with office.database.read() as session:
            asked = session.scalars(
                select(Delivery.token)
                .join(Dispatch, Dispatch.id == Delivery.dispatch_id)
                .where(Dispatch.about.startswith("mine:"))
            ).one()
        link = f"/m/{office.links.sign(Purpose.MINE, asked)}"
        assert client.get(link).status_code == 200
        clock.move_to(clock.now() + timedelta(days=3, seconds=1))
        over = client.get(f"{link}?lang=en")
        assert over.status_code == 404
        assert "three days, which are over" in over.text


def test_who_must_not_be_mailed_is_noted_for_a_person(office, clock, ids):
    token = mailed(office, clock, ids)
    with office.database.write() as session:
        suppression.suppress(session, NADIA, reason="asked", now=clock.now())
    with visitor(office) as client:
        answer = client.post(f"/p/{token}/data?lang=en")
    assert "a person of the office answers you" in answer.text
    with office.database.read() as session:
        assert session.scalars(select(PersonRequest.outcome)).all() == [""]


def test_licences_stand_on_one_page_those_that_end_first(office, clock):
    with office.database.write() as session:
        for place, until in enumerate(("2027-12-31", "2026-11-30", "", "2020-01-01")):
            a_source(
                session,
                clock,
                path=f"/{place}",
                options={"licence": f"contrat {place}", "licence_until": until},
            )
    page = signed_in(office, Role.READER).get("/licences").text
    places = [page.index(f"contrat {place}") for place in (3, 1, 0, 2)]
    assert places == sorted(places)


def test_a_licence_is_noted_at_its_source_and_a_wrong_day_is_refused(office, clock):
    with office.database.write() as session:
        one = a_source(session, clock, path="/1", options={"section": "Économie"})
    watcher = signed_in(office, Role.WATCHER)
    form = {
        "licence": "contrat 12/2026",
        "licence_allows": "excerpt",
        "licence_notice": "Avec l'autorisation du Matin",
        "licence_until": "2027-12-31",
    }
    assert watcher.get(f"/licences/{one}").status_code == 200
    wrong = watcher.post(f"/licences/{one}", data=form | {"licence_until": "demain"})
    assert wrong.status_code == 400
    assert "contrat 12/2026" in wrong.text
    assert watcher.post(f"/licences/{one}", data=form).status_code == 303
    with office.database.read() as session:
        kept = session.get_one(Source, one).options
    assert kept == form | {"section": "Économie"}
    assert "Avec l&#39;autorisation du Matin" in watcher.get("/licences").text
    reader = signed_in(office, Role.READER)
    assert reader.post(f"/licences/{one}").status_code == 403
    # Whoever may not note one is offered no form.
    for path in ("/licences", f"/licences/{one}"):
        page = reader.get(path)
        assert page.status_code == 200
        assert "contrat 12/2026" in page.text
        assert f'"/licences/{one}"' not in page.text
    assert f'"/licences/{one}"' not in reader.get(f"/sources/{one}").text
    assert f'"/licences/{one}"' in watcher.get(f"/sources/{one}").text
    assert f'action="/licences/{one}"' in watcher.get(f"/licences/{one}").text


def test_the_office_leads_to_all_of_it(office, chief):
    page = chief.get("/office").text
    for path in ("/legal", "/legal/requests", "/licences"):
        assert f'href="{path}"' in page
    assert 'href="/legal"' not in signed_in(office, Role.READER).get("/office").text


def test_public_and_own_pages_both_show_the_notice(office):
    with TestClient(make_app(office), base_url=PUBLIC) as client:
        assert client.get("/privacy/fr").status_code == 200
