"""Which releases an article covers, how, and why.

article -> candidates (shared runs, shared terms) -> tiles -> label, reasons, passages
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from core.text import language as languages
from monitor.matching.profile import Part, part
from monitor.matching.reuse import (
    GramIndex,
    Stream,
    Tile,
    gram_size,
    grams,
    stream,
    tiles,
)
from monitor.matching.values import (
    ArticleText,
    Attribution,
    Label,
    Passage,
    Reason,
    ReasonCode,
    ReleaseText,
)

_CANDIDATES: Final = 8  # releases aligned with one article
_OWN_WORDS: Final = 7  # own words that make a passage evidence; the desk counts 8
_REPRINT: Final = 0.6  # share of the article's words that come from the release


class ReleaseIndex:
    """All releases, ready to be asked about articles; grows in place."""

    def __init__(self, releases: Iterable[ReleaseText] = ()) -> None:
        self._releases: list[ReleaseText] = []
        self._grams = {size: GramIndex() for size in (4, 5)}
        self._parts: dict[tuple[int, str], Part] = {}
        self.extend(releases)

    def extend(self, releases: Iterable[ReleaseText]) -> None:
        held: dict[int, list[tuple[int, NDArray[np.uint64]]]] = {4: [], 5: []}
        for release in releases:
            owner = len(self._releases)
            self._releases.append(release)
            for language in release.versions:
                size = gram_size(language)
                known = self.part(owner, language)
                held[size].append(
                    (owner, grams(known.hashes[: known.body_words], size))
                )
        for size, pairs in held.items():
            self._grams[size].add(pairs)

    @property
    def releases(self) -> Sequence[ReleaseText]:
        return self._releases

    def part(self, owner: int, language: str) -> Part:
        key = (owner, language)
        if key not in self._parts:
            release = self._releases[owner]
            names = [*release.official_names, release.issuer]
            self._parts[key] = part(release.versions[language], names)
        return self._parts[key]

    def candidates(self, words: Stream, language: str) -> list[int]:
        """Releases that share runs of words, those that share most first."""
        size = gram_size(language)
        _, owners = self._grams[size].postings(np.unique(grams(words.hashes, size)))
        counts = np.bincount(owners, minlength=len(self._releases))
        order = np.argsort(-counts, kind="stable")[:_CANDIDATES]
        return [int(owner) for owner in order if counts[owner]]

    def own_words(self, owner: int, language: str) -> NDArray[np.bool_]:
        """Words of a version that stand in a run no other release holds."""
        known, size = self.part(owner, language), gram_size(language)
        runs = grams(known.hashes[: known.body_words], size)
        own = np.zeros(len(known.hashes), dtype=np.bool_)
        for place in np.flatnonzero(self._grams[size].owned(owner, runs)):
            own[place : place + size] = True
        return own & known.news


@dataclass(frozen=True, slots=True, kw_only=True)
class Reuse:
    """What an article took from one version of a release."""

    share: float
    release_share: float
    longest: int
    own: int
    passages: Sequence[Passage]


def attribute(
    article: ArticleText, index: ReleaseIndex, *, with_unrelated: bool = False
) -> Sequence[Attribution]:
    """Say how the article stands to each release considered, strongest first."""
    language = (
        article.language or languages.guess(article.body or article.title).language
    )
    body = stream(article.body)
    found = [
        _decide(article, index.releases[owner], _reuse(index, owner, language, body))
        for owner in index.candidates(body, language)
    ]
    kept = [one for one in found if with_unrelated or one.label.covers]
    return sorted(
        kept, key=lambda one: (-one.label.strength, -one.score, one.release_id)
    )


def _reuse(
    index: ReleaseIndex, owner: int, language: str, body: Stream
) -> Reuse | None:
    if language not in index.releases[owner].versions:
        return None
    known = index.part(owner, language)
    own = index.own_words(owner, language)
    aligned = tiles(body.hashes, known.hashes)
    evidence = sum(int(own[j]) for tile in aligned for _, j in tile.pairs)
    if not aligned:
        return None
    return Reuse(
        share=sum(len(tile.pairs) for tile in aligned) / max(1, len(body)),
        release_share=len({j for tile in aligned for _, j in tile.pairs})
        / max(1, known.body_words),
        longest=max(len(tile.pairs) for tile in aligned),
        own=evidence,
        passages=[
            _passage(tile, body, known)
            for tile in aligned
            if tile.other_end <= known.body_words
            and any(known.news[j] for _, j in tile.pairs)
        ],
    )


def _passage(tile: Tile, body: Stream, known: Part) -> Passage:
    return Passage(
        start=body.tokens.starts[tile.start],
        end=body.tokens.ends[tile.end - 1],
        language=known.version.language,
        release_start=known.starts[tile.other_start],
        release_end=known.ends[tile.other_end - 1],
    )


def _decide(
    article: ArticleText, release: ReleaseText, reuse: Reuse | None
) -> Attribution:
    if reuse is None or reuse.own < _OWN_WORDS:
        return Attribution(
            article_id=article.id,
            release_id=release.id,
            label=Label.UNRELATED,
            score=0.0,
            reasons=[Reason(code=ReasonCode.ONLY_STANDING_TEXT)],
        )
    return Attribution(
        article_id=article.id,
        release_id=release.id,
        label=Label.REPRINT if reuse.share >= _REPRINT else Label.PARTIAL,
        score=0.5 + 0.5 * min(1.0, reuse.share),
        reasons=[
            _reason(ReasonCode.SHARE_OF_ARTICLE, percent=f"{reuse.share:.0%}"[:-1]),
            _reason(ReasonCode.LONGEST_RUN, words=str(reuse.longest)),
        ],
        passages=reuse.passages,
    )


def _reason(code: ReasonCode, **fields: str) -> Reason:
    return Reason(code=code, fields=fields)
