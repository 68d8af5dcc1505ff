"""Whether an article speaks of a release's event, in whatever words and language.

reading of the article, clues of the release -> what both hold, by sentence -> signs -> belief

Each sign alone is weak (the ministry meets somebody every week); signs that stand together
in one place are not. So they are weighed for the best place of two sentences and for the
article as a whole: the first finds mentions, the second tells rewrites from them.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from monitor.matching.clues import Clues
from monitor.matching.reading import Reading
from monitor.matching.shared import Shared, Where, anywhere, places_of

_FRESH: Final = 14  # days in which an article need not say which event it means
_LATE: Final = 45  # days from which a name alone no longer says it
_MAIN_UNTIL: Final = 30  # days in which an article can still be mainly about the event

# Learnt by logistic regression on the labelled sets (articles whose text decides left out),
# checked with each release held out in turn, then rounded; few, so that they carry over.
_BASE: Final = -3.5
_BELIEF: Final[Mapping[str, float]] = {
    # Of the best place of two sentences.
    "day": 0.2,
    "core": 1.7,
    "kind": 0.75,
    "figures": 0.3,
    "elsewhere": -2.0,
    "together": 0.2,
    # Of the article.
    "whole": 1.6,
    "own": 3.8,
    "names": 0.15,
    "numbers": 0.3,
    "held": 1.1,
    "lead": 1.0,
    "unplaced": -0.95,
    "late": 1.5,
    "recalls": 1.7,
    "rival": -0.33,
}
# Whether the event is an article's main subject, learnt alike: what the release speaks of
# stands in the title and at the head, and not only somewhere.
_MAIN: Final[Mapping[str, float]] = {"title": 3.2, "lead": 5.5, "whole": -2.6}
_PLACE: Final = 0.02  # what tells places apart that weigh the same
_ROUNDING: Final = 1e-9  # by which sums of the same signs may differ
_HELD: Final = 6  # subjects of a place from which their share says the whole
_SPEAKS: Final = 0.2  # share of the core that stands for a kind of event without name
_FAR: Final = 0.15  # of the core; the least that covered it without its text had .2


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


def _is_far(reading: Reading, clues: Clues) -> bool:
    """Whether an article names nobody of the release, and less than two of its subjects."""
    if not reading.every_form.isdisjoint(clues.names) or clues.sounds:
        return False
    shares = clues.shares
    return (
        sum([shares.get(one, 0.0) for one in reading.every_term & clues.vocabulary])
        < _FAR
    )


def _signs(here: Shared, clues: Clues) -> Signs:
    return Signs(
        day=here.day,
        core=_core(here.subjects, clues.cores),
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


def _core(
    here: frozenset[str], cores: Sequence[tuple[Mapping[str, float], float]]
) -> float:
    """The largest share of one version's core that stands here."""
    most = 0.0
    for core, total in cores:
        held = here & core.keys()
        if held:
            most = max(most, sum([core[one] for one in sorted(held)]) / total)
    return most


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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Age:
    """The days between a release's sending and an article; None where one is unknown."""

    lag: int | None

    @property
    def late(self) -> bool:
        return self.lag is not None and self.lag > _LATE

    @property
    def recalls(self) -> bool:
        """Whether the article must say which event it means: it is no longer this week's."""
        return self.lag is not None and self.lag > _FRESH

    def says(self, place: Signs) -> bool:
        return not self.recalls or _recalls(place, late=self.late)

    def weight(self, place: Signs) -> float:
        return _weight(place) if self.says(place) else -math.inf


def _age(reading: Reading, clues: Clues) -> _Age | None:
    """None when the article appeared before anybody could know of the release."""
    if not reading.published or not clues.sent_on:
        return _Age(lag=None)
    lag = (reading.published - clues.sent_on).days
    if lag < 0 and clues.known_on and reading.published < clues.known_on:
        return None
    return _Age(lag=max(0, lag))


def believe(reading: Reading, clues: Clues, *, least: float) -> Belief | None:
    """Weigh the signs; None when the article cannot speak of this release.

    1. What appeared before the release was known to anybody cannot cover it; between then
       and its sending it can have leaked.
    2. An article that has next to nothing of what the release speaks of, or whose signs
       all together, were they in one place, would not reach the log odds *least*, is read
       no closer: that is nearly every article.
    3. Later, an article must name the day or the month beside the kind of event, or quote
       its name, or for a while name its people: the same words come back every year.
    4. The best place of two sentences, and the whole, are weighed.
    """
    age = _age(reading, clues)
    if age is None or _is_far(reading, clues):
        return None
    held = anywhere(reading, clues)
    whole = _signs(held, clues)
    if not age.says(whole):
        return None
    sure = _BASE + _of_article(
        {
            "whole": whole.core,
            "own": _core(held.subjects, clues.own),
            "names": min(whole.names, 4),
            "numbers": min(whole.figures, 6),
            "late": age.late,
            "recalls": age.recalls,
        }
    )
    among = len(reading.every_term & clues.terms)
    hoped = _of_article({"held": min(1.0, among / _HELD), "lead": whole.core})
    if sure + hoped + _most(whole) < least:
        return None
    return _read_closer(
        Where(reading, clues, held),
        reading,
        clues,
        age=age,
        whole=whole,
        sure=sure,
        hoped=hoped,
        least=least,
    )


def _read_closer(
    where: Where,
    reading: Reading,
    clues: Clues,
    *,
    age: _Age,
    whole: Signs,
    sure: float,
    hoped: float,
    least: float,
) -> Belief | None:
    """The belief by the best place, *hoped* at most being still to come for the article."""
    bounds = [age.weight(one) for one in _bounds(where, clues)]
    if sure + hoped + max(bounds, default=-math.inf) < least:
        return None
    lead = _core(where.subjects(reading.lead), clues.cores)
    sure += _of_article(
        {
            "held": _held(reading, clues),
            "lead": lead,
            "unplaced": _unplaced(reading, clues),
        }
    )
    found = _best(where, clues, bounds, age, needed=least - sure)
    if found is None:
        return None
    best, place, here = found
    title = _core(where.subjects([0]), clues.cores)
    return Belief(
        odds=sure + _weight(best),
        place=place,
        here=here,
        best=best,
        whole=whole,
        main=_is_main({"title": title, "lead": lead, "whole": whole.core})
        and (age.lag is None or age.lag <= _MAIN_UNTIL),
        late=age.late,
        lag=age.lag,
    )


def _is_main(facts: Mapping[str, float]) -> bool:
    return sum(_MAIN[name] * value for name, value in facts.items()) > 0.0


def _of_article(facts: Mapping[str, float]) -> float:
    return sum(_BELIEF[name] * value for name, value in facts.items())


def _held(reading: Reading, clues: Clues) -> float:
    """The share of a place's subjects that the release speaks of, where that is largest."""
    most = 0.0
    for here in reading.subjects:
        among = len(here & clues.terms)
        if among:
            most = max(most, min(among / len(here), among / _HELD))
    return most


def _best(
    where: Where,
    clues: Clues,
    bounds: Sequence[float],
    age: _Age,
    *,
    needed: float,
) -> tuple[Signs, Sequence[int], Shared] | None:
    """The first place of two sentences that weighs most; None when none weighs enough."""
    best: tuple[Signs, Sequence[int], Shared] | None = None
    least, first = needed, -1
    for number in sorted(range(len(bounds)), key=lambda one: -bounds[one]):
        if bounds[number] < least - _ROUNDING:
            break
        place = range(number, min(number + 2, len(bounds)))
        here = where.at(place)
        found = _signs(here, clues)
        weight = age.weight(found)
        if weight > least or (weight == least and (best is None or number < first)):
            best, least, first = (found, place, here), weight, number
    return best


def _bounds(where: Where, clues: Clues) -> Sequence[Signs]:
    """No less than what each place of two sentences has, by its first.

    Terms of several versions count as one core: quick to add, and never too little.
    """
    count = where.sentences
    core, kind = [0.0] * count, [0.0 if clues.kinds else 0.5] * count
    names, figures = [0.0] * count, [0.0] * count
    for one, numbers in where.terms.items():
        share, is_kind = clues.shares.get(one, 0.0), one in clues.kinds
        for at in places_of(numbers):
            core[at] += share
            if is_kind:
                kind[at] = 1.0
    for bones, name, numbers in where.names:
        share, worth = clues.shares.get(f"~{bones}", 0.0), clues.names[name]
        for at in places_of(numbers):
            core[at] += share
            names[at] += worth
    for value, numbers in where.figures.items():
        for at in places_of(numbers):
            figures[at] += clues.figures[value]
    elsewhere = where.elsewhere
    days = [*where.days, 0.0]
    return [
        Signs(
            day=max(days[at], days[at + 1]),
            core=min(1.0, core[at]),
            kind=kind[at],
            names=names[at],
            figures=figures[at],
            quoted=bool(where.phrases),
            elsewhere=at in elsewhere,
        )
        for at in range(count)
    ]


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
        + _BELIEF["figures"] * min(place.figures, 3)
        + _BELIEF["together"] * place.together
        + _PLACE * (min(place.names, 3) + place.quoted)
    )
