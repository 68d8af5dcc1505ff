"""Which links of a listing page are articles: learned from the page itself. Decides.

Articles of a site are alike in their addresses (a date, a number, a slug of many words) and
stand there in numbers under headlines; menus, tags and authors are alike too, but short.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote, urlsplit

# A headline has words; menus have one to three. Arabic joins its small words.
_LEAST_WORDS: Final = 4
_LEAST_LETTERS: Final = 15
_SLUG_WORDS: Final = 4
# As many of a shape must be headlines; buttons and pictures share their addresses.
_HEADLINES: Final = 0.5
_REPEATED: Final = 3

_WORD: Final = re.compile(r"\w+")
_LETTER: Final = re.compile(r"[^\W\d_]")
_YEAR: Final = re.compile(r"(?:19|20)\d\d")
_FILE: Final = re.compile(
    r"\.(?:jpe?g|png|gif|webp|svg|pdf|docx?|xlsx?|zip|mp[34]|xml|rss|css|js|ics)$",
    re.IGNORECASE,
)
_PAGE: Final = re.compile(r"\.(?:html?|php\d?|aspx?|jsp)$", re.IGNORECASE)
_NOT_ARTICLES: Final = frozenset(
    [
        "tag",
        "tags",
        "category",
        "categories",
        "categorie",
        "rubrique",
        "rubriques",
        "author",
        "authors",
        "auteur",
        "auteurs",
        "page",
        "pages",
        "search",
        "recherche",
        "login",
        "connexion",
        "register",
        "inscription",
        "contact",
        "about",
        "a-propos",
        "apropos",
        "feed",
        "rss",
        "abonnement",
        "subscribe",
        "newsletter",
        "mentions-legales",
        "privacy",
        "confidentialite",
        "topics",
        "topic",
        "theme",
        "themes",
        "wp-admin",
        "wp-login.php",
        "user",
        "users",
        "compte",
        "account",
        "cart",
        "panier",
        "static",
        "sitemap",
        "label",
        "وسم",
        "وسوم",
        "تصنيف",
        "كاتب",
        "كتاب",
        "بحث",
        "اتصل-بنا",
    ]
)
_NOT_ASKED: Final = frozenset(
    ["page", "paged", "s", "q", "tag", "cat", "author", "replytocom", "share", "lang"]
)
_BUTTON: Final = re.compile(
    r"(?:lire|voir|en savoir|read|continue|learn|اقرأ|إقرأ|المزيد|للمزيد|تتمة|شاهد)\b",
    re.IGNORECASE,
)

Shape = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """One link of the page, with what stands around it."""

    url: str
    text: str
    # Where it stands: the names and classes of what holds it.
    place: str
    # In a menu, a header, a footer, an aside.
    in_furniture: bool


def articles(links: Iterable[Link], *, base: str) -> Sequence[str]:
    """The addresses of the articles, in the page's order."""
    here = urlsplit(base)
    usable = [link for link in links if _may_be(link, here.hostname or "", here.path)]
    texts = best_texts(usable)
    learned = _by_shape(usable, texts) or _by_place(usable, texts)
    if learned:
        return learned
    return [url for url, text in texts.items() if is_headline(text)]


def best_texts(links: Iterable[Link]) -> Mapping[str, str]:
    """The longest text of each address that is no button, in the page's order."""
    found: dict[str, str] = {}
    for link in links:
        text = "" if _BUTTON.match(link.text) else link.text
        if len(text) > len(found.get(link.url, "")) or link.url not in found:
            found[link.url] = text
    return found


def is_headline(text: str) -> bool:
    words = len(_WORD.findall(text))
    letters = len(_LETTER.findall(text))
    return words >= _LEAST_WORDS and letters >= _LEAST_LETTERS


def _may_be(link: Link, host: str, path: str) -> bool:
    """Whether this may be an article of the same site at all."""
    parts = urlsplit(link.url)
    there = parts.hostname or ""
    same = there.removeprefix("www.") == host.removeprefix("www.") or there.endswith(
        f".{host.removeprefix('www.')}"
    )
    if not same or link.in_furniture:
        return False
    if parts.path in {"", "/", path} and not parts.query:
        return False
    segments = [
        unquote(segment).lower() for segment in parts.path.split("/") if segment
    ]
    asked = {name.partition("=")[0].lower() for name in parts.query.split("&")}
    return not (
        _NOT_ARTICLES.intersection(segments)
        or _NOT_ASKED.intersection(asked)
        or _FILE.search(parts.path)
    )


def _shape(url: str) -> Shape:
    """What an address is made of: years, numbers, slugs and words."""
    parts = urlsplit(url)
    segments = [segment for segment in parts.path.split("/") if segment]
    asked = sorted(
        f"{name}={'N' if value.isdecimal() else 'w'}"
        for name, _, value in (pair.partition("=") for pair in parts.query.split("&"))
        if name and not name.startswith("utm_")
    )
    return (*(_class(unquote(segment)) for segment in segments[:8]), *asked[:4])


def _class(segment: str) -> str:
    name = _PAGE.sub("", segment)
    if name.isdecimal():
        return "Y" if _YEAR.fullmatch(name) else "N"
    words = [word for word in re.split(r"[-_+ .,]", name) if word]
    if len(words) >= _SLUG_WORDS:
        return "S"
    return "I" if re.search(r"\d{4,}", name) else "w"


def _is_telling(shape: Shape) -> bool:
    """Whether addresses of this shape look like articles: a slug, a number, a date."""
    return any(part in {"S", "I", "N"} or part.endswith("=N") for part in shape)


def _by_shape(links: Sequence[Link], texts: Mapping[str, str]) -> list[str]:
    groups: dict[Shape, list[str]] = defaultdict(list)
    for url in texts:
        groups[_shape(url)].append(url)
    chosen: set[str] = set()
    for shape, urls in groups.items():
        headlines = sum(is_headline(texts[url]) for url in urls)
        enough = headlines >= _REPEATED or ("S" in shape and headlines)
        if _is_telling(shape) and enough and headlines >= _HEADLINES * len(urls):
            # Its buttons and pictures name articles too, where the address alone tells.
            chosen.update(
                url for url in urls if is_headline(texts[url]) or "S" in shape
            )
    del links
    return [url for url in texts if url in chosen]


def _by_place(links: Sequence[Link], texts: Mapping[str, str]) -> list[str]:
    """Where addresses tell nothing: headlines that stand in the same place many times."""
    places = Counter(link.place for link in links if is_headline(texts[link.url]))
    chosen = {
        link.url
        for link in links
        if is_headline(texts[link.url]) and places[link.place] >= _REPEATED
    }
    return [url for url in texts if url in chosen]
