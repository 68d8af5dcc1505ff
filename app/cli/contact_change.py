"""Contacts one by one: `parution contact add`, `change`, `verify` and `audience`."""

from dataclasses import asdict, replace
from typing import Annotated, Any

import typer

from app.cli.edge import Json, office, show_list, show_one, since_of

_Address = Annotated[str, typer.Argument(help="The contact's address.")]
_Text = Annotated[str | None, typer.Option(help="What is not given stays as it is.")]


def add(
    address: _Address,
    *,
    provenance: Annotated[
        str, typer.Option(help="Where this contact is known from; it is kept.")
    ],
    name: Annotated[str, typer.Option()] = "",
    outlet: Annotated[str, typer.Option()] = "",
    languages: Annotated[str, typer.Option(help="Like ar,fr: the best first.")] = "",
    beats: Annotated[str, typer.Option(help="Parted by commas.")] = "",
    phone: Annotated[str, typer.Option()] = "",
    kind: Annotated[str, typer.Option(help="journalist or newsroom")] = "journalist",
    as_json: Json = False,
) -> None:
    """Add one contact. It can be undone like an import."""
    from distributor.contacts import editing

    facts = editing.Facts(
        address=address,
        name=name,
        kind=kind,
        languages=tuple(languages.split(",")),
        outlet=outlet,
        beats=beats,
        phone=phone,
        provenance=provenance,
    )
    with office() as opened, opened.database.write() as session:
        made, batch = editing.add(
            session, facts, account_id=None, now=opened.clock.now()
        )
    show_one({"contact": made, "email": address, "batch": batch}, as_json=as_json)


def change(
    address: _Address,
    *,
    to: Annotated[str | None, typer.Option(help="The new address.")] = None,
    name: _Text = None,
    outlet: _Text = None,
    languages: _Text = None,
    beats: _Text = None,
    phone: _Text = None,
    provenance: _Text = None,
    kind: _Text = None,
    quiet: _Text = None,
    as_json: Json = False,
) -> None:
    """Change what is known of one contact. It can be undone like an import."""
    from distributor.contacts import card, editing, lines, lists

    given = {
        "address": to,
        "name": name,
        "outlet": outlet,
        "languages": None if languages is None else tuple(languages.split(",")),
        "beats": beats,
        "phone": phone,
        "provenance": provenance,
        "kind": kind,
        "quiet": quiet,
    }
    said: dict[str, Any] = {
        field: value for field, value in given.items() if value is not None
    }
    with office() as opened, opened.database.write() as session:
        contact = lines.contact(session, address)
        joined = session.scalars(lists.joined_by(contact.id)).all()
        facts = replace(editing.typed(contact, joined), **said)
        batch = editing.edit(
            session,
            contact.id,
            facts,
            seal=card.seal_of(session, contact.id),
            account_id=None,
            now=opened.clock.now(),
        )
    show_one(
        {"email": to or address, "batch": batch, "changed": batch is not None},
        as_json=as_json,
    )


def verify(address: _Address, as_json: Json = False) -> None:
    """Say that all that is known of a contact is still right, as of today."""
    from distributor.contacts import editing, lines

    with office() as opened, opened.database.write() as session:
        now = opened.clock.now()
        editing.verify(
            session, lines.contact(session, address).id, account_id=None, now=now
        )
    show_one({"email": address, "verified_at": now}, as_json=as_json)


def audience(
    list_name: Annotated[str, typer.Argument(metavar="LIST")],
    release: Annotated[int, typer.Argument(metavar="RELEASE", help="Its id.")],
    *,
    at: Annotated[
        str, typer.Option(help="Leaving at this wall time; without one, now.")
    ] = "",
    as_json: Json = False,
) -> None:
    """Say whom a release would reach by a list, each with why; and who is left out, and why."""
    from distributor.contacts import lists
    from distributor.sending.trying import trial

    with office() as opened, opened.database.read() as session:
        tried = trial(
            session,
            release_id=release,
            list_id=lists.by_name(session, list_name).id,
            settings=opened.settings,
            now=opened.clock.now(),
            at=since_of(opened, at),
        )
    show_list(
        [asdict(one) for one in tried.contacts],
        columns=["address", "name", "language", "language_because", "left_out"],
        as_json=as_json,
    )
