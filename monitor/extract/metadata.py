"""Author, section, image, address and language, where a page tells them."""

import re
from collections.abc import Iterator, Sequence
from typing import Any, Final
from urllib.parse import urlsplit

from core.text.language import guess
from core.text.normalise import fold
from core.web.domain import domain_of
from monitor.extract.headline import Headline
from monitor.extract.page import HtmlPage
from monitor.extract.pruning import name_of, text_of
from monitor.extract.surroundings import around, behind
from monitor.sources.base import absolute, tidied

_LONGEST: Final = 120
_MOST_WORDS: Final = 12
_NOBODY: Final = frozenset(
    fold(one)
    for one in (
        "admin",
        "administrator",
        "administrateur",
        "webmaster",
        "root",
        "user",
        "author",
        "auteur",
        "unknown",
        "anonymous",
        "guest",
        "المشرف",
        "مدير الموقع",
        "الكاتب",
    )
)
_BY: Final = re.compile(
    r"^\W*(?:(?:publié|écrit|rédigé|propos\s+recueillis|réalisé|texte|posted|written|published)"
    r"(?:\s+et\s+\w+)?\s*(?:par|by|:)|par|by|بقلم|كتبه?|كتب|حاور(?:ه|ها|ته|تها)|أجرى\s+الحوار|إعداد|نص)(?=[\s:])\s*[:\-–]?\s*",
    re.IGNORECASE,
)
_ROLE: Final = re.compile(
    r"\s+(?:[|—–·•]|-)\s+.*|\s*[|·•].*|\s*[,،]\s*(?:\d|le\s|à\s).*"
)
_WRITTEN_BY: Final = frozenset(
    map(fold, ("Écrit par", "Written by", "كتبه", "كُتب بواسطة", "بقلم"))
)
_AUTHORED: Final = re.compile(
    r"(?<!\S)(?:authors?|auteurs?|byline|by line|signature|sig|by|journaliste|writer|fn)(?!\S)"
)
_SECTIONED: Final = re.compile(
    r"(?<!\S)(?:rubrique|kicker|overline|category name|post category|cat links|section name|surtitre|article tag|post tag|primary tag|category|cat|article section)(?!\S)"
)
_CRUMBS: Final = re.compile(
    r"(?<!\S)(?:breadcrumbs?|hierarchie|fil ariane|crumbs?|rootline|vous etes ici|chemin)(?!\S)"
)
_HOME: Final = frozenset(map(fold, ("Accueil", "Home", "الرئيسية", "الصفحة الرئيسية")))
_NOT_OURS: Final = re.compile(
    r"(?<!\S)(?:comments?|commentaires?|related|sidebar)(?!\S)"
)
_SIGNED: Final = 5
# Lines below a title that are short as names are, and are none.
_NO_NAME: Final = frozenset(
    fold(one)
    for one in [
        "photo",
        "photos",
        "archive",
        "archives",
        "vidéo",
        "video",
        "crédit",
        "crédits",
        "illustration",
        "exclusif",
        "direct",
        "urgent",
        "صورة",
        "صور",
        "الصورة",
        "أرشيف",
        "أرشيفية",
        "الأرشيف",
        "فيديو",
        "بالفيديو",
        "عاجل",
        "خاص",
        "حصري",
        "مباشر",
        "تحديث",
        "متابعة",
        "تقرير",
        "حوار",
        "ملف",
        "رأي",
    ]
)
_LEAST_WIDTH: Final = 100
# Particles (de, el, ben) are shorter and may be small.
_WORD: Final = 4


def author_of(page: HtmlPage, headline: Headline) -> str:
    """Who wrote it, as the page puts it; empty when nobody is named."""
    for claim in _author_claims(page, headline):
        name = _person(claim, headline.site)
        if name:
            return name
    return ""


def _author_claims(page: HtmlPage, headline: Headline) -> Iterator[str]:
    tree = page.tree
    yield page.linked.author
    yield page.meta("author", "article:author", "parsely-author", "dc.creator")
    if fold(page.meta("twitter:label1")) in _WRITTEN_BY:
        yield page.meta("twitter:data1")
    for path in (
        "//*[@itemprop='author']//*[@itemprop='name']",
        "//*[@itemprop='author' and not(self::meta)]",
        "//*[@rel='author']",
        "//*[@class='vcard author' or @class='author vcard']//*[contains(@class,'fn')]",
    ):
        for element in tree.xpath(path):
            if not _is_elsewhere(element):
                yield text_of(element)[: _LONGEST * 2]
    yield from _bylines(tree, headline)


def _bylines(tree: Any, headline: Headline) -> Iterator[str]:
    """What looks like a byline near the title, then in a box below the text."""
    near = list(around(tree, headline.element))
    yield from (text for one, text in near if _AUTHORED.search(name_of(one)))
    yield from (text for _, text in near if _BY.match(text))
    for element in tree.iter("a", "span", "h3", "h4", "b", "div"):
        is_named = len(element) < _SIGNED and _AUTHORED.search(name_of(element))
        if is_named and not _is_elsewhere(element):
            yield text_of(element)[: _LONGEST * 2]
    # "Nadia Alami | 3 mai 2026", then a name alone: only below the title.
    below = [text for _, text in behind(headline.element)]
    cut = ((_ROLE.sub("", text), text) for text in below)
    yield from (name for name, text in cut if name != text and _looks_like_a_name(name))
    yield from (text for text in below if _looks_like_a_name(text))


def _looks_like_a_name(text: str) -> bool:
    words = text.split()
    if not 1 < len(words) <= _SIGNED or re.search(r"[\d.!?:؟،]", text):
        return False
    if not _NO_NAME.isdisjoint(fold(one) for one in words):
        return False
    arabic = guess(text).language == "ar"
    return arabic or all(one[0].isupper() for one in words if len(one) >= _WORD)


def _is_elsewhere(element: Any) -> bool:
    return any(_NOT_OURS.search(name_of(one)) for one in element.iterancestors())


def _person(claim: str, site: str) -> str:
    """*claim* as a name; empty when it is an address, the site or a whole sentence."""
    name = _ROLE.sub("", _BY.sub("", tidied(claim), count=1)).strip(" ,،:;-–—|·")
    if not name or "@" in name or "://" in name or len(name) > _LONGEST:
        return ""
    if len(name.split()) > _MOST_WORDS or fold(name) in {*_NOBODY, fold(site)}:
        return ""
    return "" if re.search(r"\d{2}", name) else name


def signature_of(lines: Sequence[str]) -> str:
    """The name an article is signed with below its text; empty when there is none."""
    last = lines[-1].strip() if len(lines) > 1 else ""
    return last if _looks_like_a_name(last) else ""


def section_of(page: HtmlPage, headline: Headline) -> str:
    tree = page.tree
    said = page.linked.section or page.meta(
        "article:section", "articlesection", "section"
    )
    if said:
        return said
    for element in tree.xpath("//*[@itemprop='articleSection']"):
        if text := text_of(element)[:_LONGEST]:
            return text
    crumbs = _crumb(tree, headline.title)
    if crumbs:
        return crumbs
    for element, text in around(tree, headline.element):
        if _SECTIONED.search(name_of(element)) and len(text.split()) < _SIGNED:
            return text
    return _tagged(tree)


def _tagged(tree: Any) -> str:
    """A link that says of itself that it is the category."""
    for element in tree.xpath("//a[contains(@rel, 'category')]"):
        if text := text_of(element)[:_LONGEST]:
            return text
    return ""


def _crumb(tree: Any, title: str) -> str:
    for element in tree.iter("div", "ol", "ul", "nav", "p", "section"):
        if not _CRUMBS.search(name_of(element)):
            continue
        texts = [text_of(one) for one in element.iter("a", "li")]
        crumbs = [
            one
            for one in texts
            if one and fold(one) not in {*_HOME, fold(title)} and len(one) < _LONGEST
        ]
        if crumbs:
            return crumbs[-1]
    return ""


def image_of(page: HtmlPage, headline: Headline) -> str:
    said = (
        page.meta("og:image", "og:image:url", "twitter:image", "twitter:image:src")
        or page.linked.image
    )
    if not said:
        said = next(iter(page.tree.xpath("//*[@itemprop='image']/@src")), "")
    if not said and headline.element is not None:
        said = _next_image(headline.element)
    return absolute(_base(page), said) if said else ""


def _next_image(element: Any) -> str:
    """The first image behind the title that is no sign or logo."""
    for image in element.xpath("following::img | following::amp-img"):
        source = image.get("src") or ""
        width = re.sub(r"\D", "", image.get("width") or "")[:6]
        is_sign = bool(width) and int(width) < _LEAST_WIDTH
        if source and not is_sign and not source.startswith("data:"):
            return str(source)
    return ""


def _base(page: HtmlPage) -> str:
    given = page.tree.find(".//base[@href]")
    return absolute(page.url, given.get("href")) if given is not None else page.url


def canonical_of(page: HtmlPage) -> str:
    """The address the page gives itself; only of its own registrable domain.

    A page that names its front page says nothing of the article.
    """
    links = page.tree.xpath("//link[@rel='canonical']/@href")
    for claim in (*links, page.meta("og:url")):
        address = absolute(page.url, str(claim)) if claim else ""
        if not address or domain_of(address) != domain_of(page.url):
            continue
        if urlsplit(address).path in {"", "/"} and urlsplit(page.url).path not in {
            "",
            "/",
        }:
            continue
        return address
    return ""


def language_of(page: HtmlPage, text: str) -> str:
    """What the text is written in; a page's own claim decides where letters do not."""
    found = guess(text)
    claims = page.tree.get("lang") or page.meta("og:locale") or page.linked.language
    claimed = re.split(r"[-_]", claims.strip().lower())[0]
    if found.language in {"ar", "zgh", ""}:
        return (
            claimed
            if claimed in {"fa", "ur", "ku"} or not found.language
            else found.language
        )
    is_latin_claim = bool(re.fullmatch(r"[a-z]{2}", claimed)) and claimed != "ar"
    # Ours are French and English; a page that says Spanish is believed.
    if is_latin_claim and claimed not in {"fr", "en"}:
        return claimed
    return found.language
