"""Alerts: `parution alert`."""

from typing import Annotated

import typer

from app.cli.edge import Json, office, show_list, speaking

commands = typer.Typer(name="alert", help="What a person should look at.")


@commands.callback()
def _subject() -> None:
    """What a person should look at."""


@commands.command("list")
def list_alerts(
    *,
    ended: Annotated[
        bool, typer.Option("--ended", help="Also those that are over.")
    ] = False,
    limit: Annotated[int, typer.Option(min=1, max=1000)] = 100,
    as_json: Json = False,
) -> None:
    """List alerts, newest first, each in a sentence."""
    from dataclasses import asdict

    from app.telling import alerts

    with office() as opened, opened.database.read() as session:
        found = alerts.alerts(session, ended=ended, said=speaking(opened), most=limit)
    show_list(
        [asdict(one) for one in found],
        columns=["id", "raised_at", "rule", "sentence", "ended_at"],
        as_json=as_json,
    )
