"""Cells of a report's tables, from plain values."""

from datetime import datetime

from core.reporting.report import Cell, Kind
from core.values import Language


def text(value: str, language: Language | None = None) -> Cell:
    return Cell(text=value, language=language)


def code(space: str, value: str) -> Cell:
    """A code that `core.reporting.naming` has a word for."""
    return Cell(kind=Kind.CODE, text=f"{space}:{value}")


def number(value: float | None, kind: Kind = Kind.NUMBER) -> Cell:
    return Cell(kind=kind, number=value)


def moment(value: datetime | None) -> Cell:
    return Cell(kind=Kind.MOMENT, moment=value)


def day(value: datetime | None) -> Cell:
    """A moment of which the day alone says enough."""
    return Cell(kind=Kind.DAY, moment=value)
