"""The pages a contact opens by their own signed link, alone or beside the office's."""

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from delivery_rows import dispatch_of
from engines import address
from fastapi.testclient import TestClient
from sqlalchemy import func, select, update

from app.bootstrap import open_office
from app.web import make_app, make_public_app
from core.keys import Links, Purpose
from core.models import Release, Version
from core.settings import Settings
from distributor.contacts import old_deliveries
from distributor.models import Answer, Contact, Delivery, Suppression


@pytest.fixture
def office(tmp_path, clock, ids):
    given = Settings.model_validate(
        {
            "data_dir": tmp_path,
            "database_url": address(tmp_path),
            "channels": {"outbox": {"folder": str(tmp_path / "outbox")}},
            "web": {"public_port": 8400},
        }
    )
    with open_office(given, clock=clock, timer=clock, ids=ids) as opened:
        fill(opened)
        yield opened


def fill(office):
    """A release that three contacts are about to get."""
    now = office.clock.now()
    with office.database.write() as session:
        release = Release(
            number="1/2026", kind="communique", zone="Africa/Casablanca", created_at=now
        )
        release.versions = [
            Version(language="fr", title="Rencontre", body="Texte", file_name="a.md")
        ]
        session.add(release)
        session.flush()
        dispatch = dispatch_of(release.id, at=now, state="planned")
        session.add(dispatch)
        for number in range(3):
            address = f"p{number}@presse.test"
            contact = Contact(
                address=address,
                address_key=address,
                name=f"Personne {number}",
                languages=["fr"],
                beats=["logement"],
                created_at=now,
                updated_at=now,
            )
            session.add(contact)
            session.flush()
            session.add(
                Delivery(
                    dispatch_id=dispatch.id,
                    contact_id=contact.id,
                    address=address,
                    address_key=address,
                    name=contact.name,
                    language="fr",
                    state="waiting",
                    due_at=now,
                    token=office.ids.token(),
                    changed_at=now,
                )
            )


@pytest.fixture
def visitor(office):
    with TestClient(make_public_app(office), follow_redirects=False) as client:
        yield client


def one(office):
    with office.database.read() as session:
        return session.scalars(select(Delivery).order_by(Delivery.id)).first()


def signed(office, purpose):
    return office.links.sign(purpose, one(office).token)


def count(office, row):
    with office.database.read() as session:
        return session.scalar(select(func.count()).select_from(row))


def an_invitation(office):
    with office.database.write() as session:
        session.execute(update(Release).values(kind="invitation"))
    return signed(office, Purpose.ANSWER)


def test_one_click_unsubscribes_without_cookie_login_or_redirect(office, visitor):
    link = signed(office, Purpose.UNSUBSCRIBE)
    answer = visitor.post(
        f"/u/{link}",
        data={"List-Unsubscribe": "One-Click"},
        headers={"Origin": "https://mail.test", "Sec-Fetch-Site": "cross-site"},
    )
    assert answer.status_code == 200
    assert "set-cookie" not in answer.headers
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    assert one(office).state == "cancelled"


def test_looking_at_a_link_changes_nothing(office, visitor):
    link = signed(office, Purpose.UNSUBSCRIBE)
    assert visitor.get(f"/u/{link}", headers={"Purpose": "prefetch"}).status_code == 200
    visitor.head(f"/u/{link}")
    assert count(office, Suppression) == 0


@pytest.mark.parametrize("path", ["/", "/login", "/releases", "/api/openapi.json"])
def test_the_public_listener_has_no_page_of_the_office(visitor, path):
    answer = visitor.get(path)
    assert answer.status_code == 404
    assert 'href="/"' not in answer.text


def test_the_offices_listener_leaves_the_public_pages_to_their_own(office):
    client = TestClient(make_app(office), follow_redirects=False)
    assert client.get(f"/u/{signed(office, Purpose.UNSUBSCRIBE)}").status_code == 404


def test_the_public_pages_have_what_they_show(visitor):
    assert visitor.get("/static/parution.css").status_code == 200
    assert visitor.get("/health/live").json() == {"live": True}


@pytest.mark.parametrize("language", ["fr", "ar", "en"])
def test_every_public_page_answers_in_every_language(office, visitor, language):
    answer = an_invitation(office)
    preferences = signed(office, Purpose.PREFERENCES)
    for path in (
        f"/u/{signed(office, Purpose.UNSUBSCRIBE)}",
        f"/p/{preferences}",
        f"/p/{preferences}/data",
        f"/a/{answer}",
        "/a/unknown",
    ):
        page = visitor.get(path, params={"lang": language}).text
        assert f'<html lang="{language}"' in page
        assert "<script" not in page


def test_a_contact_chooses_languages_beats_and_a_pause(office, visitor):
    link = signed(office, Purpose.PREFERENCES)
    answer = visitor.post(
        f"/p/{link}",
        data={
            "language": ["ar", "fr", ""],
            "more": "Logement, <b>Villes</b>،  logement",
            "pause": "30",
        },
    )
    assert answer.status_code == 200
    with office.database.read() as session:
        contact = session.get_one(Contact, one(office).contact_id)
        others = session.scalars(
            select(Contact.paused_until).where(Contact.id != contact.id)
        ).all()
    assert contact.languages == ["ar", "fr"]
    assert contact.beats == ["logement", "b Villes b"]
    assert (contact.paused_until - office.clock.now()).days == 30
    assert set(others) == {None}


def test_saving_the_preferences_as_they_are_changes_none(office, visitor):
    with office.database.write() as session:
        contact = session.get_one(Contact, one(office).contact_id)
        contact.languages = ["fr", "ar", "en", "zgh"]
        contact.beats = ["santé/justice", "a:b"]
        contact_id = contact.id
    link = signed(office, Purpose.PREFERENCES)
    page = BeautifulSoup(visitor.get(f"/p/{link}").text, "lxml")
    chosen = [one["value"] for one in page.select("select option[selected]")]
    beats = [one["value"] for one in page.select("input[name=beat][checked]")]
    answer = visitor.post(f"/p/{link}", data={"language": chosen, "beat": beats})
    assert answer.status_code == 200
    with office.database.read() as session:
        kept = session.get_one(Contact, contact_id)
        assert kept.languages == ["fr", "ar", "en", "zgh"]
        assert kept.beats == ["santé/justice", "a:b"]


def test_a_contact_leaves_on_the_preference_page(office, visitor):
    link = signed(office, Purpose.PREFERENCES)
    assert visitor.post(f"/p/{link}/leave").status_code == 200
    assert count(office, Suppression) == 1


def test_what_is_kept_of_a_contact_shows_a_telephone_in_part_and_nobody_else(
    office, visitor
):
    with office.database.write() as session:
        session.execute(update(Contact).values(phone="0612345678"))
    page = visitor.get(f"/p/{signed(office, Purpose.PREFERENCES)}/data").text
    assert "0612345678" not in page
    assert "78" in page
    assert one(office).address in page
    with office.database.read() as session:
        others = session.scalars(select(Delivery.address)).all()[1:]
    assert not [other for other in others if other in page]


def test_a_message_whose_address_is_kept_no_more_says_so(office, visitor):
    link = signed(office, Purpose.PREFERENCES)
    with office.database.write() as session:
        session.execute(update(Delivery).values(address="", address_key=Delivery.token))
    page = visitor.get(f"/p/{link}/data", params={"lang": "en"})
    assert "we do not keep its address" in page.text
    assert "Mail me the link" not in page.text
    answer = visitor.post(f"/p/{link}/data", params={"lang": "en"})
    assert answer.status_code == 404
    assert "we do not keep its address" in answer.text
    with office.database.write() as session:
        old_deliveries.forget(session, session.scalars(select(Delivery.id)).all())
    for path in (f"/p/{link}", f"/u/{signed(office, Purpose.UNSUBSCRIBE)}"):
        page = visitor.get(path, params={"lang": "en"})
        assert page.status_code == 404
        assert "too old" in page.text


def test_an_answer_is_kept_once_however_often_it_is_sent(office, visitor):
    link = an_invitation(office)
    for said in ("coming", "coming", "declined"):
        assert visitor.post(f"/a/{link}", data={"answer": said}).status_code == 200
    with office.database.read() as session:
        (kept,) = session.scalars(select(Answer)).all()
    assert (kept.answer, kept.said_by) == ("declined", "link")
    assert kept.contact_id == one(office).contact_id


def test_a_link_of_another_purpose_key_or_nobody_opens_nothing(office, visitor):
    token = one(office).token
    for purpose, door in (("u", "p"), ("p", "a"), ("b", "u"), ("u", "a")):
        link = office.links.sign(Purpose(purpose), token)
        assert visitor.get(f"/{door}/{link}").status_code == 404
    strange = Links(["another"]).sign(Purpose.UNSUBSCRIBE, token)
    assert visitor.post(f"/u/{strange}").status_code == 404
    assert count(office, Suppression) == 0


def test_who_guesses_links_is_stopped_and_may_come_back(office, visitor, clock):
    tried = [visitor.get(f"/u/guess{n}").status_code for n in range(20)]
    assert tried[0] == 404
    assert tried[-1] == 429
    clock.wait(timedelta(minutes=2))
    assert visitor.get(f"/u/{signed(office, Purpose.UNSUBSCRIBE)}").status_code == 200
