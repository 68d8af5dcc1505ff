"""Whose pace an address shares."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.web.address import read
from core.web.domain import domain_of


@pytest.mark.parametrize(
    ("url", "domain"),
    [
        ("https://www.lematin.ma/feed", "lematin.ma"),
        ("http://LEMATIN.ma.:80/", "lematin.ma"),
        ("https://www.mhpv.gov.ma/", "mhpv.gov.ma"),
        ("https://gov.ma/", "gov.ma"),
        ("https://a.blogspot.com/", "a.blogspot.com"),
        ("https://news.bbc.co.uk/", "bbc.co.uk"),
        ("https://www.أخبار.المغرب/", "xn--igbicxr.xn--mgbc0a9azcg"),
        ("http://intranet/", "intranet"),
        ("http://10.0.0.1/", "10.0.0.1:80"),
        ("https://10.0.0.1/", "10.0.0.1:443"),
        ("http://[::1]:8080/", "[::1]:8080"),
        ("http://a.test:8080/", "a.test"),
        ("nothing", ""),
        ("http://[::1/", ""),
        ("http://x:port/", ""),
    ],
)
def test_an_address_belongs_to_its_registrable_domain(url, domain):
    assert domain_of(url) == domain


@given(st.from_regex(r"[a-z0-9]{1,9}(\.[a-z0-9]{1,9}){0,3}", fullmatch=True))
def test_a_fetch_keeps_the_pace_of_the_domain_others_see(host):
    url = f"http://x{host}/"
    assert read(url).domain == domain_of(url)
    assert f"x{host}".endswith(domain_of(url))
