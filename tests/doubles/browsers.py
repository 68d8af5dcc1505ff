"""Chromium as the browser of tests; its small build without windows where it is installed."""

import shutil
from contextlib import contextmanager

from boxes import need
from playwright.sync_api import expect, sync_playwright

_NAMES = ("chromium-headless-shell", "chromium")
_WANTED = "Chromium is missing: apt install chromium-headless-shell"


@contextmanager
def chromium():
    """Without a sandbox of its own: the tests may run in one already."""
    program = next(filter(None, map(shutil.which, _NAMES)), None)
    need(program is not None, _WANTED)
    # A machine with much to do is slow, not wrong.
    expect.set_options(timeout=30_000)
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(
            executable_path=program,
            args=["--no-sandbox", "--disable-background-networking", "--no-first-run"],
        )
        yield opened
        opened.close()
