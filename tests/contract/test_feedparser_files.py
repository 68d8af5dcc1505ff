"""feedparser's own test files, and feeds made up: the same links, titles, names and dates.

The files are another project's and are not here: PARUTION_FEEDPARSER_TESTS names the folder
`tests` of a copy of it. Each exception below says why ours differs on purpose.
"""

import os
import re
from collections import Counter
from datetime import datetime
from pathlib import Path

import pytest
from feedparser_judge import FIELDS, judged, linked, told
from hypothesis import given
from hypothesis import strategies as st

from monitor.sources.base import Document, NotASource
from monitor.sources.feed import Kind

FOLDER = os.environ.get("PARUTION_FEEDPARSER_TESTS", "")  # noqa: TID251 - for tests alone
BASE = "http://127.0.0.1:8097/x.xml"
# Of 1,100 entries in well-formed files; the rest is named below.
LEAST = {
    "url": 0.995,
    "title": 0.995,
    "key": 0.985,
    "published": 0.995,
    "summary": 0.99,
}
# Where ours differs from feedparser: a link of an enclosure is no article; of two dates the
# first counts; a name is kept as it is written and not made an address; a document's own
# entities are refused; scripts are dropped by another rule; texts of pictures are not ours.
ON_PURPOSE = re.compile(
    r"entry_link_(?:no_href|rel_enclosure)|multiple_values|node_precedence"
    r"|id_no_normalization|id_with_attributes|http_entry_id_base|entity_in_doctype"
    r"|isPermaLink_ValueError|crazy|not_a_doctype|item_category_image|inherit_2"
    r"|description_and_summary|itunes_item_summary|media_group"
)


def headers(body):
    found = re.findall(rb"(?m)^\s*Header:\s+([\w-]+):\s*(.+?)\s*$", body[:2000])
    return {name.decode().lower(): value.decode() for name, value in found}


def compared(path):
    """Pairs of our entry and theirs in one file; None where either finds another number."""
    body = path.read_bytes()
    given = {
        name: value
        for name, value in headers(body).items()
        if name in {"content-type", "content-location"}
    }
    base = given.get("content-location", BASE)
    base = base if base.startswith("http") else BASE
    _, theirs = judged(body, base=base, headers=given)
    if any(not one["url"] for one in theirs):
        body = linked(body)
        _, theirs = judged(body, base=base, headers=given)
    charset = re.search(r"charset=\"?([\w-]+)", given.get("content-type", ""))
    document = Document(body=body, url=base, charset=charset[1] if charset else "")
    try:
        found = Kind().quick(document, options={})
        found = found or Kind().parse(document, options={})
    except NotASource:
        return None if theirs else []
    if len(found.entries) != len(theirs):
        return None
    return list(zip(map(told, found.entries), theirs, strict=True))


@pytest.mark.skipif(
    not FOLDER, reason="PARUTION_FEEDPARSER_TESTS names no copy of feedparser's tests"
)
@pytest.mark.parametrize("part", ["wellformed", "illformed"])
@pytest.mark.filterwarnings("ignore")
def test_its_own_files_are_read_alike(part):
    same, of, odd = Counter(), Counter(), []
    paths = sorted((Path(FOLDER) / part).rglob("*.xml"))
    for path in paths:
        if ON_PURPOSE.search(path.name) or "chardet" in path.parts:
            # Charsets without a label are chardet's to tell, which feedparser may not have.
            continue
        pairs = compared(path)
        if pairs is None:
            odd.append(str(path))
            continue
        for ours, theirs in pairs:
            for field in FIELDS:
                of[field] += 1
                same[field] += ours[field] == theirs[field]
                if ours[field] != theirs[field]:
                    odd.append(f"{path} {field}: {ours[field]!r} {theirs[field]!r}")
    assert paths
    shares = {field: same[field] / of[field] for field in FIELDS}
    assert all(shares[field] >= LEAST[field] for field in FIELDS), (shares, odd[:30])
    # A CDATA that never ends in the only entry leaves no whole entry.
    assert len(odd) <= 1 + len(paths) / 100, odd


# feedparser takes some signs of rare scripts for UTF-8 that was encoded twice.
LETTERS = "aeinrstLMR0129éèàçùêïœÉ'’-.,;:!?€" + "ابتثجحدرسشعفقكلمنهويءأإآةى،؟ـ"
WORDS = st.text(alphabet=LETTERS, min_size=1, max_size=9) | st.sampled_from(
    ["R&D", "1&2;", "L’œuvre", "الوزارة", "5 €"]
)
TEXTS = st.lists(WORDS, min_size=1, max_size=6).map(" ".join)
MARKUP = TEXTS.map(lambda text: f"<p>{escaped(text)}</p> <b>fin</b>")
DATES = st.datetimes(min_value=datetime(1991, 1, 1), max_value=datetime(2099, 12, 1))


def escaped(text):
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


@st.composite
def items(draw, number):
    title, summary, at = draw(TEXTS), draw(MARKUP), draw(DATES)
    zone = draw(st.sampled_from(["+0000", "+0100", "-0530", "GMT", "EST"]))
    wrapped = draw(st.booleans())
    description = f"<![CDATA[{summary}]]>" if wrapped else escaped(summary)
    parts = [
        f"<title>{escaped(escaped(title))}</title>",
        f"<link>https://made.test/{number}</link>",
        f"<description>{description}</description>",
        f"<pubDate>{at:%a, %d %b %Y %H:%M:%S} {zone}</pubDate>",
        f"<guid isPermaLink='false'>{number}</guid>",
    ]
    return f"<item>{''.join(draw(st.permutations(parts)))}</item>"


@st.composite
def feeds(draw):
    count = draw(st.integers(0, 4))
    inside = "".join(draw(items(number)) for number in range(count))
    return (
        "<?xml version='1.0' encoding='utf-8'?>"
        f"<rss version='2.0'><channel><title>x</title>{inside}</channel></rss>".encode()
    )


@given(feeds())
def test_made_up_feeds_are_read_alike(body):
    found = Kind().quick(Document(body=body, url=BASE), options={})
    _, theirs = judged(body, base=BASE)
    assert [told(entry) for entry in found.entries] == theirs
