"""Whether an article speaks of a release's event, in whatever words and language.

reading of the article, clues of the release -> what both hold, by sentence -> signs -> belief

Each sign alone is weak (the ministry meets somebody every week); signs that stand together
in one place are not. So they are weighed for the best place of two sentences and for the
article as a whole: the first finds mentions, the second tells rewrites from them.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

from monitor.matching.clues import Clues
from monitor.matching.days import Precision
from monitor.matching.names import skeleton
from monitor.matching.reading import Reading

Item = TypeVar("Item")

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
class Signs:
    """What one place, or a whole article, shares with a release.

    `core` is the share (0 to 1) of what the release keeps speaking of; `elsewhere`, that
    places are named and none is the release's.
    """

    day: float
    core: float
    kind: float
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """What a sentence, or several, has of a release.

    Names are keyed by skeleton, so that one name in two scripts is one.
    """

    terms: frozenset[str]
    names: Mapping[str, str]
    figures: frozenset[int]
    day: float
    quoted: bool
    places: frozenset[str]


_DAY_WORTH: Final[Mapping[Precision, float]] = {
    Precision.DAY: 3.0,
    Precision.WEEKDAY: 2.0,
    Precision.FULL_MONTH: 1.5,
    Precision.MONTH: 1.0,
    Precision.WEEK: 1.0,
    Precision.YEAR: 0.3,
}


def anywhere(reading: Reading, clues: Clues) -> Shared:
    """What the article as a whole has of the release: found without reading it closely."""
    names = [
        *(reading.every_form & clues.names.keys()),
        *(clues.towns[one] for one in reading.every_place & clues.towns.keys()),
    ]
    if clues.sounds:
        names += [
            clues.sounds[one] for one in reading.bones.keys() & clues.sounds.keys()
        ]
    return Shared(
        terms=reading.every_term & clues.vocabulary,
        names={skeleton(name) or name: name for name in sorted(names)},
        figures=frozenset(reading.figures.keys() & clues.figures.keys()),
        day=max((worth for _, worth in _days(reading, clues)), default=0.0),
        quoted=any(phrase in reading.text for phrase in clues.quoted),
        places=reading.every_place,
    )


def by_sentence(reading: Reading, clues: Clues, whole: Shared) -> Sequence[Shared]:
    """What of the *whole* each sentence has."""
    count = reading.sentences
    terms = _spread(count, ((one, reading.terms[one]) for one in whole.terms))
    values = _spread(count, ((one, reading.figures[one]) for one in whole.figures))
    places = _spread(count, reading.places.items())
    names = _spread(count, _names(reading, clues))
    days = [0.0] * count
    for number, worth in _days(reading, clues):
        days[number] = max(days[number], worth)
    phrases = [one for one in clues.quoted if whole.quoted and one in reading.text]
    return [
        Shared(
            terms=frozenset(terms[number]),
            names={skeleton(name) or name: name for name in names[number]},
            figures=frozenset(values[number]),
            day=days[number],
            quoted=any(reading.holds(number, one) for one in phrases),
            places=frozenset(places[number]),
        )
        for number in range(count)
    ]


def _spread(
    count: int, where: Iterable[tuple[Item, Sequence[int]]]
) -> Sequence[Sequence[Item]]:
    """The items of each of *count* sentences, from the sentences of each item."""
    found: list[list[Item]] = [[] for _ in range(count)]
    for item, numbers in where:
        for number in numbers:
            found[number].append(item)
    return found


def _days(reading: Reading, clues: Clues) -> Iterable[tuple[int, float]]:
    """References to the event's days: the sentence, and what one so close is worth."""
    if not clues.days:
        return
    whole = (clues.days[0], clues.days[-1])
    for number, reference in reading.days:
        if reference.touches(clues.days):
            exact = reference.precision is Precision.DAY
            yield (
                number,
                _DAY_WORTH[reference.precision]
                + (exact and (reference.first, reference.last) == whole),
            )


def _names(reading: Reading, clues: Clues) -> Iterable[tuple[str, Sequence[int]]]:
    """The release's names that stand here, in its own script, as a town, or by their sound."""
    for form in sorted(reading.every_form & clues.names.keys()):
        yield form, reading.forms[form]
    for place in sorted(reading.every_place & clues.towns.keys()):
        yield clues.towns[place], reading.places[place]
    if clues.sounds:
        for bones in sorted(reading.bones.keys() & clues.sounds.keys()):
            yield clues.sounds[bones], reading.bones[bones]


def _joined(some: Sequence[Shared]) -> Shared:
    names: dict[str, str] = {}
    for one in some:
        names.update(one.names)
    return Shared(
        terms=frozenset().union(*(one.terms for one in some)),
        names=names,
        figures=frozenset().union(*(one.figures for one in some)),
        day=max((one.day for one in some), default=0.0),
        quoted=any(one.quoted for one in some),
        places=frozenset().union(*(one.places for one in some)),
    )


def _signs(here: Shared, clues: Clues) -> Signs:
    return Signs(
        day=here.day,
        core=_core(here, clues),
        kind=_kind(here.terms, clues),
        names=sum(clues.names[name] for name in here.names.values()),
        figures=sum(clues.figures[value] for value in here.figures),
        quoted=here.quoted,
        elsewhere=bool(here.places) and here.places.isdisjoint(clues.places),
    )


def _kind(terms: frozenset[str], clues: Clues) -> float:
    """1 when the kind of event is named, half when the release itself names none."""
    if not clues.kinds:
        return 0.5
    return float(not terms.isdisjoint(clues.kinds))


def _core(here: Shared, clues: Clues) -> float:
    """The largest share of one version's core that stands here."""
    return max(
        (
            sum(
                weight
                for one, weight in core.items()
                if one in here.terms or (one[0] == "~" and one[1:] in here.names)
            )
            / total
            for core, total in clues.cores
        ),
        default=0.0,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Belief:
    """How sure an article speaks of the event: log odds, and what it rests on.

    `place` are the numbers of the two sentences that speak for it most, `here` what they
    have of the release.
    """

    odds: float
    place: Sequence[int]
    here: Shared
    best: Signs
    whole: Signs
    main: bool
    late: bool
    lag: int | None

    def against(self, rival: float) -> float:
        """0 to 1, less when another release explains its best place better."""
        less = _BELIEF["rival"] * max(0.0, rival - self.best.heat)
        return 1.0 / (1.0 + math.exp(-max(-50.0, min(50.0, self.odds + less))))


def believe(reading: Reading, clues: Clues, *, least: float) -> Belief | None:
    """Weigh the signs; None when the article cannot speak of this release.

    1. What appeared before the release was sent cannot cover it.
    2. An article whose signs all together, were they in one place, would not reach the
       log odds *least* is read no closer: that is nearly every article.
    3. Later, an article must name the day or the month beside the kind of event, or quote
       its name, or for a while name its people: the same words come back every year.
    4. The best place of two sentences, and the whole, are weighed.
    """
    lag = None
    if reading.published and clues.sent_on:
        lag = (reading.published - clues.sent_on).days
    if lag is not None and lag < 0:
        return None
    late = lag is not None and lag > _LATE
    held = anywhere(reading, clues)
    whole = _signs(held, clues)
    rest = _BASE + _whole_weight(whole) + _BELIEF["late"] * late
    if rest + _most(whole) < least:
        return None
    every = by_sentence(reading, clues, held)
    found = _best(every, clues, lag=lag, late=late)
    if found is None:
        return None
    best, place, here = found
    lead = _signs(_joined([every[number] for number in _lead(reading)]), clues)
    return Belief(
        odds=rest + _weight(best) + _BELIEF["unplaced"] * _unplaced(reading, clues),
        place=place,
        here=here,
        best=best,
        whole=whole,
        main=lead.heat >= _LEADING and (lag is None or lag <= _MAIN_UNTIL),
        late=late,
        lag=lag,
    )


def _best(
    every: Sequence[Shared], clues: Clues, *, lag: int | None, late: bool
) -> tuple[Signs, Sequence[int], Shared] | None:
    """The first place of two sentences that weighs most."""
    best: tuple[Signs, Sequence[int], Shared] | None = None
    most = -math.inf
    for number in range(len(every)):
        place = range(number, min(number + 2, len(every)))
        here = _joined([every[one] for one in place])
        found = _signs(here, clues)
        if lag is not None and lag > _FRESH and not _recalls(found, late=late):
            continue
        weight = _weight(found)
        if weight > most:
            best, most = (found, place, here), weight
    return best


def _lead(reading: Reading) -> Sequence[int]:
    """The title and the first sentences; menus and captions are none."""
    lead: list[int] = []
    for number in range(reading.sentences):
        if number == 0 or reading.size(number) >= _SENTENCE:
            lead.append(number)
        if len(lead) == _LEAD:
            break
    return lead


def _unplaced(reading: Reading, clues: Clues) -> bool:
    """Whether the release's title says where, and the article never does."""
    return bool(clues.titled) and reading.every_place.isdisjoint(clues.titled)


def _recalls(place: Signs, *, late: bool) -> bool:
    """Whether a place says which event it means, when it is no longer this week's."""
    says = place.kind >= 1 or place.core >= _SPEAKS
    if place.quoted or (place.kind and place.day >= 1.0 and says):
        return True
    return not late and place.names >= 1.0


def _weight(place: Signs) -> float:
    return _most(place) + _BELIEF["elsewhere"] * place.elsewhere


def _most(place: Signs) -> float:
    """What speaks for a place; with the signs of the whole, no place of it weighs more."""
    return (
        _BELIEF["day"] * place.day
        + _BELIEF["core"] * place.core
        + _BELIEF["kind"] * place.kind
        + _BELIEF["names"] * (min(place.names, 3) + 2 * place.quoted)
        + _BELIEF["figures"] * min(place.figures, 3)
        + _BELIEF["together"] * place.together
    )


def _whole_weight(whole: Signs) -> float:
    return _BELIEF["whole"] * whole.core + _BELIEF["detail"] * (
        min(whole.names, 4) + min(whole.figures, 6)
    )
