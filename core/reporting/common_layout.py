"""What every kind of report has: numbers, completeness, alerts, charts, method and limits."""

from collections.abc import Iterator
from functools import partial

from core.i18n import Words
from core.reporting import naming
from core.reporting.describing import describe
from core.reporting.document import (
    Block,
    Heading,
    Number,
    Numbers,
    Paragraph,
    Picture,
    Points,
    Run,
    Style,
)
from core.reporting.entries import own_page
from core.reporting.report import Chart, Figure, Report, SilentSource
from core.reporting.speaking import Speaker, isolated
from core.values import Language


def period(report: Report, words: Words) -> str:
    return words.gettext("From %(since)s to %(until)s.") % isolated(
        {
            "since": words.moment(report.since, report.zone, "short"),
            "until": words.moment(report.until, report.zone, "short"),
        }
    )


def numbers(report: Report, speaker: Speaker) -> Iterator[Block]:
    yield Numbers(
        items=[
            Number(
                value=naming.figure_text(figure, speaker.first),
                name=speaker.name(f"figure:{figure.name}"),
                change=_change(figure, speaker.first),
            )
            for figure in report.figures
        ]
    )
    yield from speaker.paragraphs(
        lambda words: completeness(report, words), style=Style.NOTE
    )


def _change(figure: Figure, words: Words) -> str:
    """Beside the edition before and the usual number; empty where there is none."""
    said = []
    if figure.before is not None:
        said.append(
            words.gettext("before: %(value)s")
            % {"value": naming.value_text(figure.before, figure.kind, words)}
        )
    usual = naming.usual(figure)
    if usual is not None:
        said.append(
            words.gettext("usually: %(value)s")
            % {"value": naming.value_text(usual, figure.kind, words)}
        )
    return " · ".join(said)


def completeness(report: Report, words: Words) -> str:
    """Promise L3: how much of the press the report rests on, in one breath."""
    read, total = report.completeness.read, report.completeness.total
    said = [
        words.gettext("%(read)s of %(total)s sources read.")
        % {"read": words.number(read), "total": words.number(total)}
    ]
    if read < total:
        said.append(words.gettext("What they published may be missing here."))
    found = report.completeness
    if found.seen is not None:
        said.append(
            words.gettext(
                "%(seen)s articles seen; proposals: %(kept)s kept, %(rejected)s rejected."
            )
            % {
                "seen": words.number(found.seen),
                "kept": words.number(found.kept or 0),
                "rejected": words.number(found.rejected or 0),
            }
        )
    return " ".join(said)


def alerts(report: Report, speaker: Speaker) -> Iterator[Block]:
    if not report.alerts:
        return
    yield Heading(level=2, runs=speaker.name("section:alerts"))
    yield Points(
        items=[
            Paragraph(
                runs=[
                    Run(
                        text=said.text,
                        language=said.language,
                        href=own_page(one.evidence, report),
                    )
                ],
                language=said.language,
                beside=place > 0,
            )
            for one in report.alerts
            for place, said in enumerate(speaker.chosen(one.said))
        ]
    )


def charts(report: Report, speaker: Speaker) -> Iterator[Block]:
    if not report.charts:
        return
    yield Heading(
        level=2, runs=speaker.runs(lambda words: words.gettext("In pictures"))
    )
    for chart in report.charts:
        yield Heading(level=3, runs=speaker.name(chart.table.key))
        yield Picture(
            chart=chart,
            alternative=_described(chart, speaker),
            grid=speaker.grid(chart.table),
        )


def _described(chart: Chart, speaker: Speaker) -> str:
    said = [describe(chart, words, zone=speaker.zone) for words in speaker.spoken]
    # Two scripts in one paragraph: each sentence keeps its own order.
    return said[0] if len(said) == 1 else " ".join(f"\u2068{one}\u2069" for one in said)


def limits(report: Report, speaker: Speaker) -> Iterator[Block]:
    """What the report cannot know: sources that were silent, and what is never read."""
    yield Heading(level=2, runs=speaker.name("section:limits"), anchor="section-limits")
    if report.completeness.silent:
        yield from speaker.paragraphs(
            lambda words: words.gettext(
                "These sources could not be read in the period:"
            )
        )
        yield Points(
            items=[_silent(source, speaker) for source in report.completeness.silent]
        )
    for code in report.limits:
        yield from speaker.paragraphs(partial(naming.name_of, code))
    yield from speaker.paragraphs(not_measured)


def not_measured(words: Words) -> str:
    return words.gettext(
        "Print, radio and television are not read by the machine. No advertising value is computed: it does not measure communication."
    )


def _silent(source: SilentSource, speaker: Speaker) -> Paragraph:
    return Paragraph(
        runs=[
            Run(text=source.outlet, language=Language.FRENCH, strong=True),
            Run(text=" · "),
            *speaker.runs(lambda words: silence(source, words, speaker.zone)),
        ]
    )


def silence(source: SilentSource, words: Words, zone: str) -> str:
    """How a source is silent, since when and why."""
    since = words.gettext("since %(moment)s") % isolated(
        {"moment": words.moment(source.since, zone, "short")}
    )
    said = f"{naming.name_of(f'state:{source.state}', words)} · {since}"
    if source.reason:
        said = f"{said} · {naming.name_of(f'fault:{source.reason}', words)}"
    return said
