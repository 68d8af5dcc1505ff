"""Dispatches: one with its signatures, what the checks find, and what became of a step."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy.orm import Session

import distributor.report
from core.i18n import Words
from distributor.checks.base import Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingRow:
    """What a check found: `red` blocks, `amber` needs a reason."""

    check: str
    level: str
    to: str
    what: str
    mend: str
    values: Mapping[str, Any]


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
