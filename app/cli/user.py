"""People: `parution user`."""

import sys
from typing import TYPE_CHECKING, Annotated

import typer
from sqlalchemy import select

from app.cli.edge import Json, office, show_list, show_one
from core import accounts
from core.accounts import Right
from core.errors import BadInput
from core.models import Account
from core.programs import tokens
from core.programs.models import ApiToken
from core.values import Role

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.bootstrap import Office
    from distributor.models import Delegation

commands = typer.Typer(name="user", help="People who work in this office.")


@commands.command()
def add(
    name: str,
    role: Annotated[Role, typer.Option(help="What this person may do.")],
    link: Annotated[
        bool,
        typer.Option("--link", help="Show a link to choose a password by; ask none."),
    ] = False,
    as_json: Json = False,
) -> None:
    """Add a person. The password is asked for, read from a pipe, or chosen by a link."""
    if link:
        _invite(name, role, as_json=as_json)
        return
    from app.web.new_password import rules_of

    password = (
        typer.prompt("Password", hide_input=True, confirmation_prompt=True)
        if sys.stdin.isatty()
        else sys.stdin.readline().rstrip("\r\n")
    )
    with office() as opened, opened.database.write() as session:
        made = accounts.add(
            session,
            name=name,
            role=role,
            password=password,
            now=opened.clock.now(),
            rules=rules_of(opened),
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
def token(
    name: str,
    *,
    program: Annotated[
        str, typer.Option("--name", help="For a program: what it is called.")
    ] = "",
    scope: Annotated[
        list[Right] | None,
        typer.Option(help="For a program: what it may do; may be given again."),
    ] = None,
    days: Annotated[
        int | None, typer.Option(help="For a program: how long; for ever without it.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Make a new token for a person. It is shown once.

    Alone it signs approvals on the command line, and the old one ends. With --name it is
    one more token, for a program that calls the API.
    """
    if not program:
        if scope or days is not None:
            raise BadInput(
                "Only the token of a program has scopes and days.",
                to="--name",
                mend="Name the program that will use it.",
            )
        with office() as opened, opened.database.write() as session:
            made = accounts.give_token(session, name=name, ids=opened.ids)
        show_one({"name": name, "token": made}, as_json=as_json)
        return
    with office() as opened, opened.database.write() as session:
        row, said = tokens.make(
            session,
            accounts.by_name(session, name),
            name=program,
            scopes=scope or (),
            days=days,
            ids=opened.ids,
            now=opened.clock.now(),
        )
        told = _token(row)
    show_one({**told, "token": said}, as_json=as_json)


@commands.command("tokens")
def list_tokens(name: str, as_json: Json = False) -> None:
    """List the tokens of a person's programs."""
    with office() as opened, opened.database.read() as session:
        account = accounts.by_name(session, name)
        rows = [_token(row) for row in tokens.listed(session, account.id)]
    show_list(
        rows,
        columns=["id", "name", "scopes", "expires_at", "last_used_at", "ended_at"],
        as_json=as_json,
    )


@commands.command("end-token")
def end_token(
    name: str,
    token_id: Annotated[int, typer.Argument(metavar="ID")],
    as_json: Json = False,
) -> None:
    """End a token of a person's program, at once."""
    with office() as opened, opened.database.write() as session:
        account = accounts.by_name(session, name)
        now = opened.clock.now()
        row = tokens.end(session, token_id, account_id=account.id, now=now)
        told = _token(row)
    show_one(told, as_json=as_json)


@commands.command()
def role(
    name: str,
    to: Annotated[Role, typer.Argument(help="What they may do from now on.")],
    as_json: Json = False,
) -> None:
    """Give a person another role, and sign them out."""
    with office() as opened, opened.database.write() as session:
        account = accounts.by_name(session, name)
        accounts.change_role(session, account, to)
        row = {"name": account.name, "role": account.role}
    show_one(row, as_json=as_json)


@commands.command()
def disable(name: str, as_json: Json = False) -> None:
    """Let nobody sign in as this person any more, and sign them out."""
    with office() as opened, opened.database.write() as session:
        account = accounts.by_name(session, name)
        accounts.disable(session, account, now=opened.clock.now())
        row = {"name": account.name, "disabled_at": account.disabled_at}
    show_one(row, as_json=as_json)


@commands.command()
def enable(name: str, as_json: Json = False) -> None:
    """Let a person sign in again."""
    with office() as opened, opened.database.write() as session:
        account = accounts.by_name(session, name)
        accounts.enable(session, account)
        row = {"name": account.name, "disabled_at": account.disabled_at}
    show_one(row, as_json=as_json)


@commands.command()
def reset(name: str, as_json: Json = False) -> None:
    """Show a link to choose a new password by: once, within 30 minutes. Signs them out."""
    with office() as opened, opened.database.write() as session:
        row = {"name": name, "link": _link(opened, session, name)}
    show_one(row, as_json=as_json)


@commands.command("remove-factor")
def remove_factor(name: str, as_json: Json = False) -> None:
    """Remove the second factor of a person who lost it, and sign them out."""
    from core.accounts import second_factor, sessions

    with office() as opened, opened.database.write() as session:
        account = accounts.by_name(session, name)
        second_factor.turn_off(session, account.id)
        ended = sessions.end_all(session, account.id)
    show_one({"name": name, "sessions_ended": ended}, as_json=as_json)


@commands.command("end-sessions")
def end_sessions(name: str, as_json: Json = False) -> None:
    """Sign a person out everywhere."""
    from core.accounts import sessions

    with office() as opened, opened.database.write() as session:
        ended = sessions.end_all(session, accounts.by_name(session, name).id)
    show_one({"name": name, "sessions_ended": ended}, as_json=as_json)


@commands.command()
def delegate(
    giver: Annotated[str, typer.Argument(help="Who may approve.")],
    taker: Annotated[str, typer.Argument(help="Who approves in their place.")],
    *,
    until: Annotated[str, typer.Option(help="Wall time it ends, 2026-11-24T09:00.")],
    since: Annotated[
        str | None, typer.Option(help="Wall time it begins; now without it.")
    ] = None,
    zone: Annotated[
        str | None, typer.Option(help="Zone of these times; the office's without it.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Let one person approve in another's place, between two moments."""
    from core.zones import moment_of, parse_wall
    from distributor.sending import delegation

    walls = parse_wall(until), parse_wall(since) if since else None
    with office() as opened, opened.database.write() as session:
        there = zone or opened.settings.organisation.zone
        now = opened.clock.now()
        made = delegation.delegate(
            session,
            giver=accounts.by_name(session, giver),
            taker=accounts.by_name(session, taker),
            since=moment_of(walls[1], there) if walls[1] else now,
            until=moment_of(walls[0], there),
            now=now,
        )
        row = _delegation(made, giver, taker)
    show_one(row, as_json=as_json)


@commands.command()
def delegations(as_json: Json = False) -> None:
    """List who may approve in whose place, newest first."""
    from distributor.sending import delegation

    with office() as opened, opened.database.read() as session:
        rows = [_delegation(*one) for one in delegation.every(session)]
    show_list(
        rows,
        columns=["id", "from", "to", "since", "until", "ended_at"],
        as_json=as_json,
    )


@commands.command("end-delegation")
def end_delegation(
    delegation_id: Annotated[int, typer.Argument(metavar="ID")], as_json: Json = False
) -> None:
    """Take a delegation back at once."""
    from distributor.sending import delegation

    with office() as opened, opened.database.write() as session:
        ended = delegation.end(session, delegation_id, now=opened.clock.now())
        row = {"id": ended.id, "ended_at": ended.ended_at}
    show_one(row, as_json=as_json)


def _invite(name: str, role: Role, *, as_json: bool) -> None:
    with office() as opened, opened.database.write() as session:
        made = accounts.invite(session, name=name, role=role, now=opened.clock.now())
        row = {
            "id": made.id,
            "name": made.name,
            "role": made.role,
            "link": _link(opened, session, made.name),
        }
    show_one(row, as_json=as_json)


def _link(opened: "Office", session: "Session", name: str) -> str:
    from app.web.addresses import office_address
    from core.accounts import people

    token = people.reset(
        session,
        accounts.by_name(session, name),
        ids=opened.ids,
        now=opened.timer.stamp(),
    )
    return f"{office_address(opened.settings)}/reset/{token}"


def _token(row: ApiToken) -> dict[str, object]:
    return {
        "id": row.id,
        "name": row.name,
        "scopes": row.scopes,
        "created_at": row.created_at,
        "expires_at": row.expires_at,
        "last_used_at": row.last_used_at,
        "ended_at": row.ended_at,
    }


def _delegation(made: "Delegation", giver: str, taker: str) -> dict[str, object]:
    return {
        "id": made.id,
        "from": giver,
        "to": taker,
        "since": made.since,
        "until": made.until,
        "ended_at": made.ended_at,
    }
