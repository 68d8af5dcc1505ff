"""Returned mail: read it once, by hand or for a pipe of the mail server."""

import sys
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy.exc import SQLAlchemyError

from app.cli.edge import Json, office, show_list, show_one
from core.errors import BadInput, OfficeError

commands = typer.Typer(name="bounce", help="Mail that came back.")

# What a mail server takes as "keep it and try again later" (sysexits.h).
_LATER = 75


@commands.callback()
def _subject() -> None:
    """Mail that came back."""


@commands.command()
def read(
    file: Annotated[
        str, typer.Argument(help="A file with one mail, or - for standard input.")
    ] = "",
    maildir: Annotated[
        Path | None, typer.Option(help="A Maildir to read instead of one mail.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Do what returned mail says: one mail, a Maildir, or the box of the settings.

    With - (a pipe) it ends with status 75 when it cannot, so that the mail server keeps
    the mail and tries again.
    """
    if file:
        _read_one(file, as_json=as_json)
        return
    from core.mailbox import Maildir
    from distributor.after.collecting import Collecting
    from distributor.after.mailbox import RETURNED, box

    with office() as opened:
        found = Maildir(maildir, RETURNED) if maildir else box(opened.settings.bounces)
        if found is None:
            raise BadInput(
                "No box of returned mail is set.",
                to="bounces",
                mend="Name a file or --maildir, or see docs/bounces.md.",
            )
        counts = Collecting(
            found,
            database=opened.database,
            clock=opened.clock,
            links=opened.links,
            settings=opened.settings,
        ).collect()
    rows = [{"became": kind, "mails": count} for kind, count in counts.items()]
    show_list(rows, columns=["became", "mails"], as_json=as_json)


def _read_one(file: str, *, as_json: bool) -> None:
    from distributor.after import bounces

    try:
        content = _content(file)
        with office() as opened, opened.database.write() as session:
            became = bounces.take(
                session,
                content,
                links=opened.links,
                settings=opened.settings,
                now=opened.clock.now(),
            )
    except (OfficeError, SQLAlchemyError) as error:
        if file != "-":
            raise
        typer.echo(str(error), err=True)
        raise typer.Exit(_LATER) from error
    show_one({"became": became}, as_json=as_json)


def _content(file: str) -> bytes:
    from distributor.after.returned import MOST_BYTES

    if file == "-":
        return sys.stdin.buffer.read(MOST_BYTES)
    try:
        with Path(file).open("rb") as opened:
            return opened.read(MOST_BYTES)
    except OSError as error:
        raise BadInput(
            f"The mail cannot be read: {error.strerror}.",
            to=file,
            mend="Name a file that holds one mail.",
        ) from error
