"""The title of an article, without its site's name, and where it stands on the page."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from monitor.extract.page import HtmlPage
from monitor.extract.pruning import key_of, text_of

# What sites set between a title and their name; a hyphen only between blanks.
_PARTED: Final = re.compile(r"\s+(?:[-–—|•·:~«»/]|::|\|\|)\s+|\s*[|]\s*")
_LONGEST: Final = 400
_BLOCKS: Final = frozenset(
    ["h1", "h2", "h3", "div", "span", "td", "p", "b", "strong", "font", "a"]
)
_TITLED: Final = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Headline:
    title: str
    # The site's own name; empty when it does not say.
    site: str
    # The element that shows the title; None when none does.
    element: Any


def headline_of(page: HtmlPage) -> Headline:
    """The title people see, as far as the page's own claims point at it."""
    site = page.meta("og:site_name")
    claims = [one for one in _claims(page) if one]
    shown = {
        key_of(text): (text, element) for text, element in _shown(page.tree, claims)
    }
    for claim in claims:
        for part in _parts(claim):
            if part in shown:
                text, element = shown[part]
                return Headline(title=text, site=site, element=element)
    first = page.tree.find(".//h1")
    heading = text_of(first)[:_LONGEST] if first is not None else ""
    if heading and key_of(heading) != key_of(site) and not claims:
        return Headline(title=heading, site=site, element=first)
    title = _without_site(claims[0], site) if claims else ""
    return Headline(title=title, site=site, element=first)


def _claims(page: HtmlPage) -> Iterator[str]:
    tree = page.tree
    titled = tree.find(".//title")
    whole = text_of(titled)[:_LONGEST] if titled is not None else ""
    headings = [text_of(one)[:_LONGEST] for one in tree.iter("h1")]
    social = page.meta("og:title", "twitter:title")
    # A heading that the page's title repeats is the title as people read it.
    said = {key_of(social), key_of(page.linked.headline)} - {""}
    # A heading that the page's claims repeat is the title as people read it; one that is
    # the lesser part of them is the site's name.
    yield from (one for one in headings if key_of(one) in said)
    yield from (
        one
        for one in headings
        if key_of(one) in key_of(whole) and 2 * len(key_of(one)) > len(key_of(whole))
    )
    yield page.linked.headline
    yield social
    yield whole


def _shown(tree: Any, claims: list[str]) -> Iterator[tuple[str, Any]]:
    """Elements that show nothing but a claim or a part of one; the first of each last."""
    wanted = {part for claim in claims for part in _parts(claim)}
    shortest = min((len(one) for one in wanted), default=0)
    longest = 2 * max((len(one) for one in claims), default=0)
    found: list[tuple[str, Any]] = []
    for element in tree.iter(*_BLOCKS):
        if len(element) > _TITLED or len(element.text or "") > longest + _LONGEST:
            continue
        text = text_of(element)
        if shortest <= len(text) <= longest and key_of(text) in wanted:
            found.append((text, element))
    # Headings win over the links and crumbs that repeat them.
    found.sort(key=lambda one: (one[1].tag == "h1", one[1].tag in {"h2", "h3"}))
    yield from reversed([one for one in found if one[1].tag != "h1"])
    yield from reversed([one for one in found if one[1].tag == "h1"])


def _parts(claim: str) -> list[str]:
    """A claim and its parts, folded, longest first: a site's name is a part."""
    pieces = _PARTED.split(claim)
    spans = [claim]
    seps = list(_PARTED.finditer(claim))
    starts = [0, *(one.end() for one in seps)]
    ends = [*(one.start() for one in seps), len(claim)]
    if 1 < len(pieces) <= _TITLED:
        spans += [
            claim[start:end]
            for i, start in enumerate(starts)
            for end in ends[i:]
            if end - start >= len(claim) * 0.3
        ]
    return sorted({key_of(one) for one in spans if key_of(one)}, key=len, reverse=True)


def _without_site(claim: str, site: str) -> str:
    pieces = _PARTED.split(claim)
    if len(pieces) == 1:
        return claim
    if site and key_of(pieces[-1]) == key_of(site):
        return claim[: claim.rfind(pieces[-1])].rstrip(" -–—|•·:~«»/")
    if site and key_of(pieces[0]) == key_of(site):
        return claim[claim.find(pieces[0]) + len(pieces[0]) :].lstrip(" -–—|•·:~«»/")
    return claim
