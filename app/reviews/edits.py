"""What a person wrote and chose in an edition, and the report with it applied. Decides."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Self

from app.reviews.counting import recounted
from core.errors import BadInput
from core.reporting.report import Essential, Line, Report, ReportSection, Said
from core.values import Language
from core.wording import worded

MOST_ESSENTIALS: Final = 12
# Those that may be broken: a narrow one before a French colon stays.
_SPACES: Final = re.compile(r"[ \t\r\n]+")
LONGEST_ESSENTIAL: Final = 400  # letters: page one must stand alone


@dataclass(frozen=True, slots=True, kw_only=True)
class Edits:
    """`order` are articles that lead their sections, `left_out` those that are not printed."""

    essentials: Sequence[Essential] = ()
    order: Sequence[int] = ()
    left_out: frozenset[int] = frozenset()

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> Self:
        return cls(
            essentials=tuple(
                Essential(
                    said=tuple(
                        Said(language=Language(one["language"]), text=one["text"])
                        for one in essential["said"]
                    ),
                    articles=tuple(essential["articles"]),
                )
                for essential in row.get("essentials", ())
            ),
            order=tuple(row.get("order", ())),
            left_out=frozenset(row.get("left_out", ())),
        )

    def row(self) -> dict[str, Any]:
        return {
            "essentials": [
                {
                    "said": [
                        {"language": one.language.value, "text": one.text}
                        for one in essential.said
                    ],
                    "articles": list(essential.articles),
                }
                for essential in self.essentials
            ],
            "order": list(self.order),
            "left_out": sorted(self.left_out),
        }


def essential(texts: Mapping[Language, str], articles: Sequence[int]) -> Essential:
    """A line of the first page. Raises BadInput for one without words or without evidence."""
    said = tuple(
        Said(language=language, text=_SPACES.sub(" ", text).strip())
        for language, text in texts.items()
        if text.strip()
    )
    if not said:
        raise BadInput(
            worded("An essential has no words."),
            to="essentials",
            mend=worded("Write it in one language at least, or remove it."),
        )
    if any(len(one.text) > LONGEST_ESSENTIAL for one in said):
        raise BadInput(
            worded("An essential is too long for the first page."),
            to="essentials",
            mend=worded("Write 400 letters at most."),
        )
    if not articles:
        raise BadInput(
            worded("An essential names no article."),
            to="essentials",
            mend=worded(
                "Give the number of one article at least: nothing is said without evidence."
            ),
        )
    return Essential(said=said, articles=tuple(articles))


def applied(report: Report, edits: Edits) -> Report:
    """The report as it is to be read: reordered, without what was left out, numbered anew."""
    places = {article: place for place, article in enumerate(edits.order)}
    number = 0
    sections = []
    for section in report.sections:
        lines = []
        for line in sorted(
            (one for one in section.lines if not _is_out(one, edits)),
            key=lambda one: _place(one, places),
        ):
            number += bool(line.articles)
            lines.append(replace(line, reference=number if line.articles else 0))
        sections.append(replace(section, lines=tuple(lines)))
    printed = {one for section in sections for one in _articles(section)}
    edited = replace(
        report,
        sections=tuple(sections),
        essentials=tuple(
            replace(one, articles=tuple(a for a in one.articles if a in printed))
            for one in edits.essentials
            if printed.intersection(one.articles)
        ),
    )
    return recounted(edited) if edits.left_out else edited


def _is_out(line: Line, edits: Edits) -> bool:
    """A copy that came later may lead the line by now: it is the same text."""
    return not edits.left_out.isdisjoint(line.articles)


def _place(line: Line, places: Mapping[int, int]) -> int:
    """Unmoved lines keep their order behind the moved ones: sorting is stable."""
    return min((places[one] for one in line.articles if one in places), default=10**9)


def _articles(section: ReportSection) -> Sequence[int]:
    return [one for line in section.lines for one in line.articles]
