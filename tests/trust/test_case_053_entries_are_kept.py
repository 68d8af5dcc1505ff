"""Case 53: cut off, mislabelled, UTF-16, windows-1256, NULs, RTL marks, entity soup.

Entries are kept, their text is right, nothing crashes.
"""

import pytest

from core.bounded import Bounded
from monitor.intake.parsing import Parsing
from monitor.sources.base import Document
from monitor.sources.feed import Kind

TITLES = [
    "وزارة إعداد التراب الوطني تنظم لقاء الوكالات الحضرية بالرباط",
    "البرلمان يصادق على مشروع قانون المالية بالأغلبية",
]
FRENCH = [
    "L'hôtel de la région à Salé : où en est-on ?",
    "Un été « décisif » pour l'Atlas",
]


def feed(titles, label=""):
    declared = f'<?xml version="1.0" encoding="{label}"?>\n' if label else ""
    items = "".join(
        f"<item><title>{title}</title><link>https://a.test/{number}</link></item>"
        for number, title in enumerate(titles)
    )
    return (
        f"{declared}<rss version='2.0'><channel><title>x</title>{items}</channel></rss>"
    )


@pytest.fixture(scope="module")
def read():
    with Bounded() as bounded:
        parsing = Parsing(bounded=bounded)

        def read(body, charset=""):
            document = Document(body=body, url="https://a.test/feed", charset=charset)
            found = parsing.parse(Kind(), document, {})
            return [entry.title for entry in found.entries]

        yield read


@pytest.mark.parametrize("label", ["", "utf-8", "iso-8859-1", "windows-1256", "utf-16"])
@pytest.mark.parametrize(
    "real", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "windows-1256"]
)
def test_arabic_is_right_under_any_label(read, real, label):
    assert read(feed(TITLES, label).encode(real)) == TITLES
    assert read(feed(TITLES).encode(real), charset=label) == TITLES


@pytest.mark.parametrize("label", ["", "utf-8", "iso-8859-1", "windows-1256"])
@pytest.mark.parametrize("real", ["utf-8", "utf-16", "windows-1252", "iso-8859-15"])
def test_french_is_right_under_any_label(read, real, label):
    assert read(feed(FRENCH, label).encode(real)) == FRENCH


def test_a_feed_cut_anywhere_keeps_its_whole_entries(read):
    body = feed([f"{title} {n}" for n in range(5) for title in TITLES]).encode()
    ends = [at for at in range(len(body)) if body.startswith(b"</item>", at)]
    for cut in range(ends[0] + 8, len(body), 7):
        whole = sum(end + len(b"</item>") <= cut for end in ends)
        assert len(read(body[:cut])) == whole, cut


def test_zeros_and_control_signs_go(read):
    body = feed(TITLES).encode().replace(b" ", b" \0\x0b\x1f ")
    assert read(body) == TITLES


def test_marks_of_direction_do_no_harm(read):
    marked = [f"\u200f{title}\u202e\u2066x\u2069" for title in TITLES]
    assert read(feed(marked).encode()) == [f"\u200f{title}x" for title in TITLES]


@pytest.mark.parametrize(
    ("soup", "plain"),
    [
        ("A & B", "A & B"),
        ("A &amp; B", "A & B"),
        ("A &amp;amp; B", "A & B"),
        ("caf&eacute;&nbsp;&rsquo;&hellip;", "café ’…"),
        ("&bogus; &#x41;&#66;", "&bogus; AB"),
        ("&#xD800;a&#0;", "\ufffda\ufffd"),
        ("a &lt; b", "a < b"),
        ("&;&&#;&#x;", "&;&&#;&#x;"),
    ],
)
def test_a_soup_of_entities_is_read(read, soup, plain):
    assert read(feed([soup]).encode()) == [plain]
