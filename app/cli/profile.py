"""`parution release profile`: what matching looks for in a release, shown and corrected."""

from typing import Annotated

import typer

from app.cli.edge import Json, office, show_one
from core.errors import BadInput


def profile(
    release: Annotated[int, typer.Argument(help="The release's id.")],
    *,
    change: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            metavar="PART=ITEM;ITEM",
            help="Put these items in place of a part's; may be given again.",
        ),
    ] = None,
    reset: Annotated[
        bool, typer.Option("--reset", help="Take every change back.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Show the days, names, places and figures that articles are found by, or change them."""
    from dataclasses import asdict

    from app.telling import releases as telling
    from monitor import profiles

    parts = dict(_part(one) for one in change or ())
    with office() as opened:
        now = opened.clock.now()
        with opened.database.write() as session:
            if reset:
                profiles.reset(session, release, by="command line", now=now)
            if parts:
                profiles.edit(session, release, parts, by="command line", now=now)
        with opened.database.read() as session:
            row = asdict(telling.profile(session, release))
    show_one(row, as_json=as_json)


def _part(given: str) -> tuple[str, list[str]]:
    name, equals, items = given.partition("=")
    if not equals:
        raise BadInput(
            f"{given!r} names no part.",
            to="--set",
            mend="Write a part and its items, like people=Salma Tazi;Omar Alami.",
        )
    return name.strip(), items.split(";")
