"""Which addresses may be asked. Decides; touches nothing.

A name is vetted by what it resolves to, and a literal by itself: IPv6 forms that carry an
IPv4 address are unwrapped first, because `is_global` is True for most of them.
"""

import re
from collections.abc import Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import SplitResult, urlsplit

from core.errors import FetchRefused

Address = IPv4Address | IPv6Address

_TRANSLATED = ip_network("64:ff9b::/96")
# Python 3.11 calls these global: shared space, an old relay, documentation.
_NOT_PUBLIC = tuple(
    ip_network(block) for block in ("100.64.0.0/10", "192.88.99.0/24", "3fff::/20")
)
_PORTS = {"http": 80, "https": 443}
# 2130706433, 0x7f000001, 0177.0.0.1 and 127.1 all reach 127.0.0.1 through the resolver.
_DISGUISED = re.compile(
    r"(?:0[xX][0-9a-fA-F]*|[0-9]+)(?:\.(?:0[xX][0-9a-fA-F]*|[0-9]+))*\.?"
)


def split(url: str) -> SplitResult:
    """Part *url*. Raises FetchRefused unless it is a plain http or https address."""
    if any(ord(sign) <= 0x20 or sign in "\\\x7f" for sign in url):  # noqa: PLR2004 - controls and space
        raise _refused(url, "The address holds a space, a backslash or a control sign.")
    try:
        parts = urlsplit(url)
        usable = parts.port != 0
    except ValueError as error:
        raise _refused(url, "The address cannot be read.") from error
    if parts.scheme not in _PORTS or not parts.hostname or not usable:
        raise _refused(url, "Only http and https addresses are fetched.")
    if parts.username is not None or parts.password is not None:
        raise _refused(url, "The address carries a user name.")
    if _DISGUISED.fullmatch(parts.hostname) and not _is_literal(parts.hostname):
        raise _refused(url, "The host is a number in disguise.")
    return parts


def port_of(parts: SplitResult) -> int:
    return parts.port or _PORTS[parts.scheme]


def is_usual_port(port: int) -> bool:
    return port in _PORTS.values()


def may_dial(address: Address, allowed: Sequence[str]) -> bool:
    """Whether *address* is public, or in a range the operator let through."""
    plain = unwrapped(address)
    if any(
        block.version == one.version and one in block
        for block in map(ip_network, allowed)
        for one in (address, plain)
    ):
        return True
    if any(block.version == plain.version and plain in block for block in _NOT_PUBLIC):
        return False
    return plain.is_global and not plain.is_multicast


def unwrapped(address: Address) -> Address:
    """The IPv4 address inside a mapped, translated, 6to4 or Teredo address."""
    if isinstance(address, IPv4Address):
        return address
    if address in _TRANSLATED:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    client = address.teredo[1] if address.teredo is not None else None
    return address.ipv4_mapped or address.sixtofour or client or address


def _is_literal(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _refused(url: str, what: str) -> FetchRefused:
    return FetchRefused(
        what, to=url[:200], mend="Give a full address such as https://example.org/feed."
    )
