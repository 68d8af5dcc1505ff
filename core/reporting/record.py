"""A report as tables of values: what formats that carry data write, in one order."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, time
from typing import Final

from core.i18n import Words
from core.reporting import naming
from core.reporting.article_table import (
    articles,
    evidence,
    language,
    quotes,
    reference,
    section_name,
)
from core.reporting.common_layout import completeness, not_measured
from core.reporting.report import (
    Cell,
    Essential,
    Figure,
    Kind,
    PickedSentence,
    PickUp,
    Report,
    Table,
)
from core.reporting.speaking import Speaker
from core.zones import zone

# Said even when they have no rows: that there are none is an answer.
_ALWAYS: Final = ("sheet:articles",)


def record(report: Report, spoken: Sequence[Words]) -> Sequence[Table]:
    """Every number and every line of *report*; what it has none of is left out."""
    speaker = Speaker(spoken, report.zone)
    every = (
        figures(report, speaker),
        articles(report, speaker),
        quotes(report),
        _essentials(report, speaker),
        _alerts(report, speaker),
        *report.tables,
        *(chart.table for chart in report.charts),
        _marks(report),
        _messages(report, speaker),
        _message_quotes(report),
        _pick_up(report),
        _sources(report, speaker),
        _method(report, speaker),
    )
    return [table for table in every if table.rows or table.key in _ALWAYS]


def figures(report: Report, speaker: Speaker) -> Table:
    """The report's figures, then what they rest on."""
    found = report.completeness
    return _table(
        "figures",
        ("figure", "value", "of", "before", "usual"),
        (
            *(_figure(figure, speaker) for figure in report.figures),
            _counted("sources-read", found.read, of=found.total),
            *(
                _counted(name, number)
                for name, number in (
                    ("articles-seen", found.seen),
                    ("proposals-kept", found.kept),
                    ("proposals-rejected", found.rejected),
                )
                if number is not None
            ),
        ),
    )


def _table(key: str, columns: Sequence[str], rows: Sequence[tuple[Cell, ...]]) -> Table:
    return Table(
        key=f"sheet:{key}",
        columns=tuple(f"column:{name}" for name in columns),
        rows=tuple(rows),
    )


def _figure(figure: Figure, speaker: Speaker) -> tuple[Cell, ...]:
    kind = figure.kind
    return (
        Cell(kind=Kind.CODE, text=f"figure:{figure.name}"),
        _known(figure.value, kind, speaker),
        Cell(kind=Kind.NUMBER, number=figure.of),
        Cell(kind=kind, number=figure.before),
        Cell(kind=kind, number=naming.usual(figure)),
    )


def _known(number: float | None, kind: Kind, speaker: Speaker) -> Cell:
    """A figure that is not known is said so; an empty cell would look forgotten."""
    if number is not None:
        return Cell(kind=kind, number=number)
    return Cell(text=speaker.text(lambda words: words.gettext("not available")))


def _counted(name: str, number: int, *, of: int | None = None) -> tuple[Cell, ...]:
    return (
        Cell(kind=Kind.CODE, text=f"figure:{name}"),
        Cell(kind=Kind.NUMBER, number=number),
        Cell(kind=Kind.NUMBER, number=of),
        Cell(),
        Cell(),
    )


def _essentials(report: Report, speaker: Speaker) -> Table:
    references = {
        article: line.reference
        for section in report.sections
        for line in section.lines
        for article in line.articles
    }
    return _table(
        "essentials",
        ("language", "text", "references"),
        [
            (
                language(said.language),
                Cell(text=said.text, language=said.language),
                Cell(text=_numbers(essential, references)),
            )
            for essential in report.essentials
            for said in speaker.chosen(essential.said)
        ],
    )


def _numbers(essential: Essential, references: dict[int, int]) -> str:
    found = {references.get(article, 0) for article in essential.articles} - {0}
    return ", ".join(str(number) for number in sorted(found))


def _alerts(report: Report, speaker: Speaker) -> Table:
    return _table(
        "alerts",
        ("raised-at", "language", "text", "evidence"),
        [
            (
                Cell(kind=Kind.MOMENT, moment=one.raised_at),
                language(said.language),
                Cell(text=said.text, language=said.language),
                evidence(one.evidence, report),
            )
            for one in report.alerts
            for said in speaker.chosen(one.said)
        ],
    )


def _marks(report: Report) -> Table:
    """What the charts mark: when a dispatch left, when the event was."""
    marks = dict.fromkeys(mark for chart in report.charts for mark in chart.marks)
    return _table(
        "marks",
        ("name", "at"),
        [
            (
                Cell(kind=Kind.CODE, text=mark.name),
                Cell(kind=Kind.MOMENT, moment=mark.at),
            )
            for mark in marks
        ],
    )


def _messages(report: Report, speaker: Speaker) -> Table:
    return _table(
        "messages",
        ("reference", "language", "message", "outlets"),
        [
            (
                reference(one.place),
                language(said.language),
                Cell(text=said.text, language=said.language),
                Cell(kind=Kind.NUMBER, number=one.outlets),
            )
            for one in report.messages
            for said in speaker.chosen(one.said)
        ],
    )


def _message_quotes(report: Report) -> Table:
    return _table(
        "message-quotes",
        ("reference", "outlet", "language", "article", "evidence"),
        [
            (
                reference(one.place),
                Cell(text=quote.outlet),
                language(quote.language),
                Cell(text=quote.text, language=quote.language),
                evidence(quote.evidence, report),
            )
            for one in report.messages
            for quote in one.quotes
        ],
    )


def _pick_up(report: Report) -> Table:
    return _table(
        "pick-up",
        ("language", "reference", "sentence", "outlets", "of", "share", "name"),
        [
            _picked(place, sentence, one)
            for one in report.pick_up
            for place, sentence in enumerate(one.sentences, 1)
        ],
    )


def _picked(place: int, sentence: PickedSentence, one: PickUp) -> tuple[Cell, ...]:
    count = len(sentence.outlets)
    return (
        language(one.language),
        reference(place),
        Cell(text=sentence.text, language=one.language),
        Cell(kind=Kind.NUMBER, number=count),
        Cell(kind=Kind.NUMBER, number=one.of),
        Cell(kind=Kind.SHARE, number=count / one.of if one.of else None),
        Cell(text=", ".join(sentence.outlets)),
    )


def _sources(report: Report, speaker: Speaker) -> Table:
    """How many were read, then each that was not, since when and why."""
    found = report.completeness
    return _table(
        "sources",
        ("outlet", "url", "state", "since", "reason"),
        (
            (
                Cell(text=speaker.text(lambda words: words.gettext("All sources"))),
                Cell(),
                Cell(),
                Cell(),
                Cell(text=speaker.text(lambda words: completeness(report, words))),
            ),
            *(
                (
                    Cell(text=one.outlet),
                    Cell(text=one.url, href=one.url),
                    Cell(kind=Kind.CODE, text=f"state:{one.state}"),
                    Cell(kind=Kind.MOMENT, moment=one.since),
                    Cell(
                        kind=Kind.CODE,
                        text=f"fault:{one.reason}" if one.reason else "",
                    ),
                )
                for one in found.silent
            ),
        ),
    )


def _method(report: Report, speaker: Speaker) -> Table:
    return _table(
        "method",
        ("name", "value"),
        [
            *(
                (Cell(kind=Kind.CODE, text=f"fact:{name}"), cell)
                for name, cell in (*_facts(report, speaker), *_limits(report, speaker))
            ),
            *(
                (
                    Cell(text=section_name(section, report, speaker)),
                    Cell(text=section.note),
                )
                for section in report.sections
                if section.note
            ),
        ],
    )


def _facts(report: Report, speaker: Speaker) -> Iterator[tuple[str, Cell]]:
    yield "report", Cell(kind=Kind.CODE, text=f"report:{report.kind}")
    yield "organisation", Cell(text=speaker.organisation(report))
    yield from _where_said("title", report.title)
    yield "day", _day(report)
    if report.edition:
        yield "edition", Cell(kind=Kind.CODE, text=f"edition:{report.edition}")
    if report.number:
        yield "number", Cell(kind=Kind.NUMBER, number=report.number)
    yield "version", Cell(kind=Kind.NUMBER, number=report.version)
    yield from _where_said("because", report.because)
    yield "since", Cell(kind=Kind.MOMENT, moment=report.since)
    yield "until", Cell(kind=Kind.MOMENT, moment=report.until)
    yield "made-at", Cell(kind=Kind.MOMENT, moment=report.made_at)
    yield "zone", Cell(text=report.zone)
    yield from _where_said("validated-by", report.validated_by)
    yield from _where_said("notice", report.notice)
    if report.goal is not None:
        yield from _where_said("objective", report.goal.objective)
        yield from _where_said("audience", report.goal.audience)


def _day(report: Report) -> Cell:
    # Noon: an hour that no change of the clocks skips.
    noon = datetime.combine(report.day, time(12), zone(report.zone))
    return Cell(kind=Kind.DAY, moment=noon)


def _where_said(name: str, text: str) -> Iterator[tuple[str, Cell]]:
    if text:
        yield name, Cell(text=text)


def _limits(report: Report, speaker: Speaker) -> Iterator[tuple[str, Cell]]:
    def each(name: str, tell: Callable[[Words], str]) -> Iterator[tuple[str, Cell]]:
        for words in speaker.spoken:
            yield name, Cell(text=tell(words), language=words.language)

    yield from each("completeness", lambda words: completeness(report, words))
    for code in report.limits:
        yield "limit", Cell(kind=Kind.CODE, text=code)
    yield from each("limit", not_measured)
