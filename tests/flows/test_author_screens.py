"""Who wrote, at the screen: in a real browser, on a phone, in French and in Arabic, with what others wrote."""

import pytest
from author_rows import a_contact, a_sent_release, published
from axe_playwright_python.sync_playwright import Axe
from screen_makers import an_office, cookie, plan, signed_in, typed
from served_office import served

import distributor.report
from app.migrations.history import upgrade
from app.web.sessions import COOKIE
from core.models import Account
from core.values import Language, Role
from distributor.contacts.names import contact_names
from distributor.models import Answer
from monitor.authors import Authors
from monitor.models import Byline

RULES = ["color-contrast", "label", "link-name", "button-name", "valid-lang", "list"]
PHONE = {"width": 360, "height": 740}
HOSTILE = "<img src=x onerror=alert(1)> Karim \u202eTazi" + "é" * 200


@pytest.fixture
def office(tmp_path, clock, ids):
    with an_office(tmp_path, clock, ids) as opened:
        upgrade(opened.database)
        fill(opened)
        yield opened


def fill(office):
    now = office.clock.now()
    with office.database.write() as session:
        session.add_all(
            Account(name=role, role=role, password_hash="", created_at=now)
            for role in Role
        )
        for place, (name, outlet) in enumerate(
            [
                ("Nadia El Amrani", "Le 360"),
                ("هند العلوي", "Hespress"),
                ("Omar Radi", "Le Matin"),
                (HOSTILE, "<b>Atlas</b> \u202e" + "x" * 300),
                ("Sara Tazi", "Atlas"),
            ]
        ):
            a_contact(session, name, outlet, at=now, place=place)
        release_id = a_sent_release(session, at=now)
        session.add(
            Answer(
                release_id=release_id,
                contact_id=5,
                answer="coming with camera",
                said_by="link",
                said_at=now,
            )
        )
        for outlet, author in (
            ("Le 360", "Par Nadia El Amrani avec MAP"),
            ("Hespress", "Hind Alaoui"),
            ("Le Matin", "La rédaction"),
            ("Atlas", "<script>alert(1)</script> " + "w" * 250),
            ("Hespress", ""),
        ):
            published(
                session,
                release_id,
                outlet=outlet,
                outlet_ar="هسبريس" if outlet == "Hespress" else "",
                author=author,
                title=f"{outlet} <i>titre</i> " + "y" * 120,
                at=now,
            )
    Authors(office.database, contact_names).look_back(now=now)


def test_the_evidence_says_who_signs_and_why(office):
    watcher = signed_in(office, Role.WATCHER)
    sure, asked, desk, hostile, unsigned = (
        watcher.get(f"/coverage/{place}").text for place in range(1, 6)
    )
    assert "taken for sure by the machine" in sure
    assert "which is the contact&#39;s name" in sure
    assert "to be confirmed" in asked
    assert "in the other script" in asked
    assert "nobody is named" in desk
    assert "&lt;script&gt;alert(1)" in hostile
    assert "<script>alert" not in hostile
    assert "prints no by-line" in unsigned


def test_a_person_confirms_beside_the_evidence_and_the_release_says_so(office):
    watcher = signed_in(office, Role.WATCHER)
    answer = watcher.post("/bylines/2", data={"decision": "confirmed", "coverage": "2"})
    assert answer.headers["location"] == "/coverage/2#by-line"
    assert f"confirmed by {Role.WATCHER}" in watcher.get("/coverage/2").text
    page = watcher.get("/releases/1").text
    assert "It reached 5 contacts." in page
    assert "They wrote: <bdi>2</bdi>" in page
    assert "They stayed silent: <bdi>1</bdi>" in page


def test_from_the_list_one_comes_back_to_the_list(office):
    watcher = signed_in(office, Role.WATCHER)
    answer = watcher.post("/bylines/1", data={"decision": "rejected", "release": "1"})
    assert answer.headers["location"] == "/releases/1/authors"
    answer = watcher.post("/bylines/1", data={"decision": "rejected"})
    assert answer.headers["location"] == "/articles/1"


@pytest.mark.parametrize(
    ("path", "said", "status"),
    [
        ("/bylines/99", {"decision": "confirmed"}, 404),
        ("/bylines/1", {"decision": "proposed"}, 400),
        ("/bylines/1", {}, 400),
    ],
)
def test_what_cannot_be_decided_is_refused(office, path, said, status):
    assert signed_in(office, Role.WATCHER).post(path, data=said).status_code == status


def test_who_may_only_read_decides_nothing(office):
    reader = signed_in(office, Role.READER)
    assert "/bylines/" not in reader.get("/coverage/2").text
    assert "/bylines/" not in reader.get("/releases/1/authors").text
    answer = reader.post("/bylines/2", data={"decision": "confirmed"})
    assert answer.status_code == 403
    with office.database.read() as session:
        assert session.get_one(Byline, 2).decision == "proposed"


def test_the_page_of_a_release_nobody_has_says_what_to_do(office):
    with office.database.write() as session:
        a_sent_release(session, at=office.clock.now(), number="2/2026", state="refused")
    reader = signed_in(office, Role.READER)
    assert "Nobody has it yet" in reader.get("/releases/2").text
    assert "Nobody has it yet" in reader.get("/releases/2/authors").text
    assert reader.get("/releases/9/authors").status_code == 404


def test_a_reminder_spares_who_wrote_and_whose_outlet_published(office):
    writer = signed_in(office, Role.WRITER)
    page = writer.get("/releases/1")
    asked = writer.post("/releases/1/plan", data=typed(page, list="", silent="true"))
    assert asked.status_code in {400, 409}
    place = plan(writer, purpose="reminder", list="", silent="true")
    dispatch_id = int(place.rpartition("/")[2])
    with office.database.read() as session:
        lines = distributor.report.deliveries(session, dispatch_id)
    assert [one.address for one in lines] == ["c3@press.test"]


@pytest.mark.browser
@pytest.mark.parametrize("language", [Language.FRENCH, Language.ARABIC])
def test_everybody_fits_a_phone_and_is_decided_there(browser, office, language):
    with served(office) as base:
        page = browser.new_context(viewport=PHONE, base_url=base).new_page()
        jar = {COOKIE: cookie(office, Role.WATCHER), "parution_language": str(language)}
        page.context.add_cookies(
            [{"name": name, "value": value, "url": base} for name, value in jar.items()]
        )
        ran = []
        page.on("dialog", lambda dialog: (ran.append(1), dialog.dismiss()))
        paths = [*(f"/coverage/{one}" for one in range(1, 6)), "/releases/1"]
        for path in (*paths, "/releases/1/authors"):
            page.goto(path)
            _fits(page, language, path)
        page.locator("form[action='/bylines/2'] button").first.click()
        page.wait_for_url("**/authors")
        assert page.locator(".state-confirmed").count() == 1
        assert not ran
        page.context.close()


def _fits(page, language, path):
    assert page.locator("html").get_attribute("dir") == language.direction
    assert page.evaluate("document.documentElement.scrollWidth") <= 360, path
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        found = Axe().run(page, options={"runOnly": RULES})
        assert found.response["violations"] == [], (path, scheme)
