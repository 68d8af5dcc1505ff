"""Retention: `parution retention show` and `run`."""

from typing import Annotated

import typer

from app.cli.edge import Json, office, show_list
from core.retention import Rule
from core.settings import load

commands = typer.Typer(
    name="retention",
    help="What is kept, how long and why.",
    no_args_is_help=True,
)


@commands.command()
def show(as_json: Json = False) -> None:
    """Print the table: what is kept, how long, from when, and what becomes of it."""
    from app import retention

    told = retention.rules(load())
    show_list(
        [_row(one) for one in told],
        columns=["rule", "what", "kept", "since", "then"],
        as_json=as_json,
    )


@commands.command()
def run(
    *,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Count what is due, and drop nothing.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Apply the table now, as the office does by itself each night."""
    from app import retention

    with office() as opened:
        told = retention.rules(opened.settings, opened.timer)
        now = opened.clock.now()
        if dry_run:
            found = retention.due(opened.database, told, now=now)
        else:
            found = retention.apply(opened.database, told, now=now)
            retention.propose(opened.database, opened.settings, now=now)
    by_name = {one.name: one for one in told}
    show_list(
        [
            {"rule": name, "then": by_name[name].then, "rows": rows}
            for name, rows in found.items()
        ],
        columns=["rule", "then", "rows"],
        as_json=as_json,
    )


def _row(one: Rule) -> dict[str, object]:
    return {
        "rule": one.name,
        "what": one.what,
        "tables": list(one.tables),
        "then": one.then,
        "kept_days": None if one.kept_for is None else one.kept_for.days,
        "kept": "for good" if one.kept_for is None else f"{one.kept_for.days} days",
        "since": one.since,
        "setting": one.setting,
        "why": one.why,
        "is_personal": one.is_personal,
    }
