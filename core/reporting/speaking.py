"""Says a report's sentences in each of its document's languages."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from core.i18n import Words
from core.reporting import naming
from core.reporting.document import Column, Grid, Paragraph, Run, Runs, Style
from core.reporting.report import Cell, Kind, Report, Said, Table
from core.values import Language

_BETWEEN: Final = " · "
_FIGURES: Final = frozenset({Kind.NUMBER, Kind.SHARE, Kind.MINUTES})


@dataclass(frozen=True, slots=True)
class Speaker:
    spoken: Sequence[Words]
    zone: str

    @property
    def first(self) -> Words:
        return self.spoken[0]

    def runs(self, tell: Callable[[Words], str], *, strong: bool = False) -> Runs:
        """What *tell* says, one run for each language, once where both say the same."""
        said: dict[str, Words] = {}
        for one in self.spoken:
            said.setdefault(tell(one), one)
        runs: list[Run] = []
        for text, one in said.items():
            if runs:
                runs.append(Run(text=_BETWEEN))
            runs.append(Run(text=text, language=self._other(one), strong=strong))
        return tuple(runs)

    def text(self, tell: Callable[[Words], str]) -> str:
        return _BETWEEN.join(dict.fromkeys(tell(one) for one in self.spoken))

    def name(self, code: str, *, strong: bool = False) -> Runs:
        return self.runs(lambda words: naming.name_of(code, words), strong=strong)

    def paragraphs(
        self, tell: Callable[[Words], str], *, style: Style = Style.PLAIN
    ) -> Sequence[Paragraph]:
        """One paragraph for each language."""
        return [
            Paragraph(
                runs=[Run(text=tell(one))],
                language=self._other(one),
                style=style,
                beside=one is not self.first,
            )
            for one in self.spoken
        ]

    def chosen(self, said: Sequence[Said]) -> Sequence[Said]:
        """What a person wrote, in the document's languages; else in the one they wrote."""
        wanted = [words.language for words in self.spoken]
        found = [one for one in said if one.language in wanted]
        return sorted(found, key=lambda one: wanted.index(one.language)) or said[:1]

    def grid(self, table: Table) -> Grid:
        return Grid(
            caption=self.name(table.key),
            columns=[
                Column(name=self.name(column), is_figure=_is_figure(table, place))
                for place, column in enumerate(table.columns)
            ],
            rows=[[self.cell(cell) for cell in row] for row in table.rows],
        )

    def cell(self, cell: Cell) -> Paragraph:
        def tell(words: Words) -> str:
            return naming.cell_text(cell, words, self.zone)

        # A number or a date reads the same twice.
        is_plain = cell.number is not None or cell.moment is not None
        runs = [Run(text=tell(self.first))] if is_plain else self.runs(tell)
        if cell.href or cell.language:
            runs = [
                Run(text=run.text, language=cell.language, href=cell.href)
                for run in runs
            ]
        return Paragraph(runs=runs, language=cell.language)

    def organisation(self, report: Report) -> str:
        return self.text(partial(_organisation, report))

    def masthead(self, report: Report) -> Sequence[Paragraph]:
        """Who gives this report out: each of its names once, in bold."""
        named: dict[str, Words] = {}
        for words in self.spoken:
            named.setdefault(_organisation(report, words), words)
        return [
            Paragraph(
                runs=[Run(text=name, strong=True)],
                language=self._other(words),
                beside=words is not self.first,
            )
            for name, words in named.items()
        ]

    def _other(self, words: Words) -> Language | None:
        """None for the document's own language, so that formats isolate only the others."""
        return None if words is self.first else words.language


def _organisation(report: Report, words: Words) -> str:
    arabic = report.organisation_ar if words.language is Language.ARABIC else ""
    return arabic or report.organisation


def isolated(fields: Mapping[str, object]) -> Mapping[str, str]:
    """Values for a sentence, each keeping the direction of its own script."""
    return {name: f"\u2068{value}\u2069" for name, value in fields.items()}


def _is_figure(table: Table, place: int) -> bool:
    cells = [row[place] for row in table.rows]
    return any(cell.kind in _FIGURES for cell in cells) and all(
        cell.number is not None or not (cell.text or cell.moment) for cell in cells
    )
