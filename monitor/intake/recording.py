"""What a poll leaves behind: the source's row, the poll's row, and a report of both."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Select, bindparam, case, insert, or_, select, update
from sqlalchemy.orm import Session

from core.models import Outlet
from monitor.intake import poll
from monitor.intake.aftermath import Surroundings, after
from monitor.intake.looking import Asked, Look
from monitor.intake.storing import Stored
from monitor.models import Poll, Source
from monitor.states import PollOutcome

KEPT_POLLS: Final = timedelta(days=30)
_KEPT_UNCHANGED: Final = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class PollReport:
    source: int
    outlet: str
    url: str
    outcome: PollOutcome
    state: str
    entries: int
    new: int
    fault: str
    detail: str
    next_poll_at: datetime


def asked(session: Session, ids: Sequence[int]) -> Sequence[Asked]:
    """The sources as they are, in the order of *ids*."""
    names = [name for name in Asked.__slots__ if name not in {"outlet", "tier"}]
    rows = session.execute(
        select(
            *(getattr(Source, name) for name in names),
            Outlet.name.label("outlet"),
            Outlet.tier.label("tier"),
        )
        .join(Outlet, Outlet.id == Source.outlet_id)
        .where(Source.id.in_(ids))
    )
    found = {row.id: Asked(**row._mapping) for row in rows}  # noqa: SLF001 - SQLAlchemy's public name for a row as a mapping
    return [found[one] for one in ids if one in found]


def record(
    session: Session,
    looks: Sequence[tuple[Look, Stored]],
    *,
    around: Surroundings,
    chances: Sequence[float],
) -> Sequence[PollReport]:
    """Write each source's state, when it is asked next, and the poll; end the leases."""
    changed = [
        after(look, stored, around=around, chance=chance)
        for (look, stored), chance in zip(looks, chances, strict=True)
    ]
    if not changed:
        return []
    _leave_taken_addresses(session, looks, changed)
    _update(
        session,
        [(look.asked, row) for row, (look, _) in zip(changed, looks, strict=True)],
    )
    polls = [
        _poll_row(look, stored, around.now)
        for look, stored in looks
        if look.verdict.outcome is not PollOutcome.POSTPONED
    ]
    if polls:
        session.execute(insert(Poll), polls)
    return [
        _report(look, stored, row)
        for (look, stored), row in zip(looks, changed, strict=True)
    ]


def _update(session: Session, rows: Sequence[tuple[Asked, dict[str, Any]]]) -> None:
    """Write what changed, those that changed alike together: most looks change little."""
    alike: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for before, row in rows:
        moved = {
            name: value
            for name, value in row.items()
            if name == "next_poll_at" or value != getattr(before, name)
        }
        given = {f"new_{name}": value for name, value in moved.items()}
        given |= {"the_id": before.id, "the_lease": before.lease}
        alike.setdefault(tuple(moved), []).append(given)
    for names, given_rows in alike.items():
        values: dict[str, Any] = {name: bindparam(f"new_{name}") for name in names}
        # Whoever paused it, before or during the look, meant it.
        values["next_poll_at"] = case(
            (Source.next_poll_at >= poll.NEVER, Source.next_poll_at),
            else_=bindparam("new_next_poll_at", type_=Source.next_poll_at.type),
        )
        session.execute(
            # The table, not the class: the class takes lists of rows by their key alone.
            update(Source.__table__)  # type: ignore[arg-type]
            .where(
                Source.id == bindparam("the_id"),
                # A worker whose lease ran out writes nothing over the next one's.
                Source.lease.is_not_distinct_from(bindparam("the_lease")),
            )
            .values(lease=None, leased_until=None, **values),
            given_rows,
        )


def _leave_taken_addresses(
    session: Session,
    looks: Sequence[tuple[Look, Stored]],
    rows: Sequence[dict[str, Any]],
) -> None:
    """A moved source keeps its old address while another source has the new one."""
    moved = [
        (row, look.asked)
        for row, (look, _) in zip(rows, looks, strict=True)
        if row["url"] != look.asked.url
    ]
    if not moved:
        return
    wanted = [row["url"] for row, _ in moved]
    taken = set(session.scalars(select(Source.url).where(Source.url.in_(wanted))))
    for row, before in moved:
        if row["url"] in taken:
            row["url"], row["domain"] = before.url, before.domain
        taken.add(row["url"])


def _poll_row(look: Look, stored: Stored, now: datetime) -> dict[str, Any]:
    fetched, fault = look.fetched, look.verdict.fault
    return {
        "source_id": look.asked.id,
        "began_at": now,
        "outcome": look.verdict.outcome.value,
        "status": fetched.status if fetched is not None else None,
        "fault": fault.value if fault is not None else "",
        "detail": look.verdict.detail,
        "byte_count": len(fetched.body) if fetched is not None else 0,
        "milliseconds": round(look.seconds * 1000),
        "entry_count": look.entry_count,
        "new_count": stored.new,
        "left_out_count": look.left_out,
    }


def _report(look: Look, stored: Stored, row: Mapping[str, Any]) -> PollReport:
    return PollReport(
        source=look.asked.id,
        outlet=look.asked.outlet,
        url=row["url"],
        outcome=look.verdict.outcome,
        state=row["state"],
        entries=look.entry_count,
        new=stored.new,
        fault=row["fault"],
        detail=row["detail"],
        next_poll_at=row["next_poll_at"],
    )


def old_polls(now: datetime) -> Select[int]:
    """Polls to be dropped; those that found nothing changed sooner than others."""
    is_unchanged = Poll.outcome == PollOutcome.UNCHANGED
    return select(Poll.id).where(
        Poll.began_at < now - _KEPT_UNCHANGED,
        or_(Poll.began_at < now - KEPT_POLLS, is_unchanged),
    )
