"""Who is behind an address, for pace and for telling outlets apart. Decides; touches nothing."""

from functools import lru_cache
from ipaddress import ip_address
from urllib.parse import urlsplit

from publicsuffixlist import PublicSuffixList

_PORTS = {"http": 80, "https": 443}


def domain_of(url: str) -> str:
    """The registrable domain of *url*, or host:port where the host is an address.

    "" when there is no host to be found. A name that is itself a public suffix, or a bare
    one such as an intranet's, stands for itself.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        return ""
    return domain_of_host(host or "", port or _PORTS.get(parts.scheme, 0))


@lru_cache(maxsize=65_536)
def domain_of_host(host: str, port: int) -> str:
    """The same, of a host name in its wire form (lower case, IDNA)."""
    host = host.rstrip(".").lower()
    if is_literal(host):
        return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    return _suffixes().privatesuffix(host) or host


def is_literal(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


@lru_cache(maxsize=1)
def _suffixes() -> PublicSuffixList:
    # The list inside the package, never fetched; read at first use because it costs
    # a tenth of a second and some megabytes that `parution --help` need not pay.
    return PublicSuffixList()
