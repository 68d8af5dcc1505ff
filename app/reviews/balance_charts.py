"""The pictures of a balance, each with the table it draws. Decides and reaches nothing."""

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final, Generic, TypeVar

from app.reviews.balance_tables import outlet_cell
from app.reviews.cells import code, moment, number
from app.reviews.measuring import Group, has_hour
from app.reviews.numbers import LABELS
from core.reporting.report import Cell, Chart, ChartForm, Mark, Table
from core.values import Language
from core.zones import zone as zone_named
from monitor.report import CoverageLine

_OUTLETS: Final = 12  # bars that can be read
# How long after the first dispatch, each up to and without its end.
_DELAYS: Final = (
    ("before", timedelta()),
    ("1h", timedelta(hours=1)),
    ("3h", timedelta(hours=3)),
    ("12h", timedelta(hours=12)),
    ("24h", timedelta(hours=24)),
    ("72h", timedelta(hours=72)),
)
_LATER: Final = "later"
_K = TypeVar("_K", bound=Hashable)
Row = tuple[Cell, ...]
Rows = Iterable[Row]
_SERIES: Final = ("column:articles", "column:copies")


def charts(
    groups: Sequence[Group],
    *,
    sent_at: datetime | None,
    marks: Sequence[Mark],
    language: Language,
    zone: str,
) -> Iterator[Chart]:
    """None that would say nothing: a picture of no article, or of one bar alone."""
    hours = _hours(groups, marks, zone)
    if hours.table.rows:
        yield hours
    for chart in (
        _bars("table:by-outlet", "column:outlet", _outlets(groups, language)),
        _bars("table:by-language", "column:language", _languages(groups)),
        _bars("table:by-label", "column:label", _labels(groups)),
        _bars("table:delays", "column:delay", _delays(groups, sent_at)),
    ):
        if len(chart.table.rows) > 1:
            yield chart


class _Counts(Generic[_K]):
    """How many articles, and apart from them how many copies, by what is asked of a line."""

    def __init__(
        self, groups: Sequence[Group], key: Callable[[CoverageLine], _K | None]
    ) -> None:
        first = Counter(key(group[0]) for group in groups)
        more = Counter(key(line) for group in groups for line in group[1:])
        del first[None], more[None]
        self._first, self._more = first, more

    def row(self, one: _K) -> tuple[Cell, Cell]:
        return number(self._first[one]), number(self._more[one])

    @property
    def most_common(self) -> Sequence[_K]:
        every = self._first + self._more
        return [one for one, _ in every.most_common() if one is not None]


def _bars(key: str, column: str, rows: Rows) -> Chart:
    return Chart(
        form=ChartForm.BARS,
        table=Table(key=key, columns=(column, *_SERIES), rows=tuple(rows)),
    )


def _hours(groups: Sequence[Group], marks: Sequence[Mark], zone: str) -> Chart:
    there = zone_named(zone)

    def hour(line: CoverageLine) -> datetime | None:
        if not has_hour(line):
            return None
        wall = line.appeared_at.astimezone(there)
        return wall.replace(minute=0, second=0, microsecond=0).astimezone(UTC)

    counts = _Counts(groups, hour)
    return Chart(
        form=ChartForm.HOURS,
        table=Table(
            key="table:by-hour",
            columns=("column:hour", *_SERIES),
            rows=tuple(
                (moment(one), *counts.row(one)) for one in sorted(counts.most_common)
            ),
        ),
        marks=tuple(marks),
    )


def _outlets(groups: Sequence[Group], language: Language) -> Iterator[Row]:
    cells = {
        line.outlet: outlet_cell(line, language) for group in groups for line in group
    }
    counts = _Counts(groups, lambda line: line.outlet)
    for name in counts.most_common[:_OUTLETS]:
        yield cells[name], *counts.row(name)
    rest = set(counts.most_common[_OUTLETS:])
    if rest:
        others = _Counts(groups, lambda line: line.outlet in rest or None)
        yield code("outlet", "others"), *others.row(True)


def _languages(groups: Sequence[Group]) -> Iterator[Row]:
    counts = _Counts(groups, lambda line: line.language)
    for one in counts.most_common:
        yield code("language", one), *counts.row(one)


def _labels(groups: Sequence[Group]) -> Iterator[Row]:
    """By the label of the text, as the sections are: a copy counts with what it copies."""
    for label in LABELS:
        some = [group for group in groups if group[0].label == label]
        if some:
            copies = sum(len(group) - 1 for group in some)
            yield code("label", label), number(len(some)), number(copies)


def _delays(groups: Sequence[Group], sent_at: datetime | None) -> Iterator[Row]:
    if sent_at is None:
        return

    def delay(line: CoverageLine) -> str | None:
        if not has_hour(line):
            return None
        after = line.appeared_at - sent_at
        return next((name for name, end in _DELAYS if after < end), _LATER)

    counts = _Counts(groups, delay)
    for name in [*(name for name, _ in _DELAYS), _LATER]:
        if name in counts.most_common:
            yield code("delay", name), *counts.row(name)
