"""What an article has of a release's event: anywhere, and in which of its sentences.

Terms, names (in either script, as a town, by their sound, or misread), figures, days and
quoted names are looked up by the release's clues; what they weigh is `event`'s.
"""

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Final

from core.text.misreadings import is_misread
from monitor.matching.clues import Clues
from monitor.matching.days import Precision
from monitor.matching.names import skeleton
from monitor.matching.reading import Reading

_DAY_WORTH: Final[Mapping[Precision, float]] = {
    Precision.DAY: 3.0,
    Precision.WEEKDAY: 2.0,
    Precision.FULL_MONTH: 1.5,
    Precision.MONTH: 1.0,
    Precision.WEEK: 1.0,
    Precision.YEAR: 0.3,
}


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

    @property
    def subjects(self) -> frozenset[str]:
        """Terms and names as a release's core is keyed by them."""
        return _subjects(self.terms, self.names)


def places_of(numbers: Iterable[int]) -> AbstractSet[int]:
    """The places of two sentences, by their first, in which one of *numbers* stands."""
    firsts = set(numbers)
    return firsts.union([number - 1 for number in firsts if number])


def _subjects(terms: frozenset[str], names: Iterable[str]) -> frozenset[str]:
    return terms.union([f"~{bones}" for bones in names])


def anywhere(reading: Reading, clues: Clues) -> Shared:
    """What the article as a whole has of the release: found without reading it closely."""
    names = [
        *(reading.every_form & clues.names.keys()),
        *(clues.towns[one] for one in reading.every_place & clues.towns.keys()),
        *(name for name, _ in _misread_names(reading, clues)),
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


class Where:
    """Which sentences have what of the release."""

    def __init__(self, reading: Reading, clues: Clues, whole: Shared) -> None:
        self._reading = reading
        self._home = clues.places
        self.sentences = reading.sentences
        self.terms = {one: frozenset(reading.terms[one]) for one in whole.terms}
        self.figures = {one: frozenset(reading.figures[one]) for one in whole.figures}
        self.names = [
            (skeleton(name) or name, name, frozenset(where))
            for name, where in _names(reading, clues)
        ]
        self.days = [0.0] * reading.sentences
        for number, worth in _days(reading, clues):
            self.days[number] = max(self.days[number], worth)
        self.phrases = [
            one for one in clues.quoted if whole.quoted and one in reading.text
        ]

    @property
    def elsewhere(self) -> AbstractSet[int]:
        """The places of two sentences that name places, and none of the release's."""
        named: set[int] = set()
        home: set[int] = set()
        for one, numbers in self._reading.places.items():
            (home if one in self._home else named).update(places_of(numbers))
        return named - home

    def subjects(self, numbers: Iterable[int]) -> frozenset[str]:
        """The terms and names of the sentences of some *numbers*."""
        here = frozenset(numbers)
        return _subjects(self._terms_in(here), self._names_in(here))

    def _terms_in(self, here: frozenset[int]) -> frozenset[str]:
        return frozenset(
            [one for one, where in self.terms.items() if not where.isdisjoint(here)]
        )

    def _names_in(self, here: frozenset[int]) -> Mapping[str, str]:
        return {
            bones: name
            for bones, name, where in self.names
            if not where.isdisjoint(here)
        }

    def at(self, numbers: Sequence[int]) -> Shared:
        """What the sentences of some *numbers* have together."""
        here = frozenset(numbers)
        return Shared(
            terms=self._terms_in(here),
            names=self._names_in(here),
            figures=frozenset(
                one for one, where in self.figures.items() if not where.isdisjoint(here)
            ),
            day=max((self.days[number] for number in numbers), default=0.0),
            quoted=any(
                self._reading.holds(number, one)
                for one in self.phrases
                for number in numbers
            ),
            places=frozenset(
                one
                for one, where in self._reading.places.items()
                if not here.isdisjoint(where)
            ),
        )


def _days(reading: Reading, clues: Clues) -> Iterable[tuple[int, float]]:
    """References to the event's days: the sentence, and what one so close is worth."""
    if not clues.days:
        return
    whole = (clues.days[0], clues.days[-1])
    for number, reference in reading.days:
        if reference.last < whole[0] or reference.first > whole[1]:
            continue
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
    for name, form in _misread_names(reading, clues):
        yield name, reading.forms[form]
    if clues.sounds:
        for bones in sorted(reading.bones.keys() & clues.sounds.keys()):
            yield clues.sounds[bones], reading.bones[bones]


def _misread_names(reading: Reading, clues: Clues) -> Iterable[tuple[str, str]]:
    """Names of the release of which a scanner misread one sign, and as which word."""
    for blur in sorted(reading.blurs.keys() & clues.blurred.keys()):
        name, form = clues.blurred[blur], reading.blurs[blur]
        if is_misread(name, form):
            yield name, form
