"""Entries by hand: what was printed or said, with its page or its hour. Nothing is polled."""

import json
from collections.abc import Mapping
from typing import Any, ClassVar, Final
from urllib.parse import quote

from core.errors import BadInput
from core.i18n import N_
from core.text.charset import decode
from core.wording import worded
from monitor.sources import moments
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

FIELDS: Final = (
    "medium",
    "title",
    "published",
    "page",
    "time",
    "programme",
    "url",
    "author",
    "section",
    "summary",
    "content",
    "licence",
    "key",
)
_MEDIA: Final = ("print", "radio", "tv", "web")
_MOST: Final[Mapping[str, int]] = {"summary": 2000, "content": 100_000}
_MOST_OTHERS: Final = 500
_LONGEST_KEY: Final = 1000
_MOST_PAGE: Final = 999
_YES: Final = frozenset({"yes", "true", "1", "oui", "نعم"})


class Kind:
    name: ClassVar[str] = "manual"
    transport: ClassVar[Transport] = Transport.HAND

    def recognises(self, document: Document) -> bool:
        del document
        return False

    def quick(self, document: Document, *, options: Mapping[str, Any]) -> Parsed | None:
        """The entries of a JSON document: one mapping or a list of them."""
        try:
            given = json.loads(decode(document.body).text)
        except (ValueError, RecursionError) as error:
            raise _not_one(document) from error
        listed = given if isinstance(given, list) else [given]
        try:
            return Parsed(
                entries=[read(one, document, options=options) for one in listed]
            )
        except BadInput as error:
            raise NotASource(
                error.what, to=error.to, mend=error.mend, fault=Fault.UNREADABLE
            ) from error

    def parse(self, document: Document, *, options: Mapping[str, Any]) -> Parsed:
        found = self.quick(document, options=options)
        if found is None:
            raise _not_one(document)
        return found


def read(
    given: Mapping[str, Any], document: Document, *, options: Mapping[str, Any]
) -> Entry:
    """One entry as a person gave it. Raises BadInput, which names the field.

    Without an address of its own an entry gets one below the source's, which opens nothing
    and is only its name. The whole text is taken under a licence alone (promise L6).
    """
    if not isinstance(given, Mapping):
        raise BadInput(
            worded("An entry is a set of fields."),
            to=document.url,
            mend=worded("Give its fields."),
        )
    for name in given:
        if name not in FIELDS:
            raise _wrong(
                name,
                N_("There is no such field."),
                worded("Use one of %(fields)s.", fields=", ".join(FIELDS)),
            )
    words = {name: _text(name, given.get(name)) for name in FIELDS}
    medium = words["medium"]
    if medium not in _MEDIA:
        raise _wrong(
            "medium",
            N_("The medium is unknown."),
            N_("Use one of: print, radio, tv, web."),
        )
    if not words["title"]:
        raise _wrong(
            "title", N_("An entry needs a title."), N_("Give what was printed or said.")
        )
    published = _published(words, document)
    place = _place(words)
    key = words["key"] or f"{medium} {published.at:%Y-%m-%d} {place} {words['title']}"
    licensed = words["licence"].lower() in _YES or _is_licensed(options)
    if words["content"] and not licensed:
        raise _wrong(
            "content",
            N_("The whole text may be kept under a licence only."),
            N_("Give a summary, or say that the outlet allows it."),
        )
    return Entry(
        key=key[:2000],
        url=_address(words, document, key),
        title=words["title"],
        author=words["author"],
        section=place or words["section"],
        published=published,
        summary=words["summary"],
        content=words["content"],
    )


def _is_licensed(options: Mapping[str, Any]) -> bool:
    """Whether what is known of the outlet allows keeping whole texts."""
    return bool(options.get("licence")) and options.get("licence_allows") != "excerpt"


def _not_one(document: Document) -> NotASource:
    return NotASource(
        worded("The entry cannot be read."),
        to=document.url,
        mend=worded("Give its fields as JSON."),
        fault=Fault.UNREADABLE,
    )


def _wrong(field: str, what: str, mend: str) -> BadInput:
    return BadInput(what, to=field, mend=mend)


def _text(name: str, value: object) -> str:
    if value is None:
        return ""
    if not isinstance(value, str | int | float):
        raise _wrong(name, N_("This is no text."), N_("Give a text."))
    text = str(value).lower() if isinstance(value, bool) else str(value)
    if name == "content":
        blocks = (tidied(block) for block in text.split("\n\n"))
        text = "\n\n".join(block for block in blocks if block)
    else:
        text = tidied(text)
    most = _MOST.get(name, _MOST_OTHERS)
    if len(text) > most:
        raise _wrong(name, N_("This is too long."), N_("Shorten it."))
    return text


def _published(words: Mapping[str, str], document: Document) -> Dated:
    text = f"{words['published']} {words['time']}".strip()
    dated = moments.read(text, zone=document.zone)
    if dated is None:
        raise _wrong(
            "published"
            if not moments.read(words["published"], zone=document.zone)
            else "time",
            N_("This is no date."),
            N_("Give a day such as 2026-11-24, and an hour such as 19:30."),
        )
    return dated


def _place(words: Mapping[str, str]) -> str:
    """Where it stood: a page of print, a programme and its hour on air."""
    page, medium = words["page"], words["medium"]
    if page and medium != "print":
        raise _wrong(
            "page",
            N_("Only print has pages."),
            N_("Give the hour or the programme instead."),
        )
    if page:
        if not (page.isascii() and page.isdecimal() and 0 < int(page) <= _MOST_PAGE):
            raise _wrong("page", N_("This is no page."), N_("Give a number such as 4."))
        return f"p. {int(page)}"
    if medium in {"radio", "tv"}:
        if not words["time"]:
            raise _wrong(
                "time", N_("What is on air has an hour."), N_("Give one such as 19:30.")
            )
        return " ".join(part for part in (words["programme"], words["time"]) if part)
    return ""


def _address(words: Mapping[str, str], document: Document, key: str) -> str:
    if not words["url"]:
        # In the path: what stands behind a # does not part two articles.
        return f"{document.url}/{quote(key, safe='')[:_LONGEST_KEY]}"
    address = absolute("", words["url"])
    if not address:
        raise _wrong(
            "url", N_("This is no address."), N_("Give one that begins with https://.")
        )
    return address
