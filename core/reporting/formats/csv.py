"""CSV: one table, the articles; at its end what they add up to and rest on.

Written as the spreadsheets of its readers expect: a byte order mark, so that Arabic is read
as UTF-8; semicolons and decimal commas where French or Arabic comes first. No cell of
text begins like a formula.
"""

import csv
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial
from io import StringIO
from typing import ClassVar, Final

from core.i18n import Words
from core.reporting import naming
from core.reporting.article_table import articles
from core.reporting.common_layout import completeness, not_measured, silence
from core.reporting.record import figures
from core.reporting.report import Cell, Kind, Report
from core.reporting.sheets import plain_text, when
from core.reporting.speaking import Speaker
from core.safe_cells import guarded
from core.values import Language

# Beside those of the articles: what the rows of figures say.
_ADDED: Final = ("column:value", "column:of")
_SEMICOLONS: Final = frozenset((Language.FRENCH, Language.ARABIC))
_SECTION: Final = "column:section"
_TITLE: Final = "column:title"


class Format:
    name: ClassVar[str] = "csv"
    suffix: ClassVar[str] = "csv"
    media_type: ClassVar[str] = "text/csv; charset=utf-8"

    def write(self, report: Report, spoken: Sequence[Words]) -> bytes:
        speaker = Speaker(spoken, report.zone)
        has_semicolons = speaker.first.language in _SEMICOLONS
        table = articles(report, speaker)
        columns = (*table.columns, *_ADDED)
        rows = [
            *(dict(zip(table.columns, row, strict=True)) for row in table.rows),
            *_figures(report, speaker),
            *_sources(report, speaker),
        ]
        out = StringIO(newline="")
        writer = csv.writer(
            out, delimiter=";" if has_semicolons else ",", lineterminator="\r\n"
        )
        tell = partial(_text, speaker=speaker, point="," if has_semicolons else ".")
        writer.writerow(plain_text(naming.named(code, spoken)) for code in columns)
        for row in rows:
            writer.writerow(tell(row.get(column, Cell())) for column in columns)
        return out.getvalue().encode("utf-8-sig")


def _text(cell: Cell, *, speaker: Speaker, point: str) -> str:
    if cell.number is not None:
        return str(cell.number).replace(".", point)
    if cell.moment is not None:
        moment = when(cell, speaker.zone)
        if isinstance(moment, datetime):
            return moment.isoformat(" ", "minutes")
        return str(moment)
    if cell.kind is Kind.CODE and cell.text:
        return guarded(plain_text(naming.named(cell.text, speaker.spoken)))
    return guarded(plain_text(cell.text))


def _figures(report: Report, speaker: Speaker) -> Iterator[Mapping[str, Cell]]:
    for name, value, of, *_ in figures(report, speaker).rows:
        yield {
            _SECTION: Cell(kind=Kind.CODE, text="sheet:figures"),
            _TITLE: name,
            "column:value": value,
            "column:of": of,
        }


def _sources(report: Report, speaker: Speaker) -> Iterator[Mapping[str, Cell]]:
    """Promise L3: how much of the press the rows above rest on."""
    section = Cell(kind=Kind.CODE, text="sheet:sources")
    told = speaker.text(lambda words: completeness(report, words))
    yield {_SECTION: section, _TITLE: Cell(text=told)}
    for one in report.completeness.silent:
        said = speaker.text(partial(silence, one, zone=report.zone))
        yield {
            _SECTION: section,
            "column:outlet": Cell(text=one.outlet),
            _TITLE: Cell(text=said),
            "column:url": Cell(text=one.url),
        }
    method = Cell(kind=Kind.CODE, text="sheet:method")
    for code in report.limits:
        yield {_SECTION: method, _TITLE: Cell(kind=Kind.CODE, text=code)}
    yield {_SECTION: method, _TITLE: Cell(text=speaker.text(not_measured))}
