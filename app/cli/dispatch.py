"""Dispatches: `parution dispatch`."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.cli import evidence, signing, steering
from app.cli.edge import Json, office, show_list, show_one, speaking
from app.cli.signing import DispatchId, OptionalToken, maybe_who
from core.errors import BadInput
from core.i18n import N_

if TYPE_CHECKING:
    from app.bootstrap import Office
    from app.planning import Who
    from core.i18n import Words

commands = typer.Typer(name="dispatch", help="Plans to send, and what became of them.")

for command in (
    steering.pause,
    steering.resume,
    steering.stop,
    steering.undo,
    steering.settle,
    steering.hold_all,
    steering.release_all,
    signing.approve,
    signing.refuse,
    signing.waive,
    evidence.proof,
    evidence.proof_key,
    evidence.verify,
    evidence.call_sheet,
    evidence.log,
):
    commands.command()(command)

_EARLY = (
    "Planned mode hands the text to the provider up to 24 hours early. From ten minutes "
    "before its hour, an opt-out, a pause or a stop can no longer be honoured."
)


# What sends no release is named in words: its number would be empty.
_COMPOSED = {"edition": N_("Edition of the review"), "notice": N_("Notice")}


class Mode(StrEnum):
    IMMEDIATE = "immediate"
    PLANNED = "planned"


class Purposes(StrEnum):
    RELEASE = "release"
    REMINDER = "reminder"


At = Annotated[
    str | None,
    typer.Option(
        help="Wall time, like 2026-11-24T09:00; now, after the undo window, without it."
    ),
]
Zone = Annotated[
    str | None, typer.Option(help="Zone of the time; the office's without it.")
]
Accept = Annotated[
    list[str] | None,
    typer.Option(help='Accept an amber finding, like no-signed-file="It follows".'),
]
Grace = Annotated[
    int | None,
    typer.Option(min=0, help="Minutes it may leave late by itself; later it is held."),
]
Deadline = Annotated[
    int | None, typer.Option(min=1, help="Hours after which nobody is tried again.")
]


@commands.command()
def plan(
    release: Annotated[int, typer.Argument(help="The release's id.")],
    *,
    list_name: Annotated[str, typer.Option("--list", help="Who gets it.")] = "",
    at: At = None,
    channel: Annotated[
        str,
        typer.Option(
            help="How it is sent, like smtp; smtp,sendgrid goes on by the 2nd."
        ),
    ],
    zone: Zone = None,
    mode: Annotated[
        Mode, typer.Option(help="Planned: SendGrid keeps it until its hour.")
    ] = Mode.IMMEDIATE,
    purpose: Annotated[
        Purposes, typer.Option(help="A reminder reaches the silent only.")
    ] = Purposes.RELEASE,
    of: Annotated[
        str,
        typer.Option(
            help="What it reminds of: a dispatch's id, or a release's number."
        ),
    ] = "",
    silent: Annotated[
        bool,
        typer.Option("--silent", help="A reminder: whom no coverage names or prints."),
    ] = False,
    grace: Grace = None,
    deadline: Deadline = None,
    accept: Accept = None,
    key: Annotated[
        str, typer.Option(help="Names this wish: said twice, it is planned once.")
    ] = "",
    again: Annotated[
        bool, typer.Option("--again", help="Plan it though the same is planned.")
    ] = False,
    token: OptionalToken = "",
    as_json: Json = False,
) -> None:
    """Plan to send a release to a list at a wall time. Freezes who gets it."""
    from app import planning

    wish = planning.Wish(
        release_id=release,
        list_name=list_name,
        wall=_wall(at),
        zone=zone or "",
        channels=planning.channels(channel),
        mode=mode.value,
        is_reminder=purpose is Purposes.REMINDER,
        of=of,
        silent=silent,
        grace_minutes=grace,
        deadline_hours=deadline,
        accepted=_accepted(accept),
        key=key,
        again=again,
    )
    with office() as opened:
        made = planning.plan(opened, wish, _who(token))
        _show(opened, _told(opened, made), as_json=as_json)


@commands.command("plan-event")
def plan_event(
    release: Annotated[int, typer.Argument(help="The invitation's id.")],
    *,
    list_name: Annotated[str, typer.Option("--list", help="Who is invited.")],
    channel: Annotated[str, typer.Option(help="How it is sent, like smtp.")],
    steps: Annotated[
        str, typer.Option(help="A TOML file of [[step]] tables, or default.")
    ] = "default",
    accept: Accept = None,
    token: OptionalToken = "",
    as_json: Json = False,
) -> None:
    """Plan every step of an event: J-10, J-2 to the silent, J-1, the day, after."""
    from app import planning

    chosen = () if steps == "default" else _read_steps(Path(steps))
    wish = planning.Wish(
        release_id=release,
        list_name=list_name,
        channels=[channel],
        accepted=_accepted(accept),
    )
    with office() as opened:
        outcomes = planning.plan_event(opened, release, chosen, wish, _who(token))
    show_list(
        [asdict(one) for one in outcomes],
        columns=["step", "wall", "number", "dispatch_id", "left_out"],
        as_json=as_json,
    )


@commands.command()
def correct(
    dispatch_id: DispatchId,
    *,
    release: Annotated[
        int, typer.Option("--with", help="The correction or cancellation, its id.")
    ],
    at: At = None,
    zone: Zone = None,
    channel: Annotated[
        str, typer.Option(help="How it is sent; as the dispatch was without it.")
    ] = "",
    grace: Grace = None,
    deadline: Deadline = None,
    accept: Accept = None,
    again: Annotated[
        bool, typer.Option("--again", help="Plan it though the same is planned.")
    ] = False,
    token: OptionalToken = "",
    as_json: Json = False,
) -> None:
    """Stop what sends the wrong text, and tell everybody who may have it."""
    from app import planning

    wish = planning.Wish(
        release_id=release,
        wall=_wall(at),
        zone=zone or "",
        channels=planning.channels(channel) if channel else (),
        grace_minutes=grace,
        deadline_hours=deadline,
        accepted=_accepted(accept),
        again=again,
    )
    with office() as opened:
        made = planning.follow(opened, dispatch_id, wish, _who(token))
        _show(opened, _told(opened, made), as_json=as_json)


@commands.command("list")
def list_dispatches(as_json: Json = False) -> None:
    """List dispatches, newest first."""
    from distributor import report

    with office() as opened, opened.database.read() as session:
        rows = [asdict(one) for one in report.dispatches(session)]
        said = speaking(opened)
    show_list(
        rows if as_json else [_short(row, said) for row in rows],
        columns=[
            "id",
            "number",
            "title",
            "step",
            "purpose",
            "mailing_list",
            "due_at",
            "state",
            "counts",
            "reason",
        ],
        as_json=as_json,
    )


@commands.command()
def show(
    dispatch_id: DispatchId,
    *,
    deliveries: Annotated[
        bool, typer.Option("--deliveries", help="List every recipient and state.")
    ] = False,
    lists: Annotated[
        bool, typer.Option("--lists", help="List who may have it, and who has it not.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Show a dispatch with its signatures, its deliveries, or its two lists."""
    from app.telling import dispatches as telling
    from distributor import report

    with office() as opened, opened.database.read() as session:
        if deliveries:
            _show_lines(
                [asdict(line) for line in report.deliveries(session, dispatch_id)],
                as_json=as_json,
            )
            return
        if lists:
            _show_lists(report.reached(session, dispatch_id), as_json=as_json)
            return
        _show(opened, telling.signed(session, dispatch_id), as_json=as_json)


@commands.command()
def trail(
    dispatch_id: DispatchId,
    delivery_id: Annotated[int, typer.Argument(metavar="DELIVERY")],
    as_json: Json = False,
) -> None:
    """Show everything known of one delivery: each try, and what was reported of it."""
    from app.telling import dispatches as telling

    with office() as opened, opened.database.read() as session:
        found = telling.trail(session, dispatch_id, delivery_id)
    if as_json:
        show_one(asdict(found), as_json=True)
        return
    show_one(asdict(found.delivery), as_json=False)
    attempts = [asdict(one) for one in found.attempts]
    columns = ["number", "channel", "began_at", "ended_at", "verdict", "answer"]
    show_list(attempts, columns=columns, as_json=False)
    events = [asdict(one) for one in found.events]
    columns = ["kind", "channel", "happened_at", "received_at"]
    show_list(events, columns=columns, as_json=False)


def _show_lists(both: "tuple[Sequence[Any], Sequence[Any]]", *, as_json: bool) -> None:
    for name, lines in zip(("reached", "not_reached"), both, strict=True):
        if not as_json:
            typer.echo(f"{name}: {len(lines)}")
        _show_lines([{"list": name, **asdict(line)} for line in lines], as_json=as_json)


def _show_lines(rows: Sequence[Mapping[str, Any]], *, as_json: bool) -> None:
    show_list(
        rows,
        columns=["id", "address", "language", "state", "attempts", "reason"],
        as_json=as_json,
    )


def _wall(at: str | None) -> datetime | None:
    from core.zones import parse_wall

    return None if at in {None, "now"} else parse_wall(str(at))


def _read_steps(file: Path) -> Sequence[Any]:
    from distributor.sending import steps as planning

    try:
        content = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(
            f"The steps cannot be read: {error}.",
            to=str(file),
            mend="Name a TOML file, or say default.",
        ) from error
    return planning.read(content, file=file.name)


def _accepted(accept: Sequence[str] | None) -> Mapping[str, str]:
    accepted: dict[str, str] = {}
    for given in accept or ():
        check, sign, reason = given.partition("=")
        if not sign or not reason.strip():
            raise BadInput(
                f"{given!r} accepts nothing.",
                to="accept",
                mend='Write it like --accept CHECK="why it is right all the same".',
            )
        accepted[check.strip()] = reason.strip()
    return accepted


def _who(token: str) -> "Who":
    return lambda session: maybe_who(session, token)


def _told(opened: "Office", dispatch_id: int) -> dict[str, Any]:
    from app.telling import dispatches as telling

    with opened.database.read() as session:
        return telling.signed(session, dispatch_id)


def _show(opened: "Office", row: dict[str, Any], *, as_json: bool) -> None:
    """Print the row; what a person should know before it leaves goes to stderr."""
    if row["mode"] == Mode.PLANNED:
        typer.echo(_EARLY, err=True)
    for sentence in _amber(opened, row):
        typer.echo(sentence, err=True)
    show_one(row if as_json else _short(row, speaking(opened)), as_json=as_json)


def _amber(opened: "Office", row: Mapping[str, Any]) -> Sequence[str]:
    from distributor.checks.base import Finding
    from distributor.sending.standing import asks_reasons

    accepted = {one["check"] for one in row["waivers"] if one["seal"] == row["seal"]}
    spoken = speaking(opened)
    found = [
        Finding.from_row(one) for one in row["findings"] if one["check"] not in accepted
    ]
    said = [
        f"{one.level.value} {one.check}: {' '.join(one.said(spoken))}" for one in found
    ]
    if said and asks_reasons(opened.settings):
        said.append(
            "Each needs a reason before it leaves: "
            f'parution dispatch waive {row["id"]} {found[0].check} "..."'
        )
    return said


def _short(row: Mapping[str, Any], said: "Words") -> dict[str, Any]:
    """The row for people: only the counts that say something, lists as numbers."""
    counts = {state: count for state, count in row["counts"].items() if count}
    short = {
        **row,
        "number": row["number"] or row["about"],
        "purpose": said.gettext(_COMPOSED[row["purpose"]])
        if row["purpose"] in _COMPOSED
        else row["purpose"],
        "counts": ", ".join(f"{count} {state}" for state, count in counts.items()),
        "left_out": len(row["left_out"]),
        "findings": [f"{one['level']} {one['check']}" for one in row["findings"]],
    }
    if "approvals" in row:
        short["approvals"] = [
            one["by"] + (f" (for {one['in_place_of']})" if one["in_place_of"] else "")
            for one in row["approvals"]
        ]
        short["waivers"] = [
            f"{one['check']}: {one['reason']}" for one in row["waivers"]
        ]
    return short
