"""Sources: `parution source` and `parution poll`."""

from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit
from xml.sax.saxutils import quoteattr

import typer

from app.cli.edge import Json, office, show_list, show_one

commands = typer.Typer()
sources = typer.Typer(name="source", help="Where outlets publish.")
commands.add_typer(sources)

_COLUMNS = ["id", "outlet", "kind", "state", "url", "last_ok_at", "reason"]


@sources.command()
def add(
    url: str,
    outlet: Annotated[str, typer.Option(help="Whose source it is.")] = "",
    kind: Annotated[
        str, typer.Option(help="feed, sitemap or page; recognised when left out.")
    ] = "",
    as_json: Json = False,
) -> None:
    """Add a source; without --kind it is read once to recognise what it is."""
    from monitor.catalogue import add_source, require_readable
    from monitor.pipeline import recognise

    require_readable(url, kind=kind or "feed")
    with office() as opened:
        found = kind or recognise(opened.web.get(url))
        with opened.database.write() as session:
            made = add_source(
                session,
                outlet_name=outlet or urlsplit(url).hostname or url,
                kind=found,
                url=url,
                now=opened.clock.now(),
            )
            row = {"id": made.id, "kind": made.kind, "url": made.url}
    show_one(row, as_json=as_json)


@sources.command("test")
def try_source(url: str, as_json: Json = False) -> None:
    """Show what would be read at an address, and store nothing."""
    from monitor.catalogue import KINDS, require_readable
    from monitor.pipeline import recognise

    require_readable(url, kind="feed")
    with office() as opened:
        fetched = opened.web.get(url)
        kind = recognise(fetched)
        entries = KINDS[kind]().parse(fetched.body, url=fetched.url, options={})
    rows = [
        {"title": one.title, "published_at": one.published_at, "url": one.url}
        for one in entries
    ]
    show_list(rows, columns=["title", "published_at", "url"], as_json=as_json)


@sources.command("list")
def list_sources(as_json: Json = False) -> None:
    """List the sources with their state."""
    from dataclasses import asdict

    from monitor import report

    with office() as opened, opened.database.read() as session:
        rows = [asdict(line) for line in report.sources(session)]
    show_list(rows, columns=_COLUMNS, as_json=as_json)


@sources.command("import")
def import_sources(path: Path) -> None:
    """Import a list of sources: OPML, or tab-separated with name and feed_url."""
    from core.errors import BadInput
    from monitor.catalogue import add_source, read_list

    listed = read_list(path)
    added, left = 0, []
    with office() as opened, opened.database.write() as session:
        for one in listed:
            try:
                add_source(
                    session,
                    outlet_name=one.outlet,
                    language=one.language,
                    outlet_kind=one.outlet_kind,
                    homepage=one.homepage,
                    kind=one.kind,
                    url=one.url,
                    now=opened.clock.now(),
                )
                added += 1
            except BadInput as error:
                left.append(str(error))
    typer.echo(f"{added} sources were added, {len(left)} were left out.")
    for reason in left:
        typer.echo(f"  {reason}", err=True)


@sources.command("export")
def export_sources() -> None:
    """Print every feed as OPML."""
    from monitor import report

    with office() as opened, opened.database.read() as session:
        lines = report.sources(session)
    typer.echo('<?xml version="1.0" encoding="UTF-8"?>')
    typer.echo('<opml version="2.0"><head><title>Parution</title></head><body>')
    for line in lines:
        name, url = quoteattr(line.outlet), quoteattr(line.url)
        typer.echo(f"  <outline type={quoteattr(line.kind)} text={name} xmlUrl={url}/>")
    typer.echo("</body></opml>")


@commands.command()
def poll(
    source: Annotated[int | None, typer.Option(help="Only this source.")] = None,
    due: Annotated[
        bool, typer.Option("--due", help="Only what is due, which is the rule.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Make one pass over the due sources, or over one, and print what it did."""
    from dataclasses import asdict

    import distributor.report
    from monitor.pipeline import Pipeline

    del due
    with office() as opened:
        pipeline = Pipeline(
            database=opened.database,
            clock=opened.clock,
            timer=opened.timer,
            ids=opened.ids,
            web=opened.web,
            settings=opened.settings,
            windows=lambda session: distributor.report.windows(
                session, opened.clock.now()
            ),
        )
        done = pipeline.run_due() if source is None else [pipeline.run_one(source)]
    show_list(
        [asdict(report) for report in done],
        columns=["source", "outlet", "outcome", "state", "entries", "new", "reason"],
        as_json=as_json,
    )
