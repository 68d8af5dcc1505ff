"""Releases: `parution release`."""

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.cli.answering import answers
from app.cli.checking import check
from app.cli.edge import Json, office, show_list, show_one
from app.cli.goal import goal, message
from app.cli.profile import profile
from app.cli.publishing import publish, withdraw
from core.models import Release
from core.releases import found_release
from core.values import ReleaseKind

if TYPE_CHECKING:
    from monitor.matching.proposal import Profile

commands = typer.Typer(name="release", help="Documents for the press.")
commands.command()(check)
commands.command()(answers)
commands.command()(profile)
commands.command()(goal)
commands.command()(message)
commands.command()(publish)
commands.command()(withdraw)


@commands.command("import")
def import_release(
    files: Annotated[
        list[Path],
        typer.Argument(
            help="One file a language, like note.fr.docx: .md .txt .docx .odt .pdf .html."
        ),
    ],
    *,
    kind: Annotated[ReleaseKind, typer.Option(help="What kind of document it is.")],
    number: Annotated[
        str, typer.Option(help="Its number, like 112/2026; the next of the year.")
    ] = "auto",
    embargo: Annotated[
        str | None, typer.Option(help="Wall time before which nothing leaves.")
    ] = None,
    event_at: Annotated[
        str | None, typer.Option(help="Wall time of the event it announces.")
    ] = None,
    place: Annotated[str, typer.Option(help="Where the event is.")] = "",
    signatory: Annotated[str, typer.Option(help="Who signs it.")] = "",
    press_contact: Annotated[str, typer.Option(help="Whom the press asks.")] = "",
    press_phone: Annotated[str, typer.Option(help="Their telephone.")] = "",
    press_email: Annotated[str, typer.Option(help="Their address.")] = "",
    parent: Annotated[
        str,
        typer.Option(
            metavar="ID|NUMBER",
            help="What it corrects, cancels or reminds of.",
        ),
    ] = "",
    attach: Annotated[
        list[str] | None,
        typer.Option(metavar="FILE[:LANG]", help="An annex; may be given again."),
    ] = None,
    signed: Annotated[
        list[str] | None,
        typer.Option(
            metavar="FILE.pdf[:LANG]", help="The signed, stamped PDF of a version."
        ),
    ] = None,
    zone: Annotated[
        str | None, typer.Option(help="Zone of these times; the office's without it.")
    ] = None,
    language: Annotated[
        str | None, typer.Option("--lang", help="For a file without a suffix.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Import a release from one file for each language."""
    from core.zones import parse_wall
    from distributor.releases import importing
    from distributor.releases.attaching import AttachmentRole, read
    from monitor import profiles

    versions = importing.read(files, language)
    attachments = [
        *(read(one, AttachmentRole.SIGNED) for one in signed or ()),
        *(read(one, AttachmentRole.ANNEX) for one in attach or ()),
    ]
    embargo_wall = parse_wall(embargo) if embargo else None
    event_wall = parse_wall(event_at) if event_at else None
    with office() as opened:
        for one in attachments:
            opened.scanner.check(one.file_name, one.content)
        with opened.database.write() as session:
            office_zone = opened.settings.organisation.zone
            release = importing.store(
                session,
                number=number,
                kind=kind,
                versions=versions,
                zone=zone or office_zone,
                office_zone=office_zone,
                embargo_wall=embargo_wall,
                event_wall=event_wall,
                details=importing.Details(
                    place=place,
                    signatory=signatory,
                    press_contact=press_contact,
                    press_phone=press_phone,
                    press_email=press_email,
                    parent=parent,
                    attachments=attachments,
                ),
                now=opened.clock.now(),
            )
            row = _row(release) | {
                "titles": {version.language: version.title for version in versions}
            }
            proposed = profiles.view(session, release.id).profile
    _warn(row)
    if not as_json:
        row["titles"] = [f"{one.language}: {one.title}" for one in versions]
        row["attachments"] = _names(row)
        del row["dropped"]
    show_one(row, as_json=as_json)
    if not as_json:
        _say_profile(release_id=row["id"], proposed=proposed)


@commands.command("list")
def list_releases(as_json: Json = False) -> None:
    """List releases, newest first."""
    from distributor import report

    with office() as opened, opened.database.read() as session:
        rows = [
            asdict(line) | {"title": next(iter(line.titles.values()), "")}
            for line in report.releases(session)
        ]
    show_list(
        rows,
        columns=["id", "number", "kind", "title", "embargo_at", "dispatches"],
        as_json=as_json,
    )


@commands.command()
def show(
    release_id: Annotated[int, typer.Argument(metavar="ID")], as_json: Json = False
) -> None:
    """Show a release: what it says of itself, its files, its versions."""
    from app.telling import releases as telling

    with office() as opened, opened.database.read() as session:
        release = found_release(session, release_id)
        row = _row(release)
        versions = [asdict(one) for one in telling.versions(release)]
    if as_json:
        show_one(row | {"versions": versions}, as_json=True)
        return
    _warn(row)
    del row["dropped"]
    show_one(row | {"attachments": _names(row)}, as_json=False)
    for version in versions:
        title, body = version["title"], version["body"]
        typer.echo(f"\n[{version['language']}] {title}\n\n{body}")


@commands.command()
def attach(
    release_id: Annotated[int, typer.Argument(metavar="ID")],
    file: Annotated[str, typer.Argument(metavar="FILE[:LANG]")],
    *,
    role: Annotated[
        str, typer.Option(help="annex, picture, or signed: the signed, stamped PDF.")
    ] = "annex",
    alternative: Annotated[
        str, typer.Option(help="What a picture shows, for those who do not see it.")
    ] = "",
    as_json: Json = False,
) -> None:
    """Add a file to a release. A plan that was made before is no longer sealed."""
    from distributor.releases import attaching

    attached = attaching.read(file, attaching.role_of(role), alternative=alternative)
    with office() as opened:
        opened.scanner.check(attached.file_name, attached.content)
        with opened.database.write() as session:
            release = found_release(session, release_id)
            attaching.add(session, release, attached)
            row = _row(release)
    if not as_json:
        row["attachments"] = _names(row)
        del row["dropped"]
    show_one(row, as_json=as_json)


@commands.command()
def seal(
    release_id: Annotated[int, typer.Argument(metavar="ID")], as_json: Json = False
) -> None:
    """Print the release's seal: it changes when anything that leaves changes."""
    from distributor.sending.sealing import release_seal

    with office() as opened, opened.database.read() as session:
        release = found_release(session, release_id)
        made = release_seal(release, opened.settings)
    show_one({"id": release_id, "seal": made}, as_json=as_json)


def _row(release: Release) -> dict[str, Any]:
    from app.telling import releases

    return asdict(releases.release(release))


def _say_profile(*, release_id: int, proposed: "Profile") -> None:
    parts = {
        "days": proposed.event_days,
        "names of the event": proposed.event_names,
        "people": proposed.people,
        "places": proposed.places,
        "figures": proposed.figures,
    }
    told = ", ".join(f"{len(items)} {name}" for name, items in parts.items() if items)
    typer.echo(
        f"Articles in other words are found by {told or 'its words alone'}. "
        f"See and correct them with `parution release profile {release_id}`."
    )


def _names(row: Mapping[str, Any]) -> list[str]:
    return [
        f"{one['file_name']} ({one['role']}{':' * bool(one['language'])}{one['language']})"
        for one in row["attachments"]
    ]


def _warn(row: Mapping[str, Any]) -> None:
    for one in row["dropped"]:
        typer.echo(f"warning: {one['place']}: {one['what']}", err=True)
