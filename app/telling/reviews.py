"""Editions of the review: one and where it stands."""

from dataclasses import dataclass
from datetime import datetime

from app.reviews.models import Edition


@dataclass(frozen=True, slots=True, kw_only=True)
class EditionRow:
    edition: str
    number: int
    version: int
    state: str
    since: datetime
    until: datetime
    frozen_at: datetime | None
    validated_at: datetime | None
    validated_by: str
    ready_at: datetime | None
    sent_at: datetime | None
    because: str


def edition(row: Edition) -> EditionRow:
    return EditionRow(
        edition=row.key,
        number=row.number,
        version=row.version,
        state=row.state,
        since=row.since,
        until=row.until,
        frozen_at=row.frozen_at,
        validated_at=row.validated_at,
        validated_by=row.validated_by,
        ready_at=row.ready_at,
        sent_at=row.sent_at,
        because=row.because,
    )
