"""Why an article was given its label, in the order a press officer would say it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from core.text.tokens import tokens
from monitor.matching.clues import Clues
from monitor.matching.event import Belief
from monitor.matching.reading import Reading
from monitor.matching.thesaurus import term
from monitor.matching.values import (
    ArticleText,
    Passage,
    Reason,
    ReasonCode,
    ReleaseText,
)

_TELLING: Final = 0.6  # weight of a figure; smaller numbers are everywhere
_SHOWN: Final = 5  # words, names or figures listed in a reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Reuse:
    """What an article took from one version of a release; shares are 0 to 1."""

    share: float
    release_share: float
    longest: int
    own: int
    passages: Sequence[Passage]


def text_reasons(reuse: Reuse) -> Sequence[Reason]:
    return [
        _reason(ReasonCode.SHARE_OF_ARTICLE, percent=str(round(100 * reuse.share))),
        _reason(
            ReasonCode.SHARE_OF_RELEASE, percent=str(round(100 * reuse.release_share))
        ),
        _reason(ReasonCode.LONGEST_RUN, words=str(reuse.longest)),
    ]


def against(release: ReleaseText, article: ArticleText, reuse: Reuse | None) -> Reason:
    """Why the article does not cover the release."""
    sent, appeared = release.published_at, article.published_at
    if reuse is not None:
        return _reason(ReasonCode.ONLY_STANDING_TEXT)
    if sent and appeared and appeared < sent:
        return _reason(ReasonCode.BEFORE_RELEASE)
    return _reason(ReasonCode.TOO_LITTLE)


def event_reasons(
    release: ReleaseText,
    clues: Clues,
    language: str,
    reading: Reading,
    belief: Belief | None,
) -> Sequence[Reason]:
    """What in the article's best place speaks for the event."""
    if belief is None:
        return []
    found: list[Reason] = []
    if belief.best.day and clues.days:
        days = ", ".join(day.isoformat() for day in clues.days)
        found.append(_reason(ReasonCode.NAMES_DAY, days=days))
    title = _title_words(release, language, reading, belief)
    if title:
        found.append(_reason(ReasonCode.NAMES_TITLE, words=", ".join(title)))
    named = set(belief.here.names.values())
    if named:
        strongest = sorted(named, key=lambda one: (-clues.names[one], one))[:_SHOWN]
        found.append(_reason(ReasonCode.NAMES, names=", ".join(strongest)))
    telling = [one for one in belief.here.figures if clues.figures[one] >= _TELLING]
    numbers = sorted(telling, reverse=True)[:_SHOWN]
    if numbers:
        found.append(_reason(ReasonCode.FIGURES, figures=", ".join(map(str, numbers))))
    if belief.lag is not None:
        found.append(_reason(ReasonCode.IN_TIME, days=str(belief.lag)))
    return found


def _title_words(
    release: ReleaseText, language: str, reading: Reading, belief: Belief
) -> Sequence[str]:
    """The title's words, as written there, whose meaning the article's place holds."""
    versions = release.versions
    version = versions.get(language) or next(iter(versions.values()))
    found = tokens(version.title)
    spelled = [
        version.title[start:end]
        for word, start, end in zip(found.words, found.starts, found.ends, strict=True)
        if (one := term(word))
        and not set(belief.place).isdisjoint(reading.terms.get(one, ()))
    ]
    return list(dict.fromkeys(spelled))[: 2 * _SHOWN]


def _reason(code: ReasonCode, **fields: str) -> Reason:
    return Reason(code=code, fields=fields)
