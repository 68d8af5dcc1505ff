"""The numbers and pictures of an edition, counted from its lines: what is left out counts nowhere."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from app.reviews.numbers import LABELS
from core.reporting.report import (
    Cell,
    Chart,
    ChartForm,
    Figure,
    Kind,
    Line,
    Report,
    ReportSection,
    Table,
)
from core.values import Language

_CHARTED: Final = 8  # lines from which pictures say more than the list
_OUTLETS: Final = 12  # bars that can be read
_DAY: Final = "day"  # a date without an hour


def line_numbers(lines: Sequence[Line]) -> Mapping[str, int]:
    """By the names of figures: articles with their copies, outlets, languages, labels."""
    covering = [line for line in lines if line.label]
    labels = Counter(line.label for line in covering)
    languages = Counter(line.language for line in lines)
    outlets = {outlet for line in lines for outlet in (line.outlet, *line.also_in)}
    return {
        "all": sum(len(line.articles) for line in lines),
        "articles": sum(len(line.articles) for line in covering),
        "outlets": len(outlets),
        "ar": languages[Language.ARABIC],
        "fr": languages[Language.FRENCH],
        **{label: labels[label] for label in LABELS if labels[label]},
    }


def charts(lines: Sequence[Line], since: datetime) -> Iterator[Chart]:
    """Articles by the hour they appeared, and by outlet; none for a handful."""
    if len(lines) < _CHARTED:
        return
    hours = Counter(
        at.replace(minute=0, second=0, microsecond=0)
        for line in lines
        if line.published_as != _DAY
        and (at := line.published_at or line.read_at) is not None
        and at >= since
    )
    yield Chart(
        form=ChartForm.HOURS,
        table=Table(
            key="table:by-hour",
            columns=("column:hour", "column:articles"),
            rows=tuple(
                (
                    Cell(kind=Kind.MOMENT, moment=hour),
                    Cell(kind=Kind.NUMBER, number=count),
                )
                for hour, count in sorted(hours.items())
            ),
        ),
    )
    outlets = Counter(
        outlet for line in lines for outlet in (line.outlet, *line.also_in)
    )
    yield Chart(
        form=ChartForm.BARS,
        table=Table(
            key="table:by-outlet",
            columns=("column:outlet", "column:articles"),
            rows=tuple(
                (Cell(text=outlet), Cell(kind=Kind.NUMBER, number=count))
                for outlet, count in outlets.most_common(_OUTLETS)
            ),
        ),
    )


def lines_of(sections: Sequence[ReportSection]) -> Sequence[Line]:
    return [line for section in sections for line in section.lines]


def recounted(report: Report) -> Report:
    """The report with the numbers and pictures of the lines that it has now."""
    lines = lines_of(report.sections)
    numbers = line_numbers(lines)
    return replace(
        report,
        figures=tuple(_figures(report.figures, numbers)),
        charts=tuple(charts(lines, report.since)),
    )


def _figures(figures: Sequence[Figure], numbers: Mapping[str, int]) -> Iterator[Figure]:
    for figure in figures:
        if figure.name in numbers:
            yield replace(figure, value=numbers[figure.name])
        elif figure.name not in LABELS:
            yield figure
