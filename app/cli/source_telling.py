"""What source commands say: rows for programs, plain words for people."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

import typer

from app import alert_words, source_words
from app.cli.edge import show_list
from app.telling import sources as telling
from core.errors import Conflict, NotFound
from core.i18n import Words, words
from core.values import Language
from monitor.catalogue.showing import SourceView
from monitor.discovery import Examined, Found

_CANDIDATES = ["kind", "url", "found", "entries", "newest", "language", "why"]


def tell(found: Found, *, as_json: bool, wanted: bool) -> None:
    """List what was found. Raises Conflict or NotFound when one was *wanted*."""
    rows = [asdict(telling.candidate(one)) for one in found.candidates]
    show_list(rows, columns=_CANDIDATES, as_json=as_json)
    if not wanted:
        return
    if found.rivals:
        raise Conflict(
            "Several addresses are as good as each other, and nothing was added.",
            mend="Give the one that is meant: `parution source add URL`.",
        )
    raise NotFound(
        f"Nothing that brings articles was found; addresses asked: {found.asked}.",
        to=found.candidates[0].url,
        mend="Give the address of a feed, or of a page that lists articles with --kind page.",
    )


def line(view: SourceView) -> dict[str, Any]:
    return asdict(telling.line(view))


def examined(found: Examined, known: frozenset[str], *, said: Words) -> dict[str, Any]:
    return asdict(telling.examined(found, known, said=said))


def tell_examined(row: Mapping[str, Any], found: Examined, *, now: datetime) -> None:
    """The same in plain words, a line each."""
    said = words(Language.ENGLISH)
    if not row["readable"]:
        typer.echo(f"{row['why']} {row['next_step']}".strip())
        # A bare number is part of the sentence already.
        if found.detail and not found.detail.isdecimal():
            typer.echo(f"  ({found.detail})")
        return
    kind = source_words.kind(found.kind, said=said)
    named = f", called “{found.title}”" if found.title else ""
    typer.echo(f"This is a {kind}{named}{_spoken(found.language, said)}.")
    typer.echo(_listed(row["entries"], row["new"]))
    if found.newest is not None and found.oldest is not None:
        typer.echo(
            f"The newest appeared {said.ago(found.newest, now)}, the oldest {said.ago(found.oldest, now)}."
        )
    typer.echo(
        "Something new comes about once in"
        f" {alert_words.span(row['usual_gap_seconds'], said=said)}."
        if found.usual_gap
        else "How often it publishes cannot be told: too few of its dates can be read."
    )
    if undated := len(found.entries) - found.dated:
        typer.echo(
            "1 article has no date that can be believed; it keeps the moment it was first seen."
            if undated == 1
            else f"{undated} articles have no date that can be believed;"
            " they keep the moment they were first seen."
        )
    typer.echo("robots.txt lets us read it.")
    for title in row["titles"]:
        typer.echo(f"  - {title}")


def _spoken(language: str, said: Words) -> str:
    if not language:
        return ""
    return f"; most of it is in {said.locale.languages.get(language, language)}"


def _listed(entries: int, new: int) -> str:
    if entries == 1:
        return f"It lists 1 article, {'not seen yet' if new else 'seen already'}."
    return f"It lists {entries} articles, {new} of them not seen yet."
