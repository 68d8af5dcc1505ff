"""The register of processing -> a document: what stands where, in one language or in two."""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial

from app.legal import words as names
from app.legal.facts import called, controller_facts, country, fact, listed, span
from app.legal.processors import Abroad, Does, Processor
from app.legal.register import Register, Treatment
from core.i18n import N_, Words
from core.reporting.document import (
    Block,
    Column,
    Document,
    Grid,
    Heading,
    Number,
    Numbers,
    Paragraph,
    Points,
    Run,
    Runs,
    Style,
)
from core.reporting.speaking import Speaker
from core.retention import Then

_DOES: Mapping[Does, str] = {
    Does.MAIL: N_("carries the messages"),
    Does.MAILBOX: N_("holds a mailbox of the office"),
    Does.SIGN_IN: N_("signs people of the office in"),
    Does.BACKUP: N_("keeps the encrypted backups"),
    Does.DATABASE: N_("holds the database"),
    Does.WEBHOOK: N_("is told what happens here"),
    Does.OTHER: N_("is used by the office"),
}
_ABROAD: Mapping[Abroad, str] = {
    Abroad.HERE: N_("in the country of the office"),
    Abroad.ABROAD: N_("abroad"),
    Abroad.UNSAID: N_("nobody has said where"),
}


def lay_out(register: Register, spoken: Sequence[Words]) -> Document:
    """*spoken* are one or two languages; the first gives the direction of the whole."""
    speaker = Speaker(spoken, register.zone)
    said = _Said(register, speaker)
    return Document(
        spoken=spoken,
        title=speaker.text(lambda one: one.gettext("Register of processing")),
        organisation=speaker.text(lambda one: called(register.controller, one)),
        foot=speaker.runs(
            lambda one: (
                one.gettext(
                    "Made by Parution %(version)s from this installation on %(moment)s."
                )
                % {
                    "version": register.program,
                    "moment": one.moment(register.made_at, register.zone, "short"),
                }
            )
        ),
        zone=register.zone,
        blocks=tuple(said.blocks()),
    )


class _Said:
    """One register in the languages of one speaker."""

    def __init__(self, register: Register, speaker: Speaker) -> None:
        self._register = register
        self._speaker = speaker

    def blocks(self) -> Iterator[Block]:
        yield self._heading(N_("Register of processing"), level=1)
        yield self._text(
            N_(
                "Kept under law 09-08 of Morocco and article 30 of the GDPR. It says what this installation really holds: it is made from its settings, its tables and its rows."
            ),
            style=Style.NOTE,
        )
        yield from self._missing()
        yield from self._controller()
        yield from self._numbers()
        for treatment in self._register.treatments:
            yield from self._treatment(treatment)
        yield from self._processors()
        yield from self._retention()
        yield from self._measures()
        yield from self._tracking()
        yield from self._rights()
        yield from self._columns()

    def _heading(self, sentence: str, *, level: int = 2) -> Heading:
        return Heading(level=level, runs=self._runs(sentence))

    def _runs(self, sentence: str) -> Runs:
        return self._speaker.runs(lambda one: one.gettext(sentence))

    def _text(self, sentence: str, *, style: Style = Style.PLAIN) -> Paragraph:
        return Paragraph(runs=self._runs(sentence), style=style)

    def _missing(self) -> Iterator[Block]:
        if not self._register.missing:
            return
        yield self._heading(N_("What the office must still say or do"))
        yield Points(
            items=[
                Paragraph(
                    runs=[
                        *self._runs(one.what),
                        Run(text=f" \u2066({one.about})\u2069"),
                    ]
                )
                for one in self._register.missing
            ]
        )

    def _controller(self) -> Iterator[Block]:
        given = self._register.controller
        yield self._heading(N_("Who answers for the data"))
        yield Points(items=list(controller_facts(given, self._speaker)))

    def _numbers(self) -> Iterator[Block]:
        yield self._heading(N_("How many, today"))
        yield Numbers(
            items=[
                Number(
                    value=self._speaker.first.number(one.value),
                    name=self._runs(one.name),
                )
                for one in self._register.numbers
            ]
        )

    def _treatment(self, treatment: Treatment) -> Iterator[Block]:
        use = treatment.use
        kept = [one for one in self._register.retention if use in one.uses]
        yield self._heading(names.USES[use])
        yield Points(
            items=[
                self._fact(N_("Purpose:"), names.PURPOSES[use]),
                self._fact(N_("Basis:"), names.BASES[treatment.basis]),
                self._fact(N_("People:"), names.PEOPLE[use]),
                fact(
                    self._speaker,
                    N_("Data:"),
                    lambda one: listed(
                        one, [names.SORTS[sort] for sort in treatment.sorts]
                    ),
                ),
                self._fact(N_("Recipients:"), names.RECIPIENTS[use]),
                fact(
                    self._speaker,
                    N_("How long:"),
                    lambda one: listed(one, [row.what for row in kept]),
                ),
            ]
        )

    def _fact(self, name: str, sentence: str) -> Paragraph:
        return fact(self._speaker, name, lambda one: one.gettext(sentence))

    def _processors(self) -> Iterator[Block]:
        yield self._heading(N_("Who else gets data: processors and their places"))
        found = self._register.processors
        if not found:
            yield self._text(N_("Nobody: this installation uses no service of others."))
            return
        yield Grid(
            columns=self._named(
                N_("Address"), N_("What it does"), N_("Where"), N_("Setting")
            ),
            rows=[self._processor(one) for one in found],
        )

    def _processor(self, one: Processor) -> Sequence[Paragraph]:
        return [
            _left_to_right(one.host),
            self._text(_DOES[one.does]),
            Paragraph(
                runs=self._speaker.runs(
                    lambda said: " · ".join(
                        filter(
                            None,
                            (
                                country(one.country, said),
                                said.gettext(_ABROAD[one.abroad]),
                            ),
                        )
                    )
                )
            ),
            _left_to_right(one.setting or one.name),
        ]

    def _retention(self) -> Iterator[Block]:
        yield self._heading(N_("How long it is kept"))
        yield Grid(
            columns=self._named(N_("What"), N_("How long"), N_("Then"), N_("Why")),
            rows=[
                [
                    self._text(one.what),
                    Paragraph(runs=self._speaker.runs(partial(span, one))),
                    self._text(names.THEN[Then(one.then)]),
                    self._text(one.why),
                ]
                for one in self._register.retention
            ],
        )

    def _measures(self) -> Iterator[Block]:
        yield self._heading(N_("Measures of security"))
        yield Grid(
            columns=self._named(N_("Measure"), N_("Here")),
            rows=[
                [
                    self._text(one.what),
                    self._text(N_("on") if one.is_on else N_("off")),
                ]
                for one in self._register.measures
            ],
        )

    def _tracking(self) -> Iterator[Block]:
        seen = self._register.tracking
        yield self._heading(N_("Nobody is followed"))
        yield self._text(
            N_(
                "No mail and no public page of this installation loads or runs anything of others, no link is rewritten, and no cookie is set for visitors."
            )
            if not seen.amiss
            else N_("A template loads or runs something of others.")
        )
        yield Points(
            items=[
                self._fact(N_("Opened mails are noted:"), _yes(seen.opens)),
                self._fact(N_("Followed links are noted:"), _yes(seen.clicks)),
                fact(
                    self._speaker,
                    N_("Templates looked at:"),
                    lambda one: one.number(seen.templates),
                ),
                fact(self._speaker, N_("Their SHA-256:"), seen.digest),
                *(fact(self._speaker, N_("Amiss:"), what) for what in seen.amiss),
            ]
        )

    def _rights(self) -> Iterator[Block]:
        days = self._register.answer_days
        yield self._heading(N_("Rights of people"))
        yield Paragraph(
            runs=self._speaker.runs(
                lambda one: (
                    one.ngettext(
                        "Whoever asks for their data, its correction or its erasure, or objects, is answered within %(num)s day. Each request is noted with the day it is due.",
                        "Whoever asks for their data, its correction or its erasure, or objects, is answered within %(num)s days. Each request is noted with the day it is due.",
                        days,
                    )
                    % {"num": one.number(days)}
                )
            )
        )

    def _columns(self) -> Iterator[Block]:
        yield Heading(
            level=2,
            runs=self._runs(N_("Annex: the columns that hold data of people")),
            on_new_page=True,
        )
        yield Grid(
            columns=self._named(N_("Processing"), N_("Columns")),
            rows=[
                [
                    self._text(names.USES[one.use]),
                    _left_to_right(", ".join(one.columns)),
                ]
                for one in self._register.treatments
            ],
        )

    def _named(self, *sentences: str) -> Sequence[Column]:
        return [Column(name=self._runs(one)) for one in sentences]


def _yes(is_so: bool) -> str:  # noqa: FBT001 - the answer itself
    return N_("yes") if is_so else N_("no")


def _left_to_right(text: str) -> Paragraph:
    return Paragraph(runs=[Run(text=f"\u2066{text}\u2069")])
