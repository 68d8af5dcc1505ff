"""Who may read figures, and what the office is made of: `web.metrics` says."""

from collections.abc import Mapping
from enum import Enum, auto
from hmac import compare_digest
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Final

from core.settings import WebPages

# What only a proxy adds: its own address is no machine of ours.
_OF_PROXIES: Final = frozenset({"x-forwarded-for", "forwarded", "via", "x-real-ip"})
_BEARER: Final = "bearer "


class Access(Enum):
    GIVEN = auto()
    # As if there were no such page.
    OFF = auto()
    # A token is asked for, and was not given.
    ASKED = auto()
    REFUSED = auto()


def access(web: WebPages, *, address: str, headers: Mapping[str, str]) -> Access:
    """Header names in lower case."""
    if web.metrics == "off":
        return Access.OFF
    if web.metrics == "token":
        return _by_token(web, headers.get("authorization", ""))
    if came_by_proxy(headers):
        return Access.REFUSED
    return Access.GIVEN if _is_in(address, web) else Access.REFUSED


def came_by_proxy(headers: Mapping[str, str]) -> bool:
    return bool(_OF_PROXIES & {*headers})


def _by_token(web: WebPages, said: str) -> Access:
    if not said.lower().startswith(_BEARER):
        return Access.ASKED
    token = web.metrics_token.get_secret_value()
    given = said[len(_BEARER) :].strip()
    is_ours = compare_digest(given.encode(), token.encode())
    return Access.GIVEN if is_ours else Access.ASKED


def _is_in(address: str, web: WebPages) -> bool:
    try:
        given = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(given, IPv6Address) and given.ipv4_mapped:
        given = given.ipv4_mapped
    return any(given in ip_network(network) for network in web.metrics_networks)
