"""What every kind of source promises, whatever bytes come."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

import monitor.sources
from core.catalogue import members
from monitor.sources.base import Document, NotASource, Transport

KINDS = {
    name: kind
    for name, kind in members(monitor.sources, "Kind").items()
    if kind.transport is Transport.WEB
}
URL = "https://a.test/list"
HEADLINE = "L'agence urbaine ouvre ses portes"
SAMPLES = {
    "feed": (
        "<rss version='2.0'><channel><item><guid>1</guid>"
        f"<title>{HEADLINE}</title><link>/one</link></item></channel></rss>"
    ),
    "sitemap": (
        "<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'"
        " xmlns:n='http://www.google.com/schemas/sitemap-news/0.9'><url>"
        f"<loc>https://a.test/one</loc><n:news><n:title>{HEADLINE}</n:title></n:news>"
        "</url></urlset>"
    ),
    "page": f"<html><body><a href='/one'>{HEADLINE}</a></body></html>",
}
EVIL = [
    b"",
    b"\0",
    b"/dev/zero",
    b"/etc/hostname",
    b"https://a.test/other",
    b"<rss version='2.0'><channel><item><link>http://[bad</link></item></channel></rss>",
    b"<rss version='2.0'><channel><item><link>http://a.test:x/</link></item></channel></rss>",
    (
        b"<rss version='2.0'><channel><item><title>&#xD800;&#x110000;&#0;</title>"
        b"<link>http://a.test/&#xD800;</link></item></channel></rss>"
    ),
    b"<!DOCTYPE x [<!ENTITY a '1'><!ENTITY b '&a;&a;'>]><rss version='2.0'>&b;</rss>",
    b"<!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/hostname'>]><urlset><url><loc>&a;</loc></url></urlset>",
    b"<urlset><url><loc>http://[bad</loc><lastmod>0001-01-01T00:00:00+23:00</lastmod></url></urlset>",
    b"\x1f\x8bnot gzip",
    b"<html><a href='http://[bad'>one two three four five</a></html>",
    b"<html>" + b"<div>" * 3000,
]
bodies = st.one_of(
    st.binary(max_size=300),
    st.sampled_from(EVIL),
    st.tuples(
        st.sampled_from([text.encode() for text in SAMPLES.values()]),
        st.binary(max_size=40),
        st.integers(0, 200),
    ).map(lambda given: given[0][: given[2]] + given[1] + given[0][given[2] :]),
)


def document(body):
    return Document(body=body, url=URL)


def parsed(name, body):
    """The entries, read the quick way or the other."""
    kind = KINDS[name]()
    found = kind.quick(document(body), options={})
    return (found or kind.parse(document(body), options={})).entries


def test_every_kind_has_a_sample_here():
    assert set(SAMPLES) == set(KINDS)


@pytest.mark.parametrize("name", KINDS)
def test_a_kind_recognises_and_reads_its_own(name):
    body = SAMPLES[name].encode()
    assert [kind for kind in KINDS if KINDS[kind]().recognises(document(body))] == [
        name
    ]
    (entry,) = parsed(name, body)
    assert (entry.url, entry.title) == ("https://a.test/one", HEADLINE)
    assert entry.published is None, "no date was given, none is invented"
    assert parsed(name, body)[0].key == entry.key


@pytest.mark.parametrize("name", KINDS)
def test_a_kind_refuses_an_error_page_with_a_sentence(name):
    page = b"<html><body><h1>Just a moment...</h1></body></html>"
    with pytest.raises(NotASource) as refused:
        parsed(name, page)
    assert refused.value.to == URL
    assert refused.value.mend


@pytest.mark.parametrize("name", KINDS)
@given(body=bodies)
def test_a_kind_gives_entries_or_says_what_came(name, body):
    KINDS[name]().recognises(document(body))
    try:
        entries = parsed(name, body)
    except NotASource:
        return
    for entry in entries:
        assert entry.url.startswith(("http://", "https://"))
        assert entry.key
        texts = (entry.title, entry.author, entry.summary, entry.section)
        for text in (entry.key, entry.url, entry.content, entry.image, *texts):
            assert text.encode().decode() == text
            assert "\0" not in text
        assert all(text == " ".join(text.split()) for text in texts)
        assert entry.published is None or entry.published.at.tzinfo is not None


@pytest.mark.parametrize("body", EVIL)
@pytest.mark.parametrize("name", KINDS)
def test_a_kind_survives_what_was_seen_to_break_parsers(name, body):
    try:
        entries = parsed(name, body)
    except NotASource:
        return
    assert all(entry.url.startswith("http") for entry in entries)
