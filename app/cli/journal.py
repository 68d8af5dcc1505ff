"""The journal of who changed what: `parution journal`."""

from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.cli.edge import Json, office, show_list, show_one, since_of, write_bytes

if TYPE_CHECKING:
    from app.bootstrap import Office
    from core.journal.reading import Wanted

commands = typer.Typer(name="journal", help="Who changed what, and when.")

By = Annotated[str, typer.Option(help="Who did it: an account's name, job:NAME.")]
What = Annotated[str, typer.Option(help="What was done, like dispatch.approved.")]
About = Annotated[str, typer.Option(help="To what, like dispatch:12.")]
Since = Annotated[str, typer.Option(help="Wall time it begins, 2026-11-24T09:00.")]
Until = Annotated[str, typer.Option(help="Wall time before which it ends.")]


class Format(StrEnum):
    JSONL = "jsonl"
    CSV = "csv"


@commands.command("list")
def list_lines(
    *,
    by: By = "",
    what: What = "",
    about: About = "",
    since: Since = "",
    until: Until = "",
    before: Annotated[
        int | None, typer.Option(help="Lines before this one; the newest without it.")
    ] = None,
    as_json: Json = False,
) -> None:
    """List lines, newest first, fifty at a time."""
    from core.journal import chain, reading

    with office() as opened, opened.database.read() as session:
        wanted = _wanted(
            opened, by=by, what=what, about=about, since=since, until=until
        )
        page = reading.page(session, wanted, before=before)
        rows = list(chain.rows_of(page.lines))
    show_list(rows, columns=["id", "at", "by", "what", "about"], as_json=as_json)
    if page.older and not as_json:
        typer.echo(f"Older ones: --before {page.older}")


@commands.command()
def verify(
    *,
    expect: Annotated[
        str,
        typer.Option(help="A line and its hash that were noted elsewhere, LINE:HASH."),
    ] = "",
    as_json: Json = False,
) -> None:
    """Read the whole chain and every seal. Ends with 1 where it does not hold."""
    from app.journaling import Journaling
    from core.journal import reading

    with office() as opened:
        journaling = Journaling(
            database=opened.database,
            clock=opened.clock,
            ids=opened.ids,
            settings=opened.settings,
        )
        verdict = journaling.check(since=None, is_whole=True)
        is_expected = not expect or reading.has(opened.database, expect)
    row: Mapping[str, Any] = {
        "holds": verdict.holds and is_expected,
        "lines": verdict.lines,
        "hash": verdict.last.hash,
        "broken_at": verdict.broken_at or None,
        "why": verdict.why or ("" if is_expected else "not the line that was noted"),
    }
    show_one(row, as_json=as_json)
    if not row["holds"]:
        raise typer.Exit(1)


@commands.command()
def export(
    *,
    by: By = "",
    what: What = "",
    about: About = "",
    since: Since = "",
    until: Until = "",
    kind: Annotated[
        Format, typer.Option("--format", help="For programs or for a spreadsheet.")
    ] = Format.JSONL,
    out: Annotated[
        Path | None, typer.Option(help="The file to write; standard output without it.")
    ] = None,
) -> None:
    """Hand out lines with their hashes, oldest first."""
    from core.journal import exporting

    with office() as opened:
        wanted = _wanted(
            opened, by=by, what=what, about=about, since=since, until=until
        )
        made = exporting.FORMATS[kind.value](opened.database, wanted)
        write_bytes("".join(made).encode(), out, name="The journal")


def _wanted(
    opened: "Office", *, by: str, what: str, about: str, since: str, until: str
) -> "Wanted":
    from core.journal.reading import Wanted

    return Wanted(
        by=by,
        what=what,
        about=about,
        since=since_of(opened, since),
        until=since_of(opened, until),
    )
