"""Which addresses may be asked. Decides; touches nothing.

A name is vetted by what it resolves to, and a literal by itself: an IPv6 form that carries
an IPv4 address is unwrapped or refused, because `is_global` is True for most of them.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)
from urllib.parse import SplitResult, urlsplit

from core.errors import AddressRefused
from core.web.domain import PORTS, domain_of_host, is_literal, wire_name
from core.wording import Worded, worded

Address = IPv4Address | IPv6Address

_TRANSLATED = ip_network("64:ff9b::/96")
# Only this half of IPv6 was ever given out as public; what lies outside, such as ::/96
# (an IPv4 address in its oldest disguise) and fec0::/10, `is_global` takes for global.
_GIVEN_OUT = ip_network("2000::/3")
# Wrappers that no site is reached by, and what Python 3.11 calls global: Teredo, 6to4 and
# its old relay, shared space, documentation.
_NOT_PUBLIC = tuple(
    ip_network(block)
    for block in (
        "100.64.0.0/10",
        "192.0.0.0/24",
        "192.88.99.0/24",
        "2001::/23",
        "2002::/16",
        "3fff::/20",
    )
)
# 2130706433, 0x7f000001, 0177.0.0.1 and 127.1 all reach 127.0.0.1 through the resolver.
_DISGUISED = re.compile(
    r"(?:0[xX][0-9a-fA-F]*|[0-9]+)(?:\.(?:0[xX][0-9a-fA-F]*|[0-9]+))*"
)
# Twice what browsers and servers agree on; what is read is remembered, so it is bounded.
_MOST_LENGTH = 4_096
_ODD = re.compile("[\x00-\x20\x7f\\\\\ud800-\udfff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """An address read once: everything the way there needs.

    `url` has the host in its wire form (lower case, IDNA, no last dot) and no fragment, so
    that no second reader can understand it otherwise.
    """

    url: str
    scheme: str
    host: str
    port: int
    # scheme://host:port, whose robots.txt rules it.
    site: str
    # Whose pace it shares.
    domain: str


@lru_cache(maxsize=4_096)
def read(url: str) -> Target:
    """Read *url*. Raises AddressRefused unless it is a plain http or https address."""
    parts = split(url)
    host = _wire_host(url, parts.hostname or "")
    port = port_of(parts)
    shown = f"[{host}]" if ":" in host else host
    where = shown if port == PORTS[parts.scheme] else f"{shown}:{port}"
    query = f"?{parts.query}" if parts.query else ""
    return Target(
        url=f"{parts.scheme}://{where}{parts.path or '/'}{query}",
        scheme=parts.scheme,
        host=host,
        port=port,
        site=f"{parts.scheme}://{where}",
        domain=domain_of_host(host, port),
    )


def split(url: str) -> SplitResult:
    """Part *url*. Raises AddressRefused unless it is a plain http or https address."""
    if len(url) > _MOST_LENGTH:
        raise _refused(
            url, worded("The address is longer than %(most)s signs.", most=_MOST_LENGTH)
        )
    if _ODD.search(url):
        raise _refused(
            url, worded("The address holds a space, a backslash or a control sign.")
        )
    try:
        parts = urlsplit(url)
        usable = parts.port != 0
    except ValueError as error:
        raise _refused(url, worded("The address cannot be read.")) from error
    if parts.scheme not in PORTS or not parts.hostname or not usable:
        raise _refused(url, worded("Only http and https addresses are fetched."))
    if parts.username is not None or parts.password is not None:
        raise _refused(url, worded("The address carries a user name."))
    if "[" in parts.netloc and not is_literal(parts.hostname):
        # [v1.name] is a form nobody uses and readers differ on.
        raise _refused(url, worded("The host is no address."))
    _wire_host(url, parts.hostname)
    return parts


def port_of(parts: SplitResult) -> int:
    return parts.port or PORTS[parts.scheme]


def is_usual_port(port: int) -> bool:
    return port in PORTS.values()


def may_dial(address: Address, allowed: Sequence[str]) -> bool:
    """Whether *address* is public, or in a range the operator let through."""
    plain = unwrapped(address)
    if any(
        block.version == one.version and one in block
        for block in _networks(tuple(allowed))
        for one in (address, plain)
    ):
        return True
    if any(block.version == plain.version and plain in block for block in _NOT_PUBLIC):
        return False
    if isinstance(plain, IPv6Address) and plain not in _GIVEN_OUT:
        return False
    return plain.is_global and not plain.is_multicast


def unwrapped(address: Address) -> Address:
    """The IPv4 address inside a mapped or translated address.

    Translated ones are the everyday of networks that speak only IPv6. Other wrappers are
    never unwrapped into something allowed: they are off limits as they stand.
    """
    if isinstance(address, IPv4Address):
        return address
    if address in _TRANSLATED:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address


@lru_cache(maxsize=64)
def _networks(allowed: tuple[str, ...]) -> tuple[IPv4Network | IPv6Network, ...]:
    return tuple(ip_network(block) for block in allowed)


def _wire_host(url: str, host: str) -> str:
    if "%" in host:
        raise _refused(url, worded("The host names a zone of this machine."))
    if ":" in host:
        if not is_literal(host):
            raise _refused(url, worded("The host is no address."))
        return ip_address(host).compressed
    named = wire_name(host)
    if not named:
        raise _refused(url, worded("The host is not a name that can be looked up."))
    if _DISGUISED.fullmatch(named) and not is_literal(named):
        raise _refused(url, worded("The host is a number in disguise."))
    return named


def _refused(url: str, what: Worded) -> AddressRefused:
    # Half a sign pair, as JSON may hold, is a text no database takes.
    named = url[:200].encode("utf-8", "replace").decode("utf-8")
    return AddressRefused(
        what,
        to=named,
        mend=worded("Give a full address such as https://example.org/feed."),
    )
