"""The balance of a release as blocks: five numbers, then what they rest on."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
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
    Shaded,
    ShadedSentence,
    Style,
)
from core.reporting.entries import entry, own_page
from core.reporting.report import (
    MessageLine,
    MessageQuote,
    PickedSentence,
    PickUp,
    Report,
)
from core.reporting.speaking import Speaker
from core.values import Language

_NAMED: Final = 4  # outlets that are named beside a sentence


def title(report: Report, speaker: Speaker) -> str:
    return speaker.text(lambda words: f"{_called(words)}: {report.title}")


def foot(report: Report, speaker: Speaker) -> Runs:
    return [
        *speaker.runs(_called),
        Run(text=f" · \u2068{report.title}\u2069"),
    ]


def blocks(report: Report, speaker: Speaker) -> Iterator[Block]:
    yield from _masthead(report, speaker)
    yield from _goal(report, speaker)
    yield from common.numbers(report, speaker)
    yield from common.alerts(report, speaker)
    yield from common.charts(report, speaker)
    yield from _messages(report, speaker)
    yield from _pick_up(report, speaker)
    for table in report.tables:
        yield Heading(
            level=2, runs=speaker.name(table.key), anchor=table.key.replace(":", "-")
        )
        if table.rows:
            # The heading above is its caption.
            yield replace(speaker.grid(table), caption=())
        else:
            yield from speaker.paragraphs(lambda words: words.gettext("None."))
    yield from _sections(report, speaker)
    yield from common.limits(report, speaker)


def _called(words: Words) -> str:
    return words.gettext("Coverage of a release")


def _masthead(report: Report, speaker: Speaker) -> Iterator[Block]:
    yield from speaker.masthead(report)
    yield Heading(level=1, runs=speaker.runs(_called))
    yield Paragraph(runs=[Run(text=f"\u2068{report.title}\u2069", strong=True)])
    yield from speaker.paragraphs(
        lambda words: common.period(report, words), style=Style.FAINT
    )


def _goal(report: Report, speaker: Speaker) -> Iterator[Block]:
    if report.goal is None:
        return
    for name, text in (
        ("column:objective", report.goal.objective),
        ("column:audience", report.goal.audience),
    ):
        if text:
            yield Paragraph(
                runs=[
                    *speaker.name(name, strong=True),
                    Run(text=f": \u2068{text}\u2069"),
                ]
            )


def _messages(report: Report, speaker: Speaker) -> Iterator[Block]:
    if not report.messages:
        return
    yield Heading(
        level=2,
        runs=speaker.runs(lambda words: words.gettext("Our messages in the press")),
    )
    for message in report.messages:
        yield from _message(message, report, speaker)


def _message(message: MessageLine, report: Report, speaker: Speaker) -> Iterator[Block]:
    for said in speaker.chosen(message.said):
        yield Heading(
            level=3,
            runs=[Run(text=f"{message.place}. {said.text}", language=said.language)],
        )
    yield from speaker.paragraphs(
        lambda words: (
            words.ngettext(
                "%(num)s outlet carried it.",
                "%(num)s outlets carried it.",
                message.outlets,
            )
            % {"num": message.outlets}
        )
    )
    if message.quotes:
        yield Points(items=[_quote(one, report) for one in message.quotes])


def _quote(quote: MessageQuote, report: Report) -> Paragraph:
    return Paragraph(
        runs=[
            Run(
                text=quote.outlet,
                language=Language.FRENCH,
                strong=True,
                href=own_page(quote.evidence, report),
            ),
            Run(text=" · "),
            Run(text=quote.text, language=quote.language),
        ],
        language=quote.language,
    )


def _pick_up(report: Report, speaker: Speaker) -> Iterator[Block]:
    if not report.pick_up:
        return
    yield Heading(
        level=2,
        runs=speaker.runs(
            lambda words: words.gettext("What of the release was printed")
        ),
    )
    for one in report.pick_up:
        yield Heading(level=3, runs=speaker.name(f"language:{one.language}"))
        yield Shaded(
            language=one.language,
            sentences=[_shaded(sentence, one) for sentence in one.sentences],
            legend=speaker.runs(partial(_legend, one)),
        )


def _legend(pick_up: PickUp, words: Words) -> str:
    return words.ngettext(
        "The darker a sentence, the more of the %(num)s outlet that took from this text printed it; its number says how many.",
        "The darker a sentence, the more of the %(num)s outlets that took from this text printed it; its number says how many.",
        pick_up.of,
    ) % {"num": pick_up.of}


def _shaded(sentence: PickedSentence, pick_up: PickUp) -> ShadedSentence:
    return ShadedSentence(
        text=sentence.text,
        shade=len(sentence.outlets) / pick_up.of if pick_up.of else 0.0,
        note=_who(sentence.outlets),
        opens=sentence.opens,
        outlets=len(sentence.outlets),
    )


def _who(outlets: Sequence[str]) -> str:
    """How many, and the first of them by name."""
    if not outlets:
        return ""
    names = ", ".join(f"\u2068{name}\u2069" for name in outlets[:_NAMED])
    more = "…" if len(outlets) > _NAMED else ""
    return f"{len(outlets)}: {names}{more}"


def _sections(report: Report, speaker: Speaker) -> Iterator[Block]:
    for section in report.sections:
        yield Heading(
            level=2,
            runs=[
                *speaker.name(f"label:{section.key}"),
                Run(text=f" ({len(section.lines)})"),
            ],
            anchor=f"section-{section.key}",
        )
        for line in section.lines:
            yield entry(line, report, speaker)
    if not report.sections:
        yield from speaker.paragraphs(
            lambda words: words.gettext(
                "Nobody has printed it yet, as far as the sources tell."
            )
        )
