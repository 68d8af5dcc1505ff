"""Alerts: what a person should look at, raised by rules and ended when it is over."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from core.models import Alert


@dataclass(frozen=True, slots=True, kw_only=True)
class Raised:
    """What holds now: a rule's name, what it is about, and what its sentence says."""

    rule: str
    about: str
    fields: Mapping[str, Any] = field(default_factory=dict)


def settle(
    session: Session, held: Sequence[Raised], *, rules: Sequence[str], now: datetime
) -> Sequence[Alert]:
    """Make the open alerts of *rules* those that are held now; answer what was raised.

    An alert that goes on is left as it is, so that it is told once.
    """
    if session.get_bind().dialect.name == "postgresql":
        # Two workers that look at one moment would each raise what the other does not see.
        session.execute(text("LOCK TABLE alert IN SHARE ROW EXCLUSIVE MODE"))
    wanted = {(one.rule, one.about): one for one in held}
    for alert in open_alerts(session, rules=rules):
        if wanted.pop((alert.rule, alert.about), None) is None:
            alert.ended_at = now
    raised = [
        Alert(rule=one.rule, about=one.about, raised_at=now, fields=dict(one.fields))
        for one in wanted.values()
    ]
    session.add_all(raised)
    session.flush()
    return raised


def open_alerts(
    session: Session, *, rules: Sequence[str] | None = None
) -> Sequence[Alert]:
    """Newest first; of every rule when none is named."""
    asked = (
        select(Alert)
        .where(Alert.ended_at.is_(None))
        .order_by(Alert.raised_at.desc(), Alert.id.desc())
    )
    if rules is not None:
        asked = asked.where(Alert.rule.in_(rules))
    return session.scalars(asked).all()
