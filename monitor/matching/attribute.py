"""Which releases an article covers, how, and why.

article -> candidates -> reused text -> belief in the event -> label, reasons, passages

Text decides first: enough words that no other release holds make a reprint or a partial.
Without them the event decides, a rewrite when it is the article's main subject and a
mention when it is not.
"""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from datetime import timedelta
from typing import Final

from core.text import language as languages
from core.text.tokens import words
from monitor.matching.event import Belief, Reading, believe, read
from monitor.matching.index import ReleaseIndex
from monitor.matching.profile import Part
from monitor.matching.reasons import Reuse, against, event_reasons, text_reasons
from monitor.matching.reuse import Stream, Tile, stream, tiles
from monitor.matching.values import (
    ArticleText,
    Attribution,
    Label,
    Passage,
    Reason,
    ReleaseText,
)

__all__ = ["ReleaseIndex", "attribute"]

_CAPTION: Final = 12  # words a line without full stop may have to be no sentence
_ENDS: Final = tuple(".!?…؟»”\"':;،,)")
_REPRINT: Final = 0.6  # share of the article's words that come from the release
_EARLIEST: Final = timedelta(days=2)  # before its sending that a release can be quoted
_LEAK: Final = 0.3  # share of the release that is taken for a leak even so
_SURE: Final = 0.5  # belief from which the event is taken for the release's


def attribute(
    article: ArticleText, index: ReleaseIndex, *, with_unrelated: bool = False
) -> Sequence[Attribution]:
    """Say how the article stands to each release considered, strongest first.

    Releases not considered share no run of words, were not sent lately and share no rare
    term: they are unrelated.
    """
    language = _language(article)
    body = stream(article.body)
    own_text = _sentence_words(article.body)
    reading = read(article, index.official)
    reuses = {
        owner: reuse
        for owner in index.sharing_text(body, language)
        if (reuse := _reuse(index, owner, language, body, own_text))
    }
    beliefs = _beliefs(index, reading, reuses.keys())
    covered_by_text = any(reuse.is_evidence for reuse in reuses.values())
    found = [
        _decide(
            article,
            index.releases[owner],
            reuse=reuses.get(owner),
            belief=beliefs.get(owner),
            sure=_sure(owner, beliefs),
            about_another=covered_by_text,
            reasons=event_reasons(
                index.releases[owner], index.clues(owner), language, beliefs.get(owner)
            ),
        )
        for owner in sorted({*reuses, *beliefs})
    ]
    kept = [one for one in found if with_unrelated or one.label.covers]
    return sorted(
        kept, key=lambda one: (-one.label.strength, -one.score, one.release_id)
    )


def _sentence_words(body: str) -> int:
    """How many words are in sentences: menus, captions and "read also" are not text."""
    lines = (line.strip() for line in body.split("\n"))
    return sum(
        len(words(line))
        for line in lines
        if line.endswith(_ENDS) or len(words(line)) > _CAPTION
    )


def _language(article: ArticleText) -> str:
    """As declared (fr-MA is fr), unless the script says otherwise."""
    declared = article.language.split("-")[0].lower()
    guessed = languages.guess(article.body or article.title).language
    agree = (declared == "ar") == (guessed == "ar")
    return declared if declared and (agree or not guessed) else guessed


def _beliefs(
    index: ReleaseIndex, reading: Reading, reused: AbstractSet[int]
) -> dict[int, Belief]:
    terms = frozenset[str]().union(*(one.terms for one in reading.sentences))
    owners = {*index.worth_reading(terms, reading.published), *reused}
    found = {owner: believe(reading, index.clues(owner)) for owner in sorted(owners)}
    return {owner: belief for owner, belief in found.items() if belief}


def _sure(owner: int, beliefs: dict[int, Belief]) -> float:
    """Belief in one release, weakened by the best of the others."""
    if owner not in beliefs:
        return 0.0
    rivals = [one.best.heat for other, one in beliefs.items() if other != owner]
    return beliefs[owner].against(max(rivals, default=0.0))


def _reuse(
    index: ReleaseIndex, owner: int, language: str, body: Stream, counted: int
) -> Reuse | None:
    if language not in index.releases[owner].versions:
        return None
    known = index.part(owner, language)
    own = index.own_words(owner, language)
    aligned = tiles(body.hashes, known.hashes)
    if not aligned:
        return None
    return Reuse(
        share=min(1.0, sum(len(tile.pairs) for tile in aligned) / max(1, counted)),
        release_share=len({j for tile in aligned for _, j in tile.pairs})
        / max(1, known.body_words),
        longest=max(len(tile.pairs) for tile in aligned),
        own=sum(int(own[j]) for tile in aligned for _, j in tile.pairs),
        passages=[
            passage for tile in aligned if (passage := _passage(tile, body, known))
        ],
    )


def _passage(tile: Tile, body: Stream, known: Part) -> Passage | None:
    """The part of a tile that is in title or paragraphs, unless it is only a name."""
    pairs = [(i, j) for i, j in tile.pairs if j < known.body_words]
    if not any(known.news[j] for _, j in pairs):
        return None
    (first, other_first), (last, other_last) = pairs[0], pairs[-1]
    return Passage(
        start=body.tokens.starts[first],
        end=body.tokens.ends[last],
        language=known.version.language,
        release_start=known.starts[other_first],
        release_end=known.ends[other_last],
    )


def _recycled_later(release: ReleaseText, article: ArticleText, reuse: Reuse) -> bool:
    """Whether the words are older than the release: it repeats them, not the article.

    Most of a release before its time is a leak or a wrong date, and stays evidence.
    """
    sent, appeared = release.published_at, article.published_at
    if sent is None or appeared is None or reuse.release_share >= _LEAK:
        return False
    return appeared < sent - _EARLIEST


def _decide(
    article: ArticleText,
    release: ReleaseText,
    *,
    reuse: Reuse | None,
    belief: Belief | None,
    sure: float,
    about_another: bool,
    reasons: Sequence[Reason],
) -> Attribution:
    passages: Sequence[Passage] = ()
    if reuse and reuse.is_evidence and not _recycled_later(release, article, reuse):
        label = Label.REPRINT if reuse.share >= _REPRINT else Label.PARTIAL
        score = 0.85 + 0.15 * min(1.0, reuse.share)
        reasons = [*text_reasons(reuse), *reasons]
        passages = reuse.passages
    elif belief and sure >= _SURE:
        main = belief.main and not about_another
        label = Label.REWRITE if main else Label.MENTION
        score = (0.8 if main else 0.7) * sure
    else:
        label, score = Label.UNRELATED, 0.5 * sure
        reasons = [against(release, article, reuse)]
    return Attribution(
        article_id=article.id,
        release_id=release.id,
        label=label,
        score=score,
        reasons=reasons,
        passages=passages,
    )
