"""The container's question, twice a minute for years: so it imports little, and alone."""

import json
import urllib.error
import urllib.request
from datetime import datetime
from typing import Annotated, Final

import typer

from core.settings import Settings, load

# What an answer of ours is far below.
_MOST_BYTES: Final = 65_536

commands = typer.Typer()


@commands.command()
def healthcheck(
    url: Annotated[str, typer.Option(help="The address to ask.")] = "",
    worker: Annotated[
        bool, typer.Option("--worker", help="Ask after this machine's worker.")
    ] = False,
) -> None:
    """Ask the running pages, or a worker without pages, whether they work. For the container."""
    settings = load()
    wrong = _worker(settings) if worker else _pages(settings, url)
    if wrong:
        typer.echo(wrong, err=True)
        raise typer.Exit(1)


def _pages(settings: Settings, url: str) -> str:
    """What is wrong with them; empty when nothing is."""
    web = settings.web
    host = "127.0.0.1" if web.host in {"", "0.0.0.0"} else web.host  # noqa: S104 - compared, not bound
    asked = url or f"http://{host}:{web.port}/health/ready"
    try:
        # Our own pages, named by the operator: not an address that comes from data.
        with urllib.request.urlopen(asked, timeout=5):  # noqa: S310
            return ""
    except urllib.error.HTTPError as answer:
        with answer:
            return f"The office is not ready: {_unready(answer)}."
    except OSError as error:
        return f"The office does not answer at {asked}: {error}."


def _unready(answer: urllib.error.HTTPError) -> str:
    """Which checks fail, as /health/ready names them; else its status."""
    try:
        checks = json.loads(answer.read(_MOST_BYTES))["checks"]
        failing = [one["check"] for one in checks if one["needed"] and not one["ok"]]
    except (OSError, ValueError, KeyError, TypeError):
        failing = []
    return ", ".join(failing) or f"it answers {answer.code}"


def _worker(settings: Settings) -> str:
    """The same of its database, and of its own jobs: whether one ended lately."""
    from sqlalchemy import select

    from app import sign
    from core.clock import SystemTimer
    from core.db import open_database
    from core.models import JobPulse
    from core.trouble import OF_THE_DATABASE, trouble

    database = open_database(settings.resolved_database_url())
    try:
        with database.read() as session:
            session.execute(select(JobPulse.name).limit(1)).all()
    except OF_THE_DATABASE as error:
        return str(trouble(error) or error)
    finally:
        database.close()
    left = sign.last(settings.data_dir)
    if sign.is_alive(left, SystemTimer().stamp()):
        return ""
    return f"No job of this machine's worker has ended {_since(left)}."


def _since(left: datetime | None) -> str:
    return f"since {left:%Y-%m-%d %H:%M} UTC" if left else "yet"
