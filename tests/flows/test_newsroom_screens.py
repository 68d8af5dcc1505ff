"""The newsroom in a real browser: three scripts, a phone, paper; and what first visits transfer."""

from datetime import UTC, datetime, timedelta

import pytest
from newsroom_makers import a_newsroom, a_picture, a_release, attach, people, publish
from playwright.sync_api import expect
from screen_makers import an_office, fill, plan, signed_in
from screens import DESK, PHONE, fits, person
from served_office import served

from core.clock import StoppedClock
from core.ids import CountedIds
from core.models import Release, Version
from core.values import SCREENS, Language, Role
from distributor.newsroom.copying import Caption

pytestmark = pytest.mark.browser
BODY = (
    "Le ministère réunit les agences.\n\n## Un bilan\n\n- un\n- deux\n\n"
    "![Une salle](salle.jpg)\n\n| Région | Agences |\n|---|---|\n| Rabat | 4 |\n\n"
    "[Le site](https://exemple.test/une-adresse-plutot-longue-qui-tient-sur-un-telephone)"
)
CAPTIONS = {
    name: Caption(alternative="Des gens assis", credit="M. Alami")
    for name in ("salle.jpg", "ministre.jpg")
}
FIRST_VISIT = 150_000


@pytest.fixture(scope="module")
def newsroom(tmp_path_factory):
    clock = StoppedClock(datetime(2026, 11, 24, 9, tzinfo=UTC))
    folder = tmp_path_factory.mktemp("newsroom")
    with a_newsroom(folder, clock, CountedIds()) as office:
        people(office)
        for number, kind in ((112, "communique"), (113, "correction")):
            publish(office, _written(office, number, kind), captions=CAPTIONS)
        _written(office, 114, "communique", embargo_at=clock.now() + timedelta(days=1))
        with served(office) as base:
            yield office, base


def _written(office, number, kind, **given):
    parent = "112/2026" if kind == "correction" else ""
    one = a_release(office, number=f"{number}/2026", kind=kind, parent=parent, **given)
    with office.database.write() as session:
        session.get_one(Release, one).versions[0].body = BODY
        for language, title in (("ar", "لقاء وطني للوكالات"), ("en", "A meeting")):
            session.add(
                Version(
                    release_id=one,
                    language=language,
                    title=title,
                    body=BODY,
                    file_name=f"a.{language}.md",
                )
            )
    for name in ("salle.jpg", "ministre.jpg"):
        attach(office, one, name, a_picture(size=(900, 600)), role="picture")
    attach(office, one, "signe.pdf", b"%PDF-1.7 %%EOF", role="signed")
    return one


@pytest.mark.parametrize("language", SCREENS)
def test_every_public_page_fits_a_phone_and_a_reader_of_screens(
    browser, newsroom, language
):
    _, base = newsroom
    context = browser.new_context(viewport=DESK, base_url=base)
    page = context.new_page()
    asked = []
    page.on("request", lambda one: asked.append(one.url))
    only = ("/112-2026",) if language is Language.ENGLISH else ("", "/112-2026", "/999")
    for path in only:
        page.goto(f"/n/{language}{path}")
        fits(page, language, path, rules=None)
    assert all(one.startswith((base, "data:")) for one in asked)
    assert page.locator("script").count() == 0
    context.close()


@pytest.mark.parametrize("language", [Language.FRENCH, Language.ARABIC])
def test_the_office_page_is_filled_in_on_a_phone_without_scripts(
    browser, newsroom, language
):
    office, base = newsroom
    page = person(browser, base, office, Role.VALIDATOR, language)
    page.goto("/releases/3/newsroom")
    fits(page, language, "publishing", rules=None)
    page.context.close()
    page = person(browser, base, office, Role.VALIDATOR, language, script=False)
    page.set_viewport_size(PHONE)
    page.goto("/releases/3/newsroom")
    for place in ("1", "2"):
        page.locator(f"#alternative-{place}").fill("Une salle")
        page.locator(f"#credit-{place}").fill("M. Alami")
    page.locator("form.publish button").click()
    # Published, and under embargo all the same.
    expect(page.locator("#standing .state-held")).to_be_visible()
    page.locator("#because").fill("Trop tôt")
    page.locator("#standing button.danger").click()
    expect(page.locator("#standing .state-stopped")).to_be_visible()
    page.context.close()


def test_on_paper_there_is_the_text_and_where_its_links_lead(browser, newsroom):
    _, base = newsroom
    context = browser.new_context(viewport=DESK, base_url=base)
    page = context.new_page()
    page.goto("/n/fr/112-2026")
    page.emulate_media(media="print")
    assert page.locator("h1").is_visible()
    for gone in (".languages", ".back", ".files ul", ".foot"):
        assert not page.locator(gone).is_visible(), gone
    said = page.locator(".body a").evaluate(
        "one => getComputedStyle(one, '::after').content"
    )
    assert "https://exemple.test" in said or "attr(href)" in said
    context.close()


def test_a_visitor_goes_from_the_list_to_a_file_and_to_the_other_language(
    browser, newsroom
):
    _, base = newsroom
    context = browser.new_context(viewport=PHONE, base_url=base)
    page = context.new_page()
    page.goto("/n/fr")
    page.locator("#q").fill("rencontre")
    page.locator("form.search button").click()
    page.locator(".news a").last.click()
    page.wait_for_url("**/n/fr/112-2026")
    assert page.locator(".notice a").get_attribute("href") == "/n/fr/113-2026"
    # Rejected where a picture cannot be shown.
    page.evaluate(
        "Promise.all([...document.images].map((one) => { one.loading = 'eager'; return one.decode(); }))"
    )
    with page.expect_download() as waited:
        page.locator(".files a", has_text="signe.pdf").click()
    assert waited.value.suggested_filename == "signe.pdf"
    page.locator("a[hreflang=ar]").click()
    page.wait_for_url("**/n/ar/112-2026")
    context.close()


@pytest.fixture(scope="module")
def office_at_work(tmp_path_factory):
    """An office with a dispatch that somebody must approve."""
    clock = StoppedClock(datetime(2026, 11, 24, 9, tzinfo=UTC))
    with an_office(tmp_path_factory.mktemp("work"), clock, CountedIds()) as office:
        fill(office, people=200)
        plan(signed_in(office, Role.WRITER), at="2026-11-25T10:00")
        with served(office) as base:
            yield office, base


@pytest.mark.parametrize("language", [Language.FRENCH, Language.ARABIC])
@pytest.mark.parametrize("path", ["/", "/dispatches/1"])
def test_a_first_visit_transfers_less_than_a_weak_line_takes(
    browser, office_at_work, language, path
):
    """S1, S6 and S8 with their fonts, styles and scripts: nothing of it was known before."""
    office, base = office_at_work
    page = person(browser, base, office, Role.VALIDATOR, language)
    devtools = page.context.new_cdp_session(page)
    devtools.send("Network.enable")
    sizes = []
    devtools.on(
        "Network.loadingFinished", lambda one: sizes.append(one["encodedDataLength"])
    )
    page.goto(path, wait_until="networkidle")
    page.evaluate("document.fonts.ready")
    assert page.evaluate("[...document.fonts].some((one) => one.status === 'loaded')")
    assert 10_000 < sum(sizes) < FIRST_VISIT, sum(sizes)
    page.context.close()
