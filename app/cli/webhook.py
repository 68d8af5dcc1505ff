"""Webhooks: `parution webhook`."""

from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.edge import Json, office, show_list, show_one
from app.cli.signing import Token, asked, who

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from core.models import Account

commands = typer.Typer(
    name="webhook", help="Where this office tells programs what happened."
)

Id = Annotated[int, typer.Argument(metavar="ID", help="See `parution webhook list`.")]


@commands.command()
def add(
    url: str,
    *,
    event: Annotated[
        list[str], typer.Option(help="What it is told, like coverage.found.")
    ],
    token: Token = "",
    as_json: Json = False,
) -> None:
    """Add a webhook. Its secret is shown once; its calls are signed with it."""
    from app.webhooks import keeping

    said = asked(token)
    with office() as opened, opened.database.write() as session:
        account = _administrator(session, said)
        made, secret = keeping.add(
            opened, session, url=url, events=event, account=account
        )
    show_one(
        {"id": made, "url": url, "events": event, "secret": secret}, as_json=as_json
    )


@commands.command("list")
def list_webhooks(as_json: Json = False) -> None:
    """List the webhooks, and how they answer."""
    from dataclasses import asdict

    from app.webhooks import keeping

    with office() as opened, opened.database.read() as session:
        rows = [asdict(one) for one in keeping.listed(session)]
    show_list(
        rows,
        columns=["id", "url", "events", "waiting", "last_status", "failing_since"],
        as_json=as_json,
    )


@commands.command("test")
def ping(webhook_id: Id, as_json: Json = False) -> None:
    """Tell a webhook `ping` now. Ends with 1 when it does not take it."""
    from dataclasses import asdict

    from app.webhooks import keeping
    from app.webhooks.states import CallState

    with office() as opened:
        call = keeping.test(opened, webhook_id)
    show_one(asdict(call), as_json=as_json)
    if call.state != CallState.DONE:
        raise typer.Exit(1)


@commands.command()
def calls(
    webhook_id: Id,
    limit: Annotated[int, typer.Option(min=1, max=1000)] = 50,
    as_json: Json = False,
) -> None:
    """List what a webhook was told, newest first."""
    from dataclasses import asdict

    from app.webhooks import keeping

    with office() as opened, opened.database.read() as session:
        rows = [asdict(one) for one in keeping.calls(session, webhook_id, most=limit)]
    show_list(
        rows,
        columns=["id", "kind", "happened_at", "state", "attempts", "status", "fault"],
        as_json=as_json,
    )


@commands.command()
def renew(webhook_id: Id, token: Token = "", as_json: Json = False) -> None:
    """Give a webhook a new secret, shown once; the old one signs beside it for a week."""
    from app.webhooks import keeping

    said = asked(token)
    with office() as opened, opened.database.write() as session:
        _administrator(session, said)
        secret = keeping.renew(opened, session, webhook_id)
    show_one({"id": webhook_id, "secret": secret}, as_json=as_json)


@commands.command()
def end(webhook_id: Id, as_json: Json = False) -> None:
    """Tell a webhook nothing more."""
    from app.webhooks import keeping

    with office() as opened, opened.database.write() as session:
        keeping.end(session, webhook_id, now=opened.clock.now())
    show_one({"id": webhook_id, "ended": True}, as_json=as_json)


def _administrator(session: "Session", token: str) -> "Account":
    from core.accounts import Right, may
    from core.errors import Conflict

    account = who(session, token)
    if not may(account, Right.ADMINISTER):
        raise Conflict(
            f"{account.name} may not set up webhooks.",
            to="token",
            mend="Ask an administrator of this office.",
        )
    return account
