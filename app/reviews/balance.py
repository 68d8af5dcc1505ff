"""The balance of a release: who published it, how, and which of its words. Writes nothing."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import groupby

from sqlalchemy.orm import Session

import distributor.report
import monitor.report
from app.reviews import balance_tables
from app.reviews.authors import Authors
from app.reviews.balance_alerts import broken
from app.reviews.balance_charts import charts
from app.reviews.balance_numbers import figures, limits
from app.reviews.knowing import Known, compared, know, named
from app.reviews.lines import in_report
from app.reviews.measuring import Group, Measured, measure
from app.reviews.numbers import completeness
from core.reporting.report import (
    Completeness,
    Goal,
    Line,
    Mark,
    MessageLine,
    MessageQuote,
    PickedSentence,
    PickUp,
    Quote,
    Report,
    ReportSection,
    Said,
    Table,
)
from core.settings import Settings
from core.values import Language
from core.zones import wall_of
from distributor.after import attending
from distributor.sending import reach
from monitor import rectifying, selection
from monitor.goals import GoalView
from monitor.retelling import PullThrough, VersionPickUp
from monitor.sources.markup import shortened
from monitor.states import Decision

Facts = Mapping[str, selection.OutletFacts]


def balance(
    session: Session,
    release_id: int,
    *,
    language: Language,
    settings: Settings,
    now: datetime,
) -> Report:
    """What is known now of a release's coverage, with its evidence. Raises NotFound.

    *language* chooses the version that names the release, and the names of outlets. What
    people rejected is left out.
    """
    excerpt = settings.review.excerpt_characters
    known = know(session, release_id, excerpt=excerpt)
    measured = measure(known.groups, sent_at=known.sent_at)
    since = known.sent_at or known.release.created_at
    zone = settings.organisation.zone
    day = wall_of(now, zone).date()
    facts = selection.outlet_facts(session, day)
    return Report(
        kind="balance",
        title=named(known.release, language),
        organisation=settings.organisation.name,
        organisation_ar=settings.organisation.name_ar,
        day=day,
        number=known.release.id,
        version=1,
        zone=zone,
        since=since,
        until=now,
        made_at=now,
        figures=tuple(figures(known, measured)),
        sections=_sections(session, known, facts, excerpt=excerpt),
        completeness=_read(session, known, since=since, until=now),
        alerts=tuple(broken(known.lines)),
        goal=_goal(known.goal),
        charts=tuple(
            charts(
                known.groups,
                sent_at=known.sent_at,
                marks=_marks(known),
                language=language,
                zone=zone,
            )
        ),
        tables=tuple(_tables(session, known, facts, measured, language)),
        messages=tuple(_message(one) for one in known.retold.messages),
        pick_up=tuple(_picked(one) for one in known.pick_up),
        limits=tuple(limits(known, measured)),
    )


def _sections(
    session: Session, known: Known, facts: Facts, *, excerpt: int
) -> tuple[ReportSection, ...]:
    """One section for each label, strongest first; a text and its copies are one line."""
    firsts = [group[0] for group in known.groups]
    taken = monitor.report.quotes(session, firsts)
    writers = _writers(known.authors)
    lines = [
        _line(
            group,
            reference=place,
            excerpt=excerpt,
            notice=facts[group[0].outlet].notice,
            quotes=taken.get(group[0].id, ()),
            contact=writers.get(group[0].article_id, ""),
        )
        for place, group in enumerate(known.groups, start=1)
    ]
    return tuple(
        ReportSection(key=label, title="", lines=tuple(some))
        for label, some in groupby(lines, key=lambda line: line.label)
    )


def _line(
    group: Group,
    *,
    reference: int,
    excerpt: int,
    notice: str,
    quotes: Sequence[monitor.report.Quote],
    contact: str,
) -> Line:
    return replace(
        in_report(
            group, excerpt=excerpt, notice=notice, quotes=_quotes(quotes, excerpt)
        ),
        reference=reference,
        contact=contact,
    )


def _writers(known: Authors) -> Mapping[int, str]:
    """The names of the contacts who wrote an article, by article."""
    names: dict[int, list[str]] = {}
    for line in (*known.lines, *known.uninvited):
        for article in line.articles:
            if article.byline is not None and article.byline.counts:
                names.setdefault(article.article_id, []).append(line.name)
    return {article: ", ".join(some) for article, some in names.items()}


def _quotes(taken: Sequence[monitor.report.Quote], excerpt: int) -> tuple[Quote, ...]:
    """Our own words whole; of the outlet's, no more than a report may quote."""
    return tuple(
        Quote(
            language=Language(one.language),
            release=one.release,
            article=shortened(one.article, excerpt),
        )
        for one in taken
    )


def _read(
    session: Session, known: Known, *, since: datetime, until: datetime
) -> Completeness:
    read = monitor.report.completeness(session, since=since, until=until)
    return replace(
        completeness(read),
        seen=selection.articles_seen(session, since=since, until=until),
        kept=len(known.lines),
        rejected=sum(line.decision == Decision.REJECTED for line in known.every),
    )


def _goal(goal: GoalView) -> Goal | None:
    if not (goal.objective or goal.audience):
        return None
    return Goal(objective=goal.objective, audience=goal.audience)


def _marks(known: Known) -> Sequence[Mark]:
    marks = [
        Mark(name="mark:sent", at=one.started_at)
        for one in reversed(known.sent)
        if one.started_at is not None
    ]
    if known.release.event_at is not None:
        marks.append(Mark(name="mark:event", at=known.release.event_at))
    return marks


def _tables(
    session: Session,
    known: Known,
    facts: Facts,
    measured: Measured,
    language: Language,
) -> Iterator[Table]:
    lines = known.lines
    yield balance_tables.coverage(known.groups, facts, language)
    yield balance_tables.invited(
        known.authors,
        attending.came_unasked(session, reach.invitation(session, known.release)),
    )
    yield balance_tables.rectifications(
        lines, rectifying.of_lines(session, [line.id for line in lines]), language
    )
    yield balance_tables.distribution(
        known.sent, distributor.report.unsubscribed(session, known.release.id)
    )
    yield balance_tables.comparison(list(compared(session, known, measured, language)))


def _message(one: PullThrough) -> MessageLine:
    return MessageLine(
        place=one.message.place,
        said=tuple(
            Said(language=language, text=text)
            for language, text in one.message.said.items()
        ),
        outlets=one.outlets,
        quotes=tuple(
            MessageQuote(
                outlet=quote.outlet,
                language=quote.language,
                text=quote.text,
                evidence=f"/coverage/{quote.coverage_id}",
            )
            for quote in one.quotes
        ),
    )


def _picked(one: VersionPickUp) -> PickUp:
    return PickUp(
        language=one.language,
        of=one.outlets,
        sentences=tuple(
            PickedSentence(
                text=sentence.text,
                outlets=tuple(sentence.outlets),
                opens=sentence.opens,
            )
            for sentence in one.sentences
        ),
    )
