"""Detection on files, without a database."""

import json
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

commands = typer.Typer()


@commands.command()
def detect(
    releases: Annotated[Path, typer.Option(help="Releases, one JSON object a line.")],
    articles: Annotated[
        Path, typer.Option(help="Articles, one JSON object a line; - reads them here.")
    ],
) -> None:
    """Print which articles cover which releases, one JSON object a line (docs/detect.md)."""
    from monitor import detect as detection

    with _file(articles) as path:
        for line in detection.detect(
            detection.read_releases(releases), detection.read_articles(path)
        ):
            typer.echo(json.dumps(line, ensure_ascii=False))


@contextmanager
def _file(given: Path) -> Iterator[Path]:
    """The file itself; what comes on standard input is put into one, to be read twice."""
    if str(given) != "-":
        yield given
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "standard input"
        with path.open("wb") as file:
            shutil.copyfileobj(sys.stdin.buffer, file)
        yield path
