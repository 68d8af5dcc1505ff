"""People: `parution user`."""

import sys
from typing import Annotated

import typer
from sqlalchemy import select

from app.cli.edge import Json, office, show_list, show_one
from core import accounts
from core.models import Account
from core.values import Role

commands = typer.Typer(name="user", help="People who work in this office.")


@commands.command()
def add(
    name: str,
    role: Annotated[Role, typer.Option(help="What this person may do.")],
    as_json: Json = False,
) -> None:
    """Add a person. The password is asked for, or read from a pipe."""
    password = (
        typer.prompt("Password", hide_input=True, confirmation_prompt=True)
        if sys.stdin.isatty()
        else sys.stdin.readline().rstrip("\r\n")
    )
    with office() as opened, opened.database.write() as session:
        made = accounts.add(
            session, name=name, role=role, password=password, now=opened.clock.now()
        )
        row = {"id": made.id, "name": made.name, "role": made.role}
    show_one(row, as_json=as_json)


@commands.command("list")
def list_accounts(as_json: Json = False) -> None:
    """List the people who may sign in."""
    with office() as opened, opened.database.read() as session:
        rows = [
            {
                "id": account.id,
                "name": account.name,
                "role": account.role,
                "created_at": account.created_at,
                "disabled_at": account.disabled_at,
            }
            for account in session.scalars(select(Account).order_by(Account.name))
        ]
    show_list(rows, columns=["id", "name", "role", "created_at"], as_json=as_json)


@commands.command()
def token(name: str, as_json: Json = False) -> None:
    """Make a new token for a person. It is shown once; the old one ends."""
    with office() as opened, opened.database.write() as session:
        made = accounts.give_token(session, name=name, ids=opened.ids)
    show_one({"name": name, "token": made}, as_json=as_json)
