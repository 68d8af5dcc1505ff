"""Case 93, its other half: no public page tells who opened it, in any language, to anybody.

No cookie, nothing of others, no script, no link that counts: the same for the newsroom, the
preference pages, the notice and one's own data; and the register says so with a hash.
"""

from datetime import UTC, datetime

import pytest
from delivery_rows import dispatch_of
from fastapi.testclient import TestClient
from lxml import html
from newsroom_makers import a_newsroom, a_picture, a_release, attach, people, publish

from app.legal import tracking
from app.web import make_public_app
from core.clock import StoppedClock
from core.ids import CountedIds
from core.keys import Purpose
from core.models import Version
from core.settings import Settings
from distributor.models import Contact, Delivery

AT = datetime(2026, 11, 24, 9, tzinfo=UTC)
OWN = "https://presse.test"
LANGUAGES = ("fr", "ar", "en")
FOLLOWED = "https://elsewhere.test/programme?annee=2026&page=1"
# What a browser asks for by itself.
LOADED = (
    "//@src | //link/@href | //@srcset | //@poster | //@background | //object/@data"
)


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """Every public page there is, as a visitor gets it: its address and its answer."""
    folder = tmp_path_factory.mktemp("newsroom")
    with a_newsroom(folder, StoppedClock(AT), CountedIds()) as office:
        people(office)
        one = a_release(office, title="Rencontre")
        with office.database.write() as session:
            session.query(Version).one().body = f"Voir le [programme]({FOLLOWED})."
        attach(office, one, "photo.jpg", a_picture(), role="picture")
        publish(office, one)
        token = a_delivery(office, one)
        paths = [
            *(f"/n/{one}" for one in LANGUAGES),
            "/n/fr?q=rencontre",
            "/n/fr/feed",
            *(f"/privacy/{one}" for one in LANGUAGES),
            "/n/fr/nothing",
        ]
        for purpose in ("p", "u", "a", "r", "m"):
            signed = office.links.sign(Purpose(purpose), token)
            paths += [f"/{purpose}/{signed}?lang={one}" for one in LANGUAGES]
        signed = office.links.sign(Purpose.PREFERENCES, token)
        paths += [f"/p/{signed}/data?lang={one}" for one in LANGUAGES]
        app = make_public_app(office)
        answers = {}
        with TestClient(app, base_url=OWN, follow_redirects=True) as client:
            listed = html.document_fromstring(client.get("/n/fr").text)
            paths += [
                href for href in listed.xpath("//a/@href") if href.startswith("/n/fr/")
            ]
            for path in dict.fromkeys(paths):
                answers[path] = client.get(path)
                assert not client.cookies, path
        others = {}
        other = {"user-agent": "Another/1.0", "referer": "https://else.test/"}
        with TestClient(app, base_url=OWN, headers=other) as client:
            for path in answers:
                others[path] = client.get(path)
        yield answers, others, token


def a_delivery(office, release_id):
    now = office.clock.now()
    with office.database.write() as session:
        dispatch = dispatch_of(release_id, at=now, about="mine:1")
        contact = Contact(
            address="n@presse.test",
            address_key="n@presse.test",
            languages=["fr"],
            beats=[],
            created_at=now,
            updated_at=now,
        )
        session.add_all([dispatch, contact])
        session.flush()
        session.add(
            Delivery(
                dispatch_id=dispatch.id,
                contact_id=contact.id,
                address=contact.address,
                address_key=contact.address_key,
                name="",
                language="fr",
                state="delivered",
                due_at=now,
                token=f"{7:032x}",
                changed_at=now,
            )
        )
    return f"{7:032x}"


def trees(answers):
    for path, answer in answers.items():
        if answer.headers["content-type"].startswith("text/html"):
            yield path, html.document_fromstring(answer.text)


def test_no_visitor_gets_a_cookie(pages):
    answers, _, _ = pages
    shown = [path for path, answer in answers.items() if answer.status_code == 200]
    assert len(shown) > 15
    for path, answer in answers.items():
        assert "set-cookie" not in answer.headers, path
        for earlier in answer.history:
            assert "set-cookie" not in earlier.headers, path


def test_every_page_loads_what_is_its_own_and_runs_nothing(pages):
    answers, _, _ = pages
    for path, tree in trees(answers):
        for address in map(str, tree.xpath(LOADED)):
            own = address.startswith(("/static/", "/n/", f"{OWN}/n/"))
            assert own, (path, address)
        assert tree.xpath("//script | //iframe | //embed | //object") == [], path
        assert tree.xpath("//*[@style or @onclick or @onload]") == [], path
        policy = answers[path].headers["content-security-policy"]
        assert policy.startswith("default-src 'none'")
        assert "http" not in policy
        assert answers[path].headers["referrer-policy"] == "no-referrer"


def test_links_lead_where_they_say_and_name_nobody(pages):
    answers, _, token = pages
    followed = [
        str(href)
        for _, tree in trees(answers)
        for href in tree.xpath("//main//a[text()='programme']/@href")
    ]
    assert followed
    assert set(followed) == {FOLLOWED}
    for path, tree in trees(answers):
        for href in map(str, tree.xpath("//a/@href")):
            # A page that a link opened leads back to itself, and nothing else knows whose it is.
            is_its_own = href.startswith(("?", f"/{path.split('/')[1]}/"))
            assert token not in href or is_its_own, (path, href)
        if not path.startswith(("/p/", "/u/", "/a/", "/r/", "/m/")):
            assert token not in answers[path].text


def test_two_visitors_get_the_same_pages(pages):
    answers, others, _ = pages
    for path, answer in answers.items():
        assert others[path].content == answer.content, path
        assert others[path].headers.get("etag") == answer.headers.get("etag"), path


def test_the_register_proves_it_with_the_hash_of_what_was_looked_at():
    seen = tracking.look(Settings())
    assert seen.is_off
    assert len(seen.digest) == 64
