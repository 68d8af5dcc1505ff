"""All releases, ready to be asked about articles; grows in place.

An article is compared with few releases: those that share rare runs of words with it,
those sent lately, and those that share rare terms.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Final, TypeVar

import numpy as np
from numpy.typing import NDArray

from core.text.tokens import words
from monitor.matching.clues import Clues, clues
from monitor.matching.profile import Part, part
from monitor.matching.reuse import (
    GramIndex,
    Hashes,
    gram_size,
    grams,
    word_hash,
)
from monitor.matching.thesaurus import term
from monitor.matching.values import ReleaseText

_CANDIDATES: Final = 8  # releases of one kind compared with one article
_RECENT: Final = timedelta(days=45)  # releases sent so lately are compared anyway
_RECENT_MOST: Final = 16
_KEPT: Final = 4_096  # releases whose parts stay in memory once they were needed
_NAME: Final = 4  # words from which the head of a contact block is an official name

Key = TypeVar("Key")
Value = TypeVar("Value")


class ReleaseIndex:
    """Sorted arrays over all releases; what one release needs is cut when it is asked."""

    def __init__(self, releases: Iterable[ReleaseText] = ()) -> None:
        self._releases: list[ReleaseText] = []
        self._grams = {4: GramIndex(), 5: GramIndex()}
        self._terms = GramIndex()
        self._sent: list[tuple[date, int]] = []
        self._official: dict[str, list[Sequence[str]]] = {}
        self._parts: dict[tuple[int, str], Part] = {}
        self._own: dict[tuple[int, str], NDArray[np.bool_]] = {}
        self._clues: dict[int, Clues] = {}
        self.extend(releases)

    def extend(self, releases: Iterable[ReleaseText]) -> None:
        """Add releases; what was added before stays as it was."""
        held: dict[int, list[tuple[int, Hashes]]] = {4: [], 5: []}
        terms: list[tuple[int, Hashes]] = []
        for release in releases:
            owner = len(self._releases)
            self._releases.append(release)
            for language in release.versions:
                size = gram_size(language)
                known = self.part(owner, language)
                held[size].append(
                    (owner, grams(known.hashes[: known.body_words], size))
                )
            terms.append((owner, _term_hashes(release)))
            if release.published_at:
                self._sent.append((release.published_at.date(), owner))
            for name in _official_names(release):
                known_names = self._official.setdefault(name[0], [])
                if name not in known_names:
                    known_names.append(name)
        for size, pairs in held.items():
            self._grams[size].add(pairs)
        self._terms.add(terms)
        self._sent.sort()
        self._own.clear()

    @property
    def releases(self) -> Sequence[ReleaseText]:
        return self._releases

    @property
    def official(self) -> Mapping[str, Sequence[Sequence[str]]]:
        """The issuers' names as folded words, by their first word."""
        return self._official

    def part(self, owner: int, language: str) -> Part:
        release = self._releases[owner]
        names = [*release.official_names, release.issuer]
        return _kept(
            self._parts,
            (owner, language),
            lambda: part(release.versions[language], names),
        )

    def clues(self, owner: int) -> Clues:
        return _kept(self._clues, owner, lambda: clues(self._releases[owner]))

    def own_words(self, owner: int, language: str) -> NDArray[np.bool_]:
        """Words of a version that are news and stand in no run another release holds."""
        return _kept(
            self._own, (owner, language), lambda: self._own_words(owner, language)
        )

    def _own_words(self, owner: int, language: str) -> NDArray[np.bool_]:
        known, size = self.part(owner, language), gram_size(language)
        runs = grams(known.hashes[: known.body_words], size)
        recycled = np.zeros(len(known.hashes), dtype=np.bool_)
        for place in np.flatnonzero(~self._grams[size].owned(owner, runs)):
            recycled[place : place + size] = True
        return known.news & ~recycled

    def sharing_text(self, body: Hashes, language: str) -> Sequence[int]:
        """Releases that share runs of words, those that share most first."""
        size = gram_size(language)
        _, owners = self._grams[size].postings(np.unique(grams(body, size)))
        return self._most(owners, _CANDIDATES)

    def worth_reading(
        self, terms: Iterable[str], published: date | None
    ) -> Sequence[int]:
        """Releases whose event the article may speak of."""
        wanted = np.array(sorted({word_hash(one) for one in terms}), dtype=np.uint64)
        _, owners = self._terms.postings(wanted)
        found = set(self._most(owners, _CANDIDATES))
        recent = self._recent(published)
        if len(recent) > _RECENT_MOST:
            near = set(recent)
            ranked = self._most(owners, len(self._releases))
            recent = [owner for owner in ranked if owner in near][:_RECENT_MOST]
        return sorted(found | set(recent))

    def _recent(self, published: date | None) -> Sequence[int]:
        if published is None:
            return [owner for _, owner in self._sent[-_RECENT_MOST:]]
        first = bisect_left(self._sent, (published - _RECENT, -1))
        last = bisect_right(self._sent, (published, len(self._releases)))
        return [owner for _, owner in self._sent[first:last]]

    def _most(self, owners: NDArray[np.int32], count: int) -> Sequence[int]:
        if not len(owners):
            return []
        found, counts = np.unique(owners, return_counts=True)
        order = np.argsort(-counts, kind="stable")[:count]
        return [int(owner) for owner in found[order]]


def _kept(store: dict[Key, Value], key: Key, make: Callable[[], Value]) -> Value:
    """Look up or make; the oldest goes when the store is full."""
    if key not in store:
        if len(store) >= _KEPT:
            del store[next(iter(store))]
        store[key] = make()
    return store[key]


def _term_hashes(release: ReleaseText) -> Hashes:
    """Terms of titles and leads, enough to find a release by."""
    found = {
        term(word)
        for version in release.versions.values()
        for text in (version.title, *version.paragraphs[:1])
        for word in words(text)
    }
    return np.array(sorted(word_hash(one) for one in found - {""}), dtype=np.uint64)


def _official_names(release: ReleaseText) -> Sequence[Sequence[str]]:
    """As typed, else the heads of the contact blocks that look like one."""
    if release.official_names:
        return [words(name) for name in release.official_names if words(name)]
    heads = (version.contact.split("\n", 1)[0] for version in release.versions.values())
    return [
        words(head)
        for head in heads
        if len(words(head)) >= _NAME and not any(sign.isdigit() for sign in head)
    ]
