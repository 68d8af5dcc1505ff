"""Tables as values, their columns as wide as their words ask for."""

from collections.abc import Sequence
from typing import Final

from core.reporting.document import Grid, Paragraph, Runs
from core.reporting.pages.lines import Data, Lines, by_its_script

# A cell with more signs is read as a text of its own, from the side its language starts at.
_LONG_CELL: Final = 60
# Signs that a column asks room for.
_WIDEST: Final = 40.0
_NARROWEST: Final = 6.0
_SHORT: Final = 17  # signs: a day and an hour, with a comma between them in Arabic
_WIDEST_FIGURE: Final = 14.0
_EDGES: Final = 2.0  # signs: what stands free beside a column's words
# Signs that a line of a table has, in its print and in small print.
_LINE: Final = 88.0
_SMALL_LINE: Final = 104.0
_LEAST_SHARE: Final = 0.4
_MOST_BESIDE: Final = 3
_ROWS_BEFORE_SPLIT: Final = 12
_COLUMNS_OF_A_PAGE: Final = 6


def grid(given: Grid, lines: Lines) -> Data:
    asked = [_asked(given, place) for place in range(len(given.columns))]
    is_small = len(asked) > _COLUMNS_OF_A_PAGE or sum(map(max, asked)) > _LINE
    weights = _weights(asked, line=_SMALL_LINE if is_small else _LINE)
    return {
        "kind": "grid",
        "caption": lines.runs(given.caption),
        "small": is_small,
        "columns": [
            {
                "name": lines.runs(column.name),
                "is_figure": column.is_figure,
                "weight": weight,
            }
            for column, weight in zip(given.columns, weights, strict=True)
        ],
        "rows": [[_cell(cell, lines) for cell in row] for row in given.rows],
    }


def side_by_side(given: Grid, lines: Lines) -> list[Data]:
    """A long and narrow table in parts that stand beside each other, without its caption."""
    whole = grid(given, lines) | {"caption": []}
    rows = whole["rows"]
    asked = sum(column["weight"] for column in whole["columns"])
    beside = 1
    if len(rows) > _ROWS_BEFORE_SPLIT:
        beside = min(max(int(_SMALL_LINE / max(asked, 1.0)), 1), _MOST_BESIDE)
    a_part = -(-len(rows) // beside) or 1
    return [
        whole | {"rows": rows[place : place + a_part]}
        for place in range(0, len(rows), a_part)
    ]


def length(runs: Runs) -> int:
    """In signs that are seen, unlike those of direction in an Arabic date."""
    return sum(sign.isprintable() for run in runs for sign in run.text)


def _cell(cell: Paragraph, lines: Lines) -> Data:
    found = lines.paragraph(cell) | {"own_side": length(cell.runs) > _LONG_CELL}
    if cell.language is None:
        # A name whose script nobody told keeps its own order.
        found["runs"] = [
            run | {"text": by_its_script(run["text"])} for run in found["runs"]
        ]
    return found


def _weights(asked: Sequence[tuple[float, float]], *, line: float) -> Sequence[float]:
    """What each column needs, and of what it likes beyond that as much as the line has.

    A line has some more signs than it is said to: a column of long texts gets a part of
    what it likes in any case.
    """
    needed = sum(needs for needs, _ in asked)
    beyond = sum(max(likes - needs, 0.0) for needs, likes in asked)
    share = min(max((line - needed) / beyond, _LEAST_SHARE), 1.0) if beyond else 0.0
    return [needs + share * max(likes - needs, 0.0) for needs, likes in asked]


def _asked(given: Grid, place: int) -> tuple[float, float]:
    """The signs that a column needs, for no word to leave it, and those that it likes."""
    column = given.columns[place]
    lengths = [length(row[place].runs) for row in given.rows]
    mean = sum(lengths) / len(lengths) if lengths else 0.0
    # A short name and a moment stay on one line.
    short = max((one + 1.0 for one in lengths if one <= _SHORT), default=0.0)
    words = " ".join(run.text for run in column.name).split()
    longest = max((len(word) for word in words), default=0)
    widest = _WIDEST_FIGURE if column.is_figure else _WIDEST
    needs = max(short, longest + _EDGES, _NARROWEST)
    return needs, min(max(mean, needs), max(widest, needs))
