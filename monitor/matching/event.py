"""Whether an article speaks of a release's event, in whatever words and language.

article -> sentences with their terms, names, figures, days -> signs -> belief

Each sign alone is weak (the ministry meets somebody every week); signs that stand together
in one place are not. So they are weighed for the best place of two sentences and for the
article as a whole: the first finds mentions, the second tells rewrites from them.
"""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from core.text.clitics import readings
from core.text.figures import figures
from core.text.places import place_of, places
from core.text.tokens import Tokens, tokens
from monitor.matching.clues import Clues
from monitor.matching.days import DayReference, Precision, day_references
from monitor.matching.names import names, skeleton
from monitor.matching.thesaurus import is_known, term
from monitor.matching.values import ArticleText

_BREAK: Final = re.compile(r"[.!?؟…]+[\s»”\"’)]+|\n+")
_LEAD: Final = 3  # sentences, the title among them
_FRESH: Final = 14  # days in which an article need not say which event it means
_SENTENCE: Final = 6  # different words that make a sentence of the lead
_LATE: Final = 45  # days from which a name alone no longer says it
_MAIN_UNTIL: Final = 30  # days in which an article can still be mainly about the event

# Learnt by logistic regression on the development set and on pairs of other subjects,
# checked with each release held out in turn (F1 .87 on rewrites and mentions alone), then
# rounded; few, so that they carry over.
_BASE: Final = -7.4
_BELIEF: Final[Mapping[str, float]] = {
    "day": 0.4,
    "core": 3.0,
    "kind": 2.3,
    "names": 0.4,
    "figures": 0.8,
    "elsewhere": -2.2,
    "whole": 5.8,
    "detail": 0.5,
    "together": 1.5,
    "unplaced": -1.0,
    "late": 4.5,
    "rival": -0.4,
}
_SPEAKS: Final = 0.2  # share of the core that stands for a kind of event without name
_LEADING: Final = 2.8  # heat of title and lead from which the event is the main subject


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """What one sentence holds: terms, folded words, places, figures, days."""

    terms: frozenset[str]
    words: frozenset[str]
    names: frozenset[str]
    text: str
    places: frozenset[str]
    figures: frozenset[int]
    days: Sequence[DayReference]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """An article as signs are sought in it; its title is the first sentence."""

    sentences: Sequence[Sentence]
    published: date | None


def read(
    article: ArticleText, official: Mapping[str, Sequence[Sequence[str]]]
) -> Reading:
    """Cut the article into sentences.

    *official* holds the issuers' names as folded words, by their first word: who speaks
    is no sign of what is said, so these words do not count.
    """
    text = f"{article.title}\n\n{article.body}"
    found = tokens(text)
    published = article.published_at.date() if article.published_at else None
    days = day_references(found, published=published)
    numbers = figures(found, text)
    masked = _masked(found.words, official)
    named = names(found, text)
    sentences: list[Sentence] = []
    for first, last in _bounds(found, text):
        held = found.words[first:last]
        counted = [found.words[at] for at in range(first, last) if at not in masked]
        sentences.append(
            Sentence(
                terms=frozenset(map(term, counted)) - {""},
                words=frozenset(held),
                names=named & frozenset(held),
                text=f" {' '.join(held)} ",
                places=places(held),
                figures=frozenset(
                    one.value for one in numbers if first <= one.first < last
                ),
                days=[one for one in days if first <= one.place < last],
            )
        )
    return Reading(sentences=sentences, published=published)


def _bounds(found: Tokens, text: str) -> Sequence[tuple[int, int]]:
    """First and last word place of each sentence that has words."""
    bounds: list[tuple[int, int]] = []
    at = 0
    for end in [*(cut.end() for cut in _BREAK.finditer(text)), len(text) + 1]:
        first = at
        while at < len(found) and found.starts[at] < end:
            at += 1
        if at > first:
            bounds.append((first, at))
    return bounds


def _masked(
    words: Sequence[str], official: Mapping[str, Sequence[Sequence[str]]]
) -> frozenset[int]:
    hidden: set[int] = set()
    for place, word in enumerate(words):
        for form in (word,) if word.isascii() else readings(word):
            for name in official.get(form, ()):
                if list(words[place + 1 : place + len(name)]) == list(name[1:]):
                    hidden.update(range(place, place + len(name)))
    return frozenset(hidden)


@dataclass(frozen=True, slots=True, kw_only=True)
class Signs:
    """What one place, or a whole article, shares with a release.

    `core` is the share (0 to 1) of what the release keeps speaking of; `elsewhere`, that
    places are named and none is the release's.
    """

    day: float
    core: float
    kind: float
    terms: float
    names: float
    figures: float
    quoted: bool
    elsewhere: bool

    @property
    def together(self) -> bool:
        """Kind, time and a name of the event in one breath."""
        return self.kind > 0 and self.day >= 1.0 and (self.names >= 1.0 or self.quoted)

    @property
    def heat(self) -> float:
        return (
            0.4 * self.day
            + 5.0 * self.core
            + 0.5 * min(self.names, 3)
            + 0.4 * min(self.figures, 3)
            + self.quoted
        )


def signs(sentences: Sequence[Sentence], clues: Clues) -> Signs:
    terms = frozenset[str]().union(*(one.terms for one in sentences))
    named = known_names(sentences, clues)
    return Signs(
        day=max((_day(one, clues) for one in sentences), default=0.0),
        core=_core(terms, named, clues),
        kind=_kind(terms, clues),
        terms=sum(clues.terms[one] for one in terms if one in clues.terms),
        names=sum(clues.names[name] for name in named.values()),
        figures=sum(clues.figures[value] for value in known_figures(sentences, clues)),
        quoted=any(phrase in one.text for phrase in clues.quoted for one in sentences),
        elsewhere=_elsewhere(sentences, clues),
    )


_DAY_WORTH: Final[Mapping[Precision, float]] = {
    Precision.DAY: 3.0,
    Precision.WEEKDAY: 2.0,
    Precision.FULL_MONTH: 1.5,
    Precision.MONTH: 1.0,
    Precision.WEEK: 1.0,
    Precision.YEAR: 0.3,
}


def _day(sentence: Sentence, clues: Clues) -> float:
    if not clues.days:
        return 0.0
    whole = (clues.days[0], clues.days[-1])
    worths = (
        _DAY_WORTH[one.precision]
        + (one.precision is Precision.DAY and (one.first, one.last) == whole)
        for one in sentence.days
        if one.touches(clues.days)
    )
    return max(worths, default=0.0)


def _kind(terms: frozenset[str], clues: Clues) -> float:
    """1 when the kind of event is named, half when the release itself names none."""
    if not clues.kinds:
        return 0.5
    return float(not terms.isdisjoint(clues.kinds))


def _core(terms: frozenset[str], named: Mapping[str, str], clues: Clues) -> float:
    """The largest share of one version's core that stands here."""
    here = terms | {f"~{bones}" for bones in named}
    shares = (
        sum(weight for one, weight in core.items() if one in here) / sum(core.values())
        for core in clues.cores
        if core
    )
    return max(shares, default=0.0)


def known_names(sentences: Sequence[Sentence], clues: Clues) -> Mapping[str, str]:
    """Names of the release that stand here, by skeleton: one name in two scripts is one."""
    found: dict[str, str] = {}
    for sentence in sentences:
        for word in sentence.words:
            known = _name(word, word in sentence.names, clues)
            if known:
                found[skeleton(known) or known] = known
    return found


def _name(word: str, capital: bool, clues: Clues) -> str | None:  # noqa: FBT001
    """The release's name that a word is, in its own script or by its sound."""
    forms = (word,) if word.isascii() else readings(word)
    written = next((form for form in forms if form in clues.names), None)
    written = written or clues.towns.get(place_of(word))
    if written or not clues.sounds or (word.isascii() and not capital):
        return written
    if is_known(term(word)):
        return None
    bones = (skeleton(form) for form in forms)
    return next((clues.sounds[one] for one in bones if one in clues.sounds), None)


def known_figures(sentences: Sequence[Sentence], clues: Clues) -> frozenset[int]:
    values = frozenset[int]().union(*(one.figures for one in sentences))
    return values & clues.figures.keys()


def _elsewhere(sentences: Sequence[Sentence], clues: Clues) -> bool:
    named = frozenset[str]().union(*(one.places for one in sentences))
    return bool(named) and not named & clues.places


@dataclass(frozen=True, slots=True, kw_only=True)
class Belief:
    """How sure an article speaks of the event: log odds, and what it rests on.

    `place` are the two sentences that speak for it most.
    """

    odds: float
    place: Sequence[Sentence]
    best: Signs
    whole: Signs
    main: bool
    lag: int | None

    def against(self, rival: float) -> float:
        """0 to 1, less when another release explains its best place better."""
        less = _BELIEF["rival"] * max(0.0, rival - self.best.heat)
        return 1.0 / (1.0 + math.exp(-max(-50.0, min(50.0, self.odds + less))))


def believe(reading: Reading, clues: Clues) -> Belief | None:
    """Weigh the signs; None when the article cannot speak of this release.

    1. What appeared before the release was sent cannot cover it.
    2. Later, an article must name the day or the month beside the kind of event, or quote
       its name, or for a while name its people: the same words come back every year.
    3. The best place of two sentences, and the whole, are weighed.
    """
    lag = None
    if reading.published and clues.sent_on:
        lag = (reading.published - clues.sent_on).days
    if lag is not None and lag < 0:
        return None
    late = lag is not None and lag > _LATE
    pairs = [reading.sentences[at : at + 2] for at in range(len(reading.sentences))]
    found = [(signs(pair, clues), pair) for pair in pairs]
    if lag is not None and lag > _FRESH:
        found = [one for one in found if _recalls(one[0], late=late)]
    if not found:
        return None
    best, place = max(found, key=lambda one: _weight(one[0]))
    whole = signs(reading.sentences, clues)
    lead = signs(_lead(reading), clues)
    return Belief(
        odds=_BASE
        + _weight(best)
        + _whole_weight(whole)
        + _BELIEF["unplaced"] * _unplaced(reading, clues)
        + _BELIEF["late"] * late,
        place=place,
        best=best,
        whole=whole,
        main=lead.heat >= _LEADING and (lag is None or lag <= _MAIN_UNTIL),
        lag=lag,
    )


def _lead(reading: Reading) -> Sequence[Sentence]:
    """The title and the first sentences; menus and captions are none."""
    body = [one for one in reading.sentences[1:] if len(one.words) >= _SENTENCE]
    return [*reading.sentences[:1], *body[: _LEAD - 1]]


def _unplaced(reading: Reading, clues: Clues) -> bool:
    """Whether the release's title says where, and the article never does."""
    said = frozenset[str]().union(*(one.places for one in reading.sentences))
    return bool(clues.titled) and said.isdisjoint(clues.titled)


def _recalls(place: Signs, *, late: bool) -> bool:
    """Whether a place says which event it means, when it is no longer this week's."""
    says = place.kind >= 1 or place.core >= _SPEAKS
    if place.quoted or (place.kind and place.day >= 1.0 and says):
        return True
    return not late and place.names >= 1.0


def _weight(place: Signs) -> float:
    return (
        _BELIEF["day"] * place.day
        + _BELIEF["core"] * place.core
        + _BELIEF["kind"] * place.kind
        + _BELIEF["names"] * (min(place.names, 3) + 2 * place.quoted)
        + _BELIEF["figures"] * min(place.figures, 3)
        + _BELIEF["elsewhere"] * place.elsewhere
        + _BELIEF["together"] * place.together
    )


def _whole_weight(whole: Signs) -> float:
    return _BELIEF["whole"] * whole.core + _BELIEF["detail"] * (
        min(whole.names, 4) + min(whole.figures, 6)
    )
