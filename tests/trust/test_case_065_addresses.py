"""Case 65: whatever an address looks like, nothing off limits is ever dialled."""

import socket
from ipaddress import ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st
from web_site import listening, web_site, web_to

from core.errors import AddressRefused
from core.web import Ask, address

# Each with the address a connection would reach, were it made: this machine answers on
# all of them, or nobody does.
OFF_LIMITS = [
    "127.0.0.1",
    "127.8.9.10",
    "0.0.0.0",  # noqa: S104 - refused, not bound
    "10.0.0.1",
    "100.64.0.1",
    "169.254.169.254",
    "172.16.0.1",
    "192.0.0.1",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.1.1",
    "198.18.0.1",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "239.255.255.250",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:0:127.0.0.1",
    "::ffff:169.254.169.254",
    "64:ff9b::127.0.0.1",
    "64:ff9b::169.254.169.254",
    "64:ff9b:1::1",
    "64:ff9b:1::8.8.8.8",
    "100::1",
    "2001:0:4136:e378:8000:63bf:3fff:fdd2",
    "2001:2::1",
    "2001:db8::1",
    "2002:7f00:1::",
    "2002:a9fe:a9fe::",
    "2002:808:808::",
    "3fff::1",
    "5f00::1",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fec0::1",
    "ff02::1",
]
# What a resolver, or another reader of addresses, takes for this machine.
DISGUISES = [
    "localhost",
    "localhost.",
    "LOCALHOST",
    "127.0.0.1.",
    "2130706433",
    "0x7f000001",
    "0x7f.0.0.1",
    "0177.0.0.1",
    "017700000001",
    "127.1",
    "127.0.1",
    "0",
    "0.0.0.0",  # noqa: S104
    "１２７.0.0.1",
    "①②⑦.0.0.1",
    "127。0。0。1",
    "[::]",
    "[::1]",
    "[0:0:0:0:0:0:0:1]",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "[::1%lo]",
    "[::1%25lo]",
    "[fe80::1%25eth0]",
    "[v1.127.0.0.1]",
    "a.test@127.0.0.1",
    "a.test:80@127.0.0.1",
    "127.0.0.1#@a.test",
    "127.0.0.1\\@a.test",
    "a.test\\@127.0.0.1",
    "127.0.0.1%2f@a.test",
    "127.0.0.1%00.a.test",
    "127.0.0.1\t.a.test",
    "127.0.0.1\r\n.a.test",
]
SCHEMES = [
    "file:///etc/passwd",
    "/etc/passwd",
    "ftp://a.test/",
    "gopher://a.test/",
    "dict://127.0.0.1:11211/stats",
    "jar:http://a.test/!/x",
    "javascript:alert(1)",
    "data:text/html,x",
    "http:127.0.0.1",
    "//127.0.0.1/",
    "http:///127.0.0.1/",
]


@pytest.fixture
def ear():
    """A socket on every IPv4 address of this machine."""
    with listening("0.0.0.0") as heard:  # noqa: S104 - a test's ear
        yield heard


def refused(web, url):
    """Neither read nor posted to, as a webhook is."""
    for way in (
        lambda: web.get(url, robots=False),
        lambda: web.post(url, body=b"{}", content_type="application/json"),
    ):
        with pytest.raises(AddressRefused) as error:
            way()
        assert error.value.code == "address"
        assert error.value.what
        assert error.value.mend


@pytest.mark.parametrize("literal", OFF_LIMITS)
def test_no_name_is_dialled_that_leads_off_limits(ear, literal):
    port, was_dialled = ear
    place = f"[{literal}]:{port}" if ":" in literal else f"{literal}:{port}"
    with web_to({"a.test": place}, allow_networks=()) as web:
        refused(web, "http://a.test/")
        refused(web, "https://a.test/")
    assert not was_dialled()


@pytest.mark.parametrize("literal", OFF_LIMITS)
def test_no_name_server_leads_off_limits(literal):
    async def resolve(host):
        return ["8.8.8.8", literal]

    with web_to({}, allow_networks=(), resolve=resolve) as web:
        refused(web, "http://a.test/")


@pytest.mark.parametrize("host", DISGUISES, ids=ascii)
def test_no_disguise_reaches_this_machine(ear, host):
    port, was_dialled = ear

    async def resolve(name):
        return [row[4][0] for row in socket.getaddrinfo(name.rstrip("."), port)]

    with web_to({}, allow_networks=(), resolve=resolve) as web:
        for url in (f"http://{host}:{port}/", f"http://{host}/", f"https://{host}/"):
            refused(web, url)
    assert not was_dialled()


@pytest.mark.parametrize("url", SCHEMES)
def test_no_other_scheme_is_followed(url):
    with web_to({}) as web:
        refused(web, url)


@pytest.mark.parametrize("literal", [*OFF_LIMITS[1:12], "[::1]", "[::ffff:10.0.0.1]"])
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_no_redirect_leads_off_limits(literal, status):
    with web_site() as site:
        site.answers["/"] = (status, {"Location": "//b.test/2"}, b"")
        site.answers["/2"] = (status, {"Location": f"http://{literal}/"}, b"")
        hosts = site.hosts("a.test", "b.test")
        with web_to(hosts, allow_networks=("127.0.0.1/32",)) as web:
            with pytest.raises(AddressRefused):
                web.get("http://a.test/", robots=False)
            assert site.paths() == ["/", "/2"]
            posted = web.post("http://a.test/2", body=b"x", content_type="text/plain")
        # A redirect is its answer: what was posted goes nowhere else.
        assert (posted.status, posted.hops) == (status, ())
        assert site.paths() == ["/", "/2", "/2"]


def test_robots_do_not_lead_off_limits(ear):
    port, was_dialled = ear
    with web_site() as site:
        onward = f"http://127.0.0.2:{port}/"
        site.answers["/robots.txt"] = (302, {"Location": onward}, b"")
        only = {"allow_networks": ("127.0.0.1/32",)}
        with web_to(site.hosts("a.test"), **only) as web, pytest.raises(AddressRefused):
            web.get("http://a.test/")
        assert site.paths() == []
    assert not was_dialled()


def test_a_name_that_is_first_public_and_then_private_is_refused():
    seen = []

    async def rebinding(host):
        seen.append(host)
        return ["127.0.0.1"] if len(seen) == 1 else ["127.0.0.2"]

    given = {"allow_networks": ("127.0.0.1/32",), "resolve": rebinding}
    with listening("127.0.0.2") as (_, was_dialled), web_to({}, **given) as web:
        asks = (Ask(url="http://a.test/", robots=False) for _ in range(2))
        codes = [answer.error.code for batch in web.each(asks) for answer in batch]
        assert codes == ["unreachable", "address"]
        assert not was_dialled()


def test_the_operators_list_lets_through_what_it_names_and_nothing_else(ear):
    port, was_dialled = ear
    hosts = {"a.test": f"127.0.0.1:{port}", "b.test": f"127.0.0.2:{port}"}
    with web_to(hosts, allow_networks=("127.0.0.1/32",), total_seconds=0.2) as web:
        refused(web, "http://b.test/")
        assert not was_dialled()
        [[answer]] = web.each([Ask(url="http://a.test/", robots=False)])
        # The ear listens and never answers.
        assert answer.error.code == "timeout"
    assert was_dialled()


def wrapped(plain):
    """The ways IPv6 carries an IPv4 address."""
    number = int(plain)
    yield ip_address(f"::ffff:{plain}")
    yield ip_address(f"::{plain}")
    yield ip_address(f"64:ff9b::{plain}")
    yield ip_address(f"64:ff9b:1::{plain}")
    yield ip_address((0x2002 << 112) | (number << 80))
    yield ip_address((0x20010000 << 96) | (number ^ 0xFFFFFFFF))


@given(st.ip_addresses(v=4))
def test_no_wrapper_makes_an_address_public(plain):
    if not address.may_dial(plain, ()):
        assert not any(address.may_dial(form, ()) for form in wrapped(plain))


@given(st.ip_addresses())
def test_what_may_be_dialled_is_public(found):
    if address.may_dial(found, ()):
        plain = address.unwrapped(found)
        assert plain.is_global
        for kind in ("is_multicast", "is_loopback", "is_link_local", "is_private"):
            assert not getattr(plain, kind)
