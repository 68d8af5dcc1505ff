"""Dispatches: one with its signatures, what the checks find, and what became of a step."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

import distributor.report
from core.i18n import Words
from distributor.checks.base import Finding
from distributor.report import DeliveryLine


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingRow:
    """What a check found: `red` blocks, `amber` needs a reason."""

    check: str
    level: str
    to: str
    what: str
    mend: str
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptRow:
    number: int
    channel: str
    began_at: datetime
    ended_at: datetime | None
    verdict: str
    answer: str
    reference: str
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EventRow:
    kind: str
    channel: str
    happened_at: datetime
    received_at: datetime
    detail: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class TrailRow:
    delivery: DeliveryLine
    attempts: Sequence[AttemptRow]
    events: Sequence[EventRow]


def signed(session: Session, dispatch_id: int) -> dict[str, Any]:
    """A dispatch with who planned and approved it, and who accepted what. Raises NotFound."""
    row = asdict(distributor.report.summarise(session, dispatch_id))
    return row | dict(distributor.report.signatures(session, dispatch_id))


def findings(found: Sequence[Finding], said: Words) -> Sequence[FindingRow]:
    rows = []
    for one in found:
        what, mend = one.said(said)
        rows.append(
            FindingRow(
                check=one.check,
                level=one.level.value,
                to=one.to,
                what=what,
                mend=mend,
                values=dict(one.values),
            )
        )
    return rows


def trail(session: Session, dispatch_id: int, delivery_id: int) -> TrailRow:
    """Raises NotFound."""
    found = distributor.report.trail(session, dispatch_id, delivery_id)
    return TrailRow(
        delivery=found.line,
        attempts=[
            AttemptRow(
                number=row.number,
                channel=row.channel,
                began_at=row.began_at,
                ended_at=row.ended_at,
                verdict=row.verdict,
                answer=row.answer,
                reference=row.reference,
                digest=row.digest,
            )
            for row in found.attempts
        ],
        events=[
            EventRow(
                kind=row.kind,
                channel=row.channel,
                happened_at=row.happened_at,
                received_at=row.received_at,
                detail=row.detail,
            )
            for row in found.events
        ],
    )
