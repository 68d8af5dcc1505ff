"""Detection on files, without a database."""

import json
from pathlib import Path
from typing import Annotated

import typer

commands = typer.Typer()


@commands.command()
def detect(
    releases: Annotated[Path, typer.Option(help="Releases, one JSON object a line.")],
    articles: Annotated[Path, typer.Option(help="Articles, one JSON object a line.")],
) -> None:
    """Print which articles cover which releases, one JSON object a line."""
    from monitor import detect as detection

    lines = [
        json.dumps(line, ensure_ascii=False)
        for line in detection.detect(
            detection.read_releases(releases), detection.read_articles(articles)
        )
    ]
    if lines:
        typer.echo("\n".join(lines))
