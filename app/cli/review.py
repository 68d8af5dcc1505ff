"""The review by command: `parution review`."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.cli.edge import Json, office, show_list, show_one
from app.cli.signing import OptionalToken, Token, asked, maybe_who, who

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.bootstrap import Office
    from app.reviews.models import Edition

commands = typer.Typer(
    name="review", help="Editions of the review, their sections and their readers."
)

_BY = "command line"
Key = Annotated[
    str, typer.Argument(help="A day, like 2026-11-24, or 2026-11-24/flash-1300.")
]


@commands.command("list")
def listed(*, as_json: Json = False) -> None:
    """The editions there are, the newest first."""
    from app.reviews import editions

    with office() as opened, opened.database.read() as session:
        show_list(
            [_row(one) for one in editions.editions(session)],
            columns=("edition", "number", "version", "state", "until", "validated_by"),
            as_json=as_json,
        )


@commands.command()
def show(key: Key, *, as_json: Json = False) -> None:
    """One edition and where it stands."""
    with office() as opened, opened.database.read() as session:
        show_one(_row(_there(session, opened, key)), as_json=as_json)


@commands.command()
def freeze(key: Key, *, as_json: Json = False) -> None:
    """Fix the articles of an edition now; its words can still be edited."""
    from app.reviews import editions

    with office() as opened, opened.database.write() as session:
        settings = opened.settings
        slot = editions.slot(session, key, settings)
        row = editions.freeze(session, slot, settings=settings, now=opened.clock.now())
        state = "frozen before" if row is None else row.state
        _tell(
            _there(session, opened, key),
            f"Edition {slot.key} is {state}.",
            as_json=as_json,
        )


@commands.command()
def validate(key: Key, *, token: Token = "", as_json: Json = False) -> None:
    """Say, by your own token, that you have read it: it leaves at its hour."""
    from app.reviews import editions
    from core import accounts
    from core.accounts import Right
    from core.errors import Conflict

    said = asked(token)

    with office() as opened, opened.database.write() as session:
        account = who(session, said)
        if not accounts.may(account, Right.WATCH):
            raise Conflict(
                f"{account.name} may not validate the review.",
                to="token",
                mend="Ask a watcher, a validator or an administrator.",
            )
        row = editions.validate(
            _there(session, opened, key), by=account.name, now=opened.clock.now()
        )
        _tell(
            row,
            f"Edition {row.key} is validated by {account.name}.",
            as_json=as_json,
        )


@commands.command()
def reopen(key: Key, *, as_json: Json = False) -> None:
    """Take a validation back, as long as it has not left."""
    from app.reviews import editions

    with office() as opened, opened.database.write() as session:
        row = editions.reopen(_there(session, opened, key))
        _tell(row, f"Edition {row.key} is to be validated again.", as_json=as_json)


@commands.command()
def correct(
    key: Key,
    *,
    because: Annotated[str, typer.Option(help="What was wrong; its readers are told.")],
    as_json: Json = False,
) -> None:
    """Make version 2 of an edition that was sent; it replaces the first for its readers."""
    from app.reviews import editions

    with office() as opened, opened.database.write() as session:
        row = editions.correct(
            session,
            _there(session, opened, key),
            because=because,
            settings=opened.settings,
            now=opened.clock.now(),
        )
        _tell(
            row,
            f"Version {row.version} of edition {row.key} is to be read and validated.",
            as_json=as_json,
        )


@commands.command()
def readers(
    *,
    add: Annotated[str, typer.Option(help="The name of a new group.")] = "",
    remove: Annotated[str, typer.Option(help="The name of a group to remove.")] = "",
    list_name: Annotated[str, typer.Option("--list", help="Its mailing list.")] = "",
    channel: Annotated[str, typer.Option(help="How it is sent.")] = "smtp",
    layout: Annotated[
        str,
        typer.Option(help="fr, ar, en or bilingual; each reader's own without it."),
    ] = "",
    section: Annotated[
        list[str] | None, typer.Option(help="A section they read; all without it.")
    ] = None,
    kind: Annotated[
        list[str] | None, typer.Option(help="morning, flash; mornings without it.")
    ] = None,
    token: OptionalToken = "",
    with_pdf: Annotated[bool, typer.Option("--pdf/--no-pdf")] = True,
    as_json: Json = False,
) -> None:
    """Who gets the review by mail; add or remove a group."""
    from app.reviews import readers as groups

    with office() as opened, opened.database.write() as session:
        account = maybe_who(session, token)
        if add:
            groups.add(
                session,
                name=add,
                list_name=list_name,
                channel=channel,
                layout=layout,
                sections=section or (),
                kinds=kind or (),
                with_pdf=with_pdf,
                settings=opened.settings,
                by=account.name if account else _BY,
                now=opened.clock.now(),
            )
        if remove:
            groups.remove(session, remove, now=opened.clock.now())
        show_list(
            [
                {
                    "name": one.name,
                    "list": one.mailing_list,
                    "readers": one.members,
                    "channel": one.channel,
                    "layout": one.layout or "each reader's",
                    "kinds": list(one.kinds),
                    "sections": list(one.sections) or "all",
                    "pdf": one.with_pdf,
                }
                for one in groups.groups(session)
            ],
            columns=("name", "list", "readers", "channel", "layout", "kinds"),
            as_json=as_json,
        )


def _there(session: "Session", opened: "Office", key: str) -> "Edition":
    from app.reviews import editions
    from core.errors import NotFound

    settings = opened.settings
    slot = editions.slot(session, key, settings)
    row = editions.locked(session, slot.key)
    if row is None:
        raise NotFound(
            f"Edition {slot.key} is not frozen yet.",
            to="edition",
            mend=f"Freeze it: `parution review freeze {slot.key}`.",
        )
    return row


def _tell(row: "Edition", sentence: str, *, as_json: bool) -> None:
    if as_json:
        show_one(_row(row), as_json=True)
    else:
        typer.echo(sentence)


def _row(row: "Edition") -> dict[str, Any]:
    from dataclasses import asdict

    from app.telling import reviews

    return asdict(reviews.edition(row))
