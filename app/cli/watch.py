"""Watches: `parution watch`."""

import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.cli.edge import Json, office, show_list, show_one

if TYPE_CHECKING:
    from app.bootstrap import Office
    from monitor.watches import BackTest

commands = typer.Typer(name="watch", help="Saved queries that select articles.")

Days = Annotated[
    int, typer.Option(min=1, max=366, help="How many days back it is tried.")
]
_SHOWN_DAYS = 14
_BAR = 40


@commands.command()
def add(
    name: str,
    query: str,
    days: Days = 30,
    yes: Annotated[bool, typer.Option("--yes", help="Save it without asking.")] = False,
    as_json: Json = False,
) -> None:
    """Try a query on what is stored, then save it. It then looks back by itself."""
    from monitor import watches

    with office() as opened:
        tried = _tried(opened, query, days)
        if not as_json:
            _show(tried)
            # A program that calls us is not asked: it has said what it wants.
            if not yes and sys.stdin.isatty():
                typer.confirm(f"Save it as “{name}”?", abort=True)
        with opened.database.write() as session:
            made = watches.add(
                session,
                name=name,
                query=query,
                by="command line",
                now=opened.clock.now(),
            )
        while watches.look_back(opened.database, now=opened.clock.now()):
            pass
    row = {"id": made.id, "name": made.name, "query": made.query, "count": tried.count}
    show_one(row, as_json=as_json)


@commands.command("list")
def list_watches(as_json: Json = False) -> None:
    """List the watches with what they selected."""
    from dataclasses import asdict

    from monitor import watches

    with office() as opened, opened.database.read() as session:
        rows = [asdict(line) for line in watches.listed(session)]
    columns = ["name", "query", "count", "last_found_at", "is_on", "has_looked_back"]
    show_list(rows, columns=columns, as_json=as_json)


@commands.command("test")
def try_query(query: str, days: Days = 30, as_json: Json = False) -> None:
    """Show what a query would have selected, and save nothing."""
    with office() as opened:
        tried = _tried(opened, query, days)
    if as_json:
        show_one(_row(tried), as_json=True)
    else:
        _show(tried)


@commands.command()
def show(
    name: str,
    limit: Annotated[int, typer.Option(min=1, max=1000)] = 50,
    as_json: Json = False,
) -> None:
    """List the articles a watch selected, newest first."""
    from dataclasses import asdict

    from app.telling import watches as telling
    from monitor import watches

    with office() as opened, opened.database.read() as session:
        rows = [
            asdict(telling.watched(one))
            for one in watches.articles(session, name, limit=limit)
        ]
    columns = ["id", "outlet", "published_at", "title", "words"]
    show_list(rows, columns=columns, as_json=as_json)


@commands.command()
def remove(name: str) -> None:
    """Remove a watch and what it selected; the articles stay."""
    from monitor import watches

    with office() as opened, opened.database.write() as session:
        watches.remove(session, name)
    typer.echo(f"The watch “{name}” was removed.")


@commands.command("off")
def turn_off(name: str) -> None:
    """Let a watch rest; what it selected stays."""
    _switch(name, is_on=False)


@commands.command("on")
def turn_on(name: str) -> None:
    """Turn a watch on again; it looks back for what it missed."""
    _switch(name, is_on=True)


def _switch(name: str, *, is_on: bool) -> None:
    from monitor import watches

    with office() as opened, opened.database.write() as session:
        watches.switch(session, name, is_on=is_on)
    typer.echo(f"The watch “{name}” is {'on' if is_on else 'off'}.")


def _tried(opened: "Office", query: str, days: int) -> "BackTest":
    from monitor import watches

    with opened.database.read() as session:
        return watches.back_test(
            session,
            query,
            now=opened.clock.now(),
            zone=opened.settings.organisation.zone,
            days=days,
        )


def _row(tried: "BackTest") -> dict[str, Any]:
    from dataclasses import asdict

    from app.telling import watches

    return asdict(watches.tried(tried))


def _show(tried: "BackTest") -> None:
    least = "" if tried.is_whole else "at least "
    typer.echo(f"Read as: {tried.query}")
    typer.echo(
        f"Since {tried.since:%Y-%m-%d} it would have selected"
        f" {least}{tried.count} articles."
    )
    if not tried.count:
        return
    if not tried.is_whole:
        typer.echo("That is a wide net: add a word that must be there.")
    most = max(tried.per_day.values())
    for day, count in list(tried.per_day.items())[-_SHOWN_DAYS:]:
        typer.echo(f"  {day} {count:>5} {'▇' * round(_BAR * count / most)}")
    typer.echo("The words that selected most:")
    for words, count in tried.noisiest:
        typer.echo(f"  {count:>5}  {words}")
    show_list(_row(tried)["sample"], columns=["id", "outlet", "title"], as_json=False)
