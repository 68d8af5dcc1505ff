"""All about one person, and how they are forgotten: `parution contact export ADDRESS`, `erase`."""

from pathlib import Path
from typing import Annotated

import typer

from app.cli.edge import Json, office, show_list, show_one, speaking, write_bytes


def export(address: str, *, account: str, out: Path | None) -> None:
    """As JSON on standard output, or as a ZIP with pages in the person's language."""
    from app.legal import gathering, person, person_file

    with office() as opened:
        with opened.database.read() as session:
            known = person.known(session, address, account=account)
        if out is None:
            show_one(known, as_json=True)
            return
        content = person_file.written(
            known,
            person_file.language_of(known, speaking(opened).language),
            person_file.Made(
                controller=gathering.controller(opened.settings),
                made_at=opened.clock.now(),
                zone=opened.settings.organisation.zone,
            ),
        )
    write_bytes(content, out, name="What is kept of this person")


def erase(
    address: str,
    *,
    dry_run: Annotated[
        bool,
        typer.Option("--dry-run", help="Say what would go, and change nothing."),
    ] = False,
    as_json: Json = False,
) -> None:
    """Forget a person. A suppression of the address stays, as a hash."""
    from app.legal import person

    with office() as opened:
        if dry_run:
            with opened.database.read() as session:
                planned = person.plan(session, address)
        else:
            with opened.database.write(ledger=True) as session:
                planned = person.erase(session, address, now=opened.clock.now())
    row = {
        "would_erase" if dry_run else "erased": planned.address,
        "addresses": list(planned.addresses),
        **{one.table: one.rows for one in planned.going},
        "waits_for_dispatch": planned.dispatch,
    }
    show_one(row, as_json=as_json)
    if planned.remarks and not as_json:
        typer.echo("Somebody must read these remarks, which name the person:")
        show_list(
            planned.remarks, columns=["table", "row", "column", "text"], as_json=False
        )
