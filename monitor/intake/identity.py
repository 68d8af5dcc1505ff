"""When two addresses are one article. Decides; touches nothing."""

import re
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

_TRACKING = frozenset(
    {"fbclid", "gclid", "igshid", "mc_cid", "mc_eid", "ref", "amp", "output", "s_cid"}
)
_USUAL_PORTS = {"http": 80, "https": 443}
_ENDING = re.compile(r"(?:/amp(?=/|$)|/)+$")


def canonical(url: str) -> str:
    """*url* without what does not change the article: tracking, fragment, AMP, letter case.

    The same again for its own result; an address that cannot be read stays as it is.
    """
    try:
        parts = urlsplit(url.strip())
        port = parts.port
        query = [
            (name, value)
            for name, value in parse_qsl(parts.query, keep_blank_values=True)
            if name.lower() not in _TRACKING and not name.lower().startswith("utm_")
        ]
    except ValueError:
        return url
    scheme = parts.scheme.lower()
    host = parts.hostname or ""
    place = f"[{host}]" if ":" in host else host
    if port is not None and port != _USUAL_PORTS.get(scheme):
        place = f"{place}:{port}"
    path = _ENDING.sub("", parts.path) or "/"
    return urlunsplit((scheme, place, path, urlencode(query, errors="ignore"), ""))
