"""Events that people are invited to: `parution event`."""

from dataclasses import asdict
from typing import Annotated

import typer

from app.cli.edge import Json, Layout, Out, office, show_list, show_one, write_bytes
from app.cli.signing import OptionalToken, maybe_who
from distributor.after.attending import Wanted
from distributor.after.hearing import BY_TELEPHONE, Heard

commands = typer.Typer(name="event", help="Who comes to an event, and who came.")

_ReleaseId = Annotated[
    int, typer.Argument(metavar="RELEASE", help="The id of the invitation.")
]


@commands.command("list")
def list_guests(
    release_id: _ReleaseId,
    *,
    wanted: Annotated[
        Wanted, typer.Option(help="Only those of one answer; expected is the door's.")
    ] = Wanted.ALL,
    as_json: Json = False,
) -> None:
    """List the guests: who is invited, what they answered, who was seen at the door."""
    from distributor.after import attending, hearing

    with office() as opened, opened.database.read() as session:
        release = hearing.invitation_of(session, release_id)
        rows = [
            asdict(one)
            for one in attending.every_guest(session, release.id, wanted=wanted)
        ]
    show_list(
        rows,
        columns=["name", "outlet", "answer", "crew_size", "plate", "said_by"],
        as_json=as_json,
    )


@commands.command()
def turnout(release_id: _ReleaseId, as_json: Json = False) -> None:
    """Say how many are invited, come, are silent and are inside."""
    from distributor.after import attending, hearing

    with office() as opened, opened.database.read() as session:
        release = hearing.invitation_of(session, release_id)
        told = attending.turnout(session, release.id)
    show_one(asdict(told), as_json=as_json)


@commands.command()
def present(
    release_id: _ReleaseId,
    address: Annotated[str, typer.Argument(help="Who came.")],
    *,
    absent: Annotated[
        bool, typer.Option("--absent", help="They did not come.")
    ] = False,
    undo: Annotated[
        bool, typer.Option("--undo", help="Take back what was said at the door.")
    ] = False,
    token: OptionalToken = "",
    as_json: Json = False,
) -> None:
    """Note that a guest came. Noted twice, they came once."""
    from distributor.after import attending, hearing
    from distributor.contacts import lines

    seen = None if undo else Heard.ABSENT if absent else Heard.PRESENT
    with office() as opened, opened.database.write(ledger=True) as session:
        account = maybe_who(session, token)
        release = hearing.invitation_of(session, release_id)
        contact = lines.contact(session, address)
        attending.mark(
            session,
            release.id,
            contact.id,
            seen,
            by=account.name if account else BY_TELEPHONE,
            now=opened.clock.now(),
        )
        told = attending.guest(session, release.id, contact.id)
    show_one(
        {"release": release.id, "email": told.address, "answer": told.answer},
        as_json=as_json,
    )


@commands.command()
def export(
    release_id: _ReleaseId,
    *,
    format_name: Annotated[
        str, typer.Option("--format", help="pdf, xlsx or csv")
    ] = "pdf",
    layout: Layout = "",
    out: Out = None,
) -> None:
    """Write the list for the door: whoever said that they come, and who came."""
    from app.web.event_view import event_of, guest_list
    from core.reporting.guests import written
    from core.reporting.layouts import spoken

    with office() as opened:
        languages = [one.language for one in spoken(layout, opened.settings.language)]
        base = opened.settings.web.public_url.rstrip("/")
        if opened.settings.web.public_port:
            # Behind it are the public pages alone: a code would lead nowhere.
            base = ""
        with opened.database.read() as session:
            event = event_of(session, release_id, languages[0])
            whole = guest_list(session, opened, event, base)
        content = written(format_name, whole, languages)
    write_bytes(content, out, name=f"event-{event.release.id}.{format_name}")
