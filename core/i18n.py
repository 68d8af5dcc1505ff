"""Languages of screens and messages. The language of a release is another matter.

Catalogues are read from their `.po` source at start, so that there is nothing to compile
and nothing that can be stale.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from importlib.resources import files
from io import BytesIO
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
