"""Sources: `parution source` and `parution poll`."""

from pathlib import Path
from typing import Annotated, Any

import typer

from app.cli import source_changes
from app.cli.edge import Json, office, show_list, show_one

commands = typer.Typer()
sources = typer.Typer(name="source", help="Where outlets publish.")
commands.add_typer(sources)
for change in (
    source_changes.set_source,
    source_changes.pause,
    source_changes.resume,
    source_changes.accept,
    source_changes.remove,
):
    sources.command(change.__name__.partition("_")[0])(change)

_COLUMNS = ["id", "outlet", "kind", "state", "since", "why", "next_step", "url"]
_SHOWN = 5

Kind = Annotated[
    str, typer.Option(help="feed, sitemap, page ...; recognised when left out.")
]


@sources.command()
def add(
    url: str,
    outlet: Annotated[str, typer.Option(help="Whose source it is.")] = "",
    kind: Kind = "",
    every: Annotated[
        bool,
        typer.Option("--all", help="Look everywhere, list what is found, add nothing."),
    ] = False,
    as_json: Json = False,
) -> None:
    """Add a source. Any page of the outlet will do: its feed or news sitemap is found."""
    from app.cli import source_telling
    from app.telling import sources as telling
    from monitor.catalogue import require_readable
    from monitor.discovery import Candidate, Found, Way, Why, add_found

    require_readable(url, kind=kind or "feed")
    with office() as opened:
        if kind:
            named = Candidate(url=url, way=Way.ITSELF, why=Why.BEST, kind=kind)
            found = Found(candidates=[named], asked=0)
        else:
            found = telling.found(opened, url, thorough=every)
        best = None if every else found.best
        if best is None:
            source_telling.tell(found, as_json=as_json, wanted=not every)
            return
        with opened.database.write() as session:
            made = add_found(session, best, outlet=outlet, now=opened.clock.now())
            row = {
                "id": made.id,
                "outlet": made.outlet.name,
                "kind": made.kind,
                "url": made.url,
                "entries": best.entries,
                "newest": best.newest,
            }
    show_one(row, as_json=as_json)


@sources.command("test")
def try_source(
    url: str,
    kind: Kind = "",
    selector: Annotated[
        str, typer.Option(help="For a listing page: its links to articles.")
    ] = "",
    as_json: Json = False,
) -> None:
    """Show in plain words what would be read at an address, and store nothing."""
    from app.cli import source_telling
    from app.telling.sources import reader
    from core.i18n import words
    from core.values import Language
    from core.zones import zone
    from monitor.catalogue import require_readable
    from monitor.discovery import examine
    from monitor.discovery.known import known_of

    require_readable(url, kind=kind or "feed")
    with office() as opened:
        found = examine(
            opened.web,
            url,
            read=reader(opened),
            now=opened.clock.now(),
            zone=zone(opened.settings.organisation.zone),
            kind=kind,
            options={"selector": selector} if selector else {},
        )
        with opened.database.read() as session:
            known = known_of(session, [one.url for one in found.entries])
    row = source_telling.examined(found, known, said=words(Language.ENGLISH))
    if as_json:
        show_one(row, as_json=True)
        return
    source_telling.tell_examined(row, found, now=opened.clock.now())


@sources.command("list")
def list_sources(
    state: Annotated[
        str, typer.Option(help="Only in this state, such as blocked.")
    ] = "",
    kind: Annotated[str, typer.Option(help="Only of this kind.")] = "",
    tier: Annotated[int, typer.Option(help="Only of outlets of this tier.")] = 0,
    text: Annotated[str, typer.Option(help="A part of outlet or address.")] = "",
    as_json: Json = False,
) -> None:
    """List the sources: state, since when, why, and the next step."""
    from app.cli import source_telling
    from core.errors import BadInput
    from monitor.catalogue import require_kind
    from monitor.catalogue.showing import PAGE, Wanted, sources
    from monitor.states import SourceState

    if state and state not in set(SourceState):
        raise BadInput(
            f"There is no state {state!r}.",
            to="--state",
            mend=f"The states are: {', '.join(SourceState)}.",
        )
    if kind:
        require_kind(kind)
    wanted = Wanted(state=state, kind=kind, tier=tier, text=text)
    after = 0
    rows: list[dict[str, Any]] = []
    with office() as opened, opened.database.read() as session:
        while page := sources(session, wanted, after=after):
            rows += [source_telling.line(one) for one in page]
            after = page[-1].id
            if len(page) < PAGE:
                break
    show_list(rows, columns=_COLUMNS, as_json=as_json)


@sources.command()
def show(source_id: int, as_json: Json = False) -> None:
    """Show one source: state, rhythm, how it is asked, its last polls."""
    from dataclasses import asdict

    from app.telling import sources as telling
    from monitor.catalogue.showing import source

    with office() as opened, opened.database.read() as session:
        detail = source(session, source_id)
    row = asdict(telling.detail(detail))
    polls = row.pop("polls")
    if as_json:
        show_one(row | {"polls": polls}, as_json=True)
        return
    show_one(row, as_json=False)
    show_list(
        polls,
        columns=["began_at", "outcome", "status", "fault", "new_count", "entry_count"],
        as_json=False,
    )


@sources.command()
def completeness(
    hours: Annotated[
        int, typer.Option(min=1, max=8_784, help="How many hours back.")
    ] = 24,
    as_json: Json = False,
) -> None:
    """Say how many sources were read, and which were not."""
    from dataclasses import asdict
    from datetime import timedelta

    from app.telling import sources as telling

    with office() as opened, opened.database.read() as session:
        until = opened.clock.now() + timedelta(seconds=1)
        since = until - timedelta(hours=hours)
        row = asdict(telling.completeness(session, since=since, until=until))
    if as_json:
        show_one(row, as_json=True)
        return
    typer.echo(f"{row['read']} of {row['total']} sources were read.")
    show_list(row["silent"], columns=_COLUMNS, as_json=False)


@sources.command("import")
def import_sources(path: Path, as_json: Json = False) -> None:
    """Import a list of outlets: .toml, .opml, .tsv, or `starter` for the one we ship."""
    from dataclasses import asdict

    from monitor.catalogue.importing import store
    from monitor.catalogue.reading import read_list

    listed = read_list(path)
    with office() as opened, opened.database.write() as session:
        done = store(session, listed, now=opened.clock.now())
    if as_json:
        show_one(asdict(done), as_json=True)
        return
    typer.echo(
        f"Added: outlets {done.outlets}, sources {done.sources}. There already, and left"
        f" as they are: outlets {done.known_outlets}, sources {len(done.left)}."
    )
    for one in done.left[:_SHOWN]:
        typer.echo(f"  {one.url} ({one.outlet})", err=True)
    if len(done.left) > _SHOWN:
        typer.echo(f"  and {len(done.left) - _SHOWN} more", err=True)


@sources.command("export")
def export_sources(
    form: Annotated[
        str,
        typer.Option("--format", help="opml, for any reader; toml, with all we know."),
    ] = "opml",
) -> None:
    """Print every outlet with its sources, as a list that can be imported again."""
    from core.errors import BadInput
    from monitor.catalogue import exporting, opml, written

    writers = {"opml": opml.write, "toml": written.write}
    if form not in writers:
        raise BadInput(
            f"There is no format {form!r}.", to="--format", mend="Say opml or toml."
        )
    with office() as opened, opened.database.read() as session:
        listed = exporting.listed(session)
    typer.echo(writers[form](listed), nl=False)


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
    from distributor.contacts.names import contact_names
    from monitor.listening import listening

    del due
    with office() as opened:
        passing = listening(
            database=opened.database,
            clock=opened.clock,
            timer=opened.timer,
            ids=opened.ids,
            web=opened.web,
            bounded=opened.bounded,
            settings=opened.settings,
            windows=lambda session: distributor.report.windows(
                session, opened.clock.now()
            ),
            contacts=contact_names,
        )
        done = passing.pass_over(source)
    show_list(
        [asdict(report) for report in done],
        columns=["source", "outlet", "outcome", "state", "entries", "new", "fault"],
        as_json=as_json,
    )
