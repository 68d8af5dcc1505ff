"""Whether the first page of the review stands alone: its essentials and its headlines fit."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from core.reporting.report import Report
from core.reporting.review_layout import HEADLINES, first_lines
from core.values import Language

LINES: Final = 12  # of essentials that leave room for the headlines
_LETTERS: Final = 95  # of one of its lines


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstPage:
    """How much of the first page is taken; the rest of the headlines stands behind it."""

    lines: int
    headlines: int
    # The first article of each line of the review.
    every: int
    # The articles whose titles stand there.
    articles: frozenset[int]

    @property
    def fits(self) -> bool:
        return self.lines <= LINES and self.headlines <= HEADLINES


def first_page(
    report: Report, essentials: Iterable[Mapping[Language, str]]
) -> FirstPage:
    """Of *report* as it is to be read, with what is written in each language above it."""
    written = list(essentials)
    printed = [line for section in report.sections for line in section.lines]
    chosen = first_lines(report.sections)
    return FirstPage(
        lines=max(
            sum(-(-len(texts.get(language, "")) // _LETTERS) for texts in written)
            for language in Language
        ),
        headlines=len(chosen),
        every=len(printed),
        articles=frozenset(one for line in chosen for one in line.articles[:1]),
    )
