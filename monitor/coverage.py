"""Keeps what was found, once for each article and release. People confirm or reject."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import BadInput, NotFound
from monitor.matching.values import Attribution, Label
from monitor.models import Coverage
from monitor.states import Decision


def keep(
    session: Session,
    article_id: int,
    attributions: Iterable[Attribution],
    *,
    now: datetime,
) -> int:
    """Write the proposals; what a person decided stays. Answers how many are new."""
    known = {
        row.release_id: row
        for row in session.scalars(
            select(Coverage).where(Coverage.article_id == article_id)
        )
    }
    new = 0
    for found in attributions:
        if not found.label.covers:
            continue
        row = known.get(int(found.release_id))
        if row is None:
            row = Coverage(
                article_id=article_id,
                release_id=int(found.release_id),
                decision=Decision.PROPOSED,
                found_at=now,
                **_evidence(found),
            )
            session.add(row)
            new += 1
        elif row.decision == Decision.PROPOSED:
            for name, value in _evidence(found).items():
                setattr(row, name, value)
    session.flush()
    return new


def decide(
    session: Session,
    coverage_id: int,
    decision: Decision,
    *,
    by: str,
    because: str,
    now: datetime,
) -> None:
    """Record what a person said of a proposal. A rejection needs its reason."""
    row = session.get(Coverage, coverage_id)
    if row is None:
        raise NotFound(
            f"There is no coverage line {coverage_id}.",
            to="coverage",
            mend="See `parution coverage list`.",
        )
    if decision is Decision.REJECTED and not because.strip():
        raise BadInput(
            "A rejection needs its reason.",
            to="because",
            mend="Say why in a few words.",
        )
    row.decision = decision
    row.decided_by = by
    row.decided_at = now
    row.because = because.strip()


def add(
    session: Session,
    *,
    article_id: int,
    release_id: int,
    label: Label,
    by: str,
    now: datetime,
) -> Coverage:
    """Enter a coverage line by hand, confirmed by the person who enters it."""
    row = session.scalar(
        select(Coverage).where(
            Coverage.article_id == article_id, Coverage.release_id == release_id
        )
    ) or Coverage(article_id=article_id, release_id=release_id, found_at=now)
    row.label, row.score, row.reasons, row.passages = label, 1.0, [], []
    row.decision, row.decided_by, row.decided_at = Decision.CONFIRMED, by, now
    session.add(row)
    session.flush()
    return row


def _evidence(found: Attribution) -> Mapping[str, Any]:
    reasons: Sequence[Mapping[str, Any]] = [
        {"code": str(reason.code), **reason.fields} for reason in found.reasons
    ]
    return {
        "label": str(found.label),
        "score": found.score,
        "reasons": reasons,
        "passages": [
            {
                "start": one.start,
                "end": one.end,
                "language": one.language,
                "release_start": one.release_start,
                "release_end": one.release_end,
            }
            for one in found.passages
        ],
    }


def label_named(name: str) -> Label:
    """Raises BadInput for a word that is no label of coverage."""
    labels = [label for label in Label if label.covers]
    if name not in labels:
        raise BadInput(
            f"There is no label called {name!r}.",
            to="label",
            mend=f"The labels are: {', '.join(labels)}.",
        )
    return Label(name)
