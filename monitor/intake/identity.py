"""When two addresses or two entries are one article. Decides; touches nothing."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from typing import Final
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from monitor.sources.base import Entry

# Parameters that say how a reader came, in which session, or for which device or printer.
_NOISE: Final = frozenset(
    [
        "fbclid",
        "gclid",
        "dclid",
        "gbraid",
        "wbraid",
        "msclkid",
        "twclid",
        "yclid",
        "igshid",
        "igsh",
        "mc_cid",
        "mc_eid",
        "s_cid",
        "ref",
        "ref_src",
        "ref_url",
        "xtor",
        "cmpid",
        "ocid",
        "ncid",
        "smid",
        "at_medium",
        "at_campaign",
        "_ga",
        "_gl",
        "fb_ref",
        "amp",
        "outputtype",
        "output",
        "m",
        "mobile",
        "view_as_mobile",
        "print",
        "printable",
        "imprimer",
        "format_print",
        "share",
        "nocache",
        "cb",
        "phpsessid",
        "jsessionid",
        "sessionid",
        "session_id",
        "sid",
        "zanpid",
        "s_kwcid",
    ]
)
_NOISE_PREFIXES: Final = ("utm_", "pk_", "mtm_", "at_", "hsa_", "__")
# Parameters that are noise only with such a value: `?output=pdf` is another document.
_NOISE_VALUES: Final[Mapping[str, frozenset[str]]] = {
    "output": frozenset({"", "amp", "1"}),
    "outputtype": frozenset({"", "amp", "amp-type", "comp"}),
    "m": frozenset({"", "0", "1"}),
    "mobile": frozenset({"", "0", "1", "true"}),
    "amp": frozenset({"", "0", "1", "true"}),
    "print": frozenset({"", "1", "true", "print"}),
    "share": frozenset({"", "facebook", "twitter", "whatsapp", "x", "linkedin", "1"}),
    "ref": frozenset({"", "rss", "feed", "home", "homepage", "twitter", "facebook"}),
}
_USUAL_PORTS: Final = {80, 443}
_DEVICE: Final = re.compile(r"^(?:(?:www\d?|m|mobile|amp)\.)+(?=[^.]+\.)")
_SESSION: Final = re.compile(
    r";(?:jsessionid|phpsessid|sid)=[^/?#]*", flags=re.IGNORECASE
)
_ENDING: Final = re.compile(
    r"/(?:amp|amp\.html|print|imprimer|index\.(?:html?|php))?\Z"
    r"|\.amp(?=\.html?\Z)|(?<=\.html)\.amp\Z",
    flags=re.IGNORECASE,
)
# None is longer: thousands of slashes are looked at one by one, and not from each anew.
_ENDING_LENGTH: Final = len("/index.html")
# Most addresses need no taking apart, which costs three times as much as all else here.
_PLAIN: Final = re.compile(
    r"https?://([a-zA-Z0-9.-]+(?::\d{1,5})?)(/[\w./%~,:=&+@!$'()*-]*)", flags=re.ASCII
)
# What an ending ends in: most paths need no closer look.
_ENDINGS: Final = ("/", "amp", "print", "imprimer", ".html", ".htm", ".php")
_BITS: Final = 8  # bytes


def hash64(text: str) -> int:
    """64 signed bits of *text*. A million of one outlet meet once in 37 million outlets."""
    digest = blake2b(text.encode("utf-8", "surrogatepass"), digest_size=_BITS).digest()
    return int.from_bytes(digest, "big", signed=True)


@lru_cache(maxsize=4096)
def _place(netloc: str) -> str:
    """The host without what says for which device, and without a usual port."""
    parts = urlsplit(f"//{netloc}")
    host = (parts.hostname or "").rstrip(".")
    place = f"[{host}]" if ":" in host else _DEVICE.sub("", host)
    port = parts.port
    return place if port is None or port in _USUAL_PORTS else f"{place}:{port}"


def canonical(url: str) -> str:
    """*url* without what does not change the article.

    Scheme, `www.`, device, tracking, session, fragment, AMP and print forms, the order of
    parameters and a last slash fall away. The result names; it need not open. The same
    again for its own result; an address that cannot be read stays as it is.
    """
    plain = _PLAIN.fullmatch(url)
    if plain is not None and not plain[2][-8:].lower().endswith(_ENDINGS):
        return f"https://{_place(plain[1])}{plain[2]}"
    try:
        parts = urlsplit(url.strip())
        place = _place(parts.netloc)
        query = _meaningful(parts.query) if parts.query else ""
    except ValueError:
        return url
    if not place:
        # Without a host, a path of several slashes would be taken for one.
        return url
    path = parts.path.rstrip()
    if ";" in path:
        path = _SESSION.sub("", path)
    if path[-8:].lower().endswith(_ENDINGS):
        path = _bare(path)
    return urlunsplit(("https", place, path or "/", query, ""))


def _bare(path: str) -> str:
    """Take endings off until none is left: one may stand behind another."""
    while ending := _ENDING.search(path, max(0, len(path) - _ENDING_LENGTH)):
        path = f"{path[: ending.start()]}{path[ending.end() :]}".rstrip()
    return path


def _meaningful(query: str) -> str:
    kept = [
        (name, value)
        for name, value in parse_qsl(query, keep_blank_values=True)
        if not _is_noise(name.lower(), value.lower())
    ]
    return urlencode(sorted(kept), errors="ignore")


def _is_noise(name: str, value: str) -> bool:
    if name.startswith(_NOISE_PREFIXES):
        return True
    return name in _NOISE and (
        name not in _NOISE_VALUES or value in _NOISE_VALUES[name]
    )


def address_hash(url: str) -> int:
    return hash64(canonical(url))


def title_hash(title: str) -> int:
    return hash64(title.casefold())


@dataclass(frozen=True, slots=True, kw_only=True)
class Keyed:
    """An entry with what it is known by: its key, its address and what it says."""

    entry: Entry
    key_hash: int
    address_hash: int
    said_hash: int


def keyed(entries: Sequence[Entry]) -> Sequence[Keyed]:
    """Each article once, under a key that is its own.

    A source may give several articles one key; then key and address together are it. It may
    list one article twice; then the first stays.
    """
    shown = Counter(one.key for one in entries)
    found: dict[int, Keyed] = {}
    for one in entries:
        address = canonical(one.url)
        key = one.key if shown[one.key] == 1 else f"{one.key} {address}"
        place = hash64(address)
        found.setdefault(
            place,
            Keyed(
                entry=one,
                key_hash=hash64(key),
                address_hash=place,
                said_hash=hash64(f"{one.title}\n{address}"),
            ),
        )
    return list(found.values())
