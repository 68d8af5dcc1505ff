"""Text that stands in both: hashed runs of words find candidates, alignment finds passages.

words -> 64-bit hashes -> runs of 5 (4 in Arabic) -> prints -> sorted arrays -> candidates
      -> tiles

Measured on wire copy, plain overlap confuses different events that share formulas, so what
counts is a run's rarity: only what no other release holds is evidence. Everything else
(official names, standing text, recycled sentences) aligns, and is shown.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from typing import Final

import numpy as np
from numpy.typing import NDArray

Hashes = NDArray[np.uint64]
Places = NDArray[np.int64]

_NO_PLACES: Final[Places] = np.empty(0, dtype=np.int64)
_MULTIPLIER: Final = np.uint64(0x9E3779B97F4A7C15)
_ANCHOR: Final = 3  # words that must agree to start or resume a tile
_BRIDGE: Final = 4  # words that may differ inside one
SHORTEST_TILE: Final = 8  # words; shorter agreement is everyday language
_WINDOW: Final = 4  # runs in a row of which at least one is a print
_MANY: Final = 64  # postings of one print above which it names no candidate


def gram_size(language: str) -> int:
    """Arabic says in four words what French says in five (proclitics)."""
    return 4 if language == "ar" else 5


@lru_cache(maxsize=262_144)
def word_hash(word: str) -> int:
    return int.from_bytes(blake2b(word.encode(), digest_size=8).digest(), "little")


def hashes(words: Sequence[str]) -> Hashes:
    return np.fromiter(map(word_hash, words), dtype=np.uint64, count=len(words))


def grams(words: Hashes, size: int) -> Hashes:
    """One hash for each run of `size` words; the place of a run is its index."""
    count = len(words) - size + 1
    if count < 1:
        return np.empty(0, dtype=np.uint64)
    rolled = np.zeros(count, dtype=np.uint64)
    for at in range(size):
        rolled = rolled * _MULTIPLIER + words[at : at + count]
    return rolled ^ (rolled >> np.uint64(29))


def prints(runs: Hashes) -> Places:
    """The places of some runs, the same in every text: the least of each window (winnowing).

    Texts that share `_WINDOW` runs in a row share a print; two in five are one.
    """
    if len(runs) <= _WINDOW:
        return np.unique(np.argmin(runs, keepdims=True)) if len(runs) else _NO_PLACES
    windows = np.lib.stride_tricks.sliding_window_view(runs, _WINDOW)
    return np.unique(windows.argmin(axis=1) + np.arange(len(windows)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """Words `start:end` of the article are `other_start:other_end` of the release.

    Small edits are bridged; `pairs` are the words that agree exactly.
    """

    start: int
    end: int
    other_start: int
    other_end: int
    pairs: Sequence[tuple[int, int]]


def tiles(article: Hashes, release: Hashes) -> list[Tile]:
    """Align greedily, longest first at each place; tiles never overlap in the article."""
    places = _places(release)
    left, right = article.tolist(), release.tolist()
    anchors = grams(article, _ANCHOR).tolist()
    found: list[Tile] = []
    at = 0
    while at < len(anchors):
        best: Tile | None = None
        for other in places.get(anchors[at], ()):
            tile = _extend(left, right, at, other)
            if best is None or len(tile.pairs) > len(best.pairs):
                best = tile
        if best is not None and len(best.pairs) >= SHORTEST_TILE:
            found.append(best)
            at = best.end
        else:
            at += 1
    return found


def _places(release: Hashes) -> dict[int, list[int]]:
    places: dict[int, list[int]] = {}
    for place, gram in enumerate(grams(release, _ANCHOR).tolist()):
        places.setdefault(gram, []).append(place)
    return places


def _extend(left: list[int], right: list[int], at: int, other: int) -> Tile:
    pairs: list[tuple[int, int]] = []
    i, j = at, other
    while True:
        while i < len(left) and j < len(right) and left[i] == right[j]:
            pairs.append((i, j))
            i, j = i + 1, j + 1
        gap = _resume(left, right, i, j)
        if gap is None:
            break
        i, j = gap
    return Tile(
        start=at,
        end=pairs[-1][0] + 1,
        other_start=other,
        other_end=pairs[-1][1] + 1,
        pairs=pairs,
    )


def _resume(
    left: list[int], right: list[int], i: int, j: int
) -> tuple[int, int] | None:
    """Where the texts agree again for `_ANCHOR` words, at most `_BRIDGE` words on."""
    for cost in range(1, 2 * _BRIDGE + 1):
        for skipped in range(max(0, cost - _BRIDGE), min(_BRIDGE, cost) + 1):
            a, b = i + skipped, j + cost - skipped
            ahead = left[a : a + _ANCHOR]
            if len(ahead) == _ANCHOR and ahead == right[b : b + _ANCHOR]:
                return a, b
    return None


_Keys = NDArray[np.uint32]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Segment:
    keys: _Keys
    owners: NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.keys)


class GramIndex:
    """Which owners hold a hash: sorted arrays, 8 bytes a posting, extended in place.

    Half of each hash is held. Among a hundred thousand releases one answer in 250 is then
    a stranger's; whoever asks compares the texts themselves before anything counts.
    As in a log-structured merge: an array is merged with the one before when that is not
    twice as long, so that adding one by one costs little, and few arrays are asked.
    """

    def __init__(self) -> None:
        self._segments: list[_Segment] = []

    def add(self, held: Sequence[tuple[int, Hashes]]) -> None:
        """Add owners, each with its hashes (counted once)."""
        unique = [(owner, np.unique(_half(keys))) for owner, keys in held if len(keys)]
        if not unique:
            return
        keys = np.concatenate([keys for _, keys in unique])
        owners = np.repeat(
            np.array([owner for owner, _ in unique], dtype=np.int32),
            [len(keys) for _, keys in unique],
        )
        segments = [*self._segments, _sorted(keys, owners)]
        while len(segments) > 1 and len(segments[-2]) < 2 * len(segments[-1]):
            one, two = segments.pop(), segments.pop()
            segments.append(
                _sorted(
                    np.concatenate([two.keys, one.keys]),
                    np.concatenate([two.owners, one.owners]),
                )
            )
        # Replaced at once: other threads read on in the arrays they have.
        self._segments = segments

    def postings(
        self, wanted: Hashes, *, most: int = _MANY
    ) -> tuple[Places, NDArray[np.int32]]:
        """Pairs (place in `wanted`, owner); what more than *most* hold is left out."""
        places: list[Places] = []
        owners: list[NDArray[np.int32]] = []
        ranges = list(self._ranges(wanted))
        total = sum((last - first for _, first, last in ranges), np.zeros(1, np.int64))
        for part, first, last in ranges:
            counts = np.where(total > most, 0, last - first)
            if not counts.any():
                continue
            places.append(np.repeat(np.arange(len(wanted)), counts))
            step = np.arange(counts.sum()) - np.repeat(
                np.cumsum(counts) - counts, counts
            )
            owners.append(part.owners[np.repeat(first, counts) + step])
        if not places:
            return _NO_PLACES, np.empty(0, dtype=np.int32)
        return np.concatenate(places), np.concatenate(owners)

    def common(self, wanted: Hashes, *, most: int = _MANY) -> NDArray[np.bool_]:
        """Which hashes more than *most* owners hold."""
        total = np.zeros(len(wanted), dtype=np.int64)
        for _, first, last in self._ranges(wanted):
            total += last - first
        return total > most

    def _ranges(self, wanted: Hashes) -> Iterator[tuple[_Segment, Places, Places]]:
        keys = _half(wanted)
        for part in self._segments:
            first = np.searchsorted(part.keys, keys, side="left")
            last = np.searchsorted(part.keys, keys, side="right")
            yield part, first, last


def _half(keys: Hashes) -> _Keys:
    return (keys >> np.uint64(32)).astype(np.uint32)


def _sorted(keys: _Keys, owners: NDArray[np.int32]) -> _Segment:
    order = np.argsort(keys, kind="stable")
    return _Segment(keys=keys[order], owners=owners[order])
