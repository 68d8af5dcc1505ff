"""Lying bars, one a row, their series stacked and their value at the end."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from core.i18n import Words
from core.reporting import naming
from core.reporting.charts.canvas import (
    FAINT,
    LEGEND_ROW,
    RULE,
    SMALL,
    WIDTH,
    Canvas,
    draw_legend,
    legend,
    shade,
    shortened,
    width_of,
)
from core.reporting.report import Cell, Chart, Kind

_PITCH: Final = 19.0
_THICK: Final = 12.0
_MOST_ROWS: Final = 25
_MOST_LABEL: Final = 190.0
_GAP: Final = 8.0
# Pictures of pixels set words a little wider than they were measured.
_SPARE: Final = 4.0
_THINNEST: Final = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Bar:
    name: str
    parts: Sequence[float]
    said: str

    @property
    def total(self) -> float:
        return sum(self.parts)


def draw(chart: Chart, spoken: Sequence[Words], zone: str) -> Canvas:
    bars = [_bar(row, spoken, zone) for row in chart.table.rows[:_MOST_ROWS]]
    left_out = len(chart.table.rows) - len(bars)
    names = [naming.named(code, spoken) for code in chart.table.columns[1:]]
    keys = legend(names) if len(names) > 1 else []
    top = len(keys) * LEGEND_ROW + (6.0 if keys else 2.0)
    under = _PITCH if left_out else 4.0
    canvas = Canvas(
        top + len(bars) * _PITCH + under, mirrored=spoken[0].direction == "rtl"
    )
    draw_legend(canvas, keys, 0.0)
    _draw_bars(canvas, bars, top, spoken[0])
    if left_out:
        canvas.text(
            WIDTH,
            top + len(bars) * _PITCH + _PITCH / 2,
            _more(left_out, spoken),
            place="end",
            size=SMALL,
            colour=FAINT,
        )
    return canvas


def _draw_bars(canvas: Canvas, bars: Sequence[_Bar], top: float, words: Words) -> None:
    gutter = max((min(width_of(bar.name), _MOST_LABEL) for bar in bars), default=0.0)
    gutter += _SPARE
    base = gutter + _GAP
    room = WIDTH - base - max((width_of(bar.said) for bar in bars), default=0.0) - 8.0
    most = max((bar.total for bar in bars), default=0.0) or 1.0
    for place, bar in enumerate(bars):
        middle = top + place * _PITCH + _PITCH / 2
        canvas.text(gutter, middle, shortened(bar.name, _MOST_LABEL), place="end")
        end = _draw_parts(canvas, bar, (base, middle, room, most), words)
        canvas.text(end + 4.0, middle, bar.said)
    canvas.line((base, top), (base, top + len(bars) * _PITCH), colour=RULE, width=0.8)


def _draw_parts(
    canvas: Canvas, bar: _Bar, where: tuple[float, float, float, float], words: Words
) -> float:
    """Draw from the base on; returns where the bar ends. *where*: base, middle, room, most."""
    x, middle, room, most = where
    for place, part in enumerate(bar.parts):
        if not part:
            continue
        width = max(part / most * room, _THINNEST)
        canvas.bar(x, middle - _THICK / 2, width, _THICK, shade(place))
        said = words.number(part)
        is_worth_saying = len(bar.parts) > 1 and part != bar.total
        if is_worth_saying and width_of(said, SMALL) + 5.0 <= width:
            look = shade(place)
            canvas.text(
                x + width / 2,
                middle,
                said,
                place="middle",
                size=SMALL,
                colour=look.on_it,
                ground=look.fill if look.hatch else "none",
            )
        x += width
    return x


def _bar(row: Sequence[Cell], spoken: Sequence[Words], zone: str) -> _Bar:
    parts = [max(0.0, cell.number or 0.0) for cell in row[1:]]
    kinds = [cell.kind for cell in row[1:] if cell.number is not None]
    return _Bar(
        name=" · ".join(
            dict.fromkeys(naming.cell_text(row[0], words, zone) for words in spoken)
        ),
        parts=parts,
        said=naming.value_text(
            sum(parts) if kinds else None,
            kinds[0] if kinds else Kind.NUMBER,
            spoken[0],
        ),
    )


def _more(count: int, spoken: Sequence[Words]) -> str:
    return " · ".join(
        words.ngettext(
            "and %(num)s more, in the table", "and %(num)s more, in the table", count
        )
        % {"num": words.number(count)}
        for words in spoken
    )
