"""The balance of a release: who published it, how, and which of its words. Writes nothing."""

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby

from sqlalchemy.orm import Session

import distributor.report
import monitor.report
from app.reviews.lines import by_story, in_report
from app.reviews.numbers import completeness, coverage_figures, sending_figures
from core.errors import NotFound
from core.models import Release
from core.reporting.report import Quote, Report, ReportSection
from core.settings import Settings
from core.values import Language
from core.zones import wall_of
from monitor.report import CoverageLine
from monitor.sources.markup import shortened
from monitor.states import Decision


def balance(
    session: Session,
    release_id: int,
    *,
    language: Language,
    settings: Settings,
    now: datetime,
) -> Report:
    """What is known now of a release's coverage, with its evidence. Raises NotFound.

    *language* chooses the version that names the release. What people rejected is left out.
    """
    release = session.get(Release, release_id)
    if release is None:
        raise NotFound(
            f"There is no release {release_id}.",
            to="release",
            mend="See `parution release list`.",
        )
    found = [
        line
        for line in monitor.report.coverage(session, release_id=release_id)
        if Decision(line.decision).counts
    ]
    sent = [
        one
        for one in distributor.report.dispatches(session, release_id=release_id)
        if one.started_at is not None
    ]
    since = min(
        (one.started_at for one in sent if one.started_at), default=release.created_at
    )
    zone = settings.organisation.zone
    return Report(
        kind="balance",
        title=_title(release, language),
        organisation=settings.organisation.name,
        day=wall_of(now, zone).date(),
        number=release.id,
        version=1,
        zone=zone,
        since=since,
        until=now,
        made_at=now,
        figures=(*coverage_figures(found), *sending_figures(sent)),
        sections=_sections(session, found, excerpt=settings.review.excerpt_characters),
        completeness=completeness(
            monitor.report.completeness(session, since=since, until=now)
        ),
    )


def _title(release: Release, language: Language) -> str:
    titles = {one.language: one.title for one in release.versions}
    title = titles.get(language) or next(iter(titles.values()), "")
    return f"{release.number} · {title}" if title else release.number


def _sections(
    session: Session, found: Sequence[CoverageLine], *, excerpt: int
) -> tuple[ReportSection, ...]:
    """One section for each label, strongest first; a text and its copies are one line."""
    groups = by_story(found)
    taken = monitor.report.quotes(session, [group[0] for group in groups])
    return tuple(
        ReportSection(
            key=label,
            title="",
            lines=tuple(
                in_report(
                    group,
                    excerpt=excerpt,
                    quotes=_quotes(taken.get(group[0].id, ()), excerpt),
                )
                for group in some
            ),
        )
        for label, some in groupby(groups, key=lambda group: group[0].label)
    )


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
