"""What a chart shows, in words: for those who do not see it, and for a printer's grey."""

from typing import Final

from core.i18n import Words
from core.reporting import naming
from core.reporting.report import Cell, Chart, ChartForm

_LARGEST: Final = 3  # rows that are named


def describe(chart: Chart, words: Words, *, zone: str) -> str:
    """The total and the largest rows, with their numbers."""
    rows = [(row[0], _sum(row[1:])) for row in chart.table.rows]
    total = sum(number for _, number in rows)
    name = naming.name_of(chart.table.key, words)
    if not total:
        return words.gettext("%(name)s: nothing yet.") % {"name": name}
    largest = sorted(rows, key=lambda row: -row[1])[:_LARGEST]
    told = ", ".join(
        f"\u2068{naming.cell_text(cell, words, zone)}\u2069: {words.number(number)}"
        for cell, number in largest
        if number
    )
    sentence = (
        words.gettext("%(name)s: %(total)s in all; at most %(largest)s.")
        if chart.form is ChartForm.HOURS
        else words.gettext("%(name)s: %(total)s in all; the largest: %(largest)s.")
    )
    return sentence % {"name": name, "total": words.number(total), "largest": told}


def _sum(cells: tuple[Cell, ...]) -> int | float:
    return sum(cell.number or 0 for cell in cells)
