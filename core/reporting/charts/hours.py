"""Volume over time as standing bars, with the moments that explain it as named lines."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Final

from core.i18n import Words
from core.reporting import naming
from core.reporting.charts.canvas import (
    FAINT,
    INK,
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
from core.reporting.report import Chart
from core.zones import wall_of

_TALL: Final = 120.0
_MARK_ROW: Final = 12.0
_MOST_TICKS: Final = 9
_STEPS: Final = (1, 2, 3, 6, 12, 24, 48, 96, 168, 336, 720)
_HOUR: Final = timedelta(hours=1)
_DAY_HOURS: Final = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class _Frame:
    """Where the bars stand, in points, and what a point is worth."""

    left: float
    top: float
    bottom: float
    since: datetime
    until: datetime
    most: float

    def x(self, moment: datetime) -> float:
        share = (moment - self.since) / (self.until - self.since)
        return self.left + share * (WIDTH - self.left - 4.0)

    def y(self, value: float) -> float:
        return self.bottom - value / self.most * (self.bottom - self.top)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Column:
    at: datetime
    parts: Sequence[float]

    @property
    def total(self) -> float:
        return sum(self.parts)


def draw(chart: Chart, spoken: Sequence[Words], zone: str) -> Canvas:
    columns = [
        _Column(
            at=row[0].moment, parts=[max(0.0, cell.number or 0.0) for cell in row[1:]]
        )
        for row in chart.table.rows
        if row[0].moment is not None
    ]
    names = [naming.named(code, spoken) for code in chart.table.columns[1:]]
    keys = legend(names) if len(names) > 1 else []
    since, until = _span(columns, chart)
    most = _rounded(max((one.total for one in columns), default=0.0))
    frame = _Frame(
        left=max(width_of(spoken[0].number(most), SMALL) + 6.0, 24.0),
        top=0.0,
        bottom=_TALL,
        since=since,
        until=until,
        most=most,
    )
    labels = _mark_rows(chart, frame, spoken, zone)
    above = len(keys) * LEGEND_ROW + (6.0 if keys else 0.0)
    top = above + len({row for row, *_ in labels}) * _MARK_ROW + 14.0
    frame = _Frame(
        left=frame.left,
        top=top,
        bottom=top + _TALL,
        since=since,
        until=until,
        most=most,
    )
    canvas = Canvas(top + _TALL + 30.0, mirrored=spoken[0].direction == "rtl")
    draw_legend(canvas, keys, 0.0)
    _draw_scale(canvas, frame, spoken[0])
    _draw_columns(canvas, frame, columns, spoken[0])
    _draw_ticks(canvas, frame, spoken[0], zone)
    for row, x, shift, said in labels:
        middle = above + row * _MARK_ROW + _MARK_ROW / 2
        canvas.line(
            (x, middle + 4.0), (x, frame.bottom), colour=INK, width=0.9, dashed=True
        )
        canvas.text(x + shift, middle, said, size=SMALL, ground="#ffffff")
    return canvas


def _span(columns: Sequence[_Column], chart: Chart) -> tuple[datetime, datetime]:
    moments = [one.at for one in columns]
    last = [moments[-1] + _width(columns)] if moments else []
    every = [*moments, *last, *(mark.at for mark in chart.marks)]
    if not every:
        # Nothing at all: any span will do, for nothing stands in it.
        nowhere = datetime.fromisoformat("2000-01-01T00:00:00+00:00")
        return nowhere, nowhere + _HOUR
    return min(every), max(*every, min(every) + _HOUR)


def _width(columns: Sequence[_Column]) -> timedelta:
    """How long one column lasts: an hour, or whatever lies between two of them."""
    return min(
        (
            later.at - sooner.at
            for sooner, later in pairwise(columns)
            if later.at > sooner.at
        ),
        default=_HOUR,
    )


def _rounded(most: float) -> float:
    """The top of the scale: 1, 2, 4, 5 or 10 and their tens."""
    size = 1.0
    while True:
        for step in (1.0, 2.0, 4.0, 5.0, 8.0):
            if most <= step * size:
                return step * size
        size *= 10.0


def _draw_scale(canvas: Canvas, frame: _Frame, words: Words) -> None:
    values = {0.0, frame.most}
    if frame.most % 2 == 0:
        values.add(frame.most / 2)
    for value in sorted(values):
        y = frame.y(value)
        canvas.line((frame.left, y), (WIDTH, y), colour=RULE if value else FAINT)
        canvas.text(
            frame.left - 4.0,
            y,
            words.number(value),
            place="end",
            size=SMALL,
            colour=FAINT,
        )


def _draw_columns(
    canvas: Canvas, frame: _Frame, columns: Sequence[_Column], words: Words
) -> None:
    width = _width(columns)
    for one in columns:
        left, right = frame.x(one.at), frame.x(one.at + width)
        stacked = 0.0
        for place, part in enumerate(one.parts):
            if part:
                high, low = frame.y(stacked + part), frame.y(stacked)
                canvas.bar(
                    left, high, max(right - left - 0.8, 0.6), low - high, shade(place)
                )
            stacked += part
    peak = max(columns, key=lambda one: one.total, default=None)
    if peak is not None and peak.total:
        middle = (frame.x(peak.at) + frame.x(peak.at + width)) / 2
        canvas.text(
            middle,
            frame.y(peak.total) - 6.0,
            words.number(peak.total),
            place="middle",
        )


def _draw_ticks(canvas: Canvas, frame: _Frame, words: Words, zone: str) -> None:
    span = (frame.until - frame.since) / _HOUR
    step = next((step for step in _STEPS if span / step <= _MOST_TICKS), _STEPS[-1])
    free_from, day = -WIDTH, None
    for moment in _ticks(frame, step, zone):
        x = frame.x(moment)
        wall = wall_of(moment, zone)
        canvas.line((x, frame.bottom), (x, frame.bottom + 3.0), colour=FAINT)
        if step < _DAY_HOURS:
            canvas.text(
                x,
                frame.bottom + 9.0,
                words.hour(moment, zone),
                place="middle",
                size=SMALL,
                colour=FAINT,
            )
        said = words.date(wall.date(), "d MMM")
        half = width_of(said, SMALL) / 2
        # Days stand below the hours, once each, where there is room.
        if wall.date() != day and x - half > free_from:
            centre = min(max(x, half), WIDTH - half)
            low = frame.bottom + (20.0 if step < _DAY_HOURS else 9.0)
            canvas.text(centre, low, said, place="middle", size=SMALL)
            free_from, day = centre + half + 4.0, wall.date()


def _ticks(frame: _Frame, step: int, zone: str) -> Iterator[datetime]:
    """Whole hours of the wall clock that *step* divides; days from midnight to midnight."""
    start = wall_of(frame.since, zone)
    moment = frame.since - timedelta(
        minutes=start.minute, seconds=start.second, microseconds=start.microsecond
    )
    passed = 0
    while moment <= frame.until:
        wall = wall_of(moment, zone)
        if moment >= frame.since and wall.hour % min(step, _DAY_HOURS) == 0:
            if passed % max(1, step // _DAY_HOURS) == 0:
                yield moment
            passed += 1
        moment += _HOUR


def _mark_rows(
    chart: Chart, frame: _Frame, spoken: Sequence[Words], zone: str
) -> Sequence[tuple[int, float, float, str]]:
    """The names of the marks, none over another: row, x of its line, shift, words."""
    placed: list[tuple[int, float, float, str]] = []
    free: list[float] = []
    for mark in sorted(chart.marks, key=lambda one: one.at):
        hour = spoken[0].hour(mark.at, zone)
        said = shortened(
            # The hour stands before names in any script, and parts no two of them.
            f"{hour} {naming.named(mark.name, spoken)}",
            WIDTH * 0.6,
            SMALL,
        )
        x, width = frame.x(mark.at), width_of(said, SMALL)
        shift = 3.0 if x + 3.0 + width <= WIDTH else -width - 3.0
        row = next((row for row, end in enumerate(free) if x + shift > end), len(free))
        if row == len(free):
            free.append(0.0)
        free[row] = x + max(shift + width, 0.0) + 8.0
        placed.append((row, x, shift, said))
    return placed
