"""One page becomes one article: values are read before the tree is pruned, text after."""

from collections.abc import Sequence
from typing import Final
from zoneinfo import ZoneInfo

from monitor.extract.body import lines_of
from monitor.extract.dates import modified_of, published_of
from monitor.extract.doubts import doubts_of, signs_of
from monitor.extract.headline import headline_of
from monitor.extract.lines import cleaned
from monitor.extract.metadata import (
    author_of,
    canonical_of,
    image_of,
    language_of,
    section_of,
    signature_of,
)
from monitor.extract.page import read_page
from monitor.extract.pruning import prune
from monitor.extract.values import ExtractedArticle

_ZONE: Final = "Africa/Casablanca"


def extract_page(
    body: bytes, *, url: str, charset: str = "", zone: str = _ZONE
) -> ExtractedArticle | None:
    """Read an article page; None when there is no text in it. Never raises.

    *charset* is what the answer's header said; *zone* is that of dates without one.
    """
    page = read_page(body, url=url, charset=charset)
    if page is None:
        return None
    place = ZoneInfo(zone)
    headline = headline_of(page)
    author, section = author_of(page, headline), section_of(page, headline)
    published, modified = published_of(page, headline, place), modified_of(page, place)
    image, canonical = image_of(page, headline), canonical_of(page)
    signs = signs_of(page, headline.title)
    prune(page.tree, title=headline.title)
    about = {"title": headline.title, "site": headline.site}
    lines = cleaned(lines_of(page, headline), author=author, **about)
    if not author:
        author = signature_of(lines)
        lines = cleaned(lines, author=author, **about)
    text = _joined(lines)
    if not text:
        return None
    return ExtractedArticle(
        title=headline.title,
        text=text,
        author=author,
        section=section,
        published=published,
        modified=modified,
        language=language_of(page, text),
        image=image,
        canonical=canonical,
        doubts=doubts_of(signs, words=len(text.split())),
    )


def _joined(lines: Sequence[str]) -> str:
    """Paragraphs parted by blank lines; the items of a list stay together."""
    parts: list[str] = []
    for line in lines:
        is_item = line.startswith("- ")
        if parts and is_item and parts[-1].rpartition("\n")[2].startswith("- "):
            parts[-1] += "\n" + line
        else:
            parts.append(line)
    return "\n\n".join(parts)
