"""Newsletters: one message of a mailbox folder is one look at the outlet.

Its links with headlines are articles. Links that lead through a counting service are kept
as they are, since only following them tells where they end; what is added for statistics
goes. A letter without such links is an article itself, when it has a web version.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parseaddr
from typing import TYPE_CHECKING, Any, ClassVar, Final
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from core.text.charset import decode
from core.wording import Worded, worded
from monitor.sources import markup, moments, page_links
from monitor.sources.base import (
    Dated,
    Document,
    Entry,
    NotASource,
    Parsed,
    Transport,
    absolute,
    tidied,
)
from monitor.states import Fault

if TYPE_CHECKING:
    from bs4 import BeautifulSoup, Tag

_MOST_ENTRIES: Final = 200
_MOST_PARTS: Final = 100
_MOST_LINKS: Final = 2000
_MOST_BYTES: Final = 10 * 1024 * 1024
_MOST_CONTENT: Final = 100_000
_LEAST_CONTENT: Final = 400

_HEADERS: Final = re.compile(
    rb"^(?:from|received|return-path|subject)\s?:", re.IGNORECASE | re.MULTILINE
)
_WEB_VERSION: Final = re.compile(
    r"version (?:en ligne|web)|dans (?:votre|le) navigateur|voir en ligne|lire en ligne"
    r"|(?:view|read|open)\b.{0,30}\b(?:browser|online)|web version"
    r"|في المتصفح|النسخة الإلكترونية|على الويب",
    re.IGNORECASE,
)
_LEAVING: Final = re.compile(
    r"unsubscri|désabonn|desabonn|désinscri|desinscri|se désinscrire|ne plus recevoir"
    r"|opt-?out|préférences|preferences|manage your|gérer (?:vos|mes)|update your profile"
    r"|forward to a friend|transférer|privacy|confidentialité|mentions légales"
    r"|إلغاء الاشتراك|إلغاء الإشتراك|إلغاء اشتراك|سياسة الخصوصية",
    re.IGNORECASE,
)
_LEAVING_ADDRESS: Final = re.compile(
    r"unsub|optout|opt-out|desabonn|desinscri|list-manage\.com/(?:unsubscribe|profile)"
    r"|/preferences|/abuse",
    re.IGNORECASE,
)
_SOCIAL: Final = re.compile(
    r"(?:^|\.)(?:facebook|twitter|x|linkedin|instagram|youtube|whatsapp|t|tiktok|telegram|wa)"
    r"\.(?:com|me|be|co)$"
)
_IN_TEXT: Final = re.compile(r"https?://[^\s<>\"']{4,2000}")
_STATISTICS: Final = re.compile(
    r"^(?:utm_\w{1,20}|mc_[ce]id|fbclid|gclid|xtor|at_\w{1,20})$", re.IGNORECASE
)


class Kind:
    name: ClassVar[str] = "newsletter"
    transport: ClassVar[Transport] = Transport.MAILBOX

    def recognises(self, document: Document) -> bool:
        head = document.body[:4000]
        return len(_HEADERS.findall(head)) > 1 and not head.lstrip().startswith(b"<")

    def quick(self, document: Document, *, options: Mapping[str, Any]) -> Parsed | None:
        del options
        if not document.body.strip():
            raise _not_one(worded("The message is empty."), document, Fault.EMPTY)
        if len(document.body) > _MOST_BYTES:
            raise _not_one(
                worded("The message is too large."), document, Fault.TOO_LARGE
            )
        if not self.recognises(document):
            raise _not_one(worded("This is not a mail."), document, Fault.UNREADABLE)
        return None

    def parse(self, document: Document, *, options: Mapping[str, Any]) -> Parsed:
        """The articles of one message.

        The option `sender` (an address or its domain) refuses mail of others.
        """
        self.quick(document, options=options)
        message = message_from_bytes(document.body, policy=policy.default)
        name, address = parseaddr(_header(message, "From"))
        _check_sender(address, document, options)
        html, plain = _bodies(message)
        letter = _Letter(message, document, name=tidied(name))
        entries = letter.linked(html) if html else letter.listed(plain)
        if not entries:
            entries = letter.whole(html, plain)
        if not entries:
            raise _not_one(
                worded("No link of the message looks like an article."),
                document,
                Fault.NO_ARTICLES,
            )
        return Parsed(
            entries=entries[:_MOST_ENTRIES],
            title=letter.title,
            left_out=max(0, len(entries) - _MOST_ENTRIES),
        )


def _not_one(what: Worded, document: Document, fault: Fault) -> NotASource:
    return NotASource(
        what,
        to=document.url,
        mend=worded("Check that only this outlet's newsletter comes into the folder."),
        fault=fault,
    )


def _check_sender(address: str, document: Document, options: Mapping[str, Any]) -> None:
    wanted = str(options.get("sender") or "").lower()
    given = address.lower()
    domain = given.rpartition("@")[2]
    if wanted and wanted not in {given, domain} and not domain.endswith(f".{wanted}"):
        raise _not_one(
            worded("The message comes from somebody else than this newsletter."),
            document,
            Fault.UNREADABLE,
        )


def _header(message: EmailMessage, name: str) -> str:
    """A header in plain words; empty when there is none or it cannot be read."""
    try:
        return tidied(str(message.get(name) or ""))
    except (ValueError, IndexError, KeyError, AttributeError, LookupError, TypeError):
        # The standard library's parser of headers fails on hostile ones in all these ways.
        return ""


def _bodies(message: EmailMessage) -> tuple[str, str]:
    """The HTML of the message and its plain text; the first of each."""
    found = {"text/html": "", "text/plain": ""}
    for _, part in zip(range(_MOST_PARTS), message.walk(), strict=False):
        kind = part.get_content_type()
        if kind not in found or found[kind] or part.get_filename():
            continue
        body = part.get_payload(decode=True)
        if isinstance(body, bytes):
            label = part.get_content_charset() or ""
            found[kind] = decode(body, declared=label).text
    return found["text/html"], found["text/plain"]


class _Letter:
    """One message, whose links become entries."""

    def __init__(self, message: EmailMessage, document: Document, *, name: str) -> None:
        self._document = document
        self._name = name
        self.title = markup.title(_header(message, "Subject"))
        self._id = _header(message, "Message-ID").strip("<>")
        self._dated = moments.read(_header(message, "Date"), zone=document.zone)

    def linked(self, html: str) -> Sequence[Entry]:
        """The links of an HTML letter that have headlines."""
        page = _soup(html)
        texts: dict[str, str] = {}
        for link in page.select("a[href]", limit=_MOST_LINKS):
            url = _cleaned(str(link["href"]))
            text = _said(link)
            if url and not _leaves(url, text):
                texts[url] = max(texts.get(url, ""), text, key=len)
        return [
            self._entry(url, text)
            for url, text in texts.items()
            if page_links.is_headline(text) and not _WEB_VERSION.search(text)
        ]

    def listed(self, plain: str) -> Sequence[Entry]:
        """The links of a plain letter: the line above an address is its headline."""
        found: dict[str, str] = {}
        headline = ""
        for line in plain.splitlines():
            address = _IN_TEXT.search(line)
            before = tidied(line[: address.start()] if address else line)
            if page_links.is_headline(before):
                headline = before
            url = _cleaned(address[0].rstrip(").,>]")) if address else ""
            if url and headline and not _leaves(url, headline):
                found.setdefault(url, headline)
            if address is not None:
                headline = ""
        return [self._entry(url, text) for url, text in found.items()]

    def whole(self, html: str, plain: str) -> Sequence[Entry]:
        """The letter itself as one article, if it can be opened on the web."""
        url = next(_web_versions(html), "") if html else ""
        content = markup.paragraphs(html) if html else plain.strip()
        if not url or len(content) < _LEAST_CONTENT:
            return []
        entry = self._entry(url, self.title, content)
        return [entry]

    def _entry(self, url: str, title: str, content: str = "") -> Entry:
        return Entry(
            key=f"{self._id} {url}".strip(),
            url=url,
            title=markup.shortened(title, 1000),
            author="" if not content else self._name,
            # The letter's own date is its articles' only when it is one of them.
            published=self._of_letter(content),
            content=markup.shortened(content, _MOST_CONTENT),
        )

    def _of_letter(self, content: str) -> Dated | None:
        return self._dated if content else None


def _soup(html: str) -> "BeautifulSoup":
    # Only the bounded child ever needs it.
    from bs4 import BeautifulSoup  # noqa: PLC0415

    return BeautifulSoup(html, "lxml")


def _web_versions(html: str) -> Iterator[str]:
    for link in _soup(html).select("a[href]", limit=_MOST_LINKS):
        url = _cleaned(str(link["href"]))
        if url and _WEB_VERSION.search(_said(link)):
            yield url


def _said(link: "Tag") -> str:
    text = tidied(link.get_text(" "))
    if not text:
        picture = link.find("img", alt=True)
        text = tidied(str(picture["alt"])) if picture else ""
    return text[:1000]


def _leaves(url: str, text: str) -> bool:
    """Whether a link leads out of the list, or to a network, and not to an article."""
    host = urlsplit(url).hostname or ""
    return bool(
        _LEAVING.search(text) or _LEAVING_ADDRESS.search(url) or _SOCIAL.search(host)
    )


def _cleaned(link: str) -> str:
    """The address without what was added for statistics; empty when it is none."""
    # A mail has no address of its own: relative links lead nowhere.
    url = absolute("", link)
    if not url:
        return ""
    parts = urlsplit(url)
    if not parts.query:
        return url
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    kept = [(name, value) for name, value in pairs if not _STATISTICS.match(name)]
    if len(kept) == len(pairs):
        return url
    return urlunsplit(parts._replace(query=urlencode(kept)))
