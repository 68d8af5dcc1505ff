"""Languages of screens and messages. The language of a release is another matter.

Catalogues are read from their `.po` source at start, so that there is nothing to compile
and nothing that can be stale.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from importlib.resources import files
from io import BytesIO
from math import inf
from typing import Final

from babel import Locale
from babel.dates import format_date, format_datetime, format_time, format_timedelta
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal, format_percent
from babel.support import Translations

from core.errors import OfficeError
from core.values import Language
from core.wording import Worded
from core.zones import wall_of, zone

# First-strong isolate and its end: a value keeps its own direction (UAX 9).
_ISOLATE: Final = "\u2068"
_END: Final = "\u2069"


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """One language's words, dates and numbers."""

    language: Language
    locale: Locale
    gettext: Callable[[str], str]
    ngettext: Callable[[str, str, int], str]

    @property
    def direction(self) -> str:
        return self.language.direction

    def date(self, day: date, style: str = "full") -> str:
        return format_date(day, style, locale=self.locale)

    def moment(self, moment: datetime, zone_name: str, style: str = "medium") -> str:
        return format_datetime(
            moment, style, tzinfo=zone(zone_name), locale=self.locale
        )

    def day(self, moment: datetime, zone_name: str, style: str = "short") -> str:
        """The day of a moment that is known no closer."""
        return self.date(wall_of(moment, zone_name).date(), style)

    def hour(self, moment: datetime, zone_name: str) -> str:
        return format_time(moment, "HH:mm", tzinfo=zone(zone_name), locale=self.locale)

    def ago(self, moment: datetime, now: datetime) -> str:
        return format_timedelta(moment - now, add_direction=True, locale=self.locale)

    def lasting(self, length: timedelta) -> str:
        """How long, in whole days; what is shorter than two of them, in hours."""
        return format_timedelta(
            length,
            # In that unit, however many there are.
            granularity="day" if length >= timedelta(days=2) else "hour",
            threshold=inf,
            locale=self.locale,
        )

    def number(self, value: float) -> str:
        return format_decimal(value, locale=self.locale)

    def percent(self, share: float) -> str:
        return format_percent(share, locale=self.locale)

    def say(self, sentence: str) -> str:
        """A sentence in this language, with the values it was made with."""
        if not isinstance(sentence, Worded):
            return self.gettext(sentence) if sentence else ""
        said = self.gettext(sentence.template)
        if not sentence.values:
            return said
        return said % {name: self._value(one) for name, one in sentence.values.items()}

    def retold(self, kept: str) -> str:
        """Sentences of ours that were kept in English, in this language: one, or one a line.

        Each is known by its template; what somebody wrote in words of their own stays as it is.
        """
        lines = kept.splitlines()
        # What somebody wrote into a sentence may have lines too, which are none of ours.
        if any(_template_of(one) is not None for one in lines[1:]):
            return " ".join(map(self.retold, lines))
        found = _template_of(kept)
        return kept if found is None else self.say(found)

    def explain(self, error: OfficeError) -> str:
        """What happened and what to do, as one text."""
        return f"{self.say(error.what)} {self.say(error.mend)}".strip()

    def _value(self, value: object) -> object:
        """Isolated where this language is written the other way than most values."""
        if not isinstance(value, str):
            return value
        told = self.say(value) if isinstance(value, Worded) else value
        return f"{_ISOLATE}{told}{_END}" if self.direction == "rtl" else told


def N_(sentence: str) -> str:  # noqa: N802 - the mark that gettext's tools look for
    """Mark a sentence for the catalogues where it is written; whoever shows it translates it."""
    return sentence


# ar_MA has Latin digits and the Maghreb's month names (دجنبر), as Moroccan offices write.
_LOCALES = {
    Language.FRENCH: "fr",
    Language.ARABIC: "ar_MA",
    Language.ENGLISH: "en_GB",
    Language.AMAZIGH: "zgh",
}
# A letter in Amazigh has the months of its own language; its fixed words are French, which
# its readers share, until somebody writes a catalogue.
_FIXED_WORDS = {Language.AMAZIGH: Language.FRENCH}


@cache
def words(language: Language) -> Words:
    translations = _catalogue(language)
    return Words(
        language=language,
        locale=Locale.parse(_LOCALES[language]),
        gettext=translations.gettext,
        ngettext=translations.ngettext,
    )


def _catalogue(language: Language) -> Translations:
    spoken = _FIXED_WORDS.get(language, language)
    source = files("core") / "locale" / f"{spoken}.po"
    compiled = BytesIO()
    with source.open("rb") as file:
        write_mo(compiled, read_po(file, locale=spoken))
    compiled.seek(0)
    return Translations(compiled)


# Fewer letters of our own could be those of anybody's sentence.
_TELLING: Final = 11
# By so many first letters a template is looked for: a page asks once for each of its rows.
_FIRST: Final = 3
_PLACEHOLDER: Final = re.compile(r"%\((\w+)\)s")


@cache
def _templates() -> Mapping[str, Sequence[str]]:
    """The templates of our sentences by their first letters, the most telling first."""
    with (files("core") / "locale" / f"{Language.ENGLISH}.po").open("rb") as file:
        sentences = [one.id for one in read_po(file) if isinstance(one.id, str)]
    telling = [(len(_PLACEHOLDER.sub("", one)), one) for one in sentences]
    found: dict[str, list[str]] = {}
    for letters, one in sorted(telling, reverse=True):
        first = one[:_FIRST]
        if letters >= _TELLING and "%" not in first:
            found.setdefault(first, []).append(one)
    return found


def _template_of(kept: str) -> Worded | None:
    for template in _templates().get(kept[:_FIRST], ()):
        if found := _pattern(template).fullmatch(kept):
            values = found.groupdict().items()
            return Worded(template, {name: _inner(one) for name, one in values})
    return None


def _inner(value: str) -> str:
    """A value may be a sentence of ours too, such as a reason; a word or two are a name."""
    return (_template_of(value) if value.count(" ") > 1 else None) or value


@cache
def _pattern(template: str) -> re.Pattern[str]:
    words_and_names = _PLACEHOLDER.split(template)
    named: set[str] = set()
    parts = []
    for place, part in enumerate(words_and_names):
        if place % 2 == 0:
            parts.append(re.escape(part.replace("%%", "%")))
        elif part in named:
            parts.append(f"(?P={part})")
        else:
            named.add(part)
            parts.append(f"(?P<{part}>.+?)")
    return re.compile("".join(parts), re.DOTALL)
