"""Every kind of source on real-world-like documents, with what must be read beside each."""

import json
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from feedparser_judge import FIELDS, judged, told

import monitor.sources
from core.catalogue import members
from monitor.sources.base import Document, NotASource

FOLDER = Path(__file__).parent.parent / "data" / "sources"
KINDS = members(monitor.sources, "Kind")
MARK = ".expected.json"
DOCUMENTS = sorted(
    path.with_name(path.name.removesuffix(MARK)) for path in FOLDER.glob(f"*/*{MARK}")
)
NOW = datetime(2026, 11, 28, 10, tzinfo=UTC)


def named(path):
    return f"{path.parent.name}-{path.name}"


def expected(path):
    return json.loads(path.with_name(path.name + MARK).read_text())


def document(path, wanted):
    return Document(
        body=path.read_bytes(),
        url=wanted.get("url", "https://journal.test/"),
        charset=wanted.get("charset", ""),
        zone=ZoneInfo(wanted.get("zone", "UTC")),
        came_at=NOW,
    )


def read(path, wanted):
    kind, options = KINDS[path.parent.name](), wanted.get("options", {})
    found = kind.quick(document(path, wanted), options=options)
    return found or kind.parse(document(path, wanted), options=options)


def said(entry, field):
    """A field of an entry as the expectations write it."""
    if field == "published":
        return entry.published and entry.published.at.isoformat()
    if field == "precision":
        return entry.published and entry.published.precision
    return getattr(entry, field)


def test_each_kind_has_documents_and_each_document_its_expectation():
    assert len(DOCUMENTS) >= 60
    assert {path.parent.name for path in DOCUMENTS} == set(KINDS)
    beside = {path for path in FOLDER.glob("*/*") if not path.name.endswith(MARK)}
    assert beside == set(DOCUMENTS)


@pytest.mark.parametrize("path", DOCUMENTS, ids=named)
def test_a_document_says_what_is_written_beside_it(path):
    wanted = expected(path)
    if "fault" in wanted:
        with pytest.raises(NotASource) as caught:
            read(path, wanted)
        assert caught.value.fault == wanted["fault"]
        assert caught.value.mend
        return
    try:
        found = read(path, wanted)
    except NotASource:
        assert wanted.get("entries_least") == 0
        return
    if "entries" in wanted:
        assert [
            {field: said(entry, field) for field in one}
            for entry, one in zip(found.entries, wanted["entries"], strict=False)
        ] == wanted["entries"]
    if "entries_least" not in wanted:
        assert len(found.entries) == len(wanted["entries"])
    assert len(found.entries) >= wanted.get("entries_least", 0)
    for field in ("title", "homepage", "asked_seconds", "left_out", "language"):
        if field in wanted:
            assert getattr(found, field) == wanted[field]
    if "further_first" in wanted:
        assert found.further[0] == wanted["further_first"]


@pytest.mark.parametrize(
    "path", [path for path in DOCUMENTS if expected(path).get("judge")], ids=named
)
def test_feedparser_agrees_where_a_document_is_sound(path):
    wanted = expected(path)
    found = KINDS["feed"]().quick(document(path, wanted), options={})
    _, theirs = judged(
        path.read_bytes(), base=wanted.get("url", "https://journal.test/")
    )
    ours = [told(entry) for entry in found.entries]
    assert [[one[field] for field in FIELDS] for one in ours] == [
        [one[field] for field in FIELDS] for one in theirs
    ]
