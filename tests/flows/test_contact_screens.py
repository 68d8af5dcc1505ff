"""Contacts, the import and an event in a real browser: by hand, on a phone, in both directions."""

import csv

import pytest
from contact_rows import FAULTY, a_contact, filled
from event_rows import an_event, comes
from playwright.sync_api import expect
from screen_makers import an_office
from screens import DESK, PHONE, fits, person
from served_office import served

from core.values import Language, Role
from distributor.after import attending
from distributor.contacts import suppression
from distributor.models import Contact, Employment

HOSTILE = "<img src=x onerror=alert(1)> Karim \u202eTazi" + "é" * 120


@pytest.fixture
def office(tmp_path, clock, ids):
    with an_office(tmp_path, clock, ids) as opened:
        filled(opened)
        with opened.database.write() as session:
            now = clock.now()
            one = a_contact(
                session,
                "hind@press.test",
                "هند العلوي",
                now=now,
                outlet="هسبريس",
                languages=["ar", "fr"],
                beats=["سياسة المدينة", "urbanisme"],
                phone="+212600000000",
                quiet_from="22:00",
                quiet_until="07:00",
            )
            session.add(
                Employment(contact_id=one.id, outlet="Le Matin", until=now.date())
            )
            a_contact(session, "x" * 60 + "@press.test", HOSTILE, now=now)
            suppression.suppress(session, "n2@press.test", reason="opposed", now=now)
            number = an_event(
                session,
                now=now,
                guests={
                    "Amal Idrissi": {"outlet": "Atlas", "phone": "0611"},
                    "نادية بناني": {"outlet": "هسبريس"},
                    HOSTILE + "2": {"outlet": "<b>Atlas</b>" + "x" * 90},
                },
            )
            comes(session, number, 6, "coming with camera", now=now, crew="Omar\nSara")
            comes(session, number, 8, now=now, plate="12345-أ-6")
        yield opened


@pytest.mark.browser
def test_a_file_with_faults_is_imported_end_to_end_and_undone(
    office, browser, tmp_path
):
    file = tmp_path / "journalistes.csv"
    file.write_text(FAULTY, encoding="utf-8")
    with served(office) as base:
        page = person(browser, base, office, Role.WRITER, Language.FRENCH)
        page.goto("/contacts/import")
        page.set_input_files("#file", file)
        page.fill("#list", "presse régionale")
        page.locator("main form button").first.click()
        page.wait_for_url("**/contacts/import/1")
        assert page.locator(".mapping select").count() == 7
        page.locator("form:has(.mapping) button").click()
        page.wait_for_url("**/preview")
        rejected = page.locator(".numbers-of .status-rejected strong")
        assert rejected.text_content() == "4"
        rejected.click()
        page.wait_for_url("**/preview?status=rejected")
        assert page.locator("article.row").count() == 4
        page.locator("form[action$='/import'] button").click()
        page.wait_for_url("**/done")
        with page.expect_download() as caught:
            page.locator("a[href$='/left-over']").click()
        left = caught.value.path().read_text(encoding="utf-8-sig")
        assert len(list(csv.DictReader(left.splitlines()))) == 5
        page.locator("form[action$='/undo'] button").click()
        page.wait_for_url("**/contacts/batches?undone=*")
        page.goto("/contacts?q=Rachid")
        assert page.locator("[data-rows] article").count() == 0
        page.context.close()


@pytest.mark.browser
def test_by_keys_to_a_contact_merged_and_parted(office, browser):
    with served(office) as base:
        page = person(browser, base, office, Role.WRITER, Language.FRENCH)
        page.goto("/contacts")
        page.keyboard.press("/")
        page.keyboard.type("nadia")
        page.keyboard.press("Enter")
        page.wait_for_url("**/contacts?q=nadia*")
        page.evaluate("document.activeElement.blur()")
        page.keyboard.press("j")
        page.keyboard.press("j")
        page.keyboard.press("k")
        page.keyboard.press("Enter")
        page.wait_for_url("**/contacts/1")
        page.goto("/contacts/1/merge")
        page.fill("#other", "n1@press.test")
        page.locator("main form button").first.click()
        page.locator("form[method=post][action$='/merge'] button").click()
        page.wait_for_url("**/contacts/1?done=*")
        page.locator(".undo button").click()
        page.wait_for_url("**/contacts/1")
        with office.database.read() as session:
            assert session.query(Contact).filter_by(address="n1@press.test").one()
        page.context.close()


@pytest.mark.browser
def test_the_door_is_kept_on_a_phone_without_script(office, browser):
    with served(office) as base:
        page = person(browser, base, office, Role.WRITER, Language.ARABIC, script=False)
        page.set_viewport_size(PHONE)
        page.goto("/releases/2/event/gate")
        page.fill("input[name=q]", "amal")
        page.keyboard.press("Enter")
        page.locator("button[name=seen][value=present]").first.click()
        page.wait_for_url("**/gate?done=6")
        assert page.locator("#g6.came").count() == 1
        page.locator(".undo button").click()
        expect(page.locator("#g6.came")).to_have_count(0)
        page.fill("#name", "رشيد")
        page.locator("form[action$='/walk-ins'] button").click()
        expect(page.locator("#walk-ins .came")).to_have_count(1)
        page.goto(f"/gate/{attending.gate_token(office.links, 2, 6)}")
        page.locator("main button[value=present]").click()
        expect(page.locator("main .good")).to_have_count(1)
        page.context.close()


@pytest.mark.browser
@pytest.mark.parametrize("language", [Language.FRENCH, Language.ARABIC])
def test_every_screen_fits_a_phone_and_reads_in_both_lights(
    office, browser, tmp_path, language
):
    file = tmp_path / "journalistes.csv"
    file.write_text(FAULTY, encoding="utf-8")
    with served(office) as base:
        page = person(browser, base, office, Role.ADMINISTRATOR, language)
        ran = []
        page.on("dialog", lambda dialog: (ran.append(1), dialog.dismiss()))
        page.goto("/contacts/import")
        fits(page, language, "import")
        page.set_input_files("#file", file)
        page.fill("#list", "nationale")
        page.locator("main form button").first.click()
        page.wait_for_url("**/contacts/import/1")
        for path in PATHS:
            page.goto(path)
            assert page.locator("h1").count() == 1, path
            fits(page, language, path)
            assert page.viewport_size == DESK
        token = office.links.sign("a", "guest0")
        page.goto(f"/a/{token}?lang={language}")
        fits(page, language, "answer")
        assert not ran
        page.context.close()


PATHS = (
    "/contacts?reach=suppressed",
    "/contacts/4",
    "/contacts/5/edit",
    "/contacts/3/erase",
    "/contacts/1/merge?other=n2@press.test",
    "/contacts/batches",
    "/contacts/import/1",
    "/contacts/import/1/preview",
    "/lists?rule=language:ar",
    "/lists/1",
    "/lists/1/audience?release=1",
    "/releases/2/event",
    "/releases/2/event/guests/6",
    "/releases/2/event/gate?done=6",
)
