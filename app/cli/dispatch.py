"""Dispatches: `parution dispatch`."""

import sys
from collections.abc import Mapping
from dataclasses import asdict
from enum import StrEnum
from typing import Annotated, Any

import typer

from app.cli.edge import Json, office, show_list, show_one
from core.errors import Conflict

commands = typer.Typer(name="dispatch", help="Plans to send, and what became of them.")

DispatchId = Annotated[int, typer.Argument(metavar="ID")]


class Settled(StrEnum):
    ACCEPTED = "accepted"
    REFUSED = "refused"


@commands.command()
def plan(
    release: Annotated[int, typer.Argument(help="The release's id.")],
    *,
    list_name: Annotated[str, typer.Option("--list", help="Who gets it.")],
    at: Annotated[str, typer.Option(help="Wall time, like 2026-11-24T09:00.")],
    channel: Annotated[str, typer.Option(help="How it is sent, like smtp.")],
    zone: Annotated[
        str | None, typer.Option(help="Zone of the time; the office's without it.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Plan to send a release to a list at a wall time. Freezes who gets it."""
    from core.zones import parse_wall
    from distributor import report
    from distributor.sending.plan import plan as make

    wall = parse_wall(at)
    with office() as opened, opened.database.write() as session:
        made = make(
            session,
            release_id=release,
            list_name=list_name,
            wall=wall,
            zone=zone or opened.settings.organisation.zone,
            channel=channel,
            settings=opened.settings,
            zone_rules=opened.zone_rules,
            ids=opened.ids,
            now=opened.clock.now(),
        )
        row = asdict(report.summarise(session, made.id))
    show_one(row if as_json else _short(row), as_json=as_json)


@commands.command("list")
def list_dispatches(as_json: Json = False) -> None:
    """List dispatches, newest first."""
    from distributor import report

    with office() as opened, opened.database.read() as session:
        rows = [asdict(one) for one in report.dispatches(session)]
    show_list(
        rows if as_json else [_short(row) for row in rows],
        columns=["id", "number", "mailing_list", "due_at", "state", "counts", "reason"],
        as_json=as_json,
    )


@commands.command()
def show(
    dispatch_id: DispatchId,
    deliveries: Annotated[
        bool, typer.Option("--deliveries", help="List every recipient and state.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Show a dispatch, or each of its deliveries."""
    from distributor import report

    with office() as opened, opened.database.read() as session:
        row = asdict(report.summarise(session, dispatch_id))
        lines = (
            [asdict(line) for line in report.deliveries(session, dispatch_id)]
            if deliveries
            else []
        )
    if deliveries:
        show_list(
            lines,
            columns=["id", "address", "language", "state", "attempts", "reason"],
            as_json=as_json,
        )
        return
    show_one(row if as_json else _short(row), as_json=as_json)


@commands.command()
def pause(dispatch_id: DispatchId, as_json: Json = False) -> None:
    """Stop sending until it is resumed."""
    from distributor.sending import control

    with office() as opened, opened.database.write(ledger=True) as session:
        state = control.pause(
            session, dispatch_id, reason="Paused from the command line."
        ).state
    show_one({"id": dispatch_id, "state": state}, as_json=as_json)


@commands.command()
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


@commands.command()
def stop(dispatch_id: DispatchId, as_json: Json = False) -> None:
    """End a dispatch for good; whoever waits is not mailed."""
    from distributor.sending import control

    with office() as opened, opened.database.write(ledger=True) as session:
        state = control.stop(
            session,
            dispatch_id,
            reason="Stopped from the command line.",
            now=opened.clock.now(),
        ).state
    show_one({"id": dispatch_id, "state": state}, as_json=as_json)


@commands.command()
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


@commands.command()
def approve(
    dispatch_id: DispatchId,
    token: Annotated[
        str, typer.Option(help="Your own token; asked for, or read from a pipe.")
    ] = "",
    as_json: Json = False,
) -> None:
    """Approve a dispatch with your own token."""
    from core import accounts
    from distributor.sending import approval as signing

    given = token or (
        typer.prompt("Token", hide_input=True)
        if sys.stdin.isatty()
        else sys.stdin.readline().strip()
    )
    with office() as opened, opened.database.write(ledger=True) as session:
        account = accounts.by_token(session, given)
        if account is None:
            raise Conflict(
                "This token belongs to nobody who may sign in.",
                to="token",
                mend="Make one with `parution user token NAME`.",
            )
        approval = signing.approve(
            session,
            dispatch_id,
            account=account,
            settings=opened.settings,
            now=opened.clock.now(),
        )
        row = {"id": dispatch_id, "approved_by": account.name, "seal": approval.seal}
    show_one(row, as_json=as_json)


def _short(row: Mapping[str, Any]) -> dict[str, Any]:
    """The row for people: only the counts that say something, left out as a number."""
    counts = {state: count for state, count in row["counts"].items() if count}
    return {
        **row,
        "counts": ", ".join(f"{count} {state}" for state, count in counts.items()),
        "left_out": len(row["left_out"]),
    }
