"""When two addresses are one article. Decides; touches nothing."""

from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

_TRACKING = frozenset(
    {"fbclid", "gclid", "igshid", "mc_cid", "mc_eid", "ref", "amp", "output", "s_cid"}
)


def canonical(url: str) -> str:
    """*url* without what does not change the article: tracking, fragment, AMP, letter case."""
    parts = urlsplit(url.strip())
    host = (parts.hostname or "").lower()
    port = f":{parts.port}" if parts.port not in {None, 80, 443} else ""
    query = [
        (name, value)
        for name, value in parse_qsl(parts.query, keep_blank_values=True)
        if name.lower() not in _TRACKING and not name.lower().startswith("utm_")
    ]
    path = parts.path or "/"
    if path.endswith(("/amp", "/amp/")):
        path = path[: path.rindex("/amp")] or "/"
    if len(path) > 1:
        path = path.rstrip("/") or "/"
    return urlunsplit((parts.scheme.lower(), host + port, path, urlencode(query), ""))
