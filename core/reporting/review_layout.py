"""The daily review as blocks: one page that stands alone, then an annex that proves it."""

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Final

from core.i18n import Words
from core.reporting import common_layout as common
from core.reporting.document import (
    Block,
    Heading,
    Paragraph,
    Points,
    Run,
    Runs,
    Style,
)
from core.reporting.entries import entry, outlet, target
from core.reporting.naming import name_of
from core.reporting.report import Essential, Line, Report, ReportSection
from core.reporting.speaking import Speaker

HEADLINES: Final = 10  # of the first page
_WORDS_A_MINUTE: Final = 200  # read at ease
_UNREAD: Final = "limit:not-validated"


def title(report: Report, speaker: Speaker) -> str:
    return speaker.text(
        lambda words: f"{_named(report, words)} · {_day(report, words)}"
    )


def foot(report: Report, speaker: Speaker) -> Runs:
    return speaker.runs(
        lambda words: f"{_named(report, words)} · {_day(report, words)}"
    )


def blocks(report: Report, speaker: Speaker) -> Iterator[Block]:
    yield from _masthead(report, speaker)
    yield from common.numbers(report, speaker)
    yield from _essentials(report, speaker)
    yield from common.alerts(report, speaker)
    yield from _headlines(report, speaker)
    annex = True
    for section in report.sections:
        yield from _section(section, report, speaker, on_new_page=annex)
        annex = False
    yield from common.charts(report, speaker)
    yield from common.limits(report, speaker)


def _named(report: Report, words: Words) -> str:
    if not report.number:
        return words.gettext("Press review")
    return words.gettext("Press review no. %(number)s") % {"number": report.number}


def _day(report: Report, words: Words) -> str:
    day = words.date(report.day)
    if report.edition == "flash":
        flash = words.gettext("flash edition")
        return f"{day}, {flash}"
    return day


def _masthead(report: Report, speaker: Speaker) -> Iterator[Block]:
    yield from speaker.masthead(report)
    yield Heading(level=1, runs=speaker.runs(lambda words: _named(report, words)))
    yield from speaker.paragraphs(lambda words: _day(report, words))
    if report.version > 1:
        yield from speaker.paragraphs(
            lambda words: _replaces(report, words), style=Style.NOTE
        )
    if _UNREAD in report.limits:
        yield from speaker.paragraphs(partial(name_of, _UNREAD), style=Style.NOTE)
    yield from speaker.paragraphs(
        lambda words: _period(report, words), style=Style.FAINT
    )
    if report.notice:
        yield Paragraph(runs=[Run(text=report.notice, strong=True)])


def _replaces(report: Report, words: Words) -> str:
    said = words.gettext("Version %(version)s, replaces the one before.") % {
        "version": report.version
    }
    return f"{said} \u2068{report.because}\u2069" if report.because else said


def _period(report: Report, words: Words) -> str:
    said = [
        common.period(report, words),
        words.gettext("Read in %(minutes)s min.") % {"minutes": _minutes(report)},
    ]
    if report.validated_by:
        said.append(
            words.gettext("Validated by %(name)s.")
            % {"name": f"\u2068{report.validated_by}\u2069"}
        )
    return " ".join(said)


def _minutes(report: Report) -> int:
    texts = [
        *(one.text for essential in report.essentials for one in essential.said),
        *(
            f"{line.title} {line.excerpt}"
            for section in report.sections
            for line in section.lines
        ),
    ]
    count = sum(len(text.split()) for text in texts)
    return max(1, round(count / _WORDS_A_MINUTE))


def _essentials(report: Report, speaker: Speaker) -> Iterator[Block]:
    if not report.essentials:
        return
    references = {
        article: line.reference
        for section in report.sections
        for line in section.lines
        for article in line.articles
    }
    yield Heading(level=2, runs=speaker.name("section:essentials"))
    yield Points(
        items=[
            point
            for essential in report.essentials
            for point in _essential(essential, references, speaker)
        ]
    )


def _essential(
    essential: Essential, references: dict[int, int], speaker: Speaker
) -> Iterator[Paragraph]:
    """The line in each language, ended by the numbers of the articles it rests on."""
    numbers = sorted({references.get(one, 0) for one in essential.articles} - {0})
    for place, said in enumerate(speaker.chosen(essential.said)):
        runs = [Run(text=f"{said.text} ", language=said.language)]
        runs.extend(Run(text=f"[{one}]", href=f"#line-{one}") for one in numbers)
        yield Paragraph(runs=runs, language=said.language, beside=place > 0)


def _headlines(report: Report, speaker: Speaker) -> Iterator[Block]:
    """The strongest of each section in turn, so that the first page tells the whole day."""
    chosen = first_lines(report.sections)
    if not chosen:
        return
    yield Heading(
        level=2, runs=speaker.runs(lambda words: words.gettext("The headlines"))
    )
    yield Points(items=[_headline(line, report, speaker) for line in chosen])


def _headline(line: Line, report: Report, speaker: Speaker) -> Paragraph:
    runs = [
        outlet(line, speaker),
        Run(text=" · "),
        Run(text=line.title, language=line.language, href=target(line, report)),
    ]
    if line.reference:
        runs += [
            Run(text=" "),
            Run(text=f"[{line.reference}]", href=f"#line-{line.reference}"),
        ]
    return Paragraph(runs=runs)


def first_lines(sections: Sequence[ReportSection]) -> Sequence[Line]:
    """The lines whose titles stand on the first page, in the order of the review."""
    rows = [list(section.lines) for section in sections if section.lines]
    deepest = max((len(row) for row in rows), default=0)
    taken = [row[depth] for depth in range(deepest) for row in rows if depth < len(row)]
    chosen = taken[:HEADLINES]
    return sorted(chosen, key=lambda line: line.reference)


def _section(
    section: ReportSection, report: Report, speaker: Speaker, *, on_new_page: bool
) -> Iterator[Block]:
    yield Heading(
        level=2,
        runs=_section_name(section, speaker),
        anchor=f"section-{section.key.replace(':', '-')}",
        on_new_page=on_new_page,
    )
    if section.note:
        yield Paragraph(runs=[Run(text=section.note)], style=Style.FAINT)
    if not section.lines and not section.note:
        yield from speaker.paragraphs(
            lambda words: words.gettext("Nothing was found in this period.")
        )
    for line in section.lines:
        yield entry(line, report, speaker)


def _section_name(section: ReportSection, speaker: Speaker) -> Runs:
    if section.key.startswith("watch:"):
        return [Run(text=section.title)]
    named = speaker.name(f"section:{section.key}")
    if not section.title:
        return named
    return [*named, Run(text=" · "), Run(text=section.title)]
