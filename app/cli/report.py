"""Reports: `parution report`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.edge import office, speaking
from core.errors import BadInput

if TYPE_CHECKING:
    from core.reporting.formats.base import Format

commands = typer.Typer(
    name="report", help="The daily review, and the balance of a release."
)

FormatName = Annotated[
    str, typer.Option("--format", help="One of the formats there are.")
]
Out = Annotated[
    Path | None, typer.Option(help="Where to write; standard output without it.")
]


@commands.command()
def review(
    day: Annotated[
        str,
        typer.Option(
            "--date", help="The day, like 2026-11-24, or 2026-11-24/flash-1300."
        ),
    ],
    format_name: FormatName = "html",
    out: Out = None,
) -> None:
    """Write an edition of the review. A preview consumes nothing."""
    from app.reviews import calendar, editions

    made = _format(format_name)
    with office() as opened, opened.database.read() as session:
        settings = opened.settings
        slot = calendar.by_key(day, settings.review, settings.organisation.zone)
        report = editions.preview(
            session, slot, settings=settings, now=opened.clock.now()
        )
        content = made.write(report, [speaking(opened)])
    _write(content, out, name=f"The review of {day}")


@commands.command()
def balance(release: int, format_name: FormatName = "html", out: Out = None) -> None:
    """Write who published a release, how, and which of its words."""
    from app.reviews.balance import balance as compose

    made = _format(format_name)
    with office() as opened, opened.database.read() as session:
        words = speaking(opened)
        report = compose(
            session,
            release,
            language=words.language,
            settings=opened.settings,
            now=opened.clock.now(),
        )
        content = made.write(report, [words])
    _write(content, out, name=f"The balance of release {release}")


def _format(name: str) -> "Format":
    import core.reporting.formats
    from core.catalogue import members

    formats = members(core.reporting.formats, "Format")
    if name not in formats:
        raise BadInput(
            f"There is no format called {name!r}.",
            to="--format",
            mend=f"The formats are: {', '.join(sorted(formats))}.",
        )
    made: Format = formats[name]()
    return made


def _write(content: bytes, out: Path | None, *, name: str) -> None:
    if out is None:
        typer.echo(content.decode(), nl=False)
    else:
        out.write_bytes(content)
        typer.echo(f"{name} was written to {out}.")
