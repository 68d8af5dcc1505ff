"""Entering what was printed or said: `parution article add`."""

from typing import Annotated

import typer

from app.cli.edge import Json, office, show_one

Field = Annotated[str, typer.Option()]


def add(
    *,
    outlet: Annotated[str, typer.Option(help="Which paper, radio or television.")],
    title: Annotated[str, typer.Option(help="What was printed or said.")],
    medium: Annotated[str, typer.Option(help="print, radio, tv or web.")],
    published: Annotated[str, typer.Option(help="The day, such as 2026-11-24.")],
    page: Annotated[str, typer.Option(help="In print: the page.")] = "",
    time: Annotated[str, typer.Option(help="On air: the hour, such as 19:30.")] = "",
    programme: Annotated[str, typer.Option(help="On air: the programme.")] = "",
    author: Field = "",
    section: Field = "",
    summary: Annotated[str, typer.Option(help="In a few sentences.")] = "",
    content: Annotated[
        str, typer.Option(help="The whole text, under a licence alone.")
    ] = "",
    licence: Annotated[
        bool, typer.Option("--licence", help="The whole text may be kept.")
    ] = False,
    url: Annotated[str, typer.Option(help="Where it stands on the web, too.")] = "",
    as_json: Json = False,
) -> None:
    """Enter an article of print, radio or television."""
    from core.zones import zone
    from monitor.catalogue.by_hand import enter

    given = {
        "medium": medium,
        "title": title,
        "published": published,
        "page": page,
        "time": time,
        "programme": programme,
        "author": author,
        "section": section,
        "summary": summary,
        "content": content,
        "licence": "yes" if licence else "",
        "url": url,
    }
    with office() as opened, opened.database.write() as session:
        made = enter(
            session,
            outlet,
            {name: value for name, value in given.items() if value},
            zone=zone(opened.settings.organisation.zone),
            now=opened.clock.now(),
            stamp=opened.timer.stamp(),
        )
        row = {
            "id": made.id,
            "outlet": made.outlet.name,
            "title": made.title,
            "published_at": made.published_at,
        }
    show_one(row, as_json=as_json)
