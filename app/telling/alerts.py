"""Alerts: each with its sentence, in the office's language."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import alert_words
from core.i18n import Words
from core.models import Alert
from monitor.catalogue.showing import alert_views


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertRow:
    id: int
    rule: str
    about: str
    raised_at: datetime
    ended_at: datetime | None
    fields: Mapping[str, Any]
    sentence: str


def alerts(
    session: Session,
    *,
    ended: bool,
    said: Words,
    before: int | None = None,
    most: int,
) -> Sequence[AlertRow]:
    """The last few that are open, or those *before* one; with *ended* also those over."""
    asked = select(Alert).order_by(Alert.id.desc()).limit(most)
    if not ended:
        asked = asked.where(Alert.ended_at.is_(None))
    if before is not None:
        asked = asked.where(Alert.id < before)
    return [
        AlertRow(
            id=one.id,
            rule=one.rule,
            about=one.about,
            raised_at=one.raised_at,
            ended_at=one.ended_at,
            fields=one.fields,
            sentence=alert_words.of_alert(one.rule, one.fields, said=said),
        )
        for one in alert_views(session, session.scalars(asked).all())
    ]
