"""Copies of one text across outlets: each article follows the first it is a copy of.

article -> runs of 5 words -> a sample of them -> leaders that share most -> how alike

A star around a leader, never a chain: connected components of half-alike texts tied 573
weather reports into one story (measured on 30,000 Arabic articles). Runs are of words as a
scanner may have read them, so that misread copies stay copies.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from core.text.misreadings import blurred
from core.text.normalise import fold
from core.text.tokens import written
from monitor.matching.reuse import GramIndex, Hashes, grams, word_hash
from monitor.matching.values import ArticleText

_SIZE: Final = 5
# Jaccard of 5-word runs: copies reach .50 (the labelled sets' definition), others stay
# below .45; from a third on, one was written from the other.
_ALIKE: Final = 0.47
_AKIN: Final = 0.25
_SIMILAR: Final = (
    0.5  # of the longer: a digest that holds a whole brief rewrites nothing
)
# Runs by which a candidate is found: all of a brief, one in four, one in eight of an essay.
# What one in eight takes is among what one in four takes, so texts of any lengths meet.
_BRIEF: Final = 64
_ESSAY: Final = 256
# Half of each hash tells runs of some thousand texts apart, and takes half the room.
_HALF: Final = np.uint64(32)
_CANDIDATES: Final = 5
# Leaders of one generation: a wrong date far ahead must not keep it open for good.
_MOST: Final = 200_000
_LEAST: Final = 8  # runs; shorter texts are headlines
WINDOW: Final = timedelta(days=7)
_UNDATED: Final = datetime.min.replace(tzinfo=UTC)

Load = Callable[[Sequence[int]], Mapping[int, Hashes]]


class Kinship(StrEnum):
    """How an article stands to a story's leader."""

    COPY = "copy"
    # Half of it in other words: a story of its own that names this one.
    REWRITE = "rewrite"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kin:
    """The leader an article is nearest to, and how alike they are, 0 to 1."""

    leader: int
    kinship: Kinship
    alike: float


def runs(text: str) -> Hashes:
    """The runs of a body, each once, in the order of their hashes: their upper halves."""
    held = [key for key in map(_key, written(text)) if key is not None]
    found = grams(np.array(held, dtype=np.uint64), _SIZE)
    return np.unique(found >> _HALF) << _HALF


@lru_cache(maxsize=131_072)
def _key(word: str) -> int | None:
    """The hash of a word as a scanner may have read it; None of what folds to nothing."""
    folded = fold(word)
    return word_hash(blurred(folded) or folded) if folded else None


def is_long_enough(held: Hashes) -> bool:
    return len(held) >= _LEAST


def alike(one: Hashes, other: Hashes) -> float:
    """Jaccard: the same whichever comes first."""
    shared = len(np.intersect1d(one, other, assume_unique=True))
    return shared / max(1, len(one) + len(other) - shared)


class StoryIndex:
    """The leaders of late, by number; two generations, so that the old ones can be let go.

    *load* gives the runs of some leaders; of all leaders only a sample is held.
    """

    def __init__(self, load: Load) -> None:
        self._load = load
        self._young = _Generation()
        self._old = _Generation()
        self._latest: datetime | None = None
        # How far time had come when the young generation began.
        self._begun: datetime | None = None

    def __len__(self) -> int:
        return len(self._young.leaders) + len(self._old.leaders)

    def add(self, leader: int, held: Hashes, *, at: datetime | None) -> None:
        """Add the first article of a new story.

        The old are let go as time goes on; an old article that is found late ages nothing.
        """
        if at is not None:
            self._latest = at if self._latest is None else max(self._latest, at)
        self._begun = self._begun or self._latest
        is_past = (
            self._latest is not None
            and self._begun is not None
            and self._latest - self._begun > WINDOW
        )
        if is_past or len(self._young.leaders) >= _MOST:
            self._young, self._old = _Generation(), self._young
            self._begun = self._latest
        self._young.add(leader, held, at=at)

    def nearest(self, held: Hashes, *, at: datetime | None) -> Kin | None:
        """The leader a text is a copy or a light rewrite of, within the window; or None."""
        found = [
            one
            for generation in (self._young, self._old)
            for one in generation.sharing(held, at=at)
        ]
        best: Kin | None = None
        known = self._load(found) if found else {}
        for leader in found:
            if leader not in known:
                continue
            kin = _kin(leader, held, known[leader])
            if kin and (best is None or kin.alike > best.alike):
                best = kin
        return best


class _Generation:
    def __init__(self) -> None:
        self.leaders: list[int] = []
        self._at: list[datetime | None] = []
        self._samples = GramIndex()

    def add(self, leader: int, held: Hashes, *, at: datetime | None) -> None:
        self._samples.add([(len(self.leaders), _sampled(held))])
        self.leaders.append(leader)
        self._at.append(at)

    def sharing(self, held: Hashes, *, at: datetime | None) -> Sequence[int]:
        """Leaders near in time that share most of the sample."""
        _, owners = self._samples.postings(_sampled(held))
        found, counts = np.unique(owners, return_counts=True)
        order = np.argsort(-counts, kind="stable")
        near = (
            int(owner) for owner in found[order] if _is_near(at, self._at[int(owner)])
        )
        return [
            self.leaders[owner]
            for owner, _ in zip(near, range(_CANDIDATES), strict=False)
        ]


def _is_near(one: datetime | None, other: datetime | None) -> bool:
    """What has no date may be of any."""
    return one is None or other is None or abs(one - other) <= WINDOW


def _sampled(held: Hashes) -> Hashes:
    if len(held) <= _BRIEF:
        return held
    rate = np.uint64(3 if len(held) <= _ESSAY else 7)
    chosen: NDArray[np.bool_] = (held >> _HALF) & rate == 0
    return held[chosen]


def _kin(leader: int, held: Hashes, other: Hashes) -> Kin | None:
    measure = alike(held, other)
    if measure >= _ALIKE:
        return Kin(leader=leader, kinship=Kinship.COPY, alike=measure)
    lengths: Sequence[int] = sorted((len(held), len(other)))
    if measure >= _AKIN and lengths[0] >= _SIMILAR * lengths[1]:
        return Kin(leader=leader, kinship=Kinship.REWRITE, alike=measure)
    return None


def group(articles: Iterable[ArticleText]) -> Mapping[str, str]:
    """Give each article its leader: the earliest article it copies, or itself.

    The articles are read once; of each only its runs are held.
    """
    ids: list[str] = []
    kept: dict[int, Hashes] = {}
    index = StoryIndex(lambda leaders: {one: kept[one] for one in leaders})
    found: dict[str, str] = {}
    sketches = sorted(
        (
            _Sketch(at=one.published_at, id=one.id, held=runs(one.body))
            for one in articles
        ),
        key=lambda one: (one.at or _UNDATED, one.id),
    )
    for one in sketches:
        kin = index.nearest(one.held, at=one.at) if is_long_enough(one.held) else None
        if kin and kin.kinship is Kinship.COPY:
            found[one.id] = ids[kin.leader]
            continue
        index.add(len(ids), one.held, at=one.at)
        kept[len(ids)] = one.held
        ids.append(one.id)
        found[one.id] = one.id
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sketch:
    at: datetime | None
    id: str
    held: Hashes


def as_bytes(held: Hashes) -> bytes:
    return (held >> _HALF).astype("<u4").tobytes()


def from_bytes(kept: bytes) -> Hashes:
    return np.frombuffer(kept, dtype="<u4").astype(np.uint64) << _HALF
