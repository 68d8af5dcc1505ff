"""Lists in OPML, the format feed readers exchange; `write` makes what `read` reads.

A list may come from anybody: no entities, no network, nothing larger than it should be. What
OPML has no word for stands in attributes of our namespace. A robots agreement or a licence
is the office's own affair and is neither read from such a list nor written into one.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Any, Final

from lxml import etree

from core.errors import BadInput
from core.wording import worded
from monitor.catalogue.listed import USUAL_TIER, ListedOutlet, ListedSource
from monitor.catalogue.options import (
    FOLDER,
    PATTERN,
    PAUSED,
    SECTION,
    SELECTOR,
    SENDER,
)
from monitor.sources.base import tidied

NAMESPACE: Final = "urn:parution:outlets:1"
_OURS: Final = f"{{{NAMESPACE}}}"
_CARRIED: Final = (SECTION, FOLDER, SELECTOR, PATTERN, SENDER, PAUSED)
_DECLARES = re.compile(rb"<!ENTITY", re.IGNORECASE)
_LANGUAGE = re.compile(r"[a-z]{2,3}(?![a-z])")
_FOUR_HUNDRED = 400


def read(name: str, content: bytes) -> Iterator[ListedOutlet]:
    """One outlet for each address, or for each outline that says it is an outlet."""
    tree = _tree(name, content)
    for outline in tree.iter("outline"):
        # A source below an outlet was yielded with it.
        if _is_outlet(outline) or (
            _address(outline) and _outlet_above(outline) is None
        ):
            yield _outlet(name, outline)


def write(outlets: Iterable[ListedOutlet], *, title: str = "Parution") -> str:
    root = etree.Element("opml", {"version": "2.0"}, nsmap={"parution": NAMESPACE})
    etree.SubElement(etree.SubElement(root, "head"), "title").text = title
    body = etree.SubElement(root, "body")
    for outlet in outlets:
        said = _said(outlet)
        if len(outlet.sources) == 1:
            etree.SubElement(body, "outline", _source_said(outlet.sources[0]) | said)
            continue
        above = etree.SubElement(body, "outline", {**said, f"{_OURS}outlet": "yes"})
        for source in outlet.sources:
            label = source.options.get(SECTION) or outlet.name
            etree.SubElement(above, "outline", {"text": label, **_source_said(source)})
    written: bytes = etree.tostring(
        root, encoding="utf-8", xml_declaration=True, pretty_print=True
    )
    return written.decode()


def _tree(name: str, content: bytes) -> Any:
    # Entities are expanded inside attributes whatever the parser is told.
    if _DECLARES.search(content.replace(b"\0", b"")):
        raise _with_entities(name)
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    try:
        tree = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None)
        raise BadInput(
            worded(
                "The list is not OPML: %(error)s.", error=getattr(error, "msg", error)
            ),
            to=f"{name}, line {line}" if line else name,
            mend=worded("Export it again from the program it comes from."),
        ) from error
    declared = tree.getroottree().docinfo.internalDTD
    if declared is not None and any(True for _ in declared.iterentities()):
        raise _with_entities(name)
    if etree.QName(tree).localname != "opml":
        raise BadInput(
            worded("The list is XML, but not OPML."),
            to=f"{name}, line {tree.sourceline}",
            mend=worded("To read one feed, add it with `parution source add URL`."),
        )
    return tree


def _with_entities(name: str) -> BadInput:
    return BadInput(
        worded("The list declares entities, which no list needs."),
        to=name,
        mend=worded(
            "Remove its DOCTYPE, or export it again from the program it comes from."
        ),
    )


def _outlet(name: str, outline: Any) -> ListedOutlet:
    place = f"{name}, line {outline.sourceline}"
    below = [one for one in outline.iter("outline") if _address(one)]
    sources = [
        _source(name, one) for one in (below if _is_outlet(outline) else [outline])
    ]
    ours = {
        key: tidied(outline.get(f"{_OURS}{word}") or "")
        for key, word in (("name_ar", "nameAr"), ("kind", "kind"), ("region", "region"))
    }
    language = _LANGUAGE.match((outline.get("language") or "").strip().lower())
    return ListedOutlet(
        name=_name(outline) or (sources[0].url if sources else ""),
        language=language[0] if language else "",
        homepage=(outline.get("htmlUrl") or "").strip(),
        tier=_tier(outline, place),
        known=tidied(outline.get(f"{_OURS}known") or ""),
        sources=tuple(sources),
        place=place,
        **ours,
    )


def _source(name: str, outline: Any) -> ListedSource:
    options = {
        key: tidied(outline.get(f"{_OURS}{key}") or "")[:_FOUR_HUNDRED]
        for key in _CARRIED
    }
    options[FOLDER] = options[FOLDER] or _folders(outline)
    return ListedSource(
        kind=(outline.get(f"{_OURS}source") or "feed").strip(),
        url=_address(outline),
        options={key: value for key, value in options.items() if value},
        place=f"{name}, line {outline.sourceline}",
    )


def _address(outline: Any) -> str:
    """Where a source is: feeds where every reader looks, others where only we do."""
    if f"{_OURS}source" in outline.attrib:
        return (outline.get("xmlUrl") or outline.get("url") or "").strip()
    return (outline.get("xmlUrl") or "").strip()


def _is_outlet(outline: Any) -> bool:
    return bool(outline.get(f"{_OURS}outlet") == "yes")


def _outlet_above(outline: Any) -> Any:
    return next(
        (one for one in outline.iterancestors("outline") if _is_outlet(one)), None
    )


def _folders(outline: Any) -> str:
    """The folders it lies in, outermost first; else what it says of its category."""
    above = [
        _name(one)
        for one in outline.iterancestors("outline")
        if not _is_outlet(one) and not _address(one)
    ]
    found = "/".join(name.replace("/", "-") for name in reversed(above) if name)
    category = tidied((outline.get("category") or "").split(",")[0]).strip("/ ")
    return (found or category)[:_FOUR_HUNDRED]


def _name(outline: Any) -> str:
    return tidied(outline.get("title") or outline.get("text") or "")


def _tier(outline: Any, place: str) -> int:
    said = (outline.get(f"{_OURS}tier") or str(USUAL_TIER)).strip()
    if not said.isascii() or not said.isdecimal() or len(said) > 1:
        raise BadInput(
            worded("There is no tier %(said)s.", said=f"{said[:20]!r}"),
            to=f"{place}, tier",
            mend=worded("Tiers are 1, 2 and 3; 1 is read most closely."),
        )
    return int(said)


def _said(outlet: ListedOutlet) -> dict[str, str]:
    said = {
        "text": outlet.name,
        "title": outlet.name,
        "language": outlet.language,
        "htmlUrl": outlet.homepage,
        f"{_OURS}nameAr": outlet.name_ar,
        f"{_OURS}kind": outlet.kind,
        f"{_OURS}region": outlet.region,
        f"{_OURS}tier": "" if outlet.tier == USUAL_TIER else str(outlet.tier),
        f"{_OURS}known": outlet.known,
    }
    return {key: value for key, value in said.items() if value}


def _source_said(source: ListedSource) -> dict[str, str]:
    said = (
        {"type": "rss", "xmlUrl": source.url}
        if source.kind == "feed"
        # Other programs would take a sitemap for a feed.
        else {"type": "link", "url": source.url, f"{_OURS}source": source.kind}
    )
    if folder := source.options.get(FOLDER):
        said["category"] = f"/{folder}"
    carried = {
        f"{_OURS}{key}": source.options[key]
        for key in _CARRIED
        if source.options.get(key)
    }
    return said | carried
