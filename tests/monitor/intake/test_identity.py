"""When two addresses are one article."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.intake.identity import canonical


@pytest.mark.parametrize(
    "url",
    [
        "https://A.test/one",
        "https://a.test:443/one/",
        "https://a.test/one?utm_source=x&fbclid=1#top",
        "https://a.test/one/amp/",
        "https://a.test/one/amp/amp",
        " https://a.test/one ",
    ],
)
def test_the_same_article_has_one_address(url):
    assert canonical(url) == "https://a.test/one"


@pytest.mark.parametrize(
    "url",
    [
        "https://a.test/?p=12",
        "https://a.test/One",
        "http://a.test:443/one",
        "http://[::1]:8080/one",
        "https://a.test/amplifier",
    ],
)
def test_what_names_another_article_is_kept(url):
    assert canonical(url) == url


@given(st.text())
def test_the_canonical_address_is_its_own(text):
    for url in (text, f"https://a.test/{text}", f"https://{text}"):
        once = canonical(url)
        assert canonical(once) == once
