"""Reports: `parution report`."""

import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.edge import office, speaking, write_bytes
from core.errors import BadInput
from core.reporting.layouts import Layout

if TYPE_CHECKING:
    from app.bootstrap import Office
    from core.i18n import Words
    from core.reporting.formats.base import Format
    from core.reporting.report import Report

commands = typer.Typer(
    name="report", help="The daily review, and the balance of a release."
)

FormatName = Annotated[
    str, typer.Option("--format", help="One of the formats there are.")
]
Out = Annotated[
    Path | None, typer.Option(help="Where to write; standard output without it.")
]
LayoutName = Annotated[
    Layout | None,
    typer.Option(
        "--layout",
        help="A language, or French and Arabic in one; the office's language without it.",
    ),
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
    layout: LayoutName = None,
    out: Out = None,
) -> None:
    """Write an edition of the review. A preview consumes nothing."""
    from app.reviews import editions

    made = chosen(format_name, to_terminal=_is_terminal(out))
    with office() as opened, opened.database.read() as session:
        settings = opened.settings
        slot = editions.slot(session, day, settings)
        report = editions.preview(
            session, slot, settings=settings, now=opened.clock.now()
        )
        content = _written(made, report, opened, layout)
    write_bytes(content, out, name=f"The review of {day}")


@commands.command()
def balance(
    release: int,
    format_name: FormatName = "html",
    layout: LayoutName = None,
    out: Out = None,
) -> None:
    """Write who published a release, how, and which of its words."""
    from app.reviews.balance import balance as compose

    made = chosen(format_name, to_terminal=_is_terminal(out))
    with office() as opened, opened.database.read() as session:
        report = compose(
            session,
            release,
            language=_spoken(opened, layout)[0].language,
            settings=opened.settings,
            now=opened.clock.now(),
        )
        content = _written(made, report, opened, layout)
    write_bytes(content, out, name=f"The balance of release {release}")


def chosen(name: str, *, to_terminal: bool) -> "Format":
    """The format of that name. Raises BadInput, also for bytes on a terminal."""
    import core.reporting.formats
    from core.catalogue import members
    from core.reporting.formats.base import is_text

    formats = members(core.reporting.formats, "Format")
    if name not in formats:
        raise BadInput(
            f"There is no format called {name!r}.",
            to="--format",
            mend=f"The formats are: {', '.join(sorted(formats))}.",
        )
    made: Format = formats[name]()
    if to_terminal and not is_text(made.media_type):
        raise BadInput(
            f"A terminal cannot show {name}.",
            to="--format",
            mend=f"Give a file, like --out report.{made.suffix}, or write to a pipe.",
        )
    return made


def _is_terminal(out: Path | None) -> bool:
    return out is None and sys.stdout.isatty()


def _written(
    made: "Format", report: "Report", opened: "Office", layout: Layout | None
) -> bytes:
    """The report's links lead to our pages as its readers reach them."""
    address = opened.settings.web.public_url.rstrip("/") or None
    return made.write(replace(report, address=address), _spoken(opened, layout))


def _spoken(opened: "Office", layout: Layout | None) -> "Sequence[Words]":
    from core.reporting.layouts import spoken

    return spoken(layout or "", speaking(opened).language)
