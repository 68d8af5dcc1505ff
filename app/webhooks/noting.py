"""Noting what happened: an event once, and a call for each webhook that chose its kind."""

import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from app.telling.plain import plain
from app.webhooks import happening
from app.webhooks.happening import HELD, KINDS, MOST, Happened
from app.webhooks.models import Webhook, WebhookCall, WebhookEvent, WebhookMark
from app.webhooks.states import CallState
from core.db import Database

# Names events by what they were derived from, so that a second deriving names them alike.
_NAMESPACE: Final = uuid.UUID("6f1c2a0e-6d6f-4f0b-9c0e-2d7d0b5a9f11")
KEPT_FOR: Final = timedelta(days=30)
_MARKED_EVERY: Final = timedelta(minutes=10)


def note(database: Database, *, now: datetime) -> int:
    """Derive what happened since the last look; answers how many events are new.

    Reads first: most looks find nothing, and a look that writes keeps others waiting.
    """
    with database.read() as session:
        asked = _asked(session)
        if not asked or not _is_due(session, asked, now):
            return 0
    with database.write() as session:
        return sum(_note(session, kind, now=now) for kind in sorted(asked))


def add_event(
    session: Session, one: Happened, hooks: Iterable[Webhook], *, now: datetime
) -> WebhookEvent:
    event = WebhookEvent(
        uuid=str(uuid.uuid5(_NAMESPACE, one.key)),
        kind=one.kind,
        key=one.key,
        happened_at=one.at,
        made_at=now,
        fields=plain(one.fields),
    )
    session.add(event)
    session.flush()
    session.add_all(
        WebhookCall(
            webhook_id=hook.id, event_id=event.id, state=CallState.WAITING, due_at=now
        )
        for hook in hooks
    )
    return event


def begin(session: Session, kinds: Iterable[str], *, now: datetime) -> None:
    """Somebody asks for these kinds from now on: what nobody asked for before is not told."""
    asked = _asked(session)
    for kind in kinds:
        mark = _mark(session, kind) or WebhookMark(kind=kind)
        if kind not in asked or mark.looked_until is None:
            mark.looked_until = now
            mark.holding = list(happening.held_now(session)) if kind == HELD else []
            session.add(mark)
    session.flush()


def _asked(session: Session) -> frozenset[str]:
    chosen = session.scalars(
        select(Webhook.events).where(Webhook.ended_at.is_(None))
    ).all()
    return frozenset(kind for some in chosen for kind in some if kind in KINDS)


def _is_due(session: Session, asked: Iterable[str], now: datetime) -> bool:
    for kind in asked:
        mark = _mark(session, kind)
        if mark is None or now - mark.looked_until >= _MARKED_EVERY:
            return True
        if _found(session, mark, now) or _let_go(session, mark):
            return True
    return False


def _note(session: Session, kind: str, *, now: datetime) -> int:
    # Another worker that looks now is waited for, and then what it noted is seen.
    mark = session.get(WebhookMark, kind, with_for_update=True)
    if mark is None:
        begin(session, [kind], now=now)
        return 0
    new = _found(session, mark, now)
    hooks = _hooks(session, kind)
    for one in new:
        chosen = [hook for hook in hooks if hook.made_at <= one.at]
        add_event(session, one, chosen, now=now)
    if kind == HELD:
        # Only what was told: another one may have been held since it was looked for.
        held = happening.held_now(session)
        told = [int(one.fields["dispatch"]) for one in new]
        mark.holding = [one for one in mark.holding if one in held] + told
    mark.looked_until = new[-1].at if len(new) == MOST and kind != HELD else now
    _forget(session, now)
    session.flush()
    return len(new)


def _found(session: Session, mark: WebhookMark, now: datetime) -> Sequence[Happened]:
    return happening.found(
        session, mark.kind, since=mark.looked_until, holding=mark.holding, now=now
    )


def _let_go(session: Session, mark: WebhookMark) -> bool:
    """Whether something was held that is not any more: held again, it is told again."""
    return mark.kind == HELD and set(mark.holding) != set(happening.held_now(session))


def _hooks(session: Session, kind: str) -> Sequence[Webhook]:
    hooks = session.scalars(select(Webhook).where(Webhook.ended_at.is_(None)))
    return [hook for hook in hooks if kind in hook.events]


def _mark(session: Session, kind: str) -> WebhookMark | None:
    return session.get(WebhookMark, kind)


def _forget(session: Session, now: datetime) -> None:
    """Events are kept for a month, longer than any row is looked back at."""
    before = now - KEPT_FOR
    oldest = session.scalar(select(func.min(WebhookEvent.made_at)))
    if oldest is None or oldest >= before:
        return
    old = select(WebhookEvent.id).where(WebhookEvent.made_at < before)
    session.execute(delete(WebhookCall).where(WebhookCall.event_id.in_(old)))
    session.execute(delete(WebhookEvent).where(WebhookEvent.made_at < before))
