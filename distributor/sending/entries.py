"""What the ledger writes, for many deliveries at once: lease, intent, outcome, doubt.

Every statement is conditional on the lease, so that a worker that lost it changes nothing.
One statement serves a whole group: what it costs to build is shared by all of it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from typing import Any, cast

from sqlalchemy import (
    Connection,
    Insert,
    Row,
    Table,
    Update,
    bindparam,
    exists,
    func,
    literal_column,
    or_,
    select,
    text,
    tuple_,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from core.db import Moment
from distributor.channels.base import Outcome
from distributor.models import Attempt, Batch, Delivery, Dispatch, Suppression
from distributor.states import Because, DeliveryState, DispatchState

_DELIVERIES, _DISPATCHES, _ATTEMPTS, _BATCHES = (
    cast("Table", mapped.__table__) for mapped in (Delivery, Dispatch, Attempt, Batch)
)
_DELIVERY = _DELIVERIES.c
_DISPATCH = _DISPATCHES.c

# Written out and not bound, or SQLite would not use the partial index.
WAITING = text("delivery.state = 'waiting'")
SENDING = text("delivery.state = 'sending'")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Claim:
    """A delivery this worker holds, as long as nobody took its lease.

    Each is itself and equals no other: comparing fields cost a tenth of the ledger's time.
    """

    delivery_id: int
    dispatch_id: int
    address: str
    address_key: str
    name: str
    language: str
    token: str
    channel: str
    lease: str
    # How many there were before.
    attempts: int
    # After it the delivery is not tried again.
    deadline_at: datetime
    # Planned mode (S7): the hour the provider is to send it at, while that is to come.
    send_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Intent:
    """A delivery that is `sending` from now on: its message must be written."""

    claim: Claim
    number: int
    began_at: datetime
    # When the lease ends, in machine time.
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    intent: Intent
    outcome: Outcome
    # SHA-256 of what was handed to the channel.
    digest: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What an outcome makes of a delivery; without `due_at` it stays due when it was."""

    done: Done
    state: DeliveryState
    reason: str = ""
    due_at: datetime | None = None


def lease(
    connection: Connection,
    *,
    channel: str,
    most: int,
    token: str,
    now: datetime,
    stamp: datetime,
    until: datetime,
) -> Sequence[Claim]:
    """Hold up to *most* due deliveries of the running dispatches of a channel, in their order."""
    running = {
        row.id: row
        for row in connection.execute(
            select(
                _DISPATCH.id, _DISPATCH.deadline_at, _DISPATCH.mode, _DISPATCH.due_at
            ).where(
                _DISPATCH.state == DispatchState.RUNNING, _DISPATCH.channel == channel
            )
        )
    }
    if not running:
        return ()
    rows = connection.execute(
        _LEASE,
        {
            "b_now": now,
            "b_stamp": stamp,
            "b_running": list(running),
            "b_most": most,
            "b_lease": token,
            "b_until": until,
        },
    )
    return [
        Claim(
            delivery_id=row.id,
            dispatch_id=row.dispatch_id,
            address=row.address,
            address_key=row.address_key,
            name=row.name,
            language=row.language,
            token=row.token,
            channel=channel,
            lease=token,
            attempts=row.attempts,
            deadline_at=running[row.dispatch_id].deadline_at,
            send_at=_send_at(running[row.dispatch_id], now),
        )
        # What an UPDATE returns has no order.
        for row in sorted(rows, key=attrgetter("id"))
    ]


def _send_at(dispatch: Row[*tuple[Any, ...]], now: datetime) -> datetime | None:
    """Once its hour has come there is nothing to wait for, and nothing to call back."""
    is_early = dispatch.mode == "planned" and dispatch.due_at > now
    return dispatch.due_at if is_early else None


def intend(
    connection: Connection, claims: Sequence[Claim], *, now: datetime, until: datetime
) -> Mapping[Claim, Intent]:
    """Make *claims* `sending`: those still ours, waiting, not suppressed, of a running dispatch."""
    held = {(claim.delivery_id, claim.lease): claim for claim in claims}
    rows = connection.execute(
        _INTEND, _named(claims) | {"b_now": now, "b_until": until}
    )
    intents = {
        (row.id, row.lease): Intent(
            claim=held[row.id, row.lease],
            number=row.attempts,
            began_at=now,
            until=until,
        )
        for row in rows
    }
    left = [claim for key, claim in held.items() if key not in intents]
    if left:
        connection.execute(_CANCEL_SUPPRESSED, _named(left) | {"b_now": now})
        release(connection, left)
    return {intent.claim: intent for intent in intents.values()}


def release(connection: Connection, claims: Sequence[Claim]) -> None:
    """Give leases back that will not be used."""
    connection.execute(_RELEASE, _named(claims))


def record(connection: Connection, entries: Sequence[Entry], *, now: datetime) -> None:
    """Write what became of deliveries, and the attempts that led there."""
    batches = _keep_batches(connection, entries, now=now)
    for late_answer in (True, False):
        rows = [
            _change(entry, batches, now=now)
            for entry in entries
            if (entry.state in _EVIDENCE) is late_answer
        ]
        if rows:
            # A server slower than our lease was taken for a crash: its yes or no is evidence.
            connection.execute(_RECORD_EVIDENCE if late_answer else _RECORD, rows)
    connection.execute(
        _KEEP_ATTEMPTS[connection.dialect.name],
        [_attempt(entry.done, now=now) for entry in entries],
    )


def in_the_air(connection: Connection, done: Sequence[Done]) -> Sequence[Done]:
    """Those of *done* that the ledger has no outcome of yet, under the same lease."""
    rows = connection.execute(
        select(_DELIVERY.id, _DELIVERY.lease).where(
            _DELIVERY.id.in_([one.intent.claim.delivery_id for one in done]),
            _DELIVERY.state.in_([DeliveryState.SENDING, DeliveryState.UNSURE]),
        )
    )
    found = {(row.id, row.lease) for row in rows}
    return [
        one
        for one in done
        if (one.intent.claim.delivery_id, one.intent.claim.lease) in found
    ]


def doubt(connection: Connection, *, now: datetime, stamp: datetime) -> int:
    """Call what is `sending` without a living lease `unsure` (S3); answers how many."""
    cut_off = connection.execute(_CUT_OFF, {"b_stamp": stamp}).all()
    if not cut_off:
        return 0
    connection.execute(_DOUBT, {"b_ids": [row.id for row in cut_off], "b_now": now})
    connection.execute(
        _KEEP_CUT_ATTEMPTS[connection.dialect.name],
        [
            {
                "delivery_id": row.id,
                "number": row.attempts,
                "channel": row.channel,
                "began_at": row.changed_at,
            }
            for row in cut_off
        ],
    )
    return len(cut_off)


def _named(claims: Sequence[Claim]) -> dict[str, object]:
    return {
        "b_ids": [claim.delivery_id for claim in claims],
        "b_pairs": [(claim.delivery_id, claim.lease) for claim in claims],
    }


def _change(
    entry: Entry, batches: Mapping[str, int], *, now: datetime
) -> dict[str, object]:
    claim = entry.done.intent.claim
    return {
        "b_id": claim.delivery_id,
        "b_lease": claim.lease,
        "b_state": entry.state,
        "b_reason": entry.reason,
        "b_now": now,
        "b_due": entry.due_at,
        "b_batch": batches.get(entry.done.outcome.batch),
    }


def _attempt(done: Done, *, now: datetime) -> dict[str, object]:
    intent, outcome = done.intent, done.outcome
    return {
        "delivery_id": intent.claim.delivery_id,
        "number": intent.number,
        "channel": intent.claim.channel,
        "digest": done.digest,
        "began_at": intent.began_at,
        "ended_at": now,
        "verdict": outcome.verdict,
        "answer": outcome.answer,
        "reference": outcome.reference,
    }


def _keep_batches(
    connection: Connection, entries: Sequence[Entry], *, now: datetime
) -> Mapping[str, int]:
    """The rows of the provider's batches that these went into, by the provider's name."""
    named = {
        entry.done.outcome.batch: entry.done.intent.claim
        for entry in entries
        if entry.done.outcome.batch
    }
    if not named:
        return {}
    connection.execute(
        _KEEP_BATCHES[connection.dialect.name],
        [
            {
                "dispatch_id": claim.dispatch_id,
                "name": name,
                "send_at": claim.send_at,
                "made_at": now,
            }
            for name, claim in named.items()
        ],
    )
    found = connection.execute(
        select(Batch.name, Batch.id).where(Batch.name.in_(list(named)))
    )
    return {row.name: row.id for row in found}


_EVIDENCE = frozenset({DeliveryState.ACCEPTED, DeliveryState.REFUSED})

_FREE = (
    select(_DELIVERY.id)
    .where(
        WAITING,
        _DELIVERY.due_at <= bindparam("b_now", type_=Moment),
        or_(
            _DELIVERY.leased_until.is_(None),
            _DELIVERY.leased_until < bindparam("b_stamp", type_=Moment),
        ),
        # "+ 0" keeps SQLite on the partial index, in order; by the index over dispatches
        # it sorts all that waits for every lease (seen in its plan).
        (_DELIVERY.dispatch_id + literal_column("0")).in_(
            bindparam("b_running", expanding=True)
        ),
    )
    .order_by(_DELIVERY.due_at, _DELIVERY.id)
    .limit(bindparam("b_most"))
    .with_for_update(skip_locked=True)
)
_LEASE = (
    update(_DELIVERIES)
    .where(_DELIVERY.id.in_(_FREE))
    .values(lease=bindparam("b_lease"), leased_until=bindparam("b_until"))
    .returning(
        _DELIVERY.id,
        _DELIVERY.dispatch_id,
        _DELIVERY.address,
        _DELIVERY.address_key,
        _DELIVERY.name,
        _DELIVERY.language,
        _DELIVERY.token,
        _DELIVERY.attempts,
    )
)

# Pairs: a delivery whose lease has ended may stand under a newer lease that is also in the
# group, and be another thread's. The ids alone find the rows by their key.
_OURS = (
    _DELIVERY.id.in_(bindparam("b_ids", expanding=True)),
    tuple_(_DELIVERY.id, _DELIVERY.lease).in_(bindparam("b_pairs", expanding=True)),
    _DELIVERY.state == DeliveryState.WAITING,
)
_IS_SUPPRESSED = exists().where(Suppression.address_key == _DELIVERY.address_key)
_RUNS = exists().where(
    _DISPATCH.id == _DELIVERY.dispatch_id, _DISPATCH.state == DispatchState.RUNNING
)
_INTEND = (
    update(_DELIVERIES)
    .where(*_OURS, _RUNS, ~_IS_SUPPRESSED)
    .values(
        state=DeliveryState.SENDING,
        reason="",
        attempts=_DELIVERY.attempts + 1,
        leased_until=bindparam("b_until"),
        changed_at=bindparam("b_now"),
    )
    .returning(_DELIVERY.id, _DELIVERY.lease, _DELIVERY.attempts)
)
_CANCEL_SUPPRESSED = (
    update(_DELIVERIES)
    .where(*_OURS, _IS_SUPPRESSED)
    .values(
        state=DeliveryState.CANCELLED,
        reason=Because.SUPPRESSED,
        changed_at=bindparam("b_now"),
        lease=None,
        leased_until=None,
    )
)
_RELEASE = update(_DELIVERIES).where(*_OURS).values(lease=None, leased_until=None)


def _recording(*before: DeliveryState) -> Update:
    return (
        update(_DELIVERIES)
        .where(
            _DELIVERY.id == bindparam("b_id"),
            _DELIVERY.lease == bindparam("b_lease"),
            or_(*(_DELIVERY.state == state for state in before)),
        )
        .values(
            state=bindparam("b_state"),
            reason=bindparam("b_reason"),
            changed_at=bindparam("b_now"),
            due_at=func.coalesce(bindparam("b_due", type_=Moment), _DELIVERY.due_at),
            batch_id=bindparam("b_batch"),
            lease=None,
            leased_until=None,
        )
    )


_RECORD = _recording(DeliveryState.SENDING)
_RECORD_EVIDENCE = _recording(DeliveryState.SENDING, DeliveryState.UNSURE)

_CUT_OFF = (
    select(_DELIVERY.id, _DELIVERY.attempts, _DELIVERY.changed_at, _DISPATCH.channel)
    .join(_DISPATCHES, _DISPATCH.id == _DELIVERY.dispatch_id)
    .where(
        SENDING,
        or_(
            _DELIVERY.leased_until.is_(None),
            _DELIVERY.leased_until < bindparam("b_stamp", type_=Moment),
        ),
    )
    .with_for_update(skip_locked=True, of=_DELIVERIES)
)
_DOUBT = (
    update(_DELIVERIES)
    .where(_DELIVERY.id.in_(bindparam("b_ids", expanding=True)), SENDING)
    .values(
        state=DeliveryState.UNSURE,
        reason=Because.CRASH,
        changed_at=bindparam("b_now"),
    )
)


def _completing(made: sqlite.Insert | postgresql.Insert) -> Insert:
    """An answer that comes after its attempt was taken for cut off completes its row."""
    return made.on_conflict_do_update(
        index_elements=["delivery_id", "number"],
        set_={
            name: made.excluded[name]
            for name in ("ended_at", "verdict", "answer", "reference", "digest")
        },
    )


_KEEP_ATTEMPTS = {
    "sqlite": _completing(sqlite.insert(_ATTEMPTS)),
    "postgresql": _completing(postgresql.insert(_ATTEMPTS)),
}
_KEEP_CUT_ATTEMPTS = {
    "sqlite": sqlite.insert(_ATTEMPTS).on_conflict_do_nothing(),
    "postgresql": postgresql.insert(_ATTEMPTS).on_conflict_do_nothing(),
}
_KEEP_BATCHES = {
    "sqlite": sqlite.insert(_BATCHES).on_conflict_do_nothing(),
    "postgresql": postgresql.insert(_BATCHES).on_conflict_do_nothing(),
}
