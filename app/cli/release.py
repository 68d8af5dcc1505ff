"""Releases: `parution release`."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from app.cli.checking import check
from app.cli.edge import Json, office, show_list, show_one
from core.errors import NotFound
from core.models import Release
from core.values import ReleaseKind

commands = typer.Typer(name="release", help="Documents for the press.")
commands.command()(check)


@commands.command("import")
def import_release(
    files: Annotated[
        list[Path], typer.Argument(help="One file a language, like note.fr.md.")
    ],
    *,
    number: Annotated[str, typer.Option(help="The release's number, like 112/2026.")],
    kind: Annotated[ReleaseKind, typer.Option(help="What kind of document it is.")],
    embargo: Annotated[
        str | None, typer.Option(help="Wall time before which nothing leaves.")
    ] = None,
    event_at: Annotated[
        str | None, typer.Option(help="Wall time of the event it announces.")
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

    versions = importing.read(files, language)
    embargo_wall = parse_wall(embargo) if embargo else None
    event_wall = parse_wall(event_at) if event_at else None
    with office() as opened, opened.database.write() as session:
        release = importing.store(
            session,
            number=number,
            kind=kind,
            versions=versions,
            zone=zone or opened.settings.organisation.zone,
            embargo_wall=embargo_wall,
            event_wall=event_wall,
            now=opened.clock.now(),
        )
        row: dict[str, object] = {
            "id": release.id,
            "number": release.number,
            "kind": release.kind,
            "titles": {version.language: version.title for version in versions},
            "embargo_at": release.embargo_at,
            "event_at": release.event_at,
        }
    if not as_json:
        row["titles"] = [f"{one.language}: {one.title}" for one in versions]
    show_one(row, as_json=as_json)


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
    """Show a release with its versions."""
    with office() as opened, opened.database.read() as session:
        release = _found(session.get(Release, release_id), release_id)
        row: dict[str, object] = {
            "id": release.id,
            "number": release.number,
            "kind": release.kind,
            "zone": release.zone,
            "embargo_at": release.embargo_at,
            "event_at": release.event_at,
            "versions": [
                {
                    "language": version.language,
                    "title": version.title,
                    "body": version.body,
                    "file_name": version.file_name,
                }
                for version in release.versions
            ],
        }
        texts = [
            f"\n[{version.language}] {version.title}\n\n{version.body}"
            for version in release.versions
        ]
    if as_json:
        show_one(row, as_json=True)
        return
    show_one({key: row[key] for key in row if key != "versions"}, as_json=False)
    typer.echo("\n".join(texts))


@commands.command()
def seal(
    release_id: Annotated[int, typer.Argument(metavar="ID")], as_json: Json = False
) -> None:
    """Print the release's seal: it changes when anything that leaves changes."""
    from distributor.sending.sealing import release_seal

    with office() as opened, opened.database.read() as session:
        release = _found(session.get(Release, release_id), release_id)
        made = release_seal(release, opened.settings)
    show_one({"id": release_id, "seal": made}, as_json=as_json)


def _found(release: Release | None, release_id: int) -> Release:
    if release is None:
        raise NotFound(
            f"There is no release {release_id}.",
            to="release",
            mend="See `parution release list`.",
        )
    return release
