"""Contacts: `parution contact`."""

import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.cli.answering import answer
from app.cli.contact_change import add, audience, change, verify
from app.cli.contact_person import erase
from app.cli.edge import Json, office, show_list, show_one
from core.errors import BadInput

if TYPE_CHECKING:
    from distributor.contacts.importing import ImportedContacts, Rejected

commands = typer.Typer(name="contact", help="The people reached for the press.")
for one in (answer, add, change, verify, audience, erase):
    commands.command()(one)

_COLUMNS = [
    *("email", "name", "languages", "outlet", "beats", "phone", "provenance"),
    *("kind", "consent", "quiet"),
]
# So many wrong lines are said on the screen; a file takes them all.
_MOST_SAID = 50


@commands.command("import")
def import_contacts(
    file: Annotated[
        Path, typer.Argument(help="A CSV file or a workbook (.xlsx, .ods).")
    ],
    *,
    list_name: Annotated[
        str, typer.Option("--list", help="The mailing list they join.")
    ],
    dry_run: Annotated[
        bool,
        typer.Option("--dry-run", help="Say of each line what would happen; no more."),
    ] = False,
    provenance: Annotated[
        str,
        typer.Option(help="Where these contacts come from, for lines that do not say."),
    ] = "",
    keep_both: Annotated[
        bool,
        typer.Option(
            "--keep-both",
            help="Import people who look like somebody known by another address.",
        ),
    ] = False,
    skip_rejected: Annotated[
        bool,
        typer.Option("--skip-rejected", help="Import the good lines without the rest."),
    ] = False,
    errors: Annotated[
        Path | None,
        typer.Option(help="Write the lines that cannot be used to this CSV file."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Import a file as one batch. Nothing is written while any line is wrong."""
    from app.cli import contact_preview
    from distributor.contacts import importing
    from distributor.contacts.importing import mending

    with office() as opened:
        now = opened.clock.now()
        read = importing.read(file, provenance=provenance, on=f"{now:%Y-%m-%d}")
        with opened.database.read() as session:
            decisions = importing.examine(session, read.rows, list_name=list_name)
        doubtful = [] if keep_both else mending.conflicts(decisions)
        wrong = [*read.rejected, *doubtful]
        if errors is not None and wrong:
            mending.write(errors, wrong)
        if dry_run:
            contact_preview.show(read, decisions, as_json=as_json)
        if wrong and not skip_rejected:
            raise _refused(wrong, of=_lines(read), file=file, shown=dry_run)
        if dry_run:
            return
        left = {(one.file, one.line) for one in doubtful}
        with opened.database.write() as session:
            stored = importing.store(
                session,
                [row for row in read.rows if (row.place, row.line) not in left],
                list_name=list_name,
                now=now,
                file_name=file.name,
            )
    if read.assumed_provenance:
        typer.echo(
            "No column says where these contacts come from: new ones are kept as "
            f"“{read.assumed_provenance}”. Say it better with --provenance TEXT.",
            err=True,
        )
    row = {
        "list": list_name,
        **asdict(stored),
        "rejected": len(wrong),
        "ignored": list(read.ignored),
        "dry_run": False,
    }
    show_one(row, as_json=as_json)


def _refused(
    wrong: Sequence["Rejected"], *, of: int, file: Path, shown: bool
) -> BadInput:
    for one in () if shown else wrong[:_MOST_SAID]:
        typer.echo(str(one), err=True)
    if len(wrong) > _MOST_SAID and not shown:
        typer.echo(f"... and {len(wrong) - _MOST_SAID} more.", err=True)
    return BadInput(
        f"{len(wrong)} of {of} rows cannot be used; nothing was imported.",
        to=file.name,
        mend="Correct the lines above and import the file again, or import the others "
        "with --skip-rejected --errors FILE.csv.",
    )


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


@commands.command("lists")
def list_lists(as_json: Json = False) -> None:
    """List mailing lists, how many contacts each has, and the rule of those with one."""
    from distributor.contacts import lists

    with office() as opened, opened.database.read() as session:
        rows = [asdict(one) for one in lists.all_lists(session)]
    show_list(rows, columns=["name", "contacts", "rule"], as_json=as_json)


@commands.command("list-rule")
def list_rule(
    name: Annotated[str, typer.Argument(help="The mailing list; made when new.")],
    rule: Annotated[
        str, typer.Argument(help='Like: beat:urbanisme language:ar -outlet:"Le Matin".')
    ],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say who would be on it; write nothing.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Let a rule say who is on a mailing list, today and whenever it is used."""
    from distributor.contacts import lines, lists

    with office() as opened, opened.database.write() as session:
        lists.set_rule(session, name, rule)
        fitting = lines.contacts(session, list_name=lists.clean_name(name))
        (line,) = (
            one
            for one in lists.all_lists(session)
            if one.name == lists.clean_name(name)
        )
        if dry_run:
            session.rollback()
    row = {
        **asdict(line),
        "dry_run": dry_run,
        "first": [one.email for one in fitting[:10]],
    }
    show_one(row, as_json=as_json)


@commands.command()
def export(
    address: Annotated[
        str, typer.Argument(help="Only this person, with all that is known, as JSON.")
    ] = "",
    *,
    list_name: Annotated[
        str | None, typer.Option("--list", help="Only this mailing list.")
    ] = None,
    account: Annotated[
        str, typer.Option(help="The person's account here, where they have one.")
    ] = "",
    out: Annotated[
        Path | None,
        typer.Option(help="A ZIP with the person's data and pages in their language."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Write contacts as CSV that `contact import` reads again, or all about one person."""
    from app.cli import contact_person
    from core import safe_cells

    if address:
        contact_person.export(address, account=account, out=out)
        return
    rows = _rows(list_name)
    if as_json:
        show_list(rows, columns=_COLUMNS, as_json=True)
        return
    safe_cells.write(
        sys.stdout,
        columns=_COLUMNS,
        rows=[
            {
                column: ",".join(value) if isinstance(value, tuple) else str(value)
                for column, value in row.items()
            }
            for row in rows
        ],
    )


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


@commands.command()
def suppressions(
    limit: Annotated[int, typer.Option(min=1, max=100_000)] = 1_000,
    as_json: Json = False,
) -> None:
    """List addresses that must not be mailed, newest first."""
    from distributor.contacts import suppression

    with office() as opened, opened.database.read() as session:
        rows = [asdict(one) for one in suppression.listed(session, most=limit)]
    show_list(rows, columns=["id", "email", "reason", "since"], as_json=as_json)


@commands.command()
def unsuppress(
    address: str,
    because: Annotated[
        str, typer.Option(help="Who asked for it, and when and how. It is kept.")
    ],
    as_json: Json = False,
) -> None:
    """Let a suppressed address be mailed again, because its owner asked for it."""
    from distributor.contacts import addresses, suppression

    key = addresses.read(address).key
    with office() as opened, opened.database.write() as session:
        was = suppression.lift(session, key, because=because, now=opened.clock.now())
    show_one(
        {"email": key, "suppressed": False, "was": was, "because": because},
        as_json=as_json,
    )


@commands.command()
def merge(
    keep: Annotated[str, typer.Argument(help="The address that stays.")],
    other: Annotated[str, typer.Argument(help="The address that is joined to it.")],
    as_json: Json = False,
) -> None:
    """Make one contact of two addresses of one person. `contact undo` parts them again."""
    from distributor.contacts import lines, merging
    from monitor import authors

    with office() as opened, opened.database.write() as session:
        kept_id, joined_id = (lines.contact(session, one).id for one in (keep, other))
        merged = merging.merge(session, keep, other, now=opened.clock.now())
        authors.join(session, kept_id, joined_id)
    show_one(asdict(merged), as_json=as_json)


@commands.command()
def batches(as_json: Json = False) -> None:
    """List what was imported and merged, the latest first."""
    from distributor.contacts import batches as contact_batches

    with office() as opened, opened.database.read() as session:
        rows = [asdict(one) for one in contact_batches.all_batches(session)]
    show_list(
        rows,
        columns=["id", "kind", "file", "list", "contacts", "made_at", "undone_at"],
        as_json=as_json,
    )


@commands.command()
def undo(
    batch: Annotated[int, typer.Argument(help="See `parution contact batches`.")],
    as_json: Json = False,
) -> None:
    """Put the contacts of an import or a merge back exactly as they were."""
    from app.telling import contacts as telling
    from distributor.contacts import batches as contact_batches

    with office() as opened, opened.database.write() as session:
        undone = contact_batches.undo(session, batch, now=opened.clock.now())
        telling.forget_gone(session)
    show_one({"batch": batch, **asdict(undone)}, as_json=as_json)


def _lines(read: "ImportedContacts") -> int:
    return len(read.rows) + len(read.repeated) + len(read.rejected)


def _rows(list_name: str | None) -> list[dict[str, Any]]:
    from distributor.contacts import lines

    with office() as opened, opened.database.read() as session:
        return [asdict(line) for line in lines.contacts(session, list_name=list_name)]
