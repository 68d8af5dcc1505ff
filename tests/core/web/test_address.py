"""Which addresses may be asked, as a table."""

from ipaddress import ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import FetchRefused
from core.web import address

PUBLIC = ["8.8.8.8", "196.200.131.1", "2606:4700::1111", "64:ff9b::808:808"]
NOT_PUBLIC = [
    "0.0.0.0",  # noqa: S104 - refused, not bound
    "10.0.0.1",
    "100.64.0.1",
    "127.0.0.1",
    "169.254.169.254",
    "172.16.0.1",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.1.1",
    "198.18.0.1",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "2002:7f00:1::",
    "2002:a00:1::",
    "2001:0:4136:e378:8000:63bf:f5ff:fffe",
    "64:ff9b::7f00:1",
    "64:ff9b::a9fe:a9fe",
    "3fff::1",
    "2001:db8::1",
    "fc00::1",
    "fe80::1",
    "ff02::1",
    "fd00:ec2::254",
]


@pytest.mark.parametrize("literal", PUBLIC)
def test_a_public_address_may_be_dialled(literal):
    assert address.may_dial(ip_address(literal), ())


@pytest.mark.parametrize("literal", NOT_PUBLIC)
def test_what_is_not_public_may_not_be_dialled(literal):
    assert not address.may_dial(ip_address(literal), ())


def test_an_allowed_network_is_let_through_and_its_neighbour_is_not():
    allowed = ("127.0.0.0/8",)
    assert address.may_dial(ip_address("127.0.0.1"), allowed)
    assert not address.may_dial(ip_address("10.0.0.1"), allowed)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "example.org/feed",
        "file:///etc/passwd",
        "ftp://example.org/",
        "gopher://example.org/",
        "http://",
        "http:///path",
        "http://user@example.org/",
        "http://user:word@example.org/",
        "http://example.org\\@10.0.0.1/",
        "http://example.org/a b",
        "http://example.org/\r\nHost: x",
        "http://example.org:99999/",
        "http://example.org:port/",
        "http://[::1/",
        "http://2130706433/",
        "http://0x7f000001/",
        "http://0177.0.0.1/",
        "http://0x7f.0.0.1/",
        "http://127.1/",
        "http://example.org/" + "a" * 5_000,
        "http://[v1.x]/",
        "http://example.org/\ud800",
        "http://[::1%25lo]/",
        "http://ex%61mple.org/",
    ],
)
def test_an_odd_address_is_refused_with_its_name(url):
    with pytest.raises(FetchRefused) as refused:
        address.split(url)
    assert refused.value.what
    assert refused.value.mend
    assert str(refused.value).encode()


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/",
        "https://example.org:443/feed?x=1",
        "https://أخبار.test/",
        "http://127.0.0.1/",
        "http://[::1]/",
    ],
)
def test_a_plain_address_is_read(url):
    assert address.split(url).hostname


@given(st.text())
def test_any_text_is_read_or_refused(text):
    try:
        parts = address.split(f"http://{text}")
    except FetchRefused:
        return
    assert parts.hostname
    assert parts.username is None
