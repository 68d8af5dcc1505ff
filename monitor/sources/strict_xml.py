"""XML of others, parsed strictly: no entities, no network, no sizes beyond libxml2's own."""

from typing import Any, Final

from lxml import etree

from core.wording import worded
from monitor.sources.base import Document, NotASource
from monitor.states import Fault

# Deeper than 256 elements, a name of 50,000 letters, a text of 10 MB: no feed is like that,
# and the parsers that would try take seconds (feedparser: 3.4 for 50,000 elements).
_BEYOND: Final = frozenset({"ERR_RESOURCE_LIMIT", "ERR_NAME_TOO_LONG"})


def root_of(body: bytes, document: Document, *, recover: bool = False) -> Any:
    """The root of well-formed UTF-8 without a document type; None otherwise.

    A document type may define entities: whoever calls takes it off and tries again. With
    *recover*, what libxml2 makes of the rest. Raises NotASource beyond its limits.
    """
    parser = etree.XMLParser(
        encoding="utf-8",
        recover=recover,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(body, parser)
    except (etree.XMLSyntaxError, ValueError):
        root = None
    if root is None:
        # What its entities would grow to says nothing of what is left without them.
        if b"<!ENTITY" not in body:
            _refuse_hostile(parser, document)
        return None
    return None if root.getroottree().docinfo.internalDTD is not None else root


def _refuse_hostile(parser: Any, document: Document) -> None:
    if any(error.type_name in _BEYOND for error in parser.error_log):
        raise NotASource(
            worded("The answer is nested or stretched as no honest one is."),
            to=document.url,
            mend=worded("Tell the outlet: its file may have been tampered with."),
            fault=Fault.HOSTILE,
        )
