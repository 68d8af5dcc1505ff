"""A release read for matching: cut into its parts, and what in it is news.

Markdown -> kicker, dateline, paragraphs, standing text, contact -> `Part` with its weights
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

import numpy as np
from numpy.typing import NDArray

from core.text.tokens import tokens, words
from monitor.matching.reuse import Hashes, gram_size, grams, hashes
from monitor.matching.values import ReleaseText, VersionText
from monitor.matching.vocabulary import ABOUT, ANNOUNCEMENTS, CONTACT

_MARKUP: Final = re.compile(
    r"^(?:#{1,6}|>|[-*+]|\d+\.)\s+|\*{1,3}|(?<!\w)_{1,2}|_{1,2}(?!\w)"
)
_LINK: Final = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")
_REACH: Final = re.compile(r"[\w.+-]+@[\w-]+\.\w|(?:\d[\s().-]{0,2}){9,}")
_KICKER: Final = 6  # words at most
_DATELINE: Final = 45  # words at most: a seat's official name can be long
_ENDS: Final = (".", "!", "?", "»", "”", "؟", "…", ";", ":")
_NAME: Final = 4  # words a phrase must have to be taken for an official name


def release_text(
    *,
    release_id: str,
    versions: Mapping[str, tuple[str, str]],
    issuer: str = "",
    published_at: datetime | None = None,
    embargo_at: datetime | None = None,
    event_days: Sequence[date] = (),
    official_names: Sequence[str] = (),
) -> ReleaseText:
    """Read an imported release: per language its title and its Markdown body."""
    return ReleaseText(
        id=release_id,
        issuer=issuer,
        published_at=published_at,
        embargo_at=embargo_at,
        event_days=tuple(event_days),
        official_names=tuple(official_names),
        versions={
            language: version_text(language, title, body)
            for language, (title, body) in versions.items()
        },
    )


def version_text(language: str, title: str, body: str) -> VersionText:
    """Cut a Markdown body into its parts."""
    blocks = [plain for block in re.split(r"\n\s*\n", body) if (plain := _plain(block))]
    if blocks and words(blocks[0]) == words(title):
        blocks = blocks[1:]
    return cut(language, title, blocks)


def cut(language: str, title: str, blocks: Sequence[str]) -> VersionText:
    """Part what is news from kicker, dateline, standing text and contact block.

    1. From the top: a kicker, then a dateline, each short and without a full stop.
    2. From the first block that begins with "About ...": standing text.
    3. Blocks with an address, a telephone or a mailbox: contact.
    """
    rest = list(blocks)
    kicker = rest.pop(0) if len(rest) > 1 and _is_kicker(rest[0]) else ""
    dateline = rest.pop(0) if len(rest) > 1 and _is_dateline(rest[0]) else ""
    news: list[str] = []
    about: list[str] = []
    contact: list[str] = []
    for place, block in enumerate(rest):
        if place and _is_contact(block):
            contact.append(block)
        elif place and (_is_about(block) or (about and len(words(block)) > _KICKER)):
            about.append(block)
        else:
            news.append(block)
    return VersionText(
        language=language,
        title=title.strip(),
        paragraphs=tuple(news),
        kicker=kicker,
        dateline=dateline,
        boilerplate="\n".join(about),
        contact="\n".join(contact),
    )


def _plain(block: str) -> str:
    lines = (
        _MARKUP.sub("", _LINK.sub(r"\1", line)).strip() for line in block.split("\n")
    )
    return "\n".join(line for line in lines if line)


def _is_kicker(block: str) -> bool:
    found = words(block)
    return len(found) <= _KICKER and any(word in ANNOUNCEMENTS for word in found)


def _is_dateline(block: str) -> bool:
    short = len(words(block)) <= _DATELINE and "\n" not in block
    return short and not block.endswith(_ENDS) and any(sign.isdigit() for sign in block)


def _is_about(block: str) -> bool:
    opening = " ".join(words(block)[:3]) + " "
    return opening.startswith(ABOUT)


def _is_contact(block: str) -> bool:
    if _REACH.search(block):
        return len(words(block)) <= _DATELINE * 2
    return any(word in CONTACT for word in words(block)[:2])


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One version as words, in the order title, paragraphs, standing text, contact.

    `news` marks the words whose reuse is evidence: not standing text, not contact, not an
    official name. `body_words` is where the standing text begins.
    """

    version: VersionText
    hashes: Hashes
    starts: NDArray[np.int32]
    ends: NDArray[np.int32]
    news: NDArray[np.bool_]
    body_words: int

    @property
    def runs(self) -> Hashes:
        """The runs of words of title and paragraphs; the place of one is its first word."""
        return grams(self.hashes[: self.body_words], gram_size(self.version.language))


def part(version: VersionText, names: Iterable[str]) -> Part:
    found = tokens(version.text)
    body = hashes(found.words)
    standing = hashes(words(f"{version.boilerplate}\n{version.contact}"))
    every = np.concatenate([body, standing])
    news = np.zeros(len(every), dtype=np.bool_)
    news[: len(body)] = ~_held(body, standing)
    for name in names:
        _strike(news, every, hashes(words(name)))
    return Part(
        version=version,
        hashes=every,
        starts=np.array(found.starts, dtype=np.int32),
        ends=np.array(found.ends, dtype=np.int32),
        news=news,
        body_words=len(body),
    )


def _held(body: Hashes, standing: Hashes) -> NDArray[np.bool_]:
    """Words in a run that the standing text or the contact block holds too.

    This is how an official name is known when nobody typed it: it heads the contact block.
    """
    held = np.zeros(len(body), dtype=np.bool_)
    known = np.isin(grams(body, _NAME), grams(standing, _NAME))
    for place in np.flatnonzero(known):
        held[place : place + _NAME] = True
    return held


def _strike(news: NDArray[np.bool_], every: Hashes, name: Hashes) -> None:
    """Take the weight from each place where the name stands, also without its first word."""
    for phrase in (name, name[1:]):
        if len(phrase) < 2:  # noqa: PLR2004  # one word is no name
            continue
        runs, wanted = grams(every, len(phrase)), grams(phrase, len(phrase))
        for place in np.flatnonzero(runs == wanted[0]):
            news[place : place + len(phrase)] = False
