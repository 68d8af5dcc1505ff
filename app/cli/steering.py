"""Steering a dispatch: `parution dispatch pause`, resume, stop, undo, settle, hold-all."""

from enum import StrEnum
from typing import Annotated

import typer

from app.cli.edge import Json, office, show_one
from app.cli.signing import DispatchId
from core.wording import worded


class Settled(StrEnum):
    ACCEPTED = "accepted"
    REFUSED = "refused"


def pause(dispatch_id: DispatchId, as_json: Json = False) -> None:
    """Stop sending until it is resumed."""
    from distributor.sending import control

    with office() as opened, opened.database.write(ledger=True) as session:
        state = control.pause(
            session, dispatch_id, reason=worded("Paused from the command line.")
        ).state
    show_one({"id": dispatch_id, "state": state}, as_json=as_json)


def resume(dispatch_id: DispatchId, as_json: Json = False) -> None:
    """Go on with a paused dispatch, or send a held one now."""
    from distributor.sending import control

    with office() as opened, opened.database.write(ledger=True) as session:
        state = control.resume(
            session,
            dispatch_id,
            settings=opened.settings,
            zone_rules=opened.zone_rules,
            now=opened.clock.now(),
        ).state
    show_one({"id": dispatch_id, "state": state}, as_json=as_json)


def stop(dispatch_id: DispatchId, as_json: Json = False) -> None:
    """End a dispatch for good; whoever waits is not mailed."""
    from distributor import report
    from distributor.sending import control

    with office() as opened, opened.database.write(ledger=True) as session:
        state = control.stop(
            session,
            dispatch_id,
            reason=worded("Stopped from the command line."),
            now=opened.clock.now(),
        ).state
        session.flush()
        reached, spared = report.reached(session, dispatch_id)
    row = {
        "id": dispatch_id,
        "state": state,
        "reached": len(reached),
        "not_reached": len(spared),
    }
    show_one(row, as_json=as_json)
    if not as_json:
        typer.echo(f"Both lists: parution dispatch show {dispatch_id} --lists")


def undo(dispatch_id: DispatchId, as_json: Json = False) -> None:
    """Take a dispatch back inside its undo window: nobody gets it."""
    from distributor.sending import control

    with office() as opened, opened.database.write(ledger=True) as session:
        undone = control.undo(session, dispatch_id, now=opened.clock.now())
        row = {"id": dispatch_id, "state": undone.state, "reason": undone.reason}
    show_one(row, as_json=as_json)


def settle(
    dispatch_id: DispatchId,
    delivery_id: Annotated[int, typer.Argument(metavar="DELIVERY")],
    state: Settled,
    because: Annotated[str, typer.Option(help="How you know.")] = "",
    as_json: Json = False,
) -> None:
    """Record what became of an unsure delivery."""
    from distributor.sending import control

    with office() as opened, opened.database.write(ledger=True) as session:
        settled = control.settle(
            session,
            dispatch_id,
            delivery_id,
            state,
            by="command line",
            because=because,
            now=opened.clock.now(),
        )
        row = {"id": settled.id, "state": settled.state, "reason": settled.reason}
    show_one(row, as_json=as_json)


def hold_all(
    because: Annotated[str, typer.Option(help="Why nothing may leave.")],
    as_json: Json = False,
) -> None:
    """Stop everything that is sent, at once; a file HOLD in the data folder does the same."""
    from core.settings import load
    from distributor.sending import hold

    # Without the database: it must work while that is locked or gone.
    reason = hold.hold_all(load().data_dir, because=because)
    show_one({"on_hold": True, "reason": reason}, as_json=as_json)


def release_all(as_json: Json = False) -> None:
    """Let sending go on after hold-all."""
    from core.settings import load
    from distributor.sending import hold

    hold.release_all(load().data_dir)
    show_one({"on_hold": False, "reason": ""}, as_json=as_json)
