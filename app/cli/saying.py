"""What people say of an article that covers a release: its tone, its page, its errors."""

from enum import StrEnum
from typing import Annotated

import typer

from app.cli.edge import Json, office, show_list

_BY = "command line"
Line = Annotated[int, typer.Argument(metavar="ID", help="A coverage line's id.")]


class Answer(StrEnum):
    ASKED = "asked"
    OBTAINED = "obtained"
    REFUSED = "refused"
    # It was none: it is forgotten.
    DROPPED = "dropped"


def register(lines: typer.Typer) -> None:
    for command in (tone, front, rectify, redress, errors):
        lines.command()(command)


def tone(
    coverage: Line,
    said: Annotated[
        str,
        typer.Argument(metavar="TONE", help="positive, neutral, negative, or none."),
    ],
) -> None:
    """Say how an article speaks of us; none takes it back."""
    from monitor import coverage as kept

    given = kept.tone_named(said)
    with office() as opened, opened.database.write() as session:
        kept.say_tone(session, coverage, given)
    typer.echo(f"The tone of coverage line {coverage} is {said}.")


def front(
    coverage: Line,
    *,
    no: Annotated[bool, typer.Option("--no", help="It was not after all.")] = False,
) -> None:
    """Say that an article was on the front page."""
    from monitor import coverage as kept

    with office() as opened, opened.database.write() as session:
        kept.say_front(session, coverage, on_front=not no)
    where = "not on" if no else "on"
    typer.echo(f"Coverage line {coverage} was {where} the front page.")


def rectify(
    coverage: Line,
    *,
    wrong: Annotated[str, typer.Option(help="What the article says that is wrong.")],
    right: Annotated[str, typer.Option(help="What is right.")] = "",
) -> None:
    """Note an error of an article, to ask its outlet to mend it."""
    from monitor import rectifying

    with office() as opened, opened.database.write() as session:
        noted = rectifying.note(
            session,
            coverage,
            wrong=wrong,
            right=right,
            by=_BY,
            now=opened.clock.now(),
        )
    typer.echo(
        f"Error {noted.id} was noted. When the outlet was asked: "
        f"`parution coverage redress {noted.id} asked`."
    )


def redress(
    error: Annotated[
        int,
        typer.Argument(metavar="ERROR", help="Its id: `parution coverage errors`."),
    ],
    answer: Answer,
) -> None:
    """Record that an outlet was asked to mend an error, or what it did; or drop the error."""
    from monitor import rectifying

    with office() as opened, opened.database.write() as session:
        if answer is Answer.DROPPED:
            rectifying.drop(session, error)
        else:
            stage = rectifying.Stage(answer.value)
            rectifying.advance(session, error, stage, now=opened.clock.now())
    typer.echo(f"The rectification of error {error} is {answer}.")


def errors(
    release: Annotated[int | None, typer.Option(help="Only of this release.")] = None,
    as_json: Json = False,
) -> None:
    """List the errors that were noted, newest first."""
    from dataclasses import asdict

    from monitor import rectifying

    with office() as opened, opened.database.read() as session:
        found = rectifying.errors(session, release_id=release)
    rows = [asdict(one) for one in found]
    columns = ["id", "coverage_id", "stage", "wrong", "right"]
    show_list(rows, columns=columns, as_json=as_json)
