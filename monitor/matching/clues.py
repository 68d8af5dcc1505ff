"""What tells a release's event apart in any wording: days, names, figures, terms.

All versions together: a name or a figure of one language is looked for in the others.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from core.text.clitics import readings
from core.text.figures import figures
from core.text.misreadings import blurred
from core.text.places import place_of, places
from core.text.tokens import tokens, words
from monitor.matching.days import Precision, day_references
from monitor.matching.names import in_arabic, names, skeleton
from monitor.matching.thesaurus import (
    is_empty,
    is_kind,
    is_known,
    is_subject,
    term,
)
from monitor.matching.values import ReleaseText, VersionText

_UNSURE: Final = 0.5  # an Arabic word that may be a name
_HOME: Final = (
    0.35  # a name of the address block says where the office is, not the event
)
_YEARS: Final = range(1950, 2100)
_ROUND: Final = 1000  # from here a figure is hardly met by chance
_TELLING: Final = 100
_SMALL: Final = 12
_BONES: Final = 3  # consonants that make a name; below, too much sounds like it
_CORE: Final = 8  # terms
_LONGEST_NAME: Final = 12  # words
_SHARED: Final = "=@"  # marks of a term that the glossary knows, or a map
_GIVEN: Final = 2.0
_ACRONYM: Final = re.compile(r"\(([A-Z][A-Z0-9]{2,8})\)")
_QUOTED: Final = re.compile(r"[«“\"]([^«»“”\"]{3,120})[»”\"]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Clues:
    """The marks of one release. Weights are relative; a name of the body weighs 1.

    `sounds` gives names by their skeleton, for articles in a script the release lacks,
    `blurred` by what a scanner may read instead,
    `towns` those that are known places, by their key, `titled` the places of the titles.
    """

    days: Sequence[date]
    sent_on: date | None
    # Before this day nobody can have written of it.
    known_on: date | None
    kinds: frozenset[str]
    # Each version's core, and the sum of its weights.
    cores: Sequence[tuple[Mapping[str, float], float]]
    # Of each core what no glossary knows and no map.
    own: Sequence[tuple[Mapping[str, float], float]]
    # Every subject of its texts.
    terms: frozenset[str]
    # Every term that a sign looks for, and the most that one is of a core.
    vocabulary: frozenset[str]
    shares: Mapping[str, float]
    places: frozenset[str]
    quoted: frozenset[str]
    names: Mapping[str, float]
    sounds: Mapping[str, str]
    blurred: Mapping[str, str]
    towns: Mapping[str, str]
    titled: frozenset[str]
    figures: Mapping[int, float]


def clues(release: ReleaseText) -> Clues:
    versions = list(release.versions.values())
    found_names = _names(release)
    kinds = _kinds(versions)
    cores = [_core(release, version, found_names) for version in versions]
    return Clues(
        days=_days(release),
        sent_on=release.published_at.date() if release.published_at else None,
        known_on=_known_on(release),
        kinds=kinds,
        cores=[(core, sum(core.values())) for core in cores if core],
        own=[
            (
                {one: weight for one, weight in core.items() if one[0] not in _SHARED},
                sum(core.values()),
            )
            for core in cores
            if core
        ],
        terms=frozenset(
            one
            for version in versions
            for one in _terms(version.text)
            if is_subject(one)
        ),
        vocabulary=kinds.union(*cores),
        shares=_shares(cores),
        places=places(
            [
                word
                for text in (
                    *(f"{one.dateline}\n{one.text}" for one in versions),
                    *release.places,
                )
                for word in words(text)
            ]
        ),
        names=found_names,
        sounds=_sounds(release, found_names),
        blurred={blur: name for name in sorted(found_names) if (blur := blurred(name))},
        quoted=_phrases(release.event_names)
        .union(*map(_quoted, versions))
        .difference(_phrases(release.ignored)),
        towns={
            place: name for name in sorted(found_names) if (place := place_of(name))
        },
        titled=places([word for version in versions for word in words(version.title)]),
        figures=_figures(release),
    )


def _known_on(release: ReleaseText) -> date | None:
    moments = [one for one in (release.known_at, release.published_at) if one]
    return min(moments).date() if moments else None


def _sounds(release: ReleaseText, named: Mapping[str, float]) -> Mapping[str, str]:
    """Names to be known by their sound: those that only one script has."""
    scripts = {language == "ar" for language in release.versions}
    alone = named.keys() if len(scripts) == 1 else _given(release)
    return {
        bones: name
        for name in sorted(alone)
        if name in named and len(bones := skeleton(name)) >= _BONES
    }


def _given(release: ReleaseText) -> frozenset[str]:
    """The words of names that the office gave: they are believed."""
    return frozenset(
        word
        for name in (*release.event_names, *release.people, *release.places)
        for word in words(name)
        if len(word) >= _BONES and not is_empty(word) and not is_known(term(word))
    )


def _phrases(names_given: Sequence[str]) -> frozenset[str]:
    found = (words(one) for one in names_given)
    return frozenset(
        f" {' '.join(one)} " for one in found if 1 < len(one) <= _LONGEST_NAME
    )


def _shares(cores: Sequence[Mapping[str, float]]) -> Mapping[str, float]:
    shares: dict[str, float] = {}
    for core in cores:
        total = sum(core.values())
        for one, weight in core.items():
            shares[one] = max(shares.get(one, 0.0), weight / total)
    return shares


def _kinds(versions: Sequence[VersionText]) -> frozenset[str]:
    """The kinds of event the titles name, else the leads; often there is none."""
    for texts in (
        [version.title for version in versions],
        ["\n".join(version.paragraphs[:1]) for version in versions],
    ):
        kinds = frozenset(one for text in texts for one in _terms(text) if is_kind(one))
        if kinds:
            return kinds
    return frozenset()


def _quoted(version: VersionText) -> frozenset[str]:
    """What title and lead put in quotation marks: the event's own name or motto."""
    text = "\n".join([version.title, *version.paragraphs[:1]])
    return _phrases(_QUOTED.findall(text))


def _masked(release: ReleaseText, version: VersionText) -> frozenset[str]:
    """Terms that only say who the office is: its official names."""
    heading = version.contact.split("\n", 1)[0]
    named = [*release.official_names, release.issuer, heading]
    return frozenset(term(word) for name in named for word in words(name))


def _terms(text: str) -> frozenset[str]:
    return frozenset(term(word) for word in words(text)) - {""}


def _core(
    release: ReleaseText, version: VersionText, named: Mapping[str, float]
) -> Mapping[str, float]:
    """What a version keeps speaking of: its salient terms, kinds of event left out."""
    masked = _masked(release, version)
    counts: Counter[str] = Counter()
    titled = {_key(word, named) for word in words(version.title)}
    for paragraph in version.paragraphs:
        counts.update(_key(word, named) for word in words(paragraph))
    salience = {
        one: (2.0 if one in titled else 1.0) * (counts[one] + (one in titled)) ** 0.5
        for one in counts.keys() | titled
        if one and is_subject(one) and (one not in masked or one in titled)
    }
    strongest = sorted(salience, key=lambda one: (-salience[one], one))[:_CORE]
    return {one: salience[one] for one in strongest}


def _key(word: str, named: Mapping[str, float]) -> str:
    """A name's skeleton where that is long enough to tell it, or the term; a town is one."""
    if place_of(word):
        return term(word)
    known = next((form for form in readings(word) if form in named), None)
    sure = known and named[known] != _UNSURE
    bones = skeleton(known) if known else ""
    return f"~{bones}" if sure and len(bones) >= _BONES else term(word)


def _days(release: ReleaseText) -> Sequence[date]:
    """The days of the event: as given, else the full dates of dateline, title and lead."""
    if release.event_days or release.published_at is None:
        return sorted(release.event_days)
    published = release.published_at.date()
    days: set[date] = set()
    for version in release.versions.values():
        text = "\n".join([version.dateline, version.title, *version.paragraphs[:1]])
        for reference in day_references(tokens(text), published=published):
            near = abs((reference.first - published).days) <= 120  # noqa: PLR2004
            if reference.precision is Precision.DAY and near:
                days |= {reference.first, reference.last}
    later = {day for day in days if day > published}
    return sorted(
        day for day in later or days if day.isoformat() not in release.ignored
    )


def _names(release: ReleaseText) -> Mapping[str, float]:
    """Names with their weights: given or of the title 2, of the body 1, of the address less.

    Arabic versions add the words that sound like them.
    """
    given = dict.fromkeys(_given(release), _GIVEN)
    found = _found_names(release)
    for name in release.ignored:
        for word in words(name):
            found.pop(word, None)
    return found | given


def _found_names(release: ReleaseText) -> dict[str, float]:
    versions = list(release.versions.values())
    official = {word for name in release.official_names for word in words(name)}
    home = {
        word
        for version in versions
        for word in words(f"{version.contact}\n{version.dateline}\n{release.issuer}")
    }
    latin: dict[str, float] = {}
    for version in versions:
        titled = frozenset(words(version.title))
        for name in _written_names(version) - (official - titled):
            body = _HOME if name in home else 1.0
            weight = 2.0 if name in titled else body
            latin[name] = max(weight, latin.get(name, 0.0))
    by_bones = {skeleton(name): weight for name, weight in latin.items()}
    if all(version.language == "ar" for version in versions):
        # Nothing marks a name in Arabic, but what no glossary knows may be one.
        return dict.fromkeys(_unknown(versions), _UNSURE)
    arabic = {
        name: by_bones[skeleton(name)]
        for version in versions
        if version.language == "ar"
        for name in in_arabic(words(version.text), frozenset(latin))
    }
    return latin | arabic


def _unknown(versions: Sequence[VersionText]) -> frozenset[str]:
    found = {word for version in versions for word in words(version.text)}
    return frozenset(
        readings(word)[-1]
        for word in found
        if (one := term(word)) and not is_known(one)
    )


def _written_names(version: VersionText) -> frozenset[str]:
    if version.language == "ar":
        return frozenset()
    body = "\n".join([*version.paragraphs, version.title])
    return names(tokens(body), body) | _acronyms(body)


def _acronyms(text: str) -> frozenset[str]:
    """ANP of "l'Agence nationale des ports (ANP)": a capital in brackets is no other name."""
    return frozenset(word for one in _ACRONYM.findall(text) for word in words(one))


def _figures(release: ReleaseText) -> Mapping[int, float]:
    """Figures by value; days of months, years and counting words carry little or nothing."""
    found: dict[int, float] = dict.fromkeys(release.figures, _GIVEN)
    for version in release.versions.values():
        body = tokens(version.text)
        for value in {figure.value for figure in figures(body, version.text)}:
            found.setdefault(value, figure_weight(value))
    for item in release.ignored:
        if item.isdecimal():
            found.pop(int(item), None)
    return found


def figure_weight(value: int) -> float:
    if value in _YEARS:
        return 0.0
    if value >= _ROUND:
        return 2.0
    if value >= _TELLING:
        return 1.5
    return 0.6 if value > _SMALL else 0.25
