"""The articles of a report as one table: a row for each line of each section."""

from collections.abc import Iterator
from typing import Final

from core.i18n import Words
from core.reporting import naming
from core.reporting.entries import own_page
from core.reporting.reasons import in_words
from core.reporting.report import Cell, Kind, Line, Report, ReportSection, Table
from core.reporting.speaking import Speaker
from core.values import Language

_COLUMNS: Final = (
    "reference",
    "section",
    "outlet",
    "outlet-ar",
    "title",
    "language",
    "author",
    "contact",
    "published",
    "label",
    "score",
    "tone",
    "front",
    "to-rectify",
    "copies",
    "also-in",
    "taken-from",
    "rewrites",
    "about",
    "why",
    "excerpt",
    "url",
    "licence",
    "evidence",
    "read-at",
    "digest",
)


def articles(report: Report, speaker: Speaker) -> Table:
    return Table(
        key="sheet:articles",
        columns=tuple(f"column:{name}" for name in _COLUMNS),
        rows=tuple(
            tuple(_row(line, section, report, speaker))
            for section in report.sections
            for line in section.lines
        ),
    )


def quotes(report: Report) -> Table:
    """What the articles took over, beside what the release has."""
    return Table(
        key="sheet:quotes",
        columns=(
            "column:reference",
            "column:outlet",
            "column:language",
            "column:article",
            "column:release",
        ),
        rows=tuple(
            (
                reference(line.reference),
                Cell(text=line.outlet),
                language(quote.language),
                Cell(text=quote.article, language=quote.language),
                Cell(text=quote.release, language=quote.language),
            )
            for section in report.sections
            for line in section.lines
            for quote in line.quotes
        ),
    )


def section_name(section: ReportSection, report: Report, speaker: Speaker) -> str:
    if section.key.startswith("watch:"):
        return section.title
    space = "section" if report.kind == "review" else "label"
    name = speaker.text(
        lambda words: naming.name_of(f"{space}:{section.key}", words),
    )
    return f"{name} · {section.title}" if section.title else name


def why(line: Line, words: Words) -> str:
    """Every reason why a line counts, or the words that a watch found."""
    return " · ".join(
        [in_words(one, words) for one in line.reasons] or list(line.phrases)
    )


def reference(number: int) -> Cell:
    """The number of a line; nothing where lines are not numbered."""
    return Cell(kind=Kind.NUMBER, number=number or None)


def language(spoken: Language | None) -> Cell:
    return Cell(kind=Kind.CODE, text=f"language:{spoken}" if spoken else "")


def evidence(path: str, report: Report) -> Cell:
    """Our own page, by its whole address where the reader can reach it."""
    return Cell(text=own_page(path, report) or path, href=path)


def _row(
    line: Line, section: ReportSection, report: Report, speaker: Speaker
) -> Iterator[Cell]:
    yield reference(line.reference)
    yield Cell(text=section_name(section, report, speaker))
    yield Cell(text=line.outlet, language=Language.FRENCH)
    yield Cell(text=line.outlet_ar, language=Language.ARABIC)
    yield Cell(text=line.title, language=line.language)
    yield language(line.language)
    yield Cell(text=line.author, language=line.language)
    yield Cell(text=line.contact)
    yield _published(line)
    yield from _judged(line, speaker)
    yield from _copied(line)
    yield Cell(text=line.about)
    yield Cell(text=speaker.text(lambda words: why(line, words)))
    yield Cell(text=line.excerpt, language=line.language)
    yield Cell(text=line.url, href=line.url)
    yield Cell(text=line.licence_notice)
    yield evidence(line.evidence, report)
    yield Cell(kind=Kind.MOMENT, moment=line.read_at)
    yield Cell(text=line.digest)


def _published(line: Line) -> Cell:
    kind = Kind.DAY if line.published_as == "day" else Kind.MOMENT
    return Cell(kind=kind, moment=line.published_at)


def _judged(line: Line, speaker: Speaker) -> Iterator[Cell]:
    yield Cell(kind=Kind.CODE, text=f"label:{line.label}" if line.label else "")
    yield Cell(kind=Kind.SHARE, number=line.score)
    yield Cell(kind=Kind.CODE, text=f"tone:{line.tone}" if line.tone else "")
    yield _when(line.on_front, speaker.text(lambda words: words.gettext("front page")))
    yield _when(
        line.to_rectify, speaker.text(lambda words: words.gettext("to be rectified"))
    )


def _when(is_so: bool, said: str) -> Cell:  # noqa: FBT001 - the question itself
    return Cell(text=said if is_so else "")


def _copied(line: Line) -> Iterator[Cell]:
    yield Cell(kind=Kind.NUMBER, number=line.copies)
    yield Cell(text=", ".join(line.also_in))
    yield Cell(text=line.taken_from)
    yield Cell(text=line.rewrites)
