"""Steering a dispatch, signing it, settling a doubt, and its proof."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from io import StringIO
from typing import Annotated, Literal

from fastapi import APIRouter, Response
from pydantic import Field

import distributor.report
from app.api import files
from app.api.callers import Caller, Reader, Sender, Signer, Writer
from app.api.dispatches import SignedDispatch
from app.api.kinds import Given, Id, Line, Sentence
from app.api.repeating import Route
from app.telling import dispatches as telling
from core import safe_cells
from core.signing import signing_key
from distributor.report import DeliveryLine
from distributor.sending import approval, by_hand, control, proof, waivers
from distributor.sending.by_hand import Call

routes = APIRouter(prefix="/dispatches", tags=["dispatches"], route_class=Route)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyRow:
    """The public key that proofs of this office are checked with."""

    algorithm: str
    public_key: str


class Reason(Given):
    because: Sentence = ""


class Refusal(Given):
    because: Sentence = Field(min_length=1, examples=["The date is wrong."])


class Seen(Given):
    seal: Annotated[str, Field(min_length=1, max_length=64)] = Field(
        description="The seal you read: another one is refused."
    )


class Waived(Given):
    accept: dict[Line, Sentence] = Field(
        min_length=1, max_length=100, examples=[{"no-signed-file": "It follows."}]
    )


class Settled(Given):
    state: Literal["accepted", "refused"]
    because: Sentence = Field(min_length=1, description="How you know.")


class Called(Given):
    reached: bool
    note: Sentence = ""


@routes.post("/{dispatch_id}/pause", summary="Stop sending until it is resumed")
def pause(caller: Sender, dispatch_id: Id, given: Reason) -> SignedDispatch:
    with caller.office.database.write(ledger=True) as session:
        reason = control.paused_by(caller.name, given.because)
        control.pause(session, dispatch_id, reason=reason)
    return _signed(caller, dispatch_id)


@routes.post("/{dispatch_id}/resume", summary="Go on, or send a held one now")
def resume(caller: Sender, dispatch_id: Id) -> SignedDispatch:
    office = caller.office
    with office.database.write(ledger=True) as session:
        control.resume(
            session,
            dispatch_id,
            settings=office.settings,
            zone_rules=office.zone_rules,
            now=office.clock.now(),
        )
    return _signed(caller, dispatch_id)


@routes.post("/{dispatch_id}/stop", summary="End it for good")
def stop(caller: Sender, dispatch_id: Id, given: Reason) -> SignedDispatch:
    """Whoever waits is not mailed. Who may have it: its deliveries with `reached=true`."""
    with caller.office.database.write(ledger=True) as session:
        control.stop(
            session,
            dispatch_id,
            reason=control.stopped_by(caller.name, given.because),
            now=caller.office.clock.now(),
        )
    return _signed(caller, dispatch_id)


@routes.post("/{dispatch_id}/undo", summary="Take it back inside its undo window")
def undo(caller: Writer, dispatch_id: Id) -> SignedDispatch:
    """Whoever may plan may take back: nobody is mailed by it."""
    with caller.office.database.write(ledger=True) as session:
        control.undo(session, dispatch_id, now=caller.office.clock.now())
    return _signed(caller, dispatch_id)


@routes.post("/{dispatch_id}/waivers", summary="Accept amber findings, with reasons")
def waive(caller: Writer, dispatch_id: Id, given: Waived) -> SignedDispatch:
    with caller.office.database.write() as session:
        waivers.waive(
            session,
            dispatch_id,
            given.accept,
            account=caller.account,
            now=caller.office.clock.now(),
        )
    return _signed(caller, dispatch_id)


@routes.post("/{dispatch_id}/approve", summary="Sign the seal you read")
def approve(caller: Signer, dispatch_id: Id, given: Seen) -> SignedDispatch:
    """By the token of a second person; their right may be delegated to them."""
    office = caller.office
    with office.database.write(ledger=True) as session:
        approval.approve(
            session,
            dispatch_id,
            account=caller.account,
            settings=office.settings,
            zone_rules=office.zone_rules,
            now=office.clock.now(),
            seal=given.seal,
        )
    return _signed(caller, dispatch_id)


@routes.post("/{dispatch_id}/refuse", summary="Hold it with your sentence")
def refuse(caller: Signer, dispatch_id: Id, given: Refusal) -> SignedDispatch:
    with caller.office.database.write(ledger=True) as session:
        approval.refuse(
            session,
            dispatch_id,
            account=caller.account,
            because=given.because,
            now=caller.office.clock.now(),
        )
    return _signed(caller, dispatch_id)


@routes.post(
    "/{dispatch_id}/deliveries/{delivery_id}/settle",
    summary="Record what became of an unsure delivery",
)
def settle(
    caller: Sender, dispatch_id: Id, delivery_id: Id, given: Settled
) -> DeliveryLine:
    with caller.office.database.write(ledger=True) as session:
        control.settle(
            session,
            dispatch_id,
            delivery_id,
            given.state,
            by=caller.name,
            because=given.because,
            now=caller.office.clock.now(),
        )
        session.flush()
        return distributor.report.trail(session, dispatch_id, delivery_id).line


@routes.post(
    "/{dispatch_id}/deliveries/{delivery_id}/call",
    summary="Keep what came of a call of a dispatch by hand",
)
def call(
    caller: Sender, dispatch_id: Id, delivery_id: Id, given: Called
) -> DeliveryLine:
    with caller.office.database.write(ledger=True) as session:
        by_hand.log(
            session,
            dispatch_id,
            delivery_id,
            reached=given.reached,
            note=given.note,
            by=caller.name,
            ids=caller.office.ids,
            now=caller.office.clock.now(),
        )
        session.flush()
        return distributor.report.trail(session, dispatch_id, delivery_id).line


@routes.get("/{dispatch_id}/call-sheet", summary="Whom to call, and what to say")
def call_sheet(caller: Reader, dispatch_id: Id) -> Sequence[Call]:
    with caller.office.database.read() as session:
        return by_hand.call_sheet(session, dispatch_id, settings=caller.office.settings)


@routes.get(
    "/{dispatch_id}/proof",
    summary="Who got it, when, how and what: the proof of distribution",
    response_class=Response,
    responses=files.ANY_FILE,
)
def proven(
    caller: Reader, dispatch_id: Id, form: Literal["json", "csv"] = "json"
) -> Response:
    """Signed JSON, which `parution dispatch verify` checks, or a table."""
    office = caller.office
    with office.database.read() as session:
        if form == "csv":
            rows = list(proof.rows(session, dispatch_id))
            table = StringIO()
            safe_cells.write(table, columns=list(proof.COLUMNS), rows=rows)
            content, media_type = table.getvalue(), "text/csv; charset=utf-8"
        else:
            key = signing_key(office.settings.data_dir, office.ids)
            now = office.clock.now()
            made = proof.document(session, dispatch_id, key=key, now=now)
            content = json.dumps(made, ensure_ascii=False, indent=1) + "\n"
            media_type = "application/json"
    name = f"proof-{dispatch_id}.{form}"
    return files.download(content, name=name, media_type=media_type)


@routes.get("/proof/key", summary="The key that proofs are checked with")
def proof_key(caller: Reader) -> KeyRow:
    office = caller.office
    key = signing_key(office.settings.data_dir, office.ids)
    return KeyRow(algorithm="Ed25519", public_key=key.public)


def _signed(caller: Caller, dispatch_id: int) -> SignedDispatch:
    with caller.office.database.read() as session:
        return SignedDispatch(**telling.signed(session, dispatch_id))
