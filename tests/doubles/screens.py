"""The office's pages in a real browser: opened by a person, on a phone, in both lights."""

from axe_playwright_python.sync_playwright import Axe
from screen_makers import cookie

from app.web.sessions import COOKIE

RULES = ["color-contrast", "label", "link-name", "button-name", "valid-lang", "list"]
PHONE = {"width": 360, "height": 740}
DESK = {"width": 1200, "height": 900}


def person(browser, base, office, name, language, *, script=True, zone=None):
    """A page of somebody signed in."""
    context = browser.new_context(
        viewport=DESK, base_url=base, java_script_enabled=script, timezone_id=zone
    )
    jar = {COOKIE: cookie(office, name), "parution_language": str(language)}
    context.add_cookies([{"name": n, "value": v, "url": base} for n, v in jar.items()])
    return context.new_page()


def fits(page, language, name, *, rules=RULES):
    """Nothing is cut off on a phone, and both lights are easy to read; all of axe for None."""
    assert page.locator("html").get_attribute("dir") == language.direction
    page.set_viewport_size(PHONE)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], name
    asked = {"runOnly": rules} if rules else {}
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        found = Axe().run(page, options=asked).response["violations"]
        wrong = [(one["id"], one["nodes"][0]["html"]) for one in found]
        assert not wrong, (name, scheme, wrong)
    page.emulate_media(color_scheme="light")
    page.set_viewport_size(DESK)
