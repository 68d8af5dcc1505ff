"""The register of processing, and what people ask about their data: `parution register`, `request`."""

from dataclasses import asdict
from datetime import datetime
from typing import Annotated

import typer

from app.cli.edge import Json, Layout, Out, office, show_list, show_one, write_bytes
from distributor.states import Asked, Came, Settled

commands = typer.Typer()
_requests = typer.Typer(
    name="request", help="What people ask about their own data, and by when."
)
commands.add_typer(_requests)


@commands.command()
def register(
    *,
    format_name: Annotated[
        str, typer.Option("--format", help="pdf, docx, html or json")
    ] = "json",
    layout: Layout = "",
    out: Out = None,
) -> None:
    """Write the register of processing (law 09-08, GDPR article 30) of this installation."""
    from importlib.metadata import version

    from app.legal import gathering
    from app.legal.writing import written
    from core.reporting.layouts import spoken

    with office() as opened:
        languages = [one.language for one in spoken(layout, opened.settings.language)]
        with opened.database.read() as session:
            made = gathering.gather(session, opened, program=version("parution"))
        content = written(format_name, made, languages)
    write_bytes(content, out, name=f"register.{format_name}")


@_requests.command("list")
def list_requests(
    *,
    open_only: Annotated[
        bool, typer.Option("--open", help="Only those that wait for an answer.")
    ] = False,
    as_json: Json = False,
) -> None:
    """List requests: the open ones first, the most urgent at the top."""
    from distributor.contacts import requests

    with office() as opened, opened.database.read() as session:
        rows = [asdict(one) for one in requests.listed(session, open_only=open_only)]
    show_list(
        rows,
        columns=["id", "kind", "address", "came_by", "due_at", "outcome", "note"],
        as_json=as_json,
    )


@_requests.command()
def note(
    kind: Annotated[Asked, typer.Argument(help="What they ask.")],
    address: Annotated[str, typer.Argument(help="Their mail address.")],
    *,
    came_by: Annotated[Came, typer.Option(help="How it came.")] = Came.MAIL,
    received: Annotated[
        str, typer.Option(help="When it came, like 2026-11-24T09:00; else now.")
    ] = "",
    text: Annotated[
        str, typer.Option("--note", help="Such as where the letter is kept.")
    ] = "",
    as_json: Json = False,
) -> None:
    """Note a request; it is due after legal.answer_days days.

    Where the same is open already, the note is added to it and its earlier day counts.
    """
    from app.cli.edge import since_of
    from core.journal.actor import COMMAND_LINE
    from distributor.contacts import requests
    from distributor.contacts.requests import Wish

    with office() as opened, opened.database.write() as session:
        came: datetime | None = since_of(opened, received)
        noted = requests.noted(
            session,
            Wish(
                kind=kind, address=address, came_by=came_by, note=text, received_at=came
            ),
            days=opened.settings.legal.answer_days,
            zone=opened.settings.organisation.zone,
            by=COMMAND_LINE,
            now=opened.clock.now(),
        )
    show_one({**asdict(noted.line), "was_open": noted.was_open}, as_json=as_json)


@_requests.command()
def answer(
    request_id: Annotated[int, typer.Argument(metavar="REQUEST")],
    outcome: Annotated[Settled, typer.Argument(help="What became of it.")],
    *,
    text: Annotated[
        str, typer.Option("--note", help="A refusal needs its reason.")
    ] = "",
    as_json: Json = False,
) -> None:
    """Say that a request was answered. The person's data is exported and erased by `contact`."""
    from core.journal.actor import COMMAND_LINE
    from distributor.contacts import requests

    with office() as opened, opened.database.write() as session:
        line = requests.answer(
            session,
            request_id,
            outcome,
            note=text,
            by=COMMAND_LINE,
            now=opened.clock.now(),
        )
    show_one(asdict(line), as_json=as_json)
