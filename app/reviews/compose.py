"""Composes a day's review from both halves' summaries. Writes nothing: a preview consumes nothing."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy.orm import Session

import distributor.report
import monitor.report
from core.errors import BadInput
from core.reporting.report import (
    Completeness,
    Figure,
    Line,
    Quote,
    Report,
    ReportSection,
    SilentSource,
)
from core.settings import Review
from core.values import Language
from core.zones import moment_of
from distributor.states import DeliveryState
from monitor.report import CoverageLine
from monitor.sources.markup import shortened
from monitor.states import Decision

_REACHED = (DeliveryState.ACCEPTED, DeliveryState.DELIVERED)
LABELS = ("reprint", "partial", "rewrite", "mention")


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    since: datetime
    until: datetime


def period(day: date, *, settings: Review, zone: str) -> Period:
    """From one cut-off to the next. Monday's review covers the weekend.

    A cut-off that the zone skips falls on the hour the clocks jump to.
    """
    back = 3 if day.weekday() == 0 else 1
    cut_off = time.fromisoformat(settings.cut_off)
    return Period(
        since=moment_on(day - timedelta(days=back), cut_off, zone),
        until=moment_on(day, cut_off, zone),
    )


def moment_on(day: date, hour: time, zone: str) -> datetime:
    """An hour of a day; one that the zone skips is the hour the clocks jump to."""
    wall = datetime.combine(day, hour)
    for minutes in (0, 30, 60, 90, 120):
        try:
            return moment_of(wall + timedelta(minutes=minutes), zone)
        except BadInput:
            continue
    return moment_of(wall + timedelta(hours=3), zone)


def compose(
    session: Session,
    *,
    day: date,
    number: int,
    version: int,
    settings: Review,
    zone: str,
    organisation: str,
    printed: frozenset[int],
    now: datetime,
) -> Report:
    """The review of *day*. Articles in *printed* were in an earlier edition and stay out."""
    covered = period(day, settings=settings, zone=zone)
    found = [
        line
        for line in monitor.report.coverage(
            session, since=covered.since - timedelta(days=7), until=covered.until
        )
        if Decision(line.decision).counts and line.article_id not in printed
    ]
    sent = [
        dispatch
        for dispatch in distributor.report.dispatches(session)
        if dispatch.started_at is not None
        and covered.since <= dispatch.started_at < covered.until
    ]
    read = monitor.report.completeness(
        session, since=covered.since, until=covered.until
    )
    return Report(
        kind="review",
        title="",
        organisation=organisation,
        day=day,
        number=number,
        version=version,
        zone=zone,
        since=covered.since,
        until=covered.until,
        made_at=now,
        figures=(*coverage_figures(found), *sending_figures(sent)),
        sections=(*_releases(found, settings.excerpt_characters), _sent(sent)),
        completeness=completeness(read),
    )


def completeness(read: monitor.report.Completeness) -> Completeness:
    return Completeness(
        read=read.read,
        total=read.total,
        silent=tuple(
            SilentSource(
                outlet=source.outlet,
                url=source.url,
                state=source.state,
                since=source.state_since,
                reason=source.fault,
            )
            for source in read.silent
        ),
    )


def coverage_figures(found: Sequence[CoverageLine]) -> list[Figure]:
    articles = {line.article_id for line in found}
    outlets = {line.outlet for line in found}
    labels = Counter(line.label for line in found)
    return [
        Figure(name="articles", value=len(articles)),
        Figure(name="outlets", value=len(outlets)),
        *(Figure(name=label, value=labels[label]) for label in LABELS if labels[label]),
    ]


def sending_figures(
    sent: Sequence[distributor.report.DispatchSummary],
) -> list[Figure]:
    if not sent:
        return []
    reached = sum(
        dispatch.counts.get(state, 0) for dispatch in sent for state in _REACHED
    )
    unsure = sum(dispatch.counts.get(DeliveryState.UNSURE, 0) for dispatch in sent)
    figures = [Figure(name="delivered", value=reached)]
    return [*figures, Figure(name="unsure", value=unsure)] if unsure else figures


def _sent(sent: Sequence[distributor.report.DispatchSummary]) -> ReportSection:
    note = " · ".join(
        f"{dispatch.number} {dispatch.title}: "
        f"{sum(dispatch.counts.get(state, 0) for state in _REACHED)}/{dispatch.total}"
        for dispatch in sent
    )
    return ReportSection(key="sent", title="", note=note)


def _releases(found: Sequence[CoverageLine], excerpt: int) -> Iterable[ReportSection]:
    """One section for each release, copies of one text collapsed into one line."""
    for number in dict.fromkeys(line.number for line in found):
        lines = [line for line in found if line.number == number]
        yield ReportSection(
            key="releases",
            title=number,
            lines=tuple(in_report(group, excerpt=excerpt) for group in by_story(lines)),
        )


def by_story(lines: Sequence[CoverageLine]) -> list[list[CoverageLine]]:
    """Group copies under the one whose text it is; strongest label first over all."""
    groups: dict[int, list[CoverageLine]] = {}
    for line in lines:
        groups.setdefault(line.story_id or -line.article_id, []).append(line)
    for group in groups.values():
        group.sort(key=lambda line: (bool(line.taken_from), line.appeared_at))
    return sorted(
        groups.values(),
        key=lambda group: (LABELS.index(group[0].label), -group[0].score),
    )


def in_report(
    group: Sequence[CoverageLine], *, excerpt: int, quotes: Sequence[Quote] = ()
) -> Line:
    """One line for a text and its copies."""
    line = group[0]
    return Line(
        outlet=line.outlet,
        title=line.title,
        language=Language(line.language) if line.language in set(Language) else None,
        url=line.url,
        author=line.author,
        published_at=line.published_at,
        published_as=line.published_as,
        excerpt=shortened(line.excerpt, excerpt),
        label=line.label,
        score=line.score,
        reasons=tuple(line.reasons),
        quotes=tuple(quotes),
        # An outlet that prints it twice is no further copy.
        copies=len({copy.outlet for copy in group}) - 1,
        taken_from=line.taken_from,
        articles=tuple(copy.article_id for copy in group),
        evidence=f"/coverage/{line.id}",
    )
