"""Reports: `parution report`."""

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from app.cli.edge import office, speaking
from core.errors import BadInput

commands = typer.Typer(name="report", help="The daily review.")


@commands.callback()
def _group() -> None:
    """Keep `review` a command of its own while it is the only one."""


@commands.command()
def review(
    day: Annotated[str, typer.Option("--date", help="The day, like 2026-11-24.")],
    format_name: Annotated[
        str, typer.Option("--format", help="One of the formats there are.")
    ] = "html",
    out: Annotated[
        Path | None, typer.Option(help="Where to write; standard output without it.")
    ] = None,
) -> None:
    """Write the review of a day. A preview consumes nothing."""
    import core.reporting.formats
    from app.reviews import editions
    from core.catalogue import members

    formats = members(core.reporting.formats, "Format")
    if format_name not in formats:
        raise BadInput(
            f"There is no format called {format_name!r}.",
            to="--format",
            mend=f"The formats are: {', '.join(sorted(formats))}.",
        )
    try:
        asked = date.fromisoformat(day)
    except ValueError as error:
        raise BadInput(
            f"{day!r} is not a day.", to="--date", mend="Write it like 2026-11-24."
        ) from error
    with office() as opened, opened.database.read() as session:
        report = editions.preview(
            session, day=asked, settings=opened.settings, now=opened.clock.now()
        )
        content = formats[format_name]().write(report, speaking(opened))
    if out is None:
        typer.echo(content.decode(), nl=False)
    else:
        out.write_bytes(content)
        typer.echo(f"The review of {asked} was written to {out}.")
