"""What tells a release's event apart, proposed from its versions for a person to correct.

A release in two languages is read as one: a name that both hold is one item, spelled as
the first of them spells it.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from itertools import pairwise
from typing import Any, Final

from core.text.figures import figures
from core.text.places import place_of
from core.text.tokens import tokens, words
from monitor.matching.clues import clues, figure_weight
from monitor.matching.names import names, skeleton
from monitor.matching.thesaurus import is_empty
from monitor.matching.values import ReleaseText, VersionText

_MOST: Final = 12  # items of one part; a person reads them all
_TELLING: Final = 0.6  # weight of a figure that says something
_TITLES: Final = frozenset({"mme", "mlle", "monsieur", "madame", "mrs", "messrs"})
_ARTICLE: Final = re.compile(r"^(?:L['’]|Les? |La |The )")
_DAYS: Final = 31  # smaller numbers are days of months as often as not
_QUOTED: Final = re.compile(r"[«“\"]\s*([^«»“”\"]{3,120}?)\s*[»”\"]")
_TITLED: Final = re.compile(
    r"(?<!\w)(?:M\.|MM\.|Mme|Mlle|Monsieur|Madame|Dr\.?|Pr\.?|Mr\.?|Mrs\.?|Ms\.?)\s+"
    r"((?:[A-ZÀ-Ý][\w'’-]+\s?){1,4})"
)
_ARABIC_TITLED: Final = re.compile(
    r"(?:السيد|السيدة|الدكتور|الدكتورة|الأستاذ|الأستاذة)\s+"
    r"((?:[\u0621-\u064a]+\s?){1,3})"
)
_ORGANISATION: Final = re.compile(
    r"(?:[A-ZÀ-Ý][\w'’-]+(?:[\s-](?:d[eu]s?|l[ea]s?|l['’]|d['’]|et|en|of|the|and|for|"
    r"[a-zà-ÿ]{4,}|[A-ZÀ-Ý][\w'’-]+))*)\s*\([A-Z][A-Z0-9]{2,8}\)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What an officer sees and edits of a release; every part in any of its languages."""

    # When it was sent, where that is known better than the office's own dispatches know it.
    sent_at: datetime | None = None
    event_days: tuple[date, ...] = ()
    event_names: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    organisations: tuple[str, ...] = ()
    figures: tuple[int, ...] = ()

    def as_row(self) -> dict[str, Any]:
        """The parts as JSON values."""
        return {
            "sent_at": self.sent_at.isoformat() if self.sent_at else None,
            "event_days": [one.isoformat() for one in self.event_days],
            **{name: list(getattr(self, name)) for name in PARTS[2:]},
        }


PARTS: Final = tuple(one.name for one in fields(Profile))


def from_row(row: Mapping[str, Any], base: Profile) -> Profile:
    """*base* with the parts that the row holds in their place."""
    changed: dict[str, Any] = {
        name: tuple(row[name]) for name in PARTS[2:] if name in row
    }
    if "sent_at" in row:
        given = row["sent_at"]
        changed["sent_at"] = datetime.fromisoformat(given) if given else None
    if "event_days" in row:
        changed["event_days"] = tuple(map(date.fromisoformat, row["event_days"]))
    return replace(base, **changed)


def propose(release: ReleaseText) -> Profile:
    """What the texts say of the event, the most telling first."""
    versions = list(release.versions.values())
    known = clues(release)
    places = _places(versions)
    organisations = _organisations(release)
    event_names = _distinct(
        found
        for version in versions
        for found in _QUOTED.findall(
            "\n".join([version.title, *version.paragraphs[:1]])
        )
        if len(words(found)) > 1
    )
    return Profile(
        event_days=tuple(known.days),
        event_names=event_names,
        people=_people(versions, {*places, *organisations, *event_names}),
        places=places,
        organisations=organisations,
        figures=_figures(versions),
    )


def applied(release: ReleaseText, parts: Mapping[str, Any]) -> ReleaseText:
    """The release as matching takes it once a person changed some *parts* of its profile.

    A part that nobody changed is left to the text. Of one that was changed, what was
    proposed and is not kept is ignored from now on.
    """
    if not parts:
        return release
    proposed = propose(release)
    edited = from_row(parts, proposed)
    ignored = [
        str(item)
        for name in PARTS[1:]
        if name in parts
        for item in getattr(proposed, name)
        if item not in getattr(edited, name)
    ]
    given: dict[str, Any] = {
        name: getattr(edited, name) for name in PARTS if name in parts
    }
    given["official_names"] = given.pop("organisations", release.official_names)
    sent = given.pop("sent_at", None)
    return replace(
        release,
        ignored=tuple(ignored),
        published_at=sent or release.published_at,
        **given,
    )


def also_written(item: str, release: ReleaseText) -> Sequence[str]:
    """The words of the release that matching takes for words of the *item*: صفرو for Sefrou."""
    own = {word for word in words(item) if not is_empty(word)}
    bones = {skeleton(word) for word in own} - {""}
    places = {place for word in own if (place := place_of(word))}
    found = {
        version.text[start:end]
        for version in release.versions.values()
        for word, start, end in _spelled(version.text)
        if word not in own
        and (place_of(word) in places if place_of(word) else skeleton(word) in bones)
    }
    return sorted(found)


def _spelled(text: str) -> Iterable[tuple[str, int, int]]:
    found = tokens(text)
    return zip(found.words, found.starts, found.ends, strict=True)


def _distinct(found: Iterable[str]) -> tuple[str, ...]:
    """Each once, whatever its accents and capitals."""
    kept: dict[str, str] = {}
    for one in found:
        clean = " ".join(one.split()).strip(" ,;:.")
        kept.setdefault(" ".join(words(clean)), clean)
    kept.pop("", None)
    return tuple(list(kept.values())[:_MOST])


def _places(versions: Sequence[VersionText]) -> tuple[str, ...]:
    """Towns and countries, each as it is spelled where it stands first.

    Arabic has no capitals, and الجديدة is a town and "the new one": where there is a version
    in Latin script, only what that names is a place.
    """
    kept: dict[str, str] = {}
    latin = [one for one in versions if one.language != "ar"]
    for version in latin or versions:
        for word, start, end in _spelled(version.text):
            place = place_of(word)
            if place and (not latin or version.text[start].isupper()):
                kept.setdefault(place, version.text[start:end])
    return tuple(list(kept.values())[:_MOST])


def _organisations(release: ReleaseText) -> tuple[str, ...]:
    heads = [
        head
        for version in release.versions.values()
        if (head := version.contact.split("\n", 1)[0].strip())
        and not any(sign.isdecimal() or sign == "@" for sign in head)
    ]
    spelled = [
        _ARTICLE.sub("", one)
        for version in release.versions.values()
        for one in _ORGANISATION.findall(version.text)
    ]
    return _distinct([*release.official_names, release.issuer, *heads, *spelled])


def _people(versions: Sequence[VersionText], others: set[str]) -> tuple[str, ...]:
    """Who is named with a title, or by two words in a row that are written as names."""
    taken = {word for one in others for word in words(one)}
    found: list[str] = []
    for version in versions:
        found += _TITLED.findall(version.text)
        if version.language == "ar":
            found += _ARABIC_TITLED.findall(version.text)
        else:
            found += _in_a_row(version.text)
    return _distinct(
        one for one in found if words(one) and not taken.issuperset(words(one))
    )


def _in_a_row(text: str) -> Sequence[str]:
    read = tokens(text)
    named = names(read, text)
    found: list[str] = []
    for (one, start, end), (other, after, last) in pairwise(
        zip(read.words, read.starts, read.ends, strict=True)
    ):
        written = one in named and other in named and text[end:after] == " "
        if written and text[start].isupper() and one not in _TITLES:
            found.append(text[start:last])
    return found


def _figures(versions: Sequence[VersionText]) -> tuple[int, ...]:
    values = {
        one.value
        for version in versions
        for one in figures(tokens(version.text), version.text)
        if one.value > _DAYS and figure_weight(one.value) >= _TELLING
    }
    return tuple(sorted(values, key=lambda one: (-figure_weight(one), -one))[:_MOST])
