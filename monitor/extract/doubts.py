"""What speaks against a page being one whole article."""

import re
from dataclasses import dataclass
from typing import Any, Final

from monitor.extract.page import HtmlPage
from monitor.extract.pruning import name_of, text_of
from monitor.extract.values import Doubt

# Fewer words than this are a caption or an announcement.
_THIN: Final = 40
_LISTED: Final = 8
_LONG: Final = 150
_POSTS: Final = 3
_NOT_FOUND: Final = re.compile(
    r"\b(?:404|page\s+(?:introuvable|non\s+trouvée|not\s+found)|not\s+found|n.existe\s+(?:pas|plus)"
    r"|no\s+longer\s+available)\b|الصفحة\s+غير\s+موجودة|لم\s+يتم\s+العثور|صفحة\s+غير\s+متوفرة",
    re.IGNORECASE,
)
_WALL: Final = re.compile(
    r"(?<!\S)(?:paywall|pay wall|regwall|premium wall|article status|subscriber only)(?!\S)"
)
_SOLD: Final = re.compile(
    r"réservée?s?\s+aux\s+abonné|il\s+vous\s+reste\s+\d+\s*%|subscribers?\s+only|subscribe\s+to\s+(?:read|continue)"
    r"|(?:to\s+)?read\s+the\s+full\s+(?:story|article)|خاصة?\s+بالمشتركين|للمشتركين\s+فقط|بقية\s+المقال\s+للمشتركين",
    re.IGNORECASE,
)
_LIVE_NAME: Final = re.compile(
    r"(?<!\S)(?:live ?blog|live feed|live post|livefeed)(?!\S)"
)
_LIVE: Final = re.compile(
    r"\s*[\[(]?(?:direct|en\s+direct|live|مباشر)[\])]?\s*[:|•–-]", re.IGNORECASE
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Signs:
    """What a whole page shows; once it is pruned, walls and lists are gone."""

    looks_listed: bool
    asks_password: bool
    is_sold: bool
    says_not_found: bool
    is_live: bool


def signs_of(page: HtmlPage, title: str) -> Signs:
    return Signs(
        looks_listed=_is_listing(page),
        asks_password=bool(page.tree.xpath("//input[@type='password']")),
        is_sold=_is_sold(page),
        says_not_found=bool(_NOT_FOUND.search(title)),
        is_live=page.linked.kind == "LiveBlogPosting" or _is_live(page, title),
    )


def doubts_of(signs: Signs, *, words: int) -> tuple[Doubt, ...]:
    """The doubts about a page with *signs* and so many *words* of text."""
    is_short = words < _LONG
    found = {
        Doubt.LISTING: signs.looks_listed and is_short,
        Doubt.LOGIN: signs.asks_password and is_short,
        Doubt.PAYWALL: signs.is_sold,
        Doubt.NOT_FOUND: signs.says_not_found and is_short,
        Doubt.LIVE: signs.is_live,
        Doubt.THIN: words < _THIN,
    }
    return tuple(doubt for doubt, holds in found.items() if holds)


def _is_listing(page: HtmlPage) -> bool:
    """A page whose links are titles, and that holds little else."""
    kind = page.meta("og:type").lower()
    if page.linked.kind or kind == "article":
        return False
    titled = sum(
        1 for one in page.tree.iter("h2", "h3", "h4") if one.find(".//a") is not None
    )
    return page.linked.is_list or titled >= _LISTED


def _is_sold(page: HtmlPage) -> bool:
    if not page.linked.is_free:
        return True
    for element in page.tree.iter("div", "section", "p", "aside"):
        if _WALL.search(name_of(element)) and _SOLD.search(text_of(element)):
            return True
    return False


def _is_live(page: HtmlPage, title: str) -> bool:
    named: Any = page.tree.find(".//title")
    whole = text_of(named) if named is not None else title
    if _LIVE.match(title) or _LIVE.match(whole):
        return True
    return (
        sum(
            1
            for one in page.tree.iter("div", "section", "article")
            if _LIVE_NAME.search(name_of(one))
        )
        >= _POSTS
    )
