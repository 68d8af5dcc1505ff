"""What a reader's own link shows: the edition, with the sections of their group."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.reviews import editions
from app.reviews.mailing import for_group, groups_of, layouts
from app.reviews.models import Edition
from core.errors import NotFound
from core.i18n import Words
from core.reporting.report import Report
from core.settings import Settings
from core.values import Language
from core.wording import worded


def shown(
    session: Session,
    named: str,
    *,
    list_id: int | None,
    language: Language,
    settings: Settings,
) -> tuple[Report, Sequence[Words]]:
    """The newest version of the edition that *named* names, and how its reader reads it.

    Raises NotFound for what is no edition.
    """
    kind, _, number = named.partition(":")
    row = session.get(Edition, int(number)) if number.isdecimal() else None
    if kind != "edition" or row is None:
        raise NotFound(
            worded("There is no such edition."),
            to="link",
            mend=worded("Ask the office that sent it."),
        )
    newest = _newest(session, row)
    report = editions.report_of(newest)
    # A list may have one group for mornings and another for flash editions.
    groups = groups_of(session, newest)
    group = next((one for one in groups if one.mailing_list_id == list_id), None)
    if group is None:
        raise NotFound(
            worded("Nobody knows any more which sections this link was for."),
            to="link",
            mend=worded("Ask the office that sent it."),
        )
    bodies = layouts(group.layout, settings.language)
    spoken = next((one for one in bodies if one[0].language == language), bodies[0])
    return for_group(report, group), spoken


def _newest(session: Session, row: Edition) -> Edition:
    """Version 2 replaces: whoever opens the first one's link reads what is right."""
    later = session.scalars(
        select(Edition)
        .where(Edition.key == row.key, Edition.sent_at.is_not(None))
        .order_by(Edition.version.desc())
    ).first()
    return later or row
