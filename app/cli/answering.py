"""Answers to an invitation: `parution contact answer` and `parution release answers`."""

from dataclasses import asdict
from typing import Annotated

import typer

from app.cli.edge import Json, office, show_list, show_one
from app.cli.signing import OptionalToken, maybe_who
from distributor.after.hearing import Heard

_ReleaseId = Annotated[
    int, typer.Argument(metavar="RELEASE", help="The id of the invitation.")
]


def answer(
    address: Annotated[str, typer.Argument(help="Whose answer it is.")],
    release_id: _ReleaseId,
    said: Annotated[Heard, typer.Argument(metavar="ANSWER")],
    *,
    crew_size: Annotated[
        str, typer.Option(help="How many come with them, without them.")
    ] = "",
    plate: Annotated[str, typer.Option(help="The number plate of their vehicle.")] = "",
    equipment: Annotated[str, typer.Option(help="Cameras, lights, a drone.")] = "",
    token: OptionalToken = "",
    as_json: Json = False,
) -> None:
    """Record what a contact said by telephone: coming, declined, replied, present or absent."""
    from distributor.after import answers as kept
    from distributor.after import hearing

    told = kept.details(crew_size=crew_size, plate=plate, equipment=equipment)

    with office() as opened, opened.database.write(ledger=True) as session:
        account = maybe_who(session, token)
        given = hearing.note(
            session,
            release_id,
            address,
            answer=said,
            said_by=account.name if account else hearing.BY_TELEPHONE,
            now=opened.clock.now(),
            told=told,
        )
    show_one(asdict(given), as_json=as_json)


def answers(release_id: _ReleaseId, as_json: Json = False) -> None:
    """List who answered an invitation, what, and who says so."""
    from distributor.after import hearing

    with office() as opened, opened.database.read() as session:
        rows = [asdict(one) for one in hearing.given(session, release_id)]
    show_list(
        rows,
        columns=["email", "name", "outlet", "answer", "said_by", "said_at"],
        as_json=as_json,
    )
