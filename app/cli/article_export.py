"""Articles as a file of JSON lines: `parution article export`."""

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TextIO

import typer

from app.cli.edge import office, since_of, speaking
from app.telling.plain import plain
from core.errors import BadInput, Unavailable

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.bootstrap import Office


def export(
    *,
    full_text: Annotated[
        bool,
        typer.Option(
            "--full-text", help="With the texts, of outlets whose licence allows it."
        ),
    ] = False,
    licensed_only: Annotated[
        bool,
        typer.Option(
            "--licensed-only",
            help="With --full-text: leave out what has no licence, instead of refusing.",
        ),
    ] = False,
    since: Annotated[
        str, typer.Option(help="Wall time in the office's zone, like 2026-11-24T09:00.")
    ] = "",
    out: Annotated[
        Path | None, typer.Option(help="Where to write; standard output without it.")
    ] = None,
) -> None:
    """Write articles, one JSON object a line: title, outlet, author, date, excerpt."""
    if licensed_only and not full_text:
        raise BadInput(
            "Only full texts need a licence.",
            to="--licensed-only",
            mend="Give --full-text with it.",
        )
    with office() as opened, opened.database.read() as session:
        rows = (
            _texts(opened, session, since=since, licensed_only=licensed_only)
            if full_text
            else _excerpts(opened, session, since=since)
        )
        count = _write(rows, out)
    if out is not None:
        typer.echo(f"{count} articles were written to {out}.")


def _texts(
    opened: "Office", session: "Session", *, since: str, licensed_only: bool
) -> Iterator[Mapping[str, Any]]:
    from app.telling.licences import row
    from core.zones import wall_of
    from monitor.exporting import full_texts

    day = wall_of(opened.clock.now(), opened.settings.organisation.zone).date()
    found = full_texts(
        session, since=since_of(opened, since), day=day, licensed_only=licensed_only
    )
    words = speaking(opened)
    return (row(one, words) for one in found)


def _excerpts(
    opened: "Office", session: "Session", *, since: str
) -> Iterator[Mapping[str, Any]]:
    """What is kept for good of an article, and may be passed on of any."""
    from core.reporting.rights import quotable
    from monitor import report

    names = ("id", "outlet", "title", "author", "published_at", "published_as")
    for row in report.articles(session, since=since_of(opened, since)):
        yield {
            **{name: row[name] for name in (*names, "language", "url")},
            "excerpt": quotable(row["excerpt"]),
        }


def _write(rows: Iterable[Mapping[str, Any]], out: Path | None) -> int:
    if out is None:
        return _write_rows(rows, typer.get_text_stream("stdout"))
    try:
        with _made_whole(out) as file:
            return _write_rows(rows, file)
    except OSError as error:
        raise Unavailable(
            f"The file cannot be written: {error.strerror}.",
            to=str(out),
            mend="Choose a folder that may be written.",
        ) from error


@contextmanager
def _made_whole(out: Path) -> Iterator[TextIO]:
    """A file that appears under its name when all of it is written, or not at all."""
    part = out.with_name(f"{out.name}.part")
    try:
        with part.open("w", encoding="utf-8", newline="\n") as file:
            yield file
        part.replace(out)
    finally:
        part.unlink(missing_ok=True)


def _write_rows(rows: Iterable[Mapping[str, Any]], file: TextIO) -> int:
    count = 0
    for row in rows:
        print(json.dumps(plain(row), ensure_ascii=False), file=file)
        count += 1
    return count
