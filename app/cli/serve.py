"""Running the office: serve, web, worker, migrate, doctor, healthcheck."""

import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from app.bootstrap import Office, open_office
from app.cli.edge import Json, show_list, trouble_named
from app.migrations import history
from core import log
from core.errors import BadSetting
from core.settings import PREFIX, load

if TYPE_CHECKING:
    from app.serve import Ending, Front

commands = typer.Typer()


@contextmanager
def _running() -> Iterator[Office]:
    settings = load()
    log.configure(level=settings.log_level)
    with trouble_named(), open_office(settings) as office:
        history.bring_up_to_date(office.database)
        yield office


@commands.command()
def serve() -> None:
    """Run the pages and the jobs in one process."""
    from app.jobs import all_jobs
    from app.serve import Ending, run
    from app.web import first

    ending = Ending()
    while not ending.is_over():
        with _running() as office:
            first.announce(office)
            run(jobs=all_jobs(office), fronts=_fronts(office, ending), ending=ending)


@commands.command()
def web(
    public: Annotated[
        bool, typer.Option("--public", help="Only the public pages, on their port.")
    ] = False,
) -> None:
    """Run the pages alone, beside workers on the same database."""
    from app.serve import Ending, run

    ending = Ending()
    while not ending.is_over():
        with _running() as office:
            run(
                jobs=(),
                fronts=_pages_alone(office, ending, public=public),
                ending=ending,
            )


def _pages_alone(
    office: Office, ending: "Ending", *, public: bool
) -> Sequence["Front"]:
    from app.web import first

    fronts = _fronts(office, ending)
    if not public:
        first.announce(office)
        return fronts
    if len(fronts) == 1:
        raise BadSetting(
            "The public pages have no port of their own.",
            to=f"{PREFIX}WEB__PUBLIC_PORT",
            mend="Give them one.",
        )
    return fronts[1:]


def _fronts(office: Office, ending: "Ending") -> Sequence["Front"]:
    """The office's pages, and the public ones where they have a port of their own."""
    from app.serve import Front
    from app.web import make_app, make_public_app

    web = office.settings.web
    fronts = [
        Front(
            pages=make_app(office, restart=ending.begin_anew),
            host=web.host,
            port=web.port,
            proxies=web.proxies,
        )
    ]
    if web.public_port:
        fronts.append(
            Front(
                pages=make_public_app(office),
                host=web.public_host,
                port=web.public_port,
                proxies=web.proxies,
                setting=f"{PREFIX}WEB__PUBLIC_PORT",
            )
        )
    return fronts


@commands.command()
def worker() -> None:
    """Run the jobs alone. Any number of workers may share a database."""
    from app.jobs import all_jobs
    from app.serve import run

    with _running() as office:
        run(jobs=all_jobs(office), fronts=())


@commands.command()
def migrate() -> None:
    """Bring the database to the tables of this version."""
    settings = load()
    with trouble_named(), open_office(settings) as office:
        if history.is_current(office.database):
            typer.echo("The database is up to date.")
            return
        history.upgrade(office.database)
        typer.echo("The database was brought up to date.")


@commands.command()
def healthcheck(
    url: Annotated[str, typer.Option(help="The address to ask.")] = "",
) -> None:
    """Ask the running pages whether they are ready. For the container."""
    settings = load().web
    host = "127.0.0.1" if settings.host in {"", "0.0.0.0"} else settings.host  # noqa: S104 - compared, not bound
    asked = url or f"http://{host}:{settings.port}/health/ready"
    try:
        # Our own pages, named by the operator: not an address that comes from data.
        with urllib.request.urlopen(asked, timeout=5) as answer:  # noqa: S310
            ready = answer.status == 200  # noqa: PLR2004
    except OSError as error:
        typer.echo(f"The office does not answer at {asked}: {error}.", err=True)
        raise typer.Exit(1) from error
    raise typer.Exit(0 if ready else 1)


@commands.command()
def doctor(as_json: Json = False) -> None:
    """Check what this office stands on, and say what to mend."""
    from app.checkup import examine

    settings = load()
    with trouble_named(), open_office(settings) as office:
        found = examine(office, thorough=True)
    rows = [{"check": one.check, "ok": one.ok, "found": one.found} for one in found]
    show_list(rows, columns=["check", "ok", "found"], as_json=as_json)
    if not all(one.ok for one in found):
        raise typer.Exit(1)
