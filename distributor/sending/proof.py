"""Proof of distribution: who got what and when, as a table, or as a document the office signs.

The signature covers a digest of each part, so that a check can name the part that was
changed: the head, or one delivery.
"""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from core import signing
from core.errors import BadInput
from core.models import Account
from core.wording import worded
from distributor.models import (
    Approval,
    Attempt,
    Body,
    Delegation,
    Delivery,
    Dispatch,
    Event,
    Waiver,
)
from distributor.sending import moves

KIND: Final = "parution-proof-of-distribution"
COLUMNS: Final = (
    "delivery",
    "email",
    "name",
    "language",
    "state",
    "reason",
    "attempt",
    "channel",
    "began_at",
    "ended_at",
    "verdict",
    "reference",
    "answer",
    "digest",
    "events",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What a check of a signed proof found; *changed* names each part that was."""

    signed: bool
    changed: Sequence[str]

    @property
    def holds(self) -> bool:
        return self.signed and not self.changed


def document(
    session: Session, dispatch_id: int, *, key: signing.SigningKey, now: datetime
) -> dict[str, Any]:
    """The signed proof. Raises NotFound."""
    head = _head(session, dispatch_id) | {"made_at": _iso(now)}
    deliveries = list(_deliveries(session, dispatch_id))
    manifest = {
        "kind": KIND,
        "head": _digest(head),
        "deliveries": [_digest(one) for one in deliveries],
    }
    return {
        "kind": KIND,
        "head": head,
        "deliveries": deliveries,
        "manifest": manifest,
        "signature": {
            "algorithm": "Ed25519",
            "public_key": key.public,
            "value": key.sign(_canonical(manifest)),
        },
    }


def rows(session: Session, dispatch_id: int) -> Iterator[dict[str, str]]:
    """One row for each attempt, and one for whoever had none. Raises NotFound."""
    moves.found(session, dispatch_id)
    for one in _deliveries(session, dispatch_id):
        events = "; ".join(f"{event['kind']} {event['at']}" for event in one["events"])
        for attempt in one["attempts"] or [{}]:
            row = {
                "delivery": one["id"],
                **{name: one[name] for name in COLUMNS[1:6]},
                "attempt": attempt.get("number"),
                "events": events,
                **{name: attempt.get(name) for name in COLUMNS[7:14]},
            }
            yield {
                name: "" if row[name] is None else str(row[name]) for name in COLUMNS
            }


def check(content: str, *, public: str) -> Checked:
    """Whether the office of this public key signed it, and what was changed since."""
    proof = _read(content)
    manifest = proof["manifest"]
    changed = []
    if manifest.get("head") != _digest(proof["head"]):
        changed.append("head")
    expected = manifest["deliveries"]
    found = proof["deliveries"]
    if len(expected) != len(found):
        changed.append(f"{len(found)} deliveries instead of {len(expected)}")
    known = set(expected)
    changed += [
        f"delivery {one.get('id')} ({one.get('email')})"
        for one in found
        if _digest(one) not in known
    ]
    if not changed and expected != [_digest(one) for one in found]:
        changed.append("the order of the deliveries")
    signature = str(proof["signature"].get("value", ""))
    return Checked(
        signed=signing.is_signed(_canonical(manifest), signature, public=public),
        changed=changed,
    )


def _read(content: str) -> dict[str, Any]:
    try:
        proof = json.loads(content)
    except ValueError:
        proof = None
    if not _is_proof(proof):
        raise BadInput(
            worded("This is not a proof of distribution in JSON."),
            to="file",
            mend=worded("Make one with `parution dispatch proof ID --format json`."),
        )
    return dict(proof)


def _is_proof(proof: Any) -> bool:
    if not isinstance(proof, dict) or proof.get("kind") != KIND:
        return False
    deliveries = proof.get("deliveries")
    return (
        all(
            isinstance(proof.get(name), dict)
            for name in ("head", "manifest", "signature")
        )
        and isinstance(proof["manifest"].get("deliveries"), list)
        and isinstance(deliveries, list)
        and all(isinstance(one, dict) for one in deliveries)
    )


def _head(session: Session, dispatch_id: int) -> dict[str, Any]:
    dispatch = moves.found(session, dispatch_id)
    return {
        "dispatch": dispatch.id,
        **_subject(session, dispatch),
        "purpose": dispatch.purpose,
        "step": dispatch.step,
        "wall": dispatch.wall.isoformat(),
        "zone": dispatch.zone,
        "due_at": _iso(dispatch.due_at),
        "zone_data": dispatch.zone_rules,
        "channels": dispatch.channels,
        "mode": dispatch.mode,
        "state": dispatch.state,
        "reason": dispatch.reason,
        "planned_at": _iso(dispatch.planned_at),
        "planned_by": _name(session, dispatch.planned_by),
        "started_at": _iso(dispatch.started_at),
        "ended_at": _iso(dispatch.ended_at),
        "release_seal": dispatch.release_seal,
        "seal": dispatch.seal,
        "approvals": approvals(session, dispatch),
        "findings": dispatch.findings,
        "waivers": waivers(session, dispatch),
        "left_out": dispatch.left_out,
    }


def _subject(session: Session, dispatch: Dispatch) -> dict[str, Any]:
    """What it sends: a release, or an edition or notice with the name it was given."""
    release = moves.release(session, dispatch)
    if release is not None:
        titles = {one.language: one.title for one in release.versions}
        return {"release": release.number, "kind": release.kind, "titles": titles}
    bodies = session.execute(
        select(Body.language, Body.subject)
        .where(Body.dispatch_id == dispatch.id)
        .order_by(Body.id)
    )
    return {
        "release": "",
        "about": dispatch.about,
        "kind": dispatch.purpose,
        "titles": dict(bodies.all()),
    }


def approvals(session: Session, dispatch: Dispatch) -> list[dict[str, Any]]:
    """Who approved, when, which seal, and in whose place."""
    given = session.scalars(
        select(Approval)
        .where(Approval.dispatch_id == dispatch.id)
        .order_by(Approval.id)
    )
    return [
        {
            "by": _name(session, one.account_id),
            "in_place_of": _giver(session, one.delegation_id),
            "seal": one.seal,
            "at": _iso(one.given_at),
        }
        for one in given
    ]


def waivers(session: Session, dispatch: Dispatch) -> list[dict[str, Any]]:
    """Which findings were accepted, by whom and why."""
    given = session.scalars(
        select(Waiver).where(Waiver.dispatch_id == dispatch.id).order_by(Waiver.id)
    )
    return [
        {
            "check": one.check,
            "reason": one.reason,
            "by": _name(session, one.account_id),
            "seal": one.seal,
            "at": _iso(one.given_at),
        }
        for one in given
    ]


def _giver(session: Session, delegation_id: int | None) -> str:
    if delegation_id is None:
        return ""
    return _name(session, session.get_one(Delegation, delegation_id).from_account_id)


def _name(session: Session, account_id: int | None) -> str:
    return "" if account_id is None else session.get_one(Account, account_id).name


def _deliveries(session: Session, dispatch_id: int) -> Iterator[dict[str, Any]]:
    attempts = _grouped(
        session,
        select(Attempt)
        .join(Delivery, Delivery.id == Attempt.delivery_id)
        .where(Delivery.dispatch_id == dispatch_id)
        .order_by(Attempt.delivery_id, Attempt.number),
        _attempt,
    )
    events = _grouped(
        session,
        select(Event)
        .join(Delivery, Delivery.id == Event.delivery_id)
        .where(Delivery.dispatch_id == dispatch_id)
        .order_by(Event.delivery_id, Event.happened_at, Event.id),
        _event,
    )
    asked = (
        select(Delivery)
        .where(Delivery.dispatch_id == dispatch_id)
        .order_by(Delivery.id)
    )
    for row in session.scalars(asked):
        yield {
            "id": row.id,
            "email": row.address,
            "name": row.name,
            "language": row.language,
            "state": row.state,
            "reason": row.reason,
            "is_seed": row.is_seed,
            "changed_at": _iso(row.changed_at),
            "attempts": attempts.get(row.id, []),
            "events": events.get(row.id, []),
        }


def _attempt(row: Attempt) -> dict[str, Any]:
    return {
        "number": row.number,
        "channel": row.channel,
        "began_at": _iso(row.began_at),
        "ended_at": _iso(row.ended_at),
        "verdict": row.verdict,
        "reference": row.reference,
        "answer": row.answer,
        "digest": row.digest,
    }


def _event(row: Event) -> dict[str, Any]:
    return {"kind": row.kind, "channel": row.channel, "at": _iso(row.happened_at)}


def _grouped(
    session: Session, asked: Select[Any], made: Callable[[Any], dict[str, Any]]
) -> Mapping[int, list[dict[str, Any]]]:
    found: dict[int, list[dict[str, Any]]] = {}
    for row in session.scalars(asked):
        found.setdefault(row.delivery_id, []).append(made(row))
    return found


def _iso(moment: datetime | None) -> str | None:
    if moment is None:
        return None
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _canonical(value: Mapping[str, Any]) -> bytes:
    return json.dumps(
        value, ensure_ascii=False, sort_keys=True, separators=(",", ":")
    ).encode()


def _digest(value: Mapping[str, Any]) -> str:
    return hashlib.sha256(_canonical(value)).hexdigest()
