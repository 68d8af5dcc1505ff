"""Backups: `parution backup`, `verify-backup`, `restore`, `backup-key`, `move-database`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.edge import Json, office, show_one, trouble_named
from core.errors import BadInput, BadSetting
from core.settings import PREFIX, load

if TYPE_CHECKING:
    import pyrage

    from app.backup.keeping import Told
    from core.settings import Settings

commands = typer.Typer()

File = Annotated[Path, typer.Argument(metavar="FILE")]


@commands.command()
def backup(file: File, as_json: Json = False) -> None:
    """Write every row of the office to one encrypted file, while the office goes on."""
    from app.backup import keeping

    with office() as opened:
        key = _key(opened.settings)
        told = keeping.back_up(
            opened.database,
            file,
            key=key,
            keys=tuple(opened.keys),
            now=opened.clock.now(),
        )
    _show(told, file, as_json=as_json)


@commands.command("verify-backup")
def verify_backup(file: File, as_json: Json = False) -> None:
    """Restore a backup into a scratch place and compare every table."""
    from app.backup import keeping

    settings = load()
    with trouble_named():
        told = keeping.verify(file, key=_key(settings), place=_place(settings))
    _show(told, file, as_json=as_json)


@commands.command()
def restore(
    file: File,
    *,
    replace: Annotated[
        bool,
        typer.Option("--replace", help="Put the SQLite office that is there aside."),
    ] = False,
    as_json: Json = False,
) -> None:
    """Fill an empty database from a backup. Whatever it would send is held for a person."""
    from app.backup import keeping
    from app.backup.placing import keep_keys, put_aside
    from app.bootstrap import open_office

    settings = load()
    key = _key(settings)
    if replace:
        # Read it whole before anything is moved.
        with trouble_named():
            keeping.verify(file, key=key, place=_place(settings))
        put_aside(settings)
    with trouble_named(), open_office(settings) as opened:
        told = keeping.restore(file, opened.database, key=key, now=opened.clock.now())
    keep_keys(settings, told.head.keys)
    _show(told, file, as_json=as_json)


@commands.command("backup-key")
def backup_key() -> None:
    """Print a new key for backups. Keep it in a file, apart from them."""
    from app.backup import sealed

    typer.echo(sealed.new_key())


@commands.command("move-database")
def move_database(
    source: Annotated[str, typer.Argument(metavar="FROM", help="The database now.")],
    target: Annotated[str, typer.Argument(metavar="TO", help="An empty database.")],
    as_json: Json = False,
) -> None:
    """Copy an office that stands still to another database, and compare every table.

    Cut off, it goes on when it is said again.
    """
    from app.backup import keeping
    from app.migrations import history
    from core.db import open_database

    with trouble_named():
        old, new = open_database(source), open_database(target)
        try:
            if not history.is_current(old):
                raise BadInput(
                    "The database's tables are not those of this version.",
                    to=source,
                    mend="Run `parution migrate` on it first.",
                )
            tallies = keeping.move(old, new)
        finally:
            old.close()
            new.close()
    rows = sum(one.rows for one in tallies.values())
    show_one({"tables": len(tallies), "rows": rows}, as_json=as_json)


def _place(settings: "Settings") -> Path | None:
    """Where there is room for an office; another machine may have no data folder."""
    return settings.data_dir if settings.data_dir.is_dir() else None


def _key(settings: "Settings") -> "pyrage.x25519.Identity":
    from app.backup import sealed

    words = settings.backup.key.get_secret_value()
    if not words.strip():
        raise BadSetting(
            "There is no key for backups.",
            to=f"{PREFIX}BACKUP__KEY",
            mend="Make one with `parution backup-key > backup.key` and name that file in "
            f"{PREFIX}BACKUP__KEY_FILE. Keep a copy elsewhere: without it no backup can be read.",
        )
    return sealed.read_key(words)


def _show(told: "Told", file: Path, *, as_json: bool) -> None:
    show_one(
        {
            "file": str(file),
            "made_at": told.head.made_at,
            "engine": told.head.engine,
            "tables": len(told.tallies),
            "rows": told.rows,
            "bytes": file.stat().st_size,
        },
        as_json=as_json,
    )
