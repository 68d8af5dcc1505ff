"""Outlets and their sources: added one by one, or from a list."""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from lxml import etree
from sqlalchemy import select
from sqlalchemy.orm import Session

import monitor.sources
from core.catalogue import members
from core.errors import BadInput, FetchRefused, NotFound
from core.models import Outlet
from core.web.address import split
from monitor.models import Source
from monitor.states import SourceState

KINDS = members(monitor.sources, "Kind")
# A new source is polled at this rhythm until its own is known.
FIRST_INTERVAL_SECONDS = 30 * 60


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedSource:
    outlet: str
    language: str
    outlet_kind: str
    homepage: str
    kind: str
    url: str


def add_source(
    session: Session,
    *,
    outlet_name: str,
    outlet_ar: str = "",
    language: str = "",
    outlet_kind: str = "",
    homepage: str = "",
    kind: str,
    url: str,
    options: Mapping[str, Any] | None = None,
    now: datetime,
) -> Source:
    """Add a source, due at once. Raises BadInput when it is there already."""
    require_readable(url, kind=kind)
    if session.scalar(select(Source.id).where(Source.url == url)) is not None:
        raise BadInput(
            "This source is there already.", to=url, mend="See `parution source list`."
        )
    outlet = session.scalar(select(Outlet).where(Outlet.name == outlet_name))
    if outlet is None:
        outlet = Outlet(
            name=outlet_name,
            name_ar=outlet_ar,
            language=language,
            kind=outlet_kind,
            homepage=homepage,
        )
        session.add(outlet)
        session.flush()
    source = Source(
        outlet_id=outlet.id,
        kind=kind,
        url=url,
        options=dict(options or {}),
        state=SourceState.NEW,
        state_since=now,
        interval_seconds=FIRST_INTERVAL_SECONDS,
        next_poll_at=now,
    )
    session.add(source)
    session.flush()
    return source


def require_readable(url: str, *, kind: str, place: str = "") -> None:
    """Raise BadInput, at *place*, for an address or a kind that can never be read."""
    if kind not in KINDS:
        raise BadInput(
            f"There is no kind of source called {kind!r}.",
            to=place or "kind",
            mend=f"The kinds are: {', '.join(sorted(KINDS))}.",
        )
    try:
        split(url)
    except FetchRefused as error:
        raise BadInput(error.what, to=place or error.to, mend=error.mend) from error


def by_id(session: Session, source_id: int) -> Source:
    source = session.get(Source, source_id)
    if source is None:
        raise NotFound(
            f"There is no source {source_id}.",
            to="source",
            mend="See `parution source list`.",
        )
    return source


def read_list(path: Path) -> list[ListedSource]:
    """Read an OPML or a tab-separated list. Raises BadInput naming the line."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise BadInput(
            f"The file cannot be read: {error.strerror}.",
            to=str(path),
            mend="Check the path and who may read it.",
        ) from error
    readers = {".opml": _opml, ".xml": _opml, ".tsv": _tsv}
    if path.suffix.lower() not in readers:
        raise BadInput(
            "The list is neither OPML nor tab-separated.",
            to=str(path),
            mend="Give a file that ends in .opml or .tsv.",
        )
    return list(readers[path.suffix.lower()](path, content))


def _opml(path: Path, content: bytes) -> Iterator[ListedSource]:
    # No entities, no network: a list may come from anywhere.
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        tree = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise BadInput(
            f"The list is not OPML: {error.msg}.",
            to=f"{path}, line {error.lineno}",
            mend="Export it again from the program it comes from.",
        ) from error
    for outline in tree.iter("outline"):
        url = outline.get("xmlUrl")
        if url:
            require_readable(
                url, kind="feed", place=f"{path}, line {outline.sourceline}"
            )
            name = outline.get("title") or outline.get("text") or url
            yield ListedSource(
                outlet=name,
                language=outline.get("language") or "",
                outlet_kind="",
                homepage=outline.get("htmlUrl") or "",
                kind="feed",
                url=url,
            )


def _tsv(path: Path, content: bytes) -> Iterator[ListedSource]:
    try:
        lines = content.decode("utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        raise BadInput(
            "The list is not UTF-8.", to=str(path), mend="Save it as UTF-8."
        ) from error
    rows = csv.DictReader(lines, delimiter="\t")
    missing = {"name", "feed_url"} - set(rows.fieldnames or ())
    if missing:
        raise BadInput(
            f"The list has no column {', '.join(sorted(missing))}.",
            to=f"{path}, line 1",
            mend="Its first line names the columns: name, language, kind, homepage, feed_url.",
        )
    for row in rows:
        url = (row["feed_url"] or "").strip()
        if url:
            kind = "sitemap" if "sitemap" in url.lower() else "feed"
            place = f"{path}, line {rows.line_num}, feed_url"
            require_readable(url, kind=kind, place=place)
            yield ListedSource(
                outlet=(row["name"] or url).strip(),
                language=(row.get("language") or "").strip(),
                outlet_kind=(row.get("kind") or "").strip(),
                homepage=(row.get("homepage") or "").strip(),
                kind=kind,
                url=url,
            )
