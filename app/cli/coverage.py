"""Articles and coverage: `parution article` and `parution coverage`."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any

import typer
from sqlalchemy.orm import Session

from app.cli import article_export, authors, by_hand, deciding, saying
from app.cli.edge import Json, office, show_list, show_one, since_of
from core.errors import BadInput

commands = typer.Typer()
articles = typer.Typer(name="article", help="What outlets published.")
lines = typer.Typer(name="coverage", help="Articles that cover a release.")
deciding.register(lines)
saying.register(lines)
commands.add_typer(articles)
articles.command()(by_hand.add)
articles.command()(article_export.export)
commands.add_typer(lines)
lines.command()(authors.authors)
lines.add_typer(authors.bylines)

Since = Annotated[
    str, typer.Option(help="Wall time in the office's zone, like 2026-11-24T09:00.")
]


@articles.command("list")
def list_articles(
    *,
    since: Since = "",
    source: Annotated[int | None, typer.Option(help="Only this source.")] = None,
    search: Annotated[
        str, typer.Option(help="Only what answers this query (docs/watches.md).")
    ] = "",
    best: Annotated[
        bool, typer.Option("--best", help="With --search: the best first.")
    ] = False,
    limit: Annotated[
        int, typer.Option(min=1, max=1000, help="With --search: how many.")
    ] = 50,
    as_json: Json = False,
) -> None:
    """List articles, newest first."""
    from monitor import report

    if search and source is not None:
        raise BadInput(
            "A search is not limited to one source.",
            to="--source",
            mend="Write outlet:name in the query.",
        )
    with office() as opened, opened.database.read() as session:
        since_when = since_of(opened, since)
        rows: Iterable[Mapping[str, Any]]
        if search:
            rows = _found(session, search, since=since_when, best=best, limit=limit)
        else:
            rows = report.articles(session, since=since_when, source_id=source)
        columns = ["id", "outlet", "published_at", "title"]
        show_list(rows, columns=columns, as_json=as_json)


def _found(
    session: Session, query: str, *, since: datetime | None, best: bool, limit: int
) -> Sequence[Mapping[str, Any]]:
    from dataclasses import asdict

    from monitor.search import Order, Within, search

    order = Order.RANK if best else Order.NEWEST
    found = search(session, query, order=order, within=Within(since=since), limit=limit)
    if not found.is_whole:
        typer.echo(
            f"The best of the newest {found.ranked} that answer."
            if best
            else "Not everything was looked at: make the query narrower.",
            err=True,
        )
    rows = [asdict(hit) for hit in found.hits]
    for row in rows:
        row["id"] = row.pop("article_id")
        del row["body"]
    return rows


@articles.command("show")
def show_article(article: int, as_json: Json = False) -> None:
    """Show one article."""
    from monitor import report

    with office() as opened, opened.database.read() as session:
        row = report.article(session, article)
    show_one(row, as_json=as_json)


@lines.command("list")
def list_coverage(
    release: Annotated[int | None, typer.Option(help="Only this release.")] = None,
    since: Since = "",
    as_json: Json = False,
) -> None:
    """List coverage, newest first."""
    from dataclasses import asdict

    from monitor import report

    with office() as opened, opened.database.read() as session:
        found = report.coverage(
            session, release_id=release, since=since_of(opened, since)
        )
    rows: list[dict[str, Any]] = [asdict(line) for line in found]
    columns = ["id", "number", "label", "score", "decision", "outlet", "title"]
    show_list(rows, columns=columns, as_json=as_json)


@lines.command("show")
def show_line(
    coverage: Annotated[int, typer.Argument(help="The line's id.")],
    as_json: Json = False,
) -> None:
    """Show one coverage line with its evidence."""
    from dataclasses import asdict

    from monitor import report

    with office() as opened, opened.database.read() as session:
        found = report.evidence(session, coverage)
    if as_json:
        show_one(asdict(found), as_json=True)
        return
    row = asdict(found.line)
    row["reasons"] = [one["code"] for one in row["reasons"]]
    row["passages"] = len(row["passages"])
    show_one(row, as_json=False)
    typer.echo("\n" + "".join(piece.text for piece in found.article))


@lines.command()
def add(
    article: int,
    release: int,
    label: Annotated[
        str, typer.Option(help="reprint, partial, rewrite or mention.")
    ] = "mention",
) -> None:
    """Enter a coverage line by hand."""
    from monitor import coverage

    with office() as opened, opened.database.write() as session:
        made = coverage.add(
            session,
            article_id=article,
            release_id=release,
            label=coverage.label_named(label),
            by="command line",
            now=opened.clock.now(),
        )
        typer.echo(f"Coverage line {made.id} was added.")
