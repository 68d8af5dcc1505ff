"""Contacts: `parution contact`."""

import csv
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from app.cli.edge import Json, office, show_list, show_one
from core.errors import BadInput

commands = typer.Typer(name="contact", help="The people reached for the press.")

_COLUMNS = ["email", "name", "languages", "outlet", "beats", "phone", "provenance"]


@commands.command("import")
def import_contacts(
    file: Path,
    list_name: Annotated[
        str, typer.Option("--list", help="The mailing list they join.")
    ],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would happen; write nothing.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Import a CSV file. Nothing is written while any row is wrong."""
    from distributor.contacts import importing

    read = importing.read(file)
    if read.rejected:
        for wrong in read.rejected:
            place = f"{wrong.file}, line {wrong.line}, {wrong.field}"
            typer.echo(f"{place}: {wrong.what} {wrong.mend}", err=True)
        raise BadInput(
            f"{len(read.rejected)} of {len(read.rejected) + len(read.rows)} rows "
            "cannot be used; nothing was imported.",
            to=file.name,
            mend="Correct the lines above and import the file again.",
        )
    with office() as opened, opened.database.write() as session:
        counts = importing.store(
            session, read.rows, list_name=list_name, now=opened.clock.now()
        )
        if dry_run:
            session.rollback()
    row = {
        "list": list_name,
        **asdict(counts),
        "ignored": list(read.ignored),
        "dry_run": dry_run,
    }
    show_one(row, as_json=as_json)


@commands.command("list")
def list_contacts(
    list_name: Annotated[
        str | None, typer.Option("--list", help="Only this mailing list.")
    ] = None,
    as_json: Json = False,
) -> None:
    """List contacts, their lists, and who is suppressed."""
    show_list(
        _rows(list_name),
        columns=["email", "name", "languages", "outlet", "lists", "suppressed"],
        as_json=as_json,
    )


@commands.command()
def export(
    list_name: Annotated[
        str | None, typer.Option("--list", help="Only this mailing list.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Write contacts as CSV that `contact import` reads again."""
    rows = _rows(list_name)
    if as_json:
        show_list(rows, columns=_COLUMNS, as_json=True)
        return
    writer = csv.writer(sys.stdout)
    writer.writerow(_COLUMNS)
    for row in rows:
        writer.writerow(
            [
                ",".join(row[column])
                if column in {"languages", "beats"}
                else row[column]
                for column in _COLUMNS
            ]
        )


@commands.command()
def erase(address: str, as_json: Json = False) -> None:
    """Forget a person. A suppression of the address stays."""
    from distributor.contacts import person

    with office() as opened, opened.database.write() as session:
        person.erase(session, address)
    show_one({"erased": address}, as_json=as_json)


@commands.command()
def suppress(
    address: str,
    because: Annotated[str, typer.Option(help="Why it must not be mailed.")] = "asked",
    as_json: Json = False,
) -> None:
    """Never mail this address again, whatever list it is on."""
    from distributor.contacts import addresses, suppression

    key = addresses.read(address).key
    with office() as opened, opened.database.write() as session:
        new = suppression.suppress(session, key, reason=because, now=opened.clock.now())
    show_one({"email": key, "suppressed": True, "new": new}, as_json=as_json)


def _rows(list_name: str | None) -> list[dict[str, Any]]:
    from distributor.contacts import lists

    with office() as opened, opened.database.read() as session:
        return [asdict(line) for line in lists.contacts(session, list_name=list_name)]
