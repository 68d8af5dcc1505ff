"""Composes an edition from both halves' summaries. Writes nothing: a preview consumes nothing."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

import distributor.report
import monitor.report
from app.alert_words import of_alert, path_of
from app.reviews.authors import writers
from app.reviews.calendar import Slot
from app.reviews.counting import charts, line_numbers
from app.reviews.filling import Found, fill
from app.reviews.lines import (
    by_story,
    of_release,
    of_watches,
    once,
    selected_by_story,
)
from app.reviews.numbers import REACHED, completeness, sending_figures
from app.reviews.plan import Plan
from core.i18n import words
from core.models import Alert
from core.reporting.report import (
    Completeness,
    Figure,
    Line,
    Notice,
    Report,
    ReportSection,
    Said,
)
from core.settings import Settings
from core.values import SCREENS
from core.zones import wall_of
from monitor import selection
from monitor.alerting import EMBARGO_BROKEN, RULES
from monitor.catalogue.showing import alert_views
from monitor.states import Decision, SourceState

# How far back an edition catches up what no earlier one could print.
CATCH_UP: Final = timedelta(days=7)
_AGENDA: Final = timedelta(days=14)
_TOLD: Final = (EMBARGO_BROKEN, RULES[SourceState.HIJACKED])


@dataclass(frozen=True, slots=True, kw_only=True)
class Edited:
    """What of earlier editions one edition must know."""

    # Articles that were printed: they stay out.
    printed: frozenset[int]
    # The numbers of the edition before, by figure, and their mean over the seven before.
    before: Mapping[str, int | float]
    usual: Mapping[str, float]
    # None for the office's first edition, which catches nothing up.
    first_at: datetime | None


def compose(
    session: Session,
    slot: Slot,
    *,
    plan: Plan,
    edited: Edited,
    settings: Settings,
    now: datetime,
) -> Report:
    """The review of *slot* as it stands at *now*, without a number."""
    organisation, review = settings.organisation, settings.review
    found = _found(session, slot, edited, excerpt=review.excerpt_characters)
    lines = [one.line for one in found]
    sent = distributor.report.started(session, since=slot.since, until=slot.until)
    return Report(
        kind="review",
        edition=slot.kind,
        title="",
        organisation=organisation.name,
        organisation_ar=organisation.name_ar,
        day=slot.day,
        number=0,
        version=1,
        zone=organisation.zone,
        since=slot.since,
        until=slot.until,
        made_at=now,
        notice=review.notice,
        figures=tuple(_figures(lines, sent, edited)),
        sections=(
            *fill(found, plan),
            *_agenda(session, slot, organisation.zone, plan),
            *_sent(sent, plan),
        ),
        charts=tuple(charts(lines, slot.since)),
        alerts=tuple(_alerts(session, slot)),
        completeness=_read(session, slot),
    )


def _found(
    session: Session, slot: Slot, edited: Edited, *, excerpt: int
) -> Sequence[Found]:
    """Coverage of our releases, then what the watches selected; copies are one line."""
    since = slot.since
    if edited.first_at is not None:
        since = max(edited.first_at, since - CATCH_UP)
    every = monitor.report.coverage(session, since=since, until=slot.until)
    counting = [line for line in every if Decision(line.decision).counts]
    covering = once([one for one in counting if one.article_id not in edited.printed])
    watched = [
        one
        for one in selection.selected(session, since=since, until=slot.until)
        if one.article_id not in edited.printed
        and one.article_id not in {line.article_id for line in counting}
    ]
    facts = selection.outlet_facts(session, slot.day)
    found = [
        *(
            of_release(group, facts, slot, excerpt=excerpt)
            for group in by_story(covering)
        ),
        *(
            of_watches(group, facts, slot, excerpt=excerpt)
            for group in selected_by_story(watched)
        ),
    ]
    firsts = [one.line.articles[0] for one in found]
    names = writers(session, firsts)
    return [
        replace(one, line=replace(one.line, contact=names.get(article, "")))
        for one, article in zip(found, firsts, strict=True)
    ]


def _figures(
    lines: Sequence[Line],
    sent: Sequence[distributor.report.DispatchSummary],
    edited: Edited,
) -> Iterator[Figure]:
    """Of all articles of the edition, copies included; beside those of earlier editions."""
    for name, value in line_numbers(lines).items():
        yield Figure(
            name=name,
            value=value,
            before=edited.before.get(name),
            usual=edited.usual.get(name),
        )
    yield from sending_figures(sent)


def _alerts(session: Session, slot: Slot) -> Iterator[Notice]:
    """What readers of the review must know of; faults of sources stand among the limits."""
    rows = session.scalars(
        select(Alert)
        .where(
            Alert.rule.in_(_TOLD),
            Alert.raised_at >= slot.since,
            Alert.raised_at < slot.until,
        )
        .order_by(Alert.id)
    ).all()
    for view in alert_views(session, rows):
        yield Notice(
            rule=view.rule,
            raised_at=view.raised_at,
            said=tuple(
                Said(
                    language=language,
                    text=of_alert(view.rule, view.fields, said=words(language)),
                )
                for language in SCREENS
            ),
            evidence=path_of(view),
        )


def _read(session: Session, slot: Slot) -> Completeness:
    read = completeness(
        monitor.report.completeness(session, since=slot.since, until=slot.until)
    )
    decided = monitor.report.decisions(session, since=slot.since, until=slot.until)
    return replace(
        read,
        seen=selection.articles_seen(session, since=slot.since, until=slot.until),
        kept=sum(count for state, count in decided.items() if Decision(state).counts),
        rejected=decided.get(Decision.REJECTED, 0),
    )


def _agenda(
    session: Session, slot: Slot, zone: str, plan: Plan
) -> Iterator[ReportSection]:
    """The events of our releases in the days to come, once the press knows of them."""
    if not any(one.key == "agenda" and one.is_on for one in plan.sections):
        return
    coming = [
        release
        for release in distributor.report.releases(session)
        if release.event_at is not None
        and slot.until <= release.event_at < slot.until + _AGENDA
        and release.dispatches
        and (release.embargo_at is None or release.embargo_at <= slot.until)
    ]
    if coming:
        yield ReportSection(
            key="agenda",
            title="",
            note=" · ".join(
                f"{wall_of(one.event_at, zone):%d/%m %H:%M} \u2068{next(iter(one.titles.values()), one.number)}\u2069"
                for one in sorted(coming, key=lambda one: one.event_at or slot.until)
                if one.event_at
            ),
        )


def _sent(
    sent: Sequence[distributor.report.DispatchSummary], plan: Plan
) -> Iterator[ReportSection]:
    if not any(one.key == "sent" and one.is_on for one in plan.sections):
        return
    if not sent:
        return
    note = " · ".join(
        f"\u2068{dispatch.number} {dispatch.title}\u2069: "
        f"{sum(dispatch.counts.get(state, 0) for state in REACHED)}/{dispatch.total}"
        for dispatch in sent
    )
    yield ReportSection(key="sent", title="", note=note)
