"""What people change of a source: `parution source set`, pause, resume, accept, remove."""

from typing import Annotated

import typer

from app.cli.edge import Json, office, show_one

SourceId = Annotated[int, typer.Argument(metavar="SOURCE")]


def set_source(
    source_id: SourceId,
    *,
    selector: Annotated[
        str | None, typer.Option(help="For a listing page: its links to articles.")
    ] = None,
    pattern: Annotated[
        str | None,
        typer.Option(
            help="For a listing page: what its articles' addresses look like, such as /news/*."
        ),
    ] = None,
    sender: Annotated[
        str | None, typer.Option(help="For a newsletter: who sends it.")
    ] = None,
    section: Annotated[
        str | None, typer.Option(help="The part of the outlet it carries.")
    ] = None,
    licence: Annotated[
        str | None, typer.Option(help="What the outlet agreed to: a contract, its day.")
    ] = None,
    licence_allows: Annotated[
        str | None,
        typer.Option(help="excerpt (with a link) or full-text; else full-text."),
    ] = None,
    licence_notice: Annotated[
        str | None,
        typer.Option(help="What it wants said beside each article that is passed on."),
    ] = None,
    licence_until: Annotated[
        str | None, typer.Option(help="The licence's last day, like 2027-12-31.")
    ] = None,
    robots_agreement: Annotated[
        str | None,
        typer.Option(
            help="Who agreed, and when, although robots.txt asks to stay away."
        ),
    ] = None,
    tier: Annotated[
        int | None, typer.Option(help="Of its outlet: 1 is read most closely.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Say more of a source; an empty text takes back what was said."""
    from monitor.catalogue import by_id, changing

    given = {
        "selector": selector,
        "pattern": pattern,
        "sender": sender,
        "section": section,
        "licence": licence,
        "licence_allows": licence_allows,
        "licence_notice": licence_notice,
        "licence_until": licence_until,
        "robots_agreement": robots_agreement,
    }
    options = {
        name: value.strip() for name, value in given.items() if value is not None
    }
    with office() as opened, opened.database.write() as session:
        if options:
            changing.set_options(session, source_id, options, now=opened.clock.now())
        if tier is not None:
            changing.set_tier(session, source_id, tier)
        row = by_id(session, source_id)
        told = {"id": row.id, "tier": row.outlet.tier, "options": dict(row.options)}
    show_one(told, as_json=as_json)


def pause(
    source_id: SourceId,
    because: Annotated[str, typer.Option(help="Why nobody reads it for now.")],
    as_json: Json = False,
) -> None:
    """Read a source no more, until it is resumed."""
    from monitor.catalogue import changing

    with office() as opened, opened.database.write() as session:
        changing.pause(session, source_id, because=because)
    show_one({"id": source_id, "paused": because}, as_json=as_json)


def resume(source_id: SourceId, as_json: Json = False) -> None:
    """Read a paused source again, at once."""
    from monitor.catalogue import changing

    with office() as opened, opened.database.write() as session:
        changing.resume(session, source_id, now=opened.clock.now())
    show_one({"id": source_id, "paused": None}, as_json=as_json)


def accept(source_id: SourceId, as_json: Json = False) -> None:
    """Say that what a source brings is the outlet's own, although it looked strange."""
    from monitor.catalogue import changing

    with office() as opened, opened.database.write() as session:
        changing.accept(session, source_id, now=opened.clock.now())
    show_one({"id": source_id, "accepted": True}, as_json=as_json)


def remove(source_id: SourceId, as_json: Json = False) -> None:
    """Remove a source that brought nothing; one that did can be paused."""
    from monitor.catalogue import changing

    with office() as opened, opened.database.write() as session:
        changing.remove(session, source_id)
    show_one({"id": source_id, "removed": True}, as_json=as_json)
