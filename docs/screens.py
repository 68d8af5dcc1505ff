"""Takes every screen from a running office: `python docs/screens.py URL [LANGUAGE...]`.

Start `make demo` first, and wait until it has played its three days. Each screen is taken
in French and Arabic, in light and dark, at a desk and on a phone; those that
docs/daily-use.md shows in English too, at a desk in light. A LANGUAGE, such as `en`, takes
only its own.
"""

import io
import re
import shutil
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

FOLDER = Path(__file__).parent / "screens"
SCREENS: Mapping[str, str] = {
    "s01-today": "/",
    "s02-releases": "/releases",
    "s02-calendar": "/releases/calendar?month=2018-12",
    "s02-release": "/releases/2",
    "s03-editor": "/releases/1/edit#version-fr",
    "s03-history": "/releases/2/history",
    "s04-lists": "/lists",
    "s04-list": "/lists/1",
    "s05-preview": "/releases/2/preview",
    "s06-mail-to-approve": "/dispatches/2/mail",
    "s07-steps": "/releases/1/steps",
    "s08-dispatch": "/dispatches/2",
    "s09-after": "/dispatches/2/after",
    "s10-contacts": "/contacts",
    "s10-contact": "/contacts/1",
    "s10-import": "/contacts/import",
    "s11-event": "/releases/1/event",
    "s11-gate": "/releases/1/event/gate",
    "s12-triage": "/triage",
    "s12-coverage": "/coverage",
    "s12-lessons": "/lessons",
    "s13-sources": "/sources",
    "s13-source": "/sources/5",
    "s13-search": "/search?q=agence+urbaine",
    "s13-watch": "/watches/1",
    "s13-profile": "/releases/2/profile",
    "s14-reviews": "/review",
    "s14-review": "/review/2018-12-06",
    "s14-review-builder": "/review/2018-12-06/flash-1300/edit",
    "s14-review-sections": "/review-plan",
    "s14-review-readers": "/review-readers",
    "s15-balance": "/releases/2/balance",
    "s16-journal": "/journal",
    "s17-office": "/office",
    "s17-people": "/people",
    "s17-account": "/account",
    "s17-keys": "/account/keys",
    "s17-tokens": "/account/tokens",
    "s17-webhooks": "/office/webhooks",
    "s18-newsroom": "/n/{language}",
    "s19-login": "/login",
    "s21-legal": "/legal",
    "s21-requests": "/legal/requests",
    "s21-licences": "/licences",
    "s21-notice": "/privacy/{language}",
    "s22-help": "/help",
    "s20-mailbox": "/rehearsal/mailbox",
}
# What docs/daily-use.md shows.
IN_ENGLISH = (
    "s01-today",
    "s03-editor",
    "s06-mail-to-approve",
    "s08-dispatch",
    "s12-triage",
    "s14-review",
)
SIZES = {"desk": (1200, 800), "phone": (360, 740)}
LIGHTS = ("light", "dark")
QUALITY = 55


def main(base: str, languages: Sequence[str]) -> None:
    FOLDER.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium-headless-shell")
            or shutil.which("chromium"),
            args=["--no-sandbox", "--disable-background-networking", "--no-first-run"],
        )
        for language in languages:
            for size, light, page in looked_at(browser, base, language):
                for name, path in screens(page, base, language):
                    take(page, path, f"{name}-{language}-{size}-{light}")
        browser.close()


def looked_at(
    browser: Browser, base: str, language: str
) -> Iterator[tuple[str, str, Page]]:
    is_english = language == "en"
    for size, (width, height) in SIZES.items():
        if is_english and size != "desk":
            continue
        page = browser.new_page(viewport={"width": width, "height": height})
        page.goto(f"{base}/language/{language}")
        for light in LIGHTS[:1] if is_english else LIGHTS:
            page.emulate_media(color_scheme=light)
            yield size, light, page
        page.close()


def screens(page: Page, base: str, language: str) -> Iterator[tuple[str, str]]:
    for name, path in SCREENS.items():
        if language == "en" and name not in IN_ENGLISH:
            continue
        yield name, f"{base}{path.format(language=language)}"
    if language == "en":
        return
    page.goto(f"{base}/coverage")
    strongest = page.locator(".label-reprint").first
    row = strongest.locator("xpath=ancestor::article")
    yield "s12-evidence", f"{base}{row.locator('h3 a').get_attribute('href')}"
    page.goto(f"{base}/n/{language}")
    release = page.locator("main a[href^='/n/']").first.get_attribute("href")
    yield "s18-newsroom-release", f"{base}{release}"
    for name, path in ("s18-answer", "/a/"), ("s18-preferences", "/p/"):
        link = _link(page, base, path)
        if link:
            yield name, f"{base}{link}?lang={language}"


def _link(page: Page, base: str, kind: str) -> str:
    """A recipient's own link, from the mail of the rehearsal."""
    page.goto(f"{base}/rehearsal/mailbox")
    first = page.locator("main a[href^='/rehearsal/mailbox/']").last
    page.goto(f"{base}{first.get_attribute('href')}")
    found = re.search(rf"({re.escape(kind)}[A-Za-z0-9_-]+)", page.content())
    return found[1] if found else ""


def take(page: Page, url: str, name: str) -> None:
    answer = page.goto(url, wait_until="load")
    if answer is None or not answer.ok:
        sys.exit(f"{url} answers {answer.status if answer else 'nothing'}")
    shot = Image.open(io.BytesIO(page.screenshot()))
    shot.convert("RGB").save(FOLDER / f"{name}.webp", quality=QUALITY, method=6)


if __name__ == "__main__":
    main(sys.argv[1].rstrip("/"), sys.argv[2:] or ("fr", "ar", "en"))
