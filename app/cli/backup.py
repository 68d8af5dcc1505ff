"""Backups: `parution backup`, `verify-backup`, `restore`, `list-backups`, `move-database`."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.edge import Json, office, show_list, show_one, trouble_named
from core.errors import BadInput, BadSetting
from core.settings import PREFIX, load

if TYPE_CHECKING:
    import pyrage

    from app.backup.keeping import Told
    from core.settings import Settings

commands = typer.Typer()

Target = Annotated[
    str,
    typer.Argument(
        metavar="FILE", help="A file, or s3://BUCKET/NAME in the store of the settings."
    ),
]


@commands.command()
def backup(target: Target, as_json: Json = False) -> None:
    """Write every row of the office to one encrypted file, while the office goes on."""
    from app.backup import keeping, targets

    with office() as opened:
        key = _key(opened.settings)
        with targets.to_write(opened.settings, target) as file:
            told = keeping.back_up(
                opened.database,
                file,
                key=key,
                keys=tuple(opened.keys),
                now=opened.clock.now(),
            )
            size = file.stat().st_size
    _show(told, target, size, as_json=as_json)


@commands.command("verify-backup")
def verify_backup(target: Target, as_json: Json = False) -> None:
    """Restore a backup into a scratch place and compare every table."""
    from app.backup import keeping, targets

    settings = load()
    key = _key(settings)
    with trouble_named(), targets.to_read(settings, target) as file:
        told = keeping.verify(file, key=key, place=_place(settings))
        size = file.stat().st_size
    _show(told, target, size, as_json=as_json)


@commands.command()
def restore(
    target: Target,
    *,
    replace: Annotated[
        bool,
        typer.Option("--replace", help="Put the SQLite office that is there aside."),
    ] = False,
    as_json: Json = False,
) -> None:
    """Fill an empty database from a backup. Whatever it would send is held for a person."""
    from app.backup import targets

    settings = load()
    key = _key(settings)
    with trouble_named(), targets.to_read(settings, target) as file:
        told, again, faults = _restore(settings, file, key, replace=replace)
        size = file.stat().st_size
    for fault in faults:
        typer.echo(
            f"Erasures or oppositions may be missing: {fault.rstrip('.')}. What stands beside the "
            "backups is read again while the office runs.",
            err=True,
        )
    _show(
        told,
        target,
        size,
        as_json=as_json,
        erased_again=again["erased"],
        opposed_again=again["opposed"],
    )


def _restore(
    settings: "Settings", file: Path, key: "pyrage.x25519.Identity", *, replace: bool
) -> tuple["Told", Mapping[str, int], Sequence[str]]:
    """What came back, for how many addresses each ledger was applied again, what it missed."""
    from app.backup import keeping
    from app.backup.ledgers import ledgers
    from app.backup.placing import keep_keys, put_aside
    from app.bootstrap import open_office

    faults: list[str] = []
    if replace:
        # Read it whole before anything is moved.
        keeping.verify(file, key=key, place=_place(settings))
        faults += _keep_ledgers(settings)
        put_aside(settings)
    again = {}
    with open_office(settings) as opened:
        now = opened.clock.now()
        told = keeping.restore(
            file,
            opened.database,
            key=key,
            now=now,
            keep=lambda head: keep_keys(settings, head.keys, opened.ids),
        )
        for one in ledgers(
            database=opened.database, clock=opened.clock, settings=settings
        ):
            gathered = one.gather(now=now)
            again[one.kind.name] = gathered.addresses
            faults += gathered.faults
    return told, again, faults


def _keep_ledgers(settings: "Settings") -> Sequence[str]:
    """What the office that is put aside knows goes into the ledgers beside it.

    Answers why not, where its file is what --replace is said for: broken.
    """
    from sqlalchemy.engine import make_url
    from sqlalchemy.exc import DBAPIError

    from app.backup.ledgers import ledgers
    from app.bootstrap import open_office
    from app.migrations import history

    url = make_url(settings.resolved_database_url())
    if url.get_backend_name() != "sqlite" or not Path(url.database or "").exists():
        return ()
    try:
        with open_office(settings) as opened:
            if not history.is_current(opened.database):
                return ()
            return [
                fault
                for one in ledgers(
                    database=opened.database, clock=opened.clock, settings=settings
                )
                for fault in one.gather(now=opened.clock.now()).faults
            ]
    except DBAPIError as fault:
        return [f"{url.database}: {fault.orig}."]


@commands.command("list-backups")
def list_backups(as_json: Json = False) -> None:
    """List the nights' backups of the folder and of the store, the oldest first."""
    from app.backup import shelves

    settings = load()
    with trouble_named():
        rows = [
            {
                "day": one.day.isoformat(),
                "file": f"{one.where}/{one.name}",
                "bytes": one.size,
            }
            for shelf in shelves.shelves(settings)
            for one in shelf.kept()
        ]
    show_list(rows, columns=["day", "bytes", "file"], as_json=as_json)


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


def _show(told: "Told", target: str, size: int, *, as_json: bool, **more: int) -> None:
    show_one(
        {
            "file": target,
            "made_at": told.head.made_at,
            "engine": told.head.engine,
            "tables": len(told.tallies),
            "rows": told.rows,
            "bytes": size,
        }
        | more,
        as_json=as_json,
    )
