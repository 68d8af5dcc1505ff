"""`parution release goal` and `release message`: what a release is to achieve and to say."""

from typing import Annotated

import typer

from app.cli.edge import Json, office, show_one
from core.errors import BadInput
from core.values import SCREENS, Language

_BY = "command line"
ReleaseId = Annotated[int, typer.Argument(metavar="ID", help="The release's id.")]


def goal(
    release: ReleaseId,
    *,
    objective: Annotated[
        str | None, typer.Option(help="What it is to achieve; empty takes it back.")
    ] = None,
    audience: Annotated[
        str | None, typer.Option(help="Whom it is to reach; empty takes it back.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Show or set the objective and the audience of a release, and show its key messages."""
    from dataclasses import asdict

    from app.telling import releases as telling
    from monitor import goals

    with office() as opened:
        now = opened.clock.now()
        with opened.database.write() as session:
            known = goals.view(session, release)
            goals.aim(
                session,
                release,
                objective=known.objective if objective is None else objective,
                audience=known.audience if audience is None else audience,
                by=_BY,
                now=now,
            )
            told = telling.goal(session, release)
    row = asdict(told)
    if not as_json:
        row["messages"] = [
            f"{one.place} {one.language}: {one.text}" for one in told.messages
        ]
    show_one(row, as_json=as_json)


def message(
    release: ReleaseId,
    text: Annotated[str, typer.Argument(help="Its words in one language.")] = "",
    *,
    place: Annotated[int, typer.Option(help="1 for the first; at most five.")],
    language: Annotated[
        str, typer.Option("--lang", help="The language of the words.")
    ] = "",
    remove: Annotated[
        bool,
        typer.Option("--remove", help="Take it back; with --lang in one language."),
    ] = False,
) -> None:
    """Set a key message in one language: the balance tells which articles carry it."""
    from monitor import goals

    if not text and not remove:
        raise BadInput(
            "A message needs its words.",
            to="TEXT",
            mend='Write them at the end, like "One desk replaces the paper file.".',
        )
    with office() as opened, opened.database.write() as session:
        if remove and not language:
            goals.remove(session, release, place=place)
        else:
            goals.say(
                session,
                release,
                place=place,
                language=_language(language),
                text="" if remove else text,
                by=_BY,
                now=opened.clock.now(),
            )
    typer.echo(f"Message {place} was {'taken back' if remove else 'set'}.")


def _language(name: str) -> Language:
    if name not in SCREENS:
        raise BadInput(
            f"A message is in one of: {', '.join(SCREENS)}.",
            to="--lang",
            mend="Give the language of its words.",
        )
    return Language(name)
