"""When an article was published and changed, as its page says; never a comment's date.

What a page tells machines comes first; what it tells people only near its title, for
comments and related articles have dates too.
"""

from collections.abc import Iterable, Iterator
from typing import Any, Final
from zoneinfo import ZoneInfo

from monitor.extract.headline import Headline
from monitor.extract.page import HtmlPage
from monitor.extract.pruning import name_of
from monitor.extract.surroundings import around
from monitor.sources.base import Dated
from monitor.sources.moments import read
from monitor.states import Precision

_PUBLISHED: Final = (
    "article:published_time",
    "og:article:published_time",
    "datepublished",
    "dc.date.issued",
    "dcterms.issued",
    "dc.date.created",
    "dc.date",
    "dcterms.created",
    "parsely-pub-date",
    "sailthru.date",
    "publish-date",
    "publish_date",
    "publication_date",
    "pubdate",
    "article.published",
    "date",
)
_MODIFIED: Final = (
    "article:modified_time",
    "og:article:modified_time",
    "og:updated_time",
    "datemodified",
    "dc.date.modified",
    "dcterms.modified",
    "last-modified",
    "lastmod",
)
_CHANGED: Final = ("mis à jour", "modifié", "updated", "modified", "آخر تحديث", "تحديث")
_LONGEST: Final = 120


def published_of(page: HtmlPage, headline: Headline, zone: ZoneInfo) -> Dated | None:
    """The most exact of the dates that speak of publication, machines' claims first."""
    told = _best(_told(page, zone))
    if told is not None and told.precision is not Precision.DAY:
        return told
    seen = _best(_seen(page.tree, headline, zone))
    if told is None or (seen is not None and _is_same_day(told, seen, zone)):
        return seen
    return told


def modified_of(page: HtmlPage, zone: ZoneInfo) -> Dated | None:
    claims = [page.linked.modified, *(page.meta(name) for name in _MODIFIED)]
    claims += _marked(page.tree, "dateModified")
    return _best(_read(claims, zone))


def _told(page: HtmlPage, zone: ZoneInfo) -> Iterator[Dated]:
    claims = [page.linked.published, *(page.meta(name) for name in _PUBLISHED)]
    claims += _marked(page.tree, "datePublished")
    claims += [
        str(one)
        for one in page.tree.xpath(
            "//abbr[@class='published']/@title | //time[@pubdate]/@datetime"
        )[:1]
    ]
    return _read(claims, zone)


def _marked(tree: Any, name: str) -> list[str]:
    """Microdata outside comments, which have dates of their own."""
    found = tree.xpath(
        "//*[@itemprop=$name and not(ancestor::*[@itemprop='comment'])]", name=name
    )
    return [
        one.get("content") or one.get("datetime") or (one.text or "")
        for one in found[:1]
    ]


def _read(claims: Iterable[str], zone: ZoneInfo) -> Iterator[Dated]:
    for claim in claims:
        found = read(claim, zone=zone) if claim else None
        if found is not None:
            yield found


def _best(dates: Iterable[Dated]) -> Dated | None:
    """The first exact one; a day only when nothing is better."""
    best: Dated | None = None
    for one in dates:
        if one.precision is not Precision.DAY:
            return one
        best = best or one
    return best


def _is_same_day(day: Dated, other: Dated, zone: ZoneInfo) -> bool:
    return day.at.astimezone(zone).date() == other.at.astimezone(zone).date()


def _seen(tree: Any, headline: Headline, zone: ZoneInfo) -> Iterator[Dated]:
    near = list(around(tree, headline.element))
    if headline.element is None:
        near = []
    times = [
        str(one.get("datetime"))
        for one, _ in near
        if one.tag == "time" and one.get("datetime") and not _is_change(one, "")
    ]
    yield from _read(times, zone)
    shown = [
        text
        for element, text in near
        if len(text) <= _LONGEST and not _is_change(element, text)
    ]
    yield from _read(shown, zone)


def _is_change(element: Any, text: str) -> bool:
    lowered = text.lower()
    return "modif" in name_of(element) or any(
        lowered.startswith(one) for one in _CHANGED
    )
