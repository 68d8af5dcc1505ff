"""Whatever comes, extraction answers; it never raises and never stays away."""

import pytest
from extract_makers import page
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.extract import ExtractedArticle, Screened, extract_page, screen

URL = "https://www.courrier.test/a"
TAGS = ["p", "div", "a", "table", "tr", "td", "article", "h1", "time", "script", "meta"]
NAMES = ["related", "comments", "byline", "entry-content", "caption", ""]

pieces = st.one_of(
    st.sampled_from([f"<{tag} class='{name}'>" for tag in TAGS for name in NAMES]),
    st.sampled_from([f"</{tag}>" for tag in TAGS]),
    st.sampled_from(
        [
            '<script type="application/ld+json">',
            '{"@type": "NewsArticle", "author": [[{"name": {"@id": 1}}]]}',
            "<meta property='article:published_time' content='99999-99-99'>",
            "<time datetime='0001-01-01T00:00:00+14:00' itemprop='datePublished'>",
            "<link rel='canonical' href='http://['>",
            "<base href='//'>",
            "<img width='-1' src='x'>",
            "Une phrase assez longue pour être prise pour un paragraphe de l'article. "
            * 3,
            "جملة طويلة بما يكفي لتكون فقرة من فقرات المقال المنشور اليوم. " * 3,
        ]
    ),
    st.text(max_size=40),
)


def answers(body):
    found = extract_page(body, url=URL, charset="utf-8")
    assert found is None or (isinstance(found, ExtractedArticle) and found.text)
    quick = screen(body, url=URL)
    assert quick is None or (isinstance(quick, Screened) and quick.text)
    for one in (found, quick):
        # What a database refuses is in neither.
        assert one is None or "\0" not in one.title + one.text


@settings(deadline=None, max_examples=150)
@given(st.binary(max_size=400))
def test_any_bytes_are_answered(body):
    answers(body)


@settings(deadline=None, max_examples=150)
@given(st.lists(pieces, max_size=40))
def test_any_tags_in_any_order_are_answered(parts):
    answers("".join(parts).encode("utf-8", "surrogatepass"))


@pytest.mark.parametrize(
    "body",
    [
        b"<div>" * 100_000 + b"x" * 400,
        b"<p>hello</p>" * 100_000,
        b"<a href=x>" * 5_000 + b"text " * 100,
        b"<table><tr><td>" * 3_000 + b"text",
        b'<script type="application/ld+json">' + b"[" * 100_000 + b"</script><p>a</p>",
        b"<!--" * 100_000,
        b"<p>&#0;&#xd800;&#1114112;" * 5_000,
        b"\0" * 100_000,
    ],
    ids=["deep", "many", "links", "tables", "json", "comments", "entities", "zeros"],
)
def test_what_was_made_to_hurt_is_answered(body):
    answers(body)


def test_a_huge_attribute_does_not_hide_the_article():
    body = page(before=f"<div data-x='{'a ' * 500_000}'></div>")
    found = extract_page(body, url=URL)
    assert found is not None
    assert found.text == extract_page(page(), url=URL).text
