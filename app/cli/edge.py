"""What every command does at its edge: settings in, office open, rows out."""

import json
import os
import pwd
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from app.bootstrap import Office, open_office
from app.migrations.history import bring_up_to_date
from app.telling.plain import plain
from core import log
from core.errors import Unavailable
from core.i18n import Words, words
from core.journal import acting
from core.journal.actor import COMMAND_LINE
from core.settings import load
from core.trouble import OF_THE_DATABASE, trouble
from core.values import Language
from core.zones import moment_of, parse_wall

Json = Annotated[
    bool, typer.Option("--json", help="Print JSON for programs, one object a line.")
]


Layout = Annotated[
    str, typer.Option(help="fr, ar, en or bilingual; else the office's own.")
]
Out = Annotated[Path | None, typer.Option(help="The file; else standard output.")]


@contextmanager
def office() -> Iterator[Office]:
    """Open the office of the settings, its tables up to date."""
    settings = load()
    log.configure(level="warning")
    with (
        trouble_named(),
        open_office(settings) as opened,
        acting(f"{COMMAND_LINE}: {_user()}", via=COMMAND_LINE),
    ):
        bring_up_to_date(opened.database)
        yield opened


def _user() -> str:
    """Whom this machine takes the one at the keyboard for."""
    number = os.getuid()
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return str(number)


@contextmanager
def trouble_named() -> Iterator[None]:
    """Say what is wrong with the disk or the database, instead of where we noticed it."""
    try:
        yield
    except (*OF_THE_DATABASE, OSError) as error:
        named = trouble(error)
        if named is None:
            raise
        raise named from error


def speaking(opened: Office) -> Words:
    return words(Language(opened.settings.language))


def since_of(opened: Office, text: str) -> datetime | None:
    """A wall time that was given, as a moment; None for none. Raises BadInput."""
    if not text:
        return None
    return moment_of(parse_wall(text), opened.settings.organisation.zone)


def show_list(
    rows: Iterable[Mapping[str, Any]], *, columns: Sequence[str], as_json: bool
) -> None:
    """Print *rows*: one JSON object a line with every key, or a table of *columns*."""
    if as_json:
        for row in rows:
            typer.echo(json.dumps(plain(row), ensure_ascii=False))
        return
    table = Table(*columns, box=None, header_style="bold")
    for row in rows:
        table.add_row(*(_word(row.get(column)) for column in columns))
    Console().print(table)


def write_bytes(content: bytes, out: Path | None, *, name: str) -> None:
    """Write to a file as it is, and say so; to standard output without one."""
    if out is None:
        typer.echo(content, nl=False)
        return
    try:
        out.write_bytes(content)
    except OSError as error:
        raise Unavailable(
            f"The file cannot be written: {error.strerror}.",
            to=str(out),
            mend="Choose a folder that may be written.",
        ) from error
    typer.echo(f"{name} was written to {out}.")


def show_one(row: Mapping[str, Any], *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(plain(row), ensure_ascii=False))
        return
    width = max((len(key) for key in row), default=0)
    for key, value in row.items():
        typer.echo(f"{key:<{width}}  {_word(value)}")


def _word(value: Any) -> str:
    if value is None:
        return "-"
    if isinstance(value, datetime):
        return str(plain(value))
    if isinstance(value, list | tuple):
        return ", ".join(_word(inner) for inner in value)
    return str(value)
