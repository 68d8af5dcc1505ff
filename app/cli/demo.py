"""`parution demo`: a running office with a rehearsal newsroom and nothing external."""

from pathlib import Path
from typing import Annotated

import typer

from core import log

commands = typer.Typer()


@commands.command()
def demo(
    port: Annotated[int, typer.Option(help="The port of the pages.")] = 8321,
    data: Annotated[
        Path, typer.Option(help="A folder of its own, emptied at each start.")
    ] = Path("demo-data"),
) -> None:
    """Start a rehearsal: three days of a press office in about two minutes."""
    from app.rehearsal.run import rehearse

    log.configure(level="warning")
    typer.echo(f"Open http://127.0.0.1:{port} and watch. Ctrl-C ends the rehearsal.")
    typer.echo(
        "From 3 to 6 December 2018, in about two minutes: an invitation and a communiqué "
        "leave, the invented press publishes, and each morning has its review."
    )
    rehearse(port=port, data=data)
