"""When two addresses, or two entries, are one article."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from monitor.intake.identity import canonical, hash64, keyed, title_hash
from monitor.sources.base import Entry


@pytest.mark.parametrize(
    "url",
    [
        "https://A.test/one",
        "http://a.test/one",
        "https://www.a.test/one",
        "https://m.a.test/one",
        "https://amp.a.test/one",
        "https://mobile.a.test:443/one",
        "https://a.test:443/one/",
        "https://a.test./one",
        "https://a.test/one?utm_source=x&fbclid=1#top",
        "https://a.test/one?xtor=RSS-1&at_medium=rss",
        "https://a.test/one;jsessionid=9F3A2?PHPSESSID=12",
        "https://a.test/one?amp=1",
        "https://a.test/one?outputType=amp",
        "https://a.test/one?print=1",
        "https://a.test/one?share=whatsapp&nocache=8",
        "https://a.test/one/print",
        "https://a.test/one/index.html",
        "https://a.test/one/amp/",
        "https://a.test/one/amp/amp",
        " https://a.test/one ",
    ],
)
def test_the_same_article_has_one_address(url):
    assert canonical(url) == "https://a.test/one"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://a.test/2026/one.amp.html", "https://a.test/2026/one.html"),
        ("https://a.test/2026/one.html.amp", "https://a.test/2026/one.html"),
        ("https://a.test/?p=12&page=2", "https://a.test/?page=2&p=12"),
        (
            "https://a.test/article.php?id=5&sid=a",
            "https://www.a.test/article.php?id=5&sid=b",
        ),
    ],
)
def test_two_forms_of_one_article_have_one_address(one, other):
    assert canonical(one) == canonical(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://a.test/?p=12", "https://a.test/?p=13"),
        ("https://a.test/One", "https://a.test/one"),
        ("https://a.test:8080/one", "https://a.test/one"),
        ("https://fr.a.test/one", "https://ar.a.test/one"),
        ("https://a.test/amplifier", "https://a.test/lifier"),
        ("https://a.test/one?output=pdf", "https://a.test/one"),
        ("https://a.test/one?ref=4512", "https://a.test/one?ref=4513"),
        ("https://m.ma/one", "https://ma/one"),
    ],
)
def test_what_names_another_article_is_kept(one, other):
    assert canonical(one) != canonical(other)


@given(st.text())
@example("//0")
def test_the_canonical_address_is_its_own(text):
    for url in (
        text,
        f"https://a.test/{text}",
        f"https://{text}",
        f"http://a.test/{text}.amp/amp",
    ):
        once = canonical(url)
        assert canonical(once) == once


@given(st.text())
def test_a_hash_has_64_signed_bits(text):
    assert -(2**63) <= hash64(text) < 2**63


def entry(key, url, title="Un titre"):
    return Entry(key=key, url=url, title=title)


def test_an_article_that_is_listed_twice_is_one_entry():
    found = keyed(
        [
            entry("1", "https://a.test/one"),
            entry("2", "https://www.a.test/one/?utm_source=rss"),
        ]
    )
    assert [one.entry.key for one in found] == ["1"]


def test_a_key_that_several_articles_share_is_no_key():
    first, second = keyed(
        [entry("x", "https://a.test/one"), entry("x", "https://a.test/two")]
    )
    assert first.key_hash != second.key_hash
    (again,) = keyed([entry("x", "https://a.test/one")])
    assert again.key_hash not in {first.key_hash, second.key_hash}


def test_an_edited_title_changes_what_is_said_and_not_the_key():
    (before,) = keyed([entry("1", "https://a.test/one", "Avant")])
    (after,) = keyed([entry("1", "https://a.test/one", "Après")])
    assert before.key_hash == after.key_hash
    assert before.said_hash != after.said_hash


def test_titles_are_alike_whatever_their_case():
    assert title_hash("Le Roi reçoit") == title_hash("LE ROI REÇOIT")
