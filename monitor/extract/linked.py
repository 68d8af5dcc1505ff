"""What a page says of its article in JSON-LD (schema.org), as plain values."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import unescape
from typing import Any, Final

from monitor.sources.base import tidied

_ARTICLES: Final = frozenset(
    {
        "Article",
        "NewsArticle",
        "ReportageNewsArticle",
        "AnalysisNewsArticle",
        "BackgroundNewsArticle",
        "OpinionNewsArticle",
        "ReviewNewsArticle",
        "AskPublicNewsArticle",
        "BlogPosting",
        "LiveBlogPosting",
        "TechArticle",
        "Report",
    }
)
_LISTS: Final = frozenset({"CollectionPage", "SearchResultsPage", "ItemList"})
_MOST_NODES: Final = 2_000
_LONGEST: Final = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Linked:
    """The page's main article; everything empty where there is none."""

    kind: str = ""
    headline: str = ""
    description: str = ""
    author: str = ""
    section: str = ""
    published: str = ""
    modified: str = ""
    language: str = ""
    image: str = ""
    address: str = ""
    body: str = ""
    # False when the page says that it is sold.
    is_free: bool = True
    # Whether the page calls itself a list of articles.
    is_list: bool = False


def read_linked(texts: Sequence[str]) -> Linked:
    """The first article the scripts name. Never raises."""
    nodes = [node for text in texts for node in _nodes(_loaded(text))]
    by_id = {node["@id"]: node for node in nodes if isinstance(node.get("@id"), str)}
    main = next((node for node in nodes if _kinds(node) & _ARTICLES), None)
    is_list = any(_kinds(node) & _LISTS for node in nodes)
    if main is None:
        return Linked(is_list=is_list)
    body = main.get("articleBody")
    return Linked(
        kind=min(_kinds(main) & _ARTICLES),
        headline=_plain(main.get("headline") or main.get("name")),
        description=_plain(main.get("description"), most=2_000),
        author=_people(main.get("author"), by_id),
        section=_first(main.get("articleSection")),
        published=_plain(main.get("datePublished")),
        modified=_plain(main.get("dateModified")),
        language=_first(main.get("inLanguage")),
        image=_address(main.get("image") or main.get("thumbnailUrl"), by_id),
        address=_address(main.get("mainEntityOfPage") or main.get("url"), by_id),
        body=body if isinstance(body, str) else "",
        is_free=str(main.get("isAccessibleForFree", "true")).lower() != "false",
        is_list=False,
    )


def _loaded(text: str) -> Any:
    """What *text* says; what surrounds it and its broken line ends are borne."""
    stripped = text.strip().removeprefix("<!--").removesuffix("-->").strip(" ;\n\t")
    stripped = stripped.removeprefix("//<![CDATA[").removesuffix("//]]>")
    try:
        return json.loads(stripped, strict=False)
    except (ValueError, RecursionError):
        return None


def _nodes(value: Any) -> Iterator[Mapping[str, Any]]:
    """The objects on top and in graphs, breadth first; never what an article contains."""
    waiting, count = [value], 0
    while waiting and count < _MOST_NODES:
        one = waiting.pop(0)
        count += 1
        if isinstance(one, list):
            waiting.extend(one[:_MOST_NODES])
        elif isinstance(one, dict):
            yield one
            waiting.extend(
                one[name] for name in ("@graph", "mainEntity") if name in one
            )


def _kinds(node: Mapping[str, Any]) -> frozenset[str]:
    kind = node.get("@type")
    named = kind if isinstance(kind, list) else [kind]
    return frozenset(
        one.rsplit("/", 1)[-1].removeprefix("schema:")
        for one in named
        if isinstance(one, str)
    )


def _plain(value: Any, *, most: int = _LONGEST) -> str:
    return tidied(unescape(value))[:most] if isinstance(value, str) else ""


def _first(value: Any) -> str:
    if isinstance(value, list):
        value = next(iter(value), "")
    if isinstance(value, dict):
        value = value.get("alternateName") or value.get("name")
    return _plain(value)


def _people(value: Any, by_id: Mapping[str, Any]) -> str:
    """Names parted by commas, each once."""
    names: dict[str, None] = {}
    for one in (value if isinstance(value, list) else [value])[:10]:
        named = one
        if isinstance(one, dict):
            known = by_id.get(one.get("@id", ""), {}) if "name" not in one else one
            named = known.get("name")
        for name in named if isinstance(named, list) else [named]:
            if plain := _plain(name):
                names[plain] = None
    return ", ".join(names)


def _address(value: Any, by_id: Mapping[str, Any]) -> str:
    if isinstance(value, list):
        value = next(iter(value), "")
    if isinstance(value, dict):
        known = value.get("@id", "")
        if "url" not in value and isinstance(known, str) and known in by_id:
            value = by_id[known]
        value = value.get("url") or value.get("contentUrl") or value.get("@id")
    if isinstance(value, list):
        value = next(iter(value), "")
    return _plain(value, most=2_000)
