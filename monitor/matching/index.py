"""All releases, ready to be asked about articles; grows in place, to a hundred thousand.

An article is compared with few releases: those that share prints of their text with it,
those sent lately, and those that share rare terms. Only arrays of all releases are held;
what a comparison needs of one is cut from its text when it is asked, and kept for a while.
"""

from bisect import bisect_left, insort
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Final, Generic, TypeVar

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
    prints,
    word_hash,
)
from monitor.matching.thesaurus import is_subject, term
from monitor.matching.values import ReleaseText

_CANDIDATES: Final = 8  # releases of one kind compared with one article
_RECENT: Final = timedelta(days=45)  # releases sent so lately are compared anyway
_RECENT_MOST: Final = 16  # while there are so few of them
_RARE: Final = 2  # rare terms that an article must share with an older release
_KEPT: Final = 2_048  # releases whose parts stay in memory once they were needed
_NAME: Final = 4  # words from which the head of a contact block is an official name
_RELATIVE: Final = 0.5  # share of prints above which two releases are one announcement
_STRANGERS: Final = (
    16  # releases whose text is compared with one to find what is its own
)
_EDGE: Final = 3  # runs beside a common print that are common, too

Key = TypeVar("Key")
Value = TypeVar("Value")
Load = Callable[[Sequence[int]], Sequence[ReleaseText]]


class ReleaseIndex:
    """Sorted arrays over all releases, by number: the first that was added is 0.

    *load* gives the releases of some numbers when their texts are not to be held here.
    """

    def __init__(
        self, releases: Iterable[ReleaseText] = (), *, load: Load | None = None
    ) -> None:
        self._held: list[ReleaseText] = []
        self._load = load or (lambda owners: [self._held[owner] for owner in owners])
        self._holds = load is None
        self._count = 0
        self._gone: set[int] = set()
        self._grams = {4: GramIndex(), 5: GramIndex()}
        self._terms = GramIndex()
        # Terms of the releases of each month, and how many these are.
        self._months: dict[tuple[int, int], GramIndex] = {}
        self._sent: list[tuple[date, int]] = []
        self._official: dict[str, list[Sequence[str]]] = {}
        self._texts: _Kept[int, ReleaseText] = _Kept()
        self._parts: _Kept[tuple[int, str], Part] = _Kept()
        self._own: _Kept[tuple[int, str], NDArray[np.bool_]] = _Kept()
        self._clues: _Kept[int, Clues] = _Kept()
        self.extend(releases)

    def __len__(self) -> int:
        return self._count - len(self._gone)

    def extend(self, releases: Iterable[ReleaseText]) -> Sequence[int]:
        """Add releases and answer their numbers; what was added before stays as it was."""
        first = self._count
        held: dict[int, list[tuple[int, Hashes]]] = {4: [], 5: []}
        terms: list[tuple[int, Hashes]] = []
        monthly: dict[tuple[int, int], list[tuple[int, Hashes]]] = {}
        for owner, release in enumerate(releases, start=first):
            if self._holds:
                self._held.append(release)
            for language, version in release.versions.items():
                runs = part(version, _names(release)).runs
                held[gram_size(language)].append((owner, runs[prints(runs)]))
            terms.append((owner, _term_hashes(release)))
            if release.published_at:
                sent = release.published_at.date()
                insort(self._sent, (sent, owner))
                monthly.setdefault((sent.year, sent.month), []).append(terms[-1])
            self._note_names(release)
        for size, pairs in held.items():
            self._grams[size].add(pairs)
        self._terms.add(terms)
        for month, pairs in monthly.items():
            self._months.setdefault(month, GramIndex()).add(pairs)
        self._count += len(terms)
        self._own.clear()
        return range(first, self._count)

    def _note_names(self, release: ReleaseText) -> None:
        for name in _official_names(release):
            known = self._official.setdefault(name[0], [])
            if name not in known:
                known.append(name)

    def drop(self, owner: int) -> None:
        """Take a release out: it is no candidate any more, and nothing is recycled from it."""
        self._gone.add(owner)
        self._own.clear()

    @property
    def official(self) -> Mapping[str, Sequence[Sequence[str]]]:
        """The issuers' names as folded words, by their first word."""
        return self._official

    def release(self, owner: int) -> ReleaseText:
        return self._texts.get(owner, lambda: self._load([owner])[0])

    def part(self, owner: int, language: str) -> Part:
        release = self.release(owner)
        return self._parts.get(
            (owner, language),
            lambda: part(release.versions[language], _names(release)),
        )

    def clues(self, owner: int) -> Clues:
        return self._clues.get(owner, lambda: clues(self.release(owner)))

    def own_words(self, owner: int, language: str) -> NDArray[np.bool_]:
        """Words of a version that are news and stand in no run another release holds.

        A correction or a reminder repeats its parent: a release that shares half of the
        prints is a relative, and what relatives share stays evidence.
        """
        return self._own.get(
            (owner, language), lambda: self._own_words(owner, language)
        )

    def _own_words(self, owner: int, language: str) -> NDArray[np.bool_]:
        known, size = self.part(owner, language), gram_size(language)
        runs = known.runs
        places = prints(runs)
        common = self._grams[size].common(runs[places])
        place, owners = self._grams[size].postings(runs[places])
        others = (owners != owner) & ~np.isin(owners, list(self._gone))
        found, shared = np.unique(owners[others], return_counts=True)
        strangers = found[shared < _RELATIVE * max(1, len(places))]
        recycled = np.zeros(len(runs), dtype=np.bool_)
        for at in places[common]:
            recycled[max(0, at - _EDGE) : at + _EDGE + 1] = True
        by_most = strangers[
            np.argsort(-shared[np.isin(found, strangers)], kind="stable")
        ]
        for stranger in by_most[:_STRANGERS]:
            recycled |= np.isin(runs, self._runs(int(stranger), size))
        for at in places[place[np.isin(owners, by_most[_STRANGERS:])]]:
            recycled[max(0, at - _EDGE) : at + _EDGE + 1] = True
        own = known.news.copy()
        for at in np.flatnonzero(recycled):
            own[at : at + size] = False
        return own

    def _runs(self, owner: int, size: int) -> Hashes:
        """The runs of one size that a release holds."""
        return np.concatenate(
            [
                self.part(owner, language).runs
                for language in self.release(owner).versions
                if gram_size(language) == size
            ]
        )

    def sharing_text(self, body: Hashes, language: str) -> Sequence[int]:
        """Releases that share prints, those that share most first."""
        size = gram_size(language)
        runs = grams(body, size)
        _, owners = self._grams[size].postings(np.unique(runs[prints(runs)]))
        return self._most(owners, _CANDIDATES)

    def worth_reading(
        self, terms: Iterable[str], published: date | None
    ) -> Sequence[int]:
        """Releases whose event the article may speak of."""
        if not self._count:
            return []
        wanted = np.array(sorted({word_hash(one) for one in terms}), dtype=np.uint64)
        _, owners = self._terms.postings(wanted)
        found = self._most(owners, _CANDIDATES, least=_RARE)
        return sorted({*found, *self._recent(wanted, published)})

    def _recent(self, wanted: Hashes, published: date | None) -> Sequence[int]:
        """Those sent lately; of many, those that share the rarest terms."""
        last = published or (self._sent[-1][0] if self._sent else None)
        if last is None:
            return []
        first = last - _RECENT
        lately = [
            owner
            for day, owner in self._sent[
                self._from(first) : self._from(last, after=True)
            ]
            if owner not in self._gone
        ]
        if len(lately) <= _RECENT_MOST:
            return lately
        worth: dict[int, float] = {}
        allowed = set(lately)
        for month in _months(first, last):
            index = self._months.get(month)
            if index is None:
                continue
            place, owners = index.postings(wanted, most=len(lately))
            rarity = 1.0 / np.sqrt(np.bincount(place, minlength=len(wanted)).clip(1))
            found, inverse = np.unique(owners, return_inverse=True)
            sums = np.bincount(inverse, weights=rarity[place], minlength=len(found))
            worth.update(
                (owner, value)
                for owner, value in zip(found.tolist(), sums.tolist(), strict=True)
                if owner in allowed
            )
        return sorted(worth, key=lambda owner: (-worth[owner], owner))[:_CANDIDATES]

    def _from(self, day: date, *, after: bool = False) -> int:
        """The place in `_sent` of the first release of a day, or of those after it."""
        return bisect_left(self._sent, (day, self._count if after else -1))

    def _most(
        self, owners: NDArray[np.int32], count: int, *, least: int = 1
    ) -> Sequence[int]:
        """The owners that stand there most often, *least* times at least."""
        found, counts = np.unique(owners, return_counts=True)
        found, counts = found[counts >= least], counts[counts >= least]
        order = np.argsort(-counts, kind="stable")
        ranked = (int(owner) for owner in found[order])
        some: list[int] = []
        for owner in ranked:
            if owner not in self._gone:
                some.append(owner)
            if len(some) == count:
                break
        return some


class _Kept(Generic[Key, Value]):
    """Looks up or makes; the oldest goes when it is full. Threads may make one twice."""

    def __init__(self) -> None:
        self._made: dict[Key, Value] = {}

    def get(self, key: Key, make: Callable[[], Value]) -> Value:
        # Kept where it was missed: what is made of an index that changes meanwhile goes with it.
        kept = self._made
        found = kept.get(key)
        if found is None:
            found = kept[key] = make()
            if len(kept) > _KEPT:
                kept.pop(next(iter(kept)), None)
        return found

    def clear(self) -> None:
        self._made = {}


def _months(first: date, last: date) -> Iterable[tuple[int, int]]:
    year, month = first.year, first.month
    while (year, month) <= (last.year, last.month):
        yield year, month
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)  # noqa: PLR2004


def _names(release: ReleaseText) -> Sequence[str]:
    return [*release.official_names, release.issuer]


def _term_hashes(release: ReleaseText) -> Hashes:
    """What titles and leads speak of, enough to find a release by."""
    found = {
        term(word)
        for version in release.versions.values()
        for text in (version.title, *version.paragraphs[:1])
        for word in words(text)
    }
    subjects = {one for one in found if one and is_subject(one)}
    return np.array(sorted(map(word_hash, subjects)), dtype=np.uint64)


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
