"""Running the office: serve, web, worker, migrate."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Annotated

import typer

from app.bootstrap import Office, open_office
from app.cli.edge import trouble_named
from app.migrations import copies, history
from core import log
from core.db import lacks_fleet
from core.errors import BadSetting
from core.jobs import Job
from core.settings import PREFIX, Settings, load

if TYPE_CHECKING:
    from app.renewing import Renewing
    from app.serve import Ending, Front

commands = typer.Typer()


@contextmanager
def _running() -> Iterator[Office]:
    settings = load()
    log.configure(level=settings.log_level)
    log.bridge_libraries()
    with trouble_named(), open_office(settings) as office:
        history.bring_up_to_date(office.database)
        yield office


@contextmanager
def _handing_out(office: Office, jobs: Sequence[Job]) -> Iterator[Sequence[Job]]:
    """On PostgreSQL the workers share what is due; see docs/scaling.md."""
    if office.database.engine.dialect.name == "sqlite":
        yield jobs
        return
    handing, _ = _fleet()
    with handing.handing_out(
        jobs,
        database=office.database,
        settings=office.settings,
    ) as handed:
        yield handed


def _fleet() -> tuple[ModuleType, ModuleType]:
    """What hands out, and its tables. Raises BadSetting where the extra is not installed."""
    try:
        from app.fleet import handing, tables
    except ModuleNotFoundError as missing:
        raise lacks_fleet(missing) from missing
    return handing, tables


def _until_over(one_run: "Callable[[Office, Ending, Renewing], None]") -> None:
    """Run the office, and once more each time it is to be opened anew."""
    from app import renewing
    from app.serve import Ending

    before: Settings | None = None
    with Ending() as ending:
        while not ending.is_over():
            with _running() as office:
                if before is not None:
                    renewing.go_on(office, before)
                due = renewing.Renewing(office.settings, read=load, timer=office.timer)
                one_run(office, ending, due)
                before = office.settings


@commands.command()
def serve() -> None:
    """Run the pages and the jobs in one process."""
    from app.jobs import all_jobs
    from app.serve import run
    from app.web import first

    def one_run(office: Office, ending: "Ending", due: "Renewing") -> None:
        first.announce(office)
        with _handing_out(office, all_jobs(office)) as jobs:
            run(
                jobs=jobs,
                fronts=_fronts(office, ending, ticks=True),
                ending=ending,
                is_due=due.is_due,
            )

    _until_over(one_run)


@commands.command()
def web(
    public: Annotated[
        bool, typer.Option("--public", help="Only the public pages, on their port.")
    ] = False,
) -> None:
    """Run the pages alone, beside workers on the same database."""
    from app.serve import run

    def one_run(office: Office, ending: "Ending", due: "Renewing") -> None:
        fronts = _pages_alone(office, ending, public=public)
        run(jobs=(), fronts=fronts, ending=ending, is_due=due.is_due)

    _until_over(one_run)


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


def _fronts(
    office: Office, ending: "Ending", *, ticks: bool = False
) -> Sequence["Front"]:
    """The office's pages, and the public ones where they have a port of their own."""
    from app.serve import Front
    from app.web import make_app, make_public_app

    web = office.settings.web
    fronts = [
        Front(
            pages=make_app(office, restart=ending.begin_anew, ticks=ticks),
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

    def one_run(office: Office, ending: "Ending", due: "Renewing") -> None:
        with _handing_out(office, all_jobs(office)) as jobs:
            run(
                jobs=jobs,
                fronts=_figures(office),
                ending=ending,
                is_due=due.is_due,
            )

    _until_over(one_run)


def _figures(office: Office) -> Sequence["Front"]:
    """A worker's own figures, where it was given a port for them."""
    from app.seeing.exposing import make_worker_app
    from app.serve import Front

    given = office.settings.worker
    if not given.metrics_port:
        return ()
    return (
        Front(
            pages=make_worker_app(office),
            host=given.metrics_host,
            port=given.metrics_port,
            setting=f"{PREFIX}WORKER__METRICS_PORT",
        ),
    )


@commands.command()
def migrate(
    *,
    no_copy: Annotated[
        bool,
        typer.Option("--no-copy", help="Lay no copy of an SQLite database beside it."),
    ] = False,
) -> None:
    """Bring the database to the tables of this version, all of it or nothing."""
    settings = load()
    log.configure(level="warning")
    with trouble_named(), open_office(settings) as office:
        copied: list[Path | None] = []

        def before(revision: str) -> None:
            copied.append(copies.keep(office.database, revision))
            if copied == [None]:
                _say_last_backup(settings)

        steps = history.upgrade(office.database, before=None if no_copy else before)
        if not (_made_turns(office) or steps):
            typer.echo("The database is up to date.")
            return
        for step in steps:
            typer.echo(f"{step.revision}  {step.what}")
        for copy in filter(None, copied):
            typer.echo(f"As it was before, it is kept in {copy}.")
        typer.echo("The database was brought up to date.")


def _made_turns(office: Office) -> bool:
    """Whether a shared database wanted new tables of the fleet's queue."""
    if office.database.engine.dialect.name == "sqlite":
        return False
    _, tables = _fleet()
    made: bool = tables.migrate(office.database)
    return made


def _say_last_backup(settings: Settings) -> None:
    """Of a server's database no copy is laid beside: the way back is the last backup."""
    from app.backup import nightly

    kept = nightly.newest(settings)
    typer.echo(
        "No backup is known here. Going back needs one that the version before made."
        if kept is None
        else f"The newest backup known here is of {kept.day}: {kept.where}/{kept.name}.",
        err=True,
    )
