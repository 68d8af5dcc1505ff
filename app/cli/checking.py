"""What the pre-flight checks find, without planning: `parution release check`."""

from typing import Annotated

import typer

from app.cli.edge import Json, office, show_list, speaking


def check(
    release_id: Annotated[int, typer.Argument(metavar="ID")],
    *,
    list_name: Annotated[
        str | None, typer.Option("--list", help="Who would get it.")
    ] = None,
    at: Annotated[
        str | None, typer.Option(help="Wall time it would leave, 2026-11-24T09:00.")
    ] = None,
    zone: Annotated[
        str | None, typer.Option(help="Zone of the time; the office's without it.")
    ] = None,
    channel: Annotated[str, typer.Option(help="How it would be sent, like smtp.")] = "",
    as_json: Json = False,
) -> None:
    """Show what would block a release (red) or needs a reason (amber). Plans nothing.

    Ends with 2 when a finding is red.
    """
    from dataclasses import asdict

    from app.telling import dispatches
    from core.zones import parse_wall
    from distributor.checks.base import Level
    from distributor.sending import sender_domain
    from distributor.sending.looking import look

    wall = parse_wall(at) if at else None
    with office() as opened:
        domain = sender_domain.look_up(
            opened.settings, channel=channel, resolver=opened.resolver
        )
        with opened.database.read() as session:
            found = look(
                session,
                release_id=release_id,
                list_name=list_name,
                wall=wall,
                zone=zone or opened.settings.organisation.zone,
                channel=channel,
                settings=opened.settings,
                zone_rules=opened.zone_rules,
                domain=domain,
                now=opened.clock.now(),
            )
        spoken = speaking(opened)
    if as_json or found:
        show_list(
            [asdict(one) for one in dispatches.findings(found, spoken)],
            columns=["level", "check", "to", "what", "mend"],
            as_json=as_json,
        )
    else:
        typer.echo(spoken.gettext("The checks found nothing."))
    if any(one.level is Level.RED for one in found):
        raise typer.Exit(2)
