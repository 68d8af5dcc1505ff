"""The key ring: `parution keys`."""

from dataclasses import asdict
from typing import Annotated

import typer

from app.cli.edge import Json, office, show_list, show_one
from core.errors import BadInput

commands = typer.Typer(
    name="keys", help="The keys that sign links and shut secrets. None is ever shown."
)


@commands.command("list")
def list_keys(as_json: Json = False) -> None:
    """List the keys by their marks, newest first, and how many secrets each one shuts."""
    from app import keyring

    with office() as opened:
        rows = [asdict(one) for one in keyring.told(opened)]
    show_list(rows, columns=["mark", "signs", "shuts"], as_json=as_json)


@commands.command()
def rotate(as_json: Json = False) -> None:
    """Put a new key in front. Links signed before stay good; nobody is signed out."""
    from app import keyring

    with office() as opened:
        made = keyring.rotate(opened)
        moved = keyring.shut_again(opened)
    show_one({"mark": made, "signs": True, "shut_again": moved}, as_json=as_json)


@commands.command()
def retire(
    mark: Annotated[str, typer.Argument(help="See `parution keys list`.")],
    *,
    yes: Annotated[
        bool, typer.Option("--yes", help="Links it signed may stop working.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Take an old key out of the ring. Links in mails that it signed stop working."""
    from app import keyring

    if not yes:
        raise BadInput(
            "Links in mails that this key signed, also those that unsubscribe, would stop "
            "working.",
            to=mark,
            mend="Say --yes when no mail of its time is read any more, or when it leaked.",
        )
    with office() as opened:
        moved = keyring.retire(opened, mark)
    show_one({"mark": mark, "retired": True, "shut_again": moved}, as_json=as_json)


@commands.command()
def new() -> None:
    """Print a new key, for a ring that is given by PARUTION_SECRET_KEY or its file."""
    from core.ids import RandomIds
    from core.keys import new_key

    typer.echo(new_key(RandomIds()))
