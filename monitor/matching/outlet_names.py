"""Whether two names are one outlet's: Le 360, le360 and www.le360.ma are."""

from functools import lru_cache
from typing import Final
from urllib.parse import urlsplit

from monitor.matching.bylines import squeezed, tidy

# A host is the outlet's name with these around it.
_BEFORE: Final = frozenset(("www", "fr", "ar", "en", "m"))
_SHORTEST: Final = 3


@lru_cache(maxsize=16_384)
def outlet_keys(text: str) -> frozenset[str]:
    """What an outlet's name or address is compared by; empty for no name."""
    plain = tidy(text)
    found = {squeezed(plain)}
    host = _host(plain)
    if host:
        found.add(squeezed(host))
    return frozenset(one for one in found if one)


def are_one(some: str, *others: str) -> bool:
    """Whether *some* names the outlet that has the names *others*."""
    keys = outlet_keys(some)
    return any(keys & outlet_keys(one) for one in others)


def _host(text: str) -> str:
    """The telling label of an address: le360 of https://fr.le360.ma/politique."""
    if " " in text or "." not in text:
        return ""
    try:
        host = urlsplit(text if "//" in text else f"//{text}").hostname or ""
    except ValueError:
        return ""
    labels = [one for one in host.split(".")[:-1] if one not in _BEFORE]
    name = max(labels, key=len, default="")
    return name if len(name) >= _SHORTEST else ""
