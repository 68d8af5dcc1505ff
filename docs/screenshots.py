"""Takes each screen in French and Arabic from a running office: `python docs/screenshots.py URL`.

Start `make demo` first, and wait until it has played its three days.
"""

import sys
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

FOLDER = Path(__file__).parent / "screenshots"
SCREENS = {
    "today": "/",
    "releases": "/releases",
    "dispatch": "/dispatches/2",
    "coverage": "/coverage",
    "reviews": "/review",
    "review": "/review/2018-12-06",
    "review-builder": "/review/2018-12-06/flash-1300/edit",
    "review-sections": "/review-plan",
    "review-readers": "/review-readers",
    "sources": "/sources",
    "source": "/sources/5",
    "search": "/search?q=agence+urbaine",
    "watch": "/watches/1",
    "profile": "/releases/2/profile",
    "balance": "/releases/2/balance",
    "lessons": "/lessons",
    "mailbox": "/rehearsal/mailbox",
}
WIDTH, HEIGHT = 1200, 800


def main(base: str) -> None:
    FOLDER.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium",
            args=["--no-sandbox", "--disable-background-networking", "--no-first-run"],
        )
        for language in ("fr", "ar"):
            page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
            page.goto(f"{base}/language/{language}")
            for name, path in SCREENS.items():
                take(page, f"{base}{path}", f"{name}-{language}")
            page.goto(f"{base}/coverage")
            strongest = page.locator(".label-reprint").first
            row = strongest.locator("xpath=ancestor::article")
            row.locator("h3 a").click()
            # Side by side they are longer than a screen.
            take(page, page.url, f"evidence-{language}", whole=True)
            page.close()
        browser.close()


def take(page: Page, url: str, name: str, *, whole: bool = False) -> None:
    page.goto(url, wait_until="networkidle")
    page.screenshot(path=FOLDER / f"{name}.png", full_page=whole)


if __name__ == "__main__":
    main(sys.argv[1].rstrip("/"))
