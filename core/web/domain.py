"""Who is behind an address, for pace and for telling outlets apart. Decides; touches nothing."""

import re
from functools import lru_cache
from ipaddress import ip_address
from urllib.parse import urlsplit

import idna
from publicsuffixlist import PublicSuffixList

PORTS = {"http": 80, "https": 443}

_NAME = re.compile(
    r"(?=.{1,253}\Z)(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)*"
    r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
)
# What browsers take for a full stop beside the plain one (UTS 46).
_STOPS = str.maketrans("。．｡", "...")


def domain_of(url: str) -> str:
    """The registrable domain of *url*, or host:port where the host is an address.

    "" when there is no host to be found. A name that is itself a public suffix, or a bare
    one such as an intranet's, stands for itself. Names are in their wire form (IDNA).
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return ""
    named = host if is_literal(host) else wire_name(host)
    return domain_of_host(named, port or PORTS.get(parts.scheme, 0)) if named else ""


@lru_cache(maxsize=65_536)
def domain_of_host(host: str, port: int) -> str:
    """The same, of a host in its wire form."""
    if is_literal(host):
        return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    return _suffixes().privatesuffix(host) or host


@lru_cache(maxsize=8_192)
def wire_name(host: str) -> str:
    """*host* as a resolver is asked for it; "" when it is no host name."""
    named = host.translate(_STOPS).rstrip(".").lower()
    if not named.isascii():
        try:
            # The mapping browsers use: full-width and circled signs become plain ones.
            named = idna.encode(named, uts46=True).decode("ascii")
        except UnicodeError:
            return ""
    return named if _NAME.fullmatch(named) else ""


def is_literal(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


@lru_cache(maxsize=1)
def _suffixes() -> PublicSuffixList:
    # The list inside the package, never fetched. Read at first use: it costs 0.2 s and
    # some 20 MB that `parution --help` need not pay.
    return PublicSuffixList()
