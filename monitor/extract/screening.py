"""A quick look at a page, to see whether it is worth a careful one."""

import re
from typing import Final

from resiliparse.extract.html2text import extract_plain_text
from resiliparse.parse.html import HTMLTree

from core.text.language import guess
from monitor.extract.page import decoded
from monitor.extract.values import Screened

_MOST_LETTERS: Final = 1_500_000
# Deeper than any page made for people, and the walk is by recursion.
_MOST_OPEN: Final = 20_000
_LONGEST_TITLE: Final = 400
_TAG: Final = re.compile(r"<[a-zA-Z]")


def screen(body: bytes, *, url: str, charset: str = "") -> Screened | None:
    """All that may be text; None when there is none. Never raises."""
    del url  # the same arguments as for a careful look
    page = decoded(body, charset)[:_MOST_LETTERS]
    if not _TAG.search(page):
        return None
    tree = HTMLTree.parse(page)
    text = extract_plain_text(
        tree, main_content=True, alt_texts=False, list_bullets=False
    )
    if not text.strip():
        return None
    title = " ".join((tree.title or "").split())[:_LONGEST_TITLE]
    return Screened(title=title, text=text, language=guess(text).language)
