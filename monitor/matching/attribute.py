"""Which releases an article covers, how, and why.

article -> candidates -> reused text -> belief in the event -> label, reasons, passages

Text decides first: enough words that no other release holds make a reprint or a partial.
Without them the event decides, a rewrite when it is the article's main subject and a
mention when it is not.
"""

import math
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import timedelta
from typing import Final

import numpy as np

from core.text import language as languages
from monitor.matching.event import Belief, believe
from monitor.matching.index import ReleaseIndex
from monitor.matching.profile import Part
from monitor.matching.reading import Reading, Words, words_of
from monitor.matching.reasons import Reuse, against, event_reasons, text_reasons
from monitor.matching.reuse import Hashes, Tile, tiles
from monitor.matching.values import (
    ArticleText,
    Attribution,
    Label,
    Passage,
    Reason,
    ReleaseText,
    Thresholds,
)

__all__ = ["ReleaseIndex", "attribute"]

_CAPTION: Final = 12  # words a line without full stop may have to be no sentence
_ENDS: Final = tuple(".!?…؟»”\"':;،,)")
_EARLIEST: Final = timedelta(days=2)  # before its sending that a release can be quoted
_LEAK: Final = 0.3  # share of the release that is taken for a leak even so
_PLAIN: Final = Thresholds()


def attribute(
    article: ArticleText,
    index: ReleaseIndex,
    *,
    thresholds: Thresholds = _PLAIN,
    with_unrelated: bool = False,
) -> Sequence[Attribution]:
    """Say how the article stands to each release considered, strongest first.

    Releases not considered share no run of words, were not sent lately and share no rare
    term, or share too little with the article to be read for: they are unrelated.
    """
    words = words_of(article)
    language = _language(article, words)
    reuses = _reuses(words, index, language)
    reading = Reading(words, index.official)
    beliefs = _beliefs(index, reading, reuses.keys(), belief=thresholds.belief)
    by_text = {
        owner
        for owner, reuse in reuses.items()
        if reuse.own >= thresholds.own_words
        and not _recycled_later(index.release(owner), article, reuse)
    }
    covered_by_text = any(
        reuse.own >= thresholds.own_words for reuse in reuses.values()
    )
    found: list[Attribution] = []
    for owner in sorted({*reuses, *beliefs}):
        release, reuse, belief = (
            index.release(owner),
            reuses.get(owner),
            beliefs.get(owner),
        )
        sure = _sure(owner, beliefs)
        if reuse and owner in by_text:
            label = (
                Label.REPRINT
                if reuse.share >= thresholds.reprint_share
                else Label.PARTIAL
            )
            score = 0.85 + 0.15 * min(1.0, reuse.share)
        elif belief and sure >= thresholds.belief:
            main = belief.main and not covered_by_text
            label = Label.REWRITE if main else Label.MENTION
            score = (0.8 if main else 0.7) * sure
        else:
            label, score = Label.UNRELATED, 0.5 * sure
        if not (label.covers or with_unrelated):
            continue
        text = reuse if reuse and owner in by_text else None
        reasons: Sequence[Reason] = [against(release, article, reuse)]
        if label.covers:
            reasons = [
                *(text_reasons(text) if text else ()),
                *event_reasons(release, index.clues(owner), language, reading, belief),
            ]
        found.append(
            Attribution(
                article_id=article.id,
                release_id=release.id,
                label=label,
                score=score,
                reasons=reasons,
                passages=text.passages if text else (),
                signs=_signs(reuse, belief, sure),
                before_embargo=label.covers and _is_early(article, release),
            )
        )
    return sorted(
        found, key=lambda one: (-one.label.strength, -one.score, one.release_id)
    )


def _is_early(article: ArticleText, release: ReleaseText) -> bool:
    embargo, appeared = release.embargo_at, article.published_at
    return embargo is not None and appeared is not None and appeared < embargo


def _signs(
    reuse: Reuse | None, belief: Belief | None, sure: float
) -> Mapping[str, float]:
    """What a proposal rests on, each from 0 to 1, so that proposals can be compared."""
    signs: dict[str, float] = {}
    if reuse:
        signs |= {
            "share": reuse.share,
            "release_share": min(1.0, reuse.release_share),
            "own": min(1.0, reuse.own / 50),
        }
    if belief:
        signs |= {
            "core": belief.whole.core,
            "kind": belief.best.kind,
            "names": min(1.0, belief.whole.names / 4),
            "figures": min(1.0, belief.whole.figures / 6),
            "day": min(1.0, belief.best.day / 4),
            "quoted": float(belief.best.quoted),
            "sure": sure,
            "main": float(belief.main),
            "late": float(belief.late),
        }
    return {name: round(value, 3) for name, value in signs.items()}


def _language(article: ArticleText, words: Words) -> str:
    """As declared (fr-MA is fr), unless the script says otherwise."""
    declared = article.language.split("-")[0].lower()
    # French folds to ASCII.
    others = sum(not word.isascii() for word in words.tokens.words)
    if declared and (declared == "ar") == (2 * others > len(words.tokens)):
        return declared
    return languages.guess(article.body or article.title).language or declared


def _beliefs(
    index: ReleaseIndex, reading: Reading, reused: AbstractSet[int], *, belief: float
) -> dict[int, Belief]:
    least = math.log(belief / (1 - belief))
    owners = {*index.worth_reading(reading.every_term, reading.published), *reused}
    found = {
        owner: believe(reading, index.clues(owner), least=least)
        for owner in sorted(owners)
    }
    return {owner: belief for owner, belief in found.items() if belief}


def _sure(owner: int, beliefs: Mapping[int, Belief]) -> float:
    """Belief in one release, weakened by the best of the others."""
    if owner not in beliefs:
        return 0.0
    rivals = [one.best.heat for other, one in beliefs.items() if other != owner]
    return beliefs[owner].against(max(rivals, default=0.0))


def _reuses(words: Words, index: ReleaseIndex, language: str) -> dict[int, Reuse]:
    body = np.fromiter(
        (one.hash for one in words.records[words.body_first :]), dtype=np.uint64
    )
    owners = index.sharing_text(body, language)
    if not owners:
        return {}
    counted = _sentence_words(words)
    return {
        owner: reuse
        for owner in owners
        if (reuse := _reuse(index, owner, language, words, body, counted))
    }


def _sentence_words(words: Words) -> int:
    """How many words are in sentences: menus, captions and "read also" are not text."""
    counted = 0
    at, first = words.body_at, words.body_first
    for line in words.text[words.body_at :].split("\n"):
        last = bisect_left(words.tokens.starts, at + len(line), first)
        if line.rstrip().endswith(_ENDS) or last - first > _CAPTION:
            counted += last - first
        at, first = at + len(line) + 1, last
    return counted


def _reuse(  # noqa: PLR0917
    index: ReleaseIndex,
    owner: int,
    language: str,
    words: Words,
    body: Hashes,
    counted: int,
) -> Reuse | None:
    if language not in index.release(owner).versions:
        return None
    known = index.part(owner, language)
    own = index.own_words(owner, language)
    aligned = tiles(body, known.hashes)
    if not aligned:
        return None
    return Reuse(
        share=min(1.0, sum(len(tile.pairs) for tile in aligned) / max(1, counted)),
        release_share=len({j for tile in aligned for _, j in tile.pairs})
        / max(1, known.body_words),
        longest=max(len(tile.pairs) for tile in aligned),
        own=sum(int(own[j]) for tile in aligned for _, j in tile.pairs),
        passages=[
            passage for tile in aligned if (passage := _passage(tile, words, known))
        ],
    )


def _passage(tile: Tile, words: Words, known: Part) -> Passage | None:
    """The part of a tile that is in title or paragraphs, unless it is only a name."""
    pairs = [(i, j) for i, j in tile.pairs if j < known.body_words]
    if not any(known.news[j] for _, j in pairs):
        return None
    (first, other_first), (last, other_last) = pairs[0], pairs[-1]
    return Passage(
        start=words.tokens.starts[words.body_first + first] - words.body_at,
        end=words.tokens.ends[words.body_first + last] - words.body_at,
        language=known.version.language,
        release_start=int(known.starts[other_first]),
        release_end=int(known.ends[other_last]),
    )


def _recycled_later(release: ReleaseText, article: ArticleText, reuse: Reuse) -> bool:
    """Whether the words are older than the release: it repeats them, not the article.

    Most of a release before its time is a leak or a wrong date, and stays evidence.
    """
    sent, appeared = release.published_at, article.published_at
    if sent is None or appeared is None or reuse.release_share >= _LEAK:
        return False
    return appeared < sent - _EARLIEST
