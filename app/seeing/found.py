"""A finding of the checkup: what was found, as a sentence with its next step."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from core.i18n import Words


class Level(StrEnum):
    GOOD = "good"
    WARN = "warn"
    BAD = "bad"


def in_words(sentence: str, values: Mapping[str, Any], said: Words) -> str:
    """A finding's sentence in the reader's language, its values kept apart from it."""
    told = said.gettext(sentence) if sentence else ""
    for name, value in values.items():
        told = told.replace(f"%({name})s", f"\u2068{_value(value, said)}\u2069")
    return told


def _value(value: str | int | date, said: Words) -> str:
    if isinstance(value, date):
        return said.date(value, "long")
    return said.number(value) if isinstance(value, int) else value


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One check: its stable name, what was found, as a sentence with its next step."""

    check: str
    level: Level
    # For machines and logs: "SQLite 3.45.1".
    found: str
    what: str
    mend: str = ""
    values: Mapping[str, str | int | date] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        return self.level is not Level.BAD
