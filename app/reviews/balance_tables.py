"""The tables of a balance, from both halves' values. Decides and reaches nothing."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from app.reviews.authors import Authors, Standing
from app.reviews.cells import code, day, moment, number, text
from app.reviews.knowing import Compared
from app.reviews.measuring import Group
from app.reviews.numbers import REACHED
from core.reporting.report import Cell, Kind, Table
from core.values import Language
from distributor.after.answers import Said
from distributor.after.hearing import Heard
from distributor.report import DispatchSummary
from distributor.states import DeliveryState
from monitor.catalogue.regions import REGIONS, is_country
from monitor.rectifying import ErrorLine
from monitor.report import CoverageLine
from monitor.selection import OutletFacts
from monitor.states import Tone

# Answers in the order a host asks for them; no answer comes after.
_ANSWERS: Final = (
    Heard.PRESENT,
    Heard.COMING,
    Said.WITH_CAMERA,
    Heard.REPLIED,
    Heard.DECLINED,
    Heard.ABSENT,
    "",
)
_FAILED: Final = ("bounced", "complained", "refused", "unsure")


def outlet_cell(line: CoverageLine, language: Language) -> Cell:
    """The outlet by the name it has in the reader's script."""
    if language is Language.ARABIC and line.outlet_ar:
        return text(line.outlet_ar, Language.ARABIC)
    return text(line.outlet, Language.FRENCH)


def coverage(
    groups: Sequence[Group],
    facts: Mapping[str, OutletFacts],
    language: Language,
) -> Table:
    """Outlet x language x region x kind, the most articles first; copies are apart."""
    firsts = {group[0].id for group in groups}
    lines = [line for group in groups for line in group]
    by_outlet: dict[tuple[str, str], list[CoverageLine]] = {}
    for line in lines:
        by_outlet.setdefault((line.outlet, line.language), []).append(line)

    def order(some: Sequence[CoverageLine]) -> tuple[int, int, str]:
        articles = sum(line.id in firsts for line in some)
        return -articles, -len(some), some[0].outlet.casefold()

    return Table(
        key="table:coverage",
        columns=(
            "column:outlet",
            "column:language",
            "column:region",
            "column:kind",
            "column:articles",
            "column:copies",
        ),
        rows=tuple(
            (
                outlet_cell(some[0], language),
                code("language", some[0].language),
                _region(facts[some[0].outlet].region, language),
                code("kind", facts[some[0].outlet].kind),
                number(sum(line.id in firsts for line in some)),
                number(sum(line.id not in firsts for line in some)),
            )
            for some in sorted(by_outlet.values(), key=order)
        ),
    )


def _region(region: str, language: Language) -> Cell:
    if not region or is_country(region):
        return code("region", region)
    if language is Language.ARABIC:
        return text(REGIONS.get(region, region))
    return text(region)


def invited(known: Authors, came_unasked: int = 0) -> Table:
    """What the reached answered, by whether they wrote; who wrote uninvited comes after.

    *came_unasked* were seen at the door and sent nothing: whether they wrote is not known.
    """
    counts = Counter((line.answer, line.standing) for line in known.lines)
    given = {answer for answer, _ in counts}
    answers = [one for one in _ANSWERS if one in given]
    rows = [
        (
            code("answer", answer),
            number(sum(counts[answer, one] for one in Standing)),
            *(number(counts[answer, one]) for one in Standing),
        )
        for answer in answers
    ]
    wrote = sum(line.standing is Standing.WROTE for line in known.uninvited)
    asked = len(known.uninvited) - wrote
    if known.uninvited:
        rows.append(
            (
                code("answer", "uninvited"),
                number(len(known.uninvited)),
                number(wrote),
                number(asked),
                number(0),
                number(0),
            )
        )
    if came_unasked:
        unknown = [Cell() for _ in Standing]
        rows.append((code("answer", "walk-in"), number(came_unasked), *unknown))
    return Table(
        key="table:invited",
        columns=(
            "column:answer",
            "column:people",
            "column:wrote",
            "column:asked-about",
            "column:outlet-published",
            "column:silent",
        ),
        rows=tuple(rows),
    )


def rectifications(
    lines: Sequence[CoverageLine],
    errors: Mapping[int, Sequence[ErrorLine]],
    language: Language,
) -> Table:
    return Table(
        key="table:rectifications",
        columns=(
            "column:outlet",
            "column:wrong",
            "column:right",
            "column:redress",
            "column:asked-at",
            "column:answered-at",
        ),
        rows=tuple(
            (
                outlet_cell(line, language),
                text(one.wrong),
                text(one.right),
                code("redress", one.stage),
                moment(one.asked_at),
                moment(one.answered_at),
            )
            for line in lines
            for one in errors.get(line.id, ())
        ),
    )


def distribution(
    sent: Sequence[DispatchSummary], unsubscribed: Mapping[int, int]
) -> Table:
    """Each dispatch that left; planned is the sum of the columns up to those not sent."""
    return Table(
        key="table:distribution",
        columns=(
            "column:sent",
            "column:list",
            "column:planned",
            "column:accepted",
            "column:bounced",
            "column:complained",
            "column:refused",
            "column:unsure",
            "column:not-sent",
            "column:delivered",
            "column:unsubscribed",
        ),
        rows=tuple(
            _dispatch(one, unsubscribed.get(one.id, 0)) for one in reversed(sent)
        ),
    )


def _dispatch(one: DispatchSummary, unsubscribed: int) -> tuple[Cell, ...]:
    accepted = sum(one.counts.get(state, 0) for state in REACHED)
    failed = [one.counts.get(name, 0) for name in _FAILED]
    return (
        moment(one.started_at),
        text(one.mailing_list),
        number(one.total),
        number(accepted),
        *map(number, failed),
        number(one.total - accepted - sum(failed)),
        number(one.counts.get(DeliveryState.DELIVERED, 0)),
        number(unsubscribed),
    )


def comparison(releases: Sequence[Compared]) -> Table:
    """A release, then those before it, the latest first."""
    return Table(
        key="table:comparison",
        columns=(
            "column:release-number",
            "column:sent",
            "column:reached",
            "column:articles",
            "column:copies",
            "column:outlets",
            "column:first-pick-up",
            "column:verbatim",
            "column:negative",
        ),
        rows=tuple(_compared(releases)),
    )


def _compared(releases: Sequence[Compared]) -> Iterator[tuple[Cell, ...]]:
    for one in releases:
        measured = one.measured
        yield (
            text(one.name, one.language),
            day(one.sent_at),
            number(one.reached),
            number(measured.articles),
            number(measured.copies),
            number(measured.outlets),
            number(measured.first_minutes, Kind.MINUTES),
            number(measured.verbatim, Kind.SHARE),
            # Without a word on any tone, none is said to be negative.
            number(measured.tones[Tone.NEGATIVE] if measured.toned else None),
        )
