"""What happened, read from the rows of both halves: one entry for each kind of event.

Rows are looked at from a while before the last look on, because a transaction may end after
one that began later; what was told before is known by its key.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, String, cast, exists, literal, select
from sqlalchemy.orm import InstrumentedAttribute, Session, joinedload

from app.reviews.models import Edition
from app.reviews.states import EditionState
from app.webhooks.models import WebhookEvent
from core.models import Alert, Release
from distributor.models import Approval, Dispatch
from distributor.states import DispatchState
from monitor.models import Article, Coverage, CoverageDecision, Source

_OVERLAP: Final = timedelta(hours=1)
# Of one kind in one look; the next one goes on behind them.
MOST: Final = 500
HELD: Final = "dispatch.held"
PING: Final = "ping"


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """Something that happened; `key` names it among all that ever did."""

    kind: str
    key: str
    at: datetime
    fields: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rows:
    """Rows whose moment says that something happened, once for each row."""

    table: type[Any]
    at: InstrumentedAttribute[Any]
    tell: Callable[[Session, Sequence[Any]], Sequence[Mapping[str, Any]]]
    where: Sequence[ColumnElement[bool]] = ()


def _dispatches(
    session: Session, rows: Sequence[Dispatch]
) -> Sequence[Mapping[str, Any]]:
    numbers = dict(
        session.execute(
            select(Release.id, Release.number).where(
                Release.id.in_({row.release_id for row in rows if row.release_id})
            )
        ).all()
    )
    return [
        {
            "dispatch": row.id,
            "release": row.release_id,
            "number": numbers.get(row.release_id or 0, ""),
            "about": row.about,
            "purpose": row.purpose,
            "state": row.state,
            "reason": row.reason,
            "due_at": row.due_at,
            "path": f"/api/v1/dispatches/{row.id}",
        }
        for row in rows
    ]


def _approvals(
    session: Session, rows: Sequence[Approval]
) -> Sequence[Mapping[str, Any]]:
    found = {
        row.id: row
        for row in session.scalars(
            select(Dispatch).where(Dispatch.id.in_({row.dispatch_id for row in rows}))
        )
    }
    return _dispatches(session, [found[row.dispatch_id] for row in rows])


def _coverage(
    session: Session, rows: Sequence[Coverage]
) -> Sequence[Mapping[str, Any]]:
    found = {
        row.id: row
        for row in session.scalars(
            select(Coverage)
            .where(Coverage.id.in_([row.id for row in rows]))
            .options(
                joinedload(Coverage.article).defer(Article.full_text),
                joinedload(Coverage.article).joinedload(Article.outlet),
                joinedload(Coverage.release),
            )
        )
    }
    return [_line(found[row.id]) for row in rows]


def _decisions(
    session: Session, rows: Sequence[CoverageDecision]
) -> Sequence[Mapping[str, Any]]:
    lines = session.scalars(
        select(Coverage).where(Coverage.id.in_({row.coverage_id for row in rows}))
    ).all()
    told = dict(zip([row.id for row in lines], _coverage(session, lines), strict=True))
    return [
        {**told[row.coverage_id], "decision": row.decision, "decided_by": row.by}
        for row in rows
    ]


def _line(row: Coverage) -> Mapping[str, Any]:
    return {
        "coverage": row.id,
        "release": row.release_id,
        "number": row.release.number,
        "article": row.article_id,
        "outlet": row.article.outlet.name,
        "title": row.article.title,
        "url": row.article.url,
        "label": row.corrected or row.label,
        "score": row.score,
        "decision": row.decision,
        "path": f"/api/v1/coverage/{row.id}",
    }


def _editions(session: Session, rows: Sequence[Edition]) -> Sequence[Mapping[str, Any]]:
    del session
    return [
        {
            "edition": row.key,
            "number": row.number,
            "version": row.version,
            "path": f"/api/v1/editions/{row.key}",
        }
        for row in rows
    ]


def _alerts(session: Session, rows: Sequence[Alert]) -> Sequence[Mapping[str, Any]]:
    del session
    return [
        {
            "alert": row.id,
            "rule": row.rule,
            "about": row.about,
            "fields": row.fields,
            "path": "/api/v1/alerts",
        }
        for row in rows
    ]


_ROWS: Final[Mapping[str, _Rows]] = {
    "dispatch.planned": _Rows(table=Dispatch, at=Dispatch.planned_at, tell=_dispatches),
    "dispatch.approved": _Rows(table=Approval, at=Approval.given_at, tell=_approvals),
    "dispatch.started": _Rows(table=Dispatch, at=Dispatch.started_at, tell=_dispatches),
    "dispatch.done": _Rows(
        table=Dispatch,
        at=Dispatch.ended_at,
        tell=_dispatches,
        where=(Dispatch.state == DispatchState.DONE,),
    ),
    "dispatch.stopped": _Rows(
        table=Dispatch,
        at=Dispatch.ended_at,
        tell=_dispatches,
        where=(Dispatch.state == DispatchState.STOPPED,),
    ),
    "coverage.found": _Rows(table=Coverage, at=Coverage.found_at, tell=_coverage),
    "coverage.decided": _Rows(
        table=CoverageDecision, at=CoverageDecision.decided_at, tell=_decisions
    ),
    "edition.sent": _Rows(
        table=Edition,
        at=Edition.sent_at,
        tell=_editions,
        where=(Edition.state.in_([EditionState.SENT, EditionState.REPLACED]),),
    ),
    "alert.raised": _Rows(table=Alert, at=Alert.raised_at, tell=_alerts),
}
KINDS: Final[Sequence[str]] = (*_ROWS, HELD, "source.state")


def found(
    session: Session,
    kind: str,
    *,
    since: datetime,
    holding: Sequence[int],
    now: datetime,
) -> Sequence[Happened]:
    """What happened of one kind since a look, the earliest first; at most `MOST`.

    *holding* is, for a kind whose rows keep no moment, what was told and still held.
    """
    if kind == HELD:
        return list(_held(session, since, holding, now))
    if kind in _ROWS:
        return list(_of_rows(session, kind, since - _OVERLAP))
    return list(_states(session, kind, since - _OVERLAP))


def held_now(session: Session) -> Sequence[int]:
    return session.scalars(
        select(Dispatch.id)
        .where(Dispatch.state == DispatchState.HELD)
        .order_by(Dispatch.id)
    ).all()


def _of_rows(session: Session, kind: str, since: datetime) -> Iterator[Happened]:
    given = _ROWS[kind]
    key = literal(f"{kind}:") + cast(given.table.id, String)
    rows = session.scalars(
        select(given.table)
        .where(
            given.at >= since,
            *given.where,
            ~exists().where(WebhookEvent.key == key),
        )
        .order_by(given.at, given.table.id)
        .limit(MOST)
    ).all()
    for row, fields in zip(rows, given.tell(session, rows), strict=True):
        at = getattr(row, given.at.key)
        yield Happened(kind=kind, key=f"{kind}:{row.id}", at=at, fields=fields)


def _held(
    session: Session, since: datetime, holding: Sequence[int], now: datetime
) -> Iterator[Happened]:
    """What is held and was not at the last look: a dispatch may be held again."""
    new = [one for one in held_now(session) if one not in set(holding)][:MOST]
    rows = session.scalars(
        select(Dispatch).where(Dispatch.id.in_(new)).order_by(Dispatch.id)
    ).all()
    for row, fields in zip(rows, _dispatches(session, rows), strict=True):
        # Since that look it was held once more; between two looks nobody is told twice.
        key = f"{HELD}:{row.id}:{since.isoformat()}"
        yield Happened(kind=HELD, key=key, at=now, fields=fields)


def _states(session: Session, kind: str, since: datetime) -> Iterator[Happened]:
    rows = session.scalars(
        select(Source)
        .where(Source.state_since >= since)
        .options(joinedload(Source.outlet))
        .order_by(Source.state_since, Source.id)
    ).all()
    keys = {
        row.id: f"{kind}:{row.id}:{row.state}:{row.state_since.isoformat()}"
        for row in rows
    }
    known = _known(session, list(keys.values()))
    fresh = [row for row in rows if keys[row.id] not in known]
    for row in fresh[:MOST]:
        yield Happened(
            kind=kind,
            key=keys[row.id],
            at=row.state_since,
            fields={
                "source": row.id,
                "outlet": row.outlet.name,
                "url": row.url,
                "state": row.state,
                "fault": row.fault,
                "detail": row.detail,
                "path": f"/api/v1/sources/{row.id}",
            },
        )


def _known(session: Session, keys: Sequence[str]) -> frozenset[str]:
    known: set[str] = set()
    for start in range(0, len(keys), MOST):
        known.update(
            session.scalars(
                select(WebhookEvent.key).where(
                    WebhookEvent.key.in_(keys[start : start + MOST])
                )
            )
        )
    return frozenset(known)
