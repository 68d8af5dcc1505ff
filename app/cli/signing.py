"""Who a command's user is, and their signature: `parution dispatch approve`, refuse, waive."""

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.edge import Json, office, show_one
from core.errors import Conflict
from core.settings import TOKEN

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from core.models import Account

DispatchId = Annotated[int, typer.Argument(metavar="ID")]
Token = Annotated[
    str,
    typer.Option(envvar=TOKEN, help="Your own token; asked for, or read from a pipe."),
]
# Where nobody has to say who they are.
OptionalToken = Annotated[
    str, typer.Option(envvar=TOKEN, help="Your own token, to say who you are.")
]


def who(session: "Session", token: str) -> "Account":
    """Raises Conflict for a token of nobody."""
    from core import accounts
    from core.journal import act_as

    account = accounts.by_token(session, token)
    if account is None:
        raise Conflict(
            "This token belongs to nobody who may sign in.",
            to="token",
            mend="Make one with `parution user token NAME`.",
        )
    act_as(account.name)
    return account


def maybe_who(session: "Session", token: str) -> "Account | None":
    return who(session, token) if token else None


def asked(token: str) -> str:
    if token:
        return token
    if sys.stdin.isatty():
        return str(typer.prompt("Token", hide_input=True))
    return sys.stdin.readline().strip()


def approve(
    dispatch_id: DispatchId,
    *,
    token: Token = "",
    seal: Annotated[
        str, typer.Option(help="The seal you saw; another one is refused.")
    ] = "",
    as_json: Json = False,
) -> None:
    """Approve a dispatch with your own token."""
    from distributor import report
    from distributor.sending import approval

    given = asked(token)
    with office() as opened, opened.database.write(ledger=True) as session:
        account = who(session, given)
        made = approval.approve(
            session,
            dispatch_id,
            account=account,
            settings=opened.settings,
            zone_rules=opened.zone_rules,
            now=opened.clock.now(),
            seal=seal or None,
        )
        told = report.summarise(session, dispatch_id)
        signed = report.signatures(session, dispatch_id)["approvals"][-1]
        row = {
            "id": dispatch_id,
            "approved_by": account.name,
            "in_place_of": signed["in_place_of"],
            "seal": made.seal,
            "undo_until": told.undo_until,
            "state": told.state,
        }
    show_one(row, as_json=as_json)


def refuse(
    dispatch_id: DispatchId,
    *,
    because: Annotated[str, typer.Option(help="What should change.")],
    token: Token = "",
    as_json: Json = False,
) -> None:
    """Refuse a dispatch: it is held with your sentence."""
    from distributor.sending import approval

    given = asked(token)
    with office() as opened, opened.database.write(ledger=True) as session:
        held = approval.refuse(
            session,
            dispatch_id,
            account=who(session, given),
            because=because,
            now=opened.clock.now(),
        )
        row = {"id": dispatch_id, "state": held.state, "reason": held.reason}
    show_one(row, as_json=as_json)


def waive(
    dispatch_id: DispatchId,
    check: Annotated[str, typer.Argument(help="The check, like no-signed-file.")],
    reason: Annotated[str, typer.Argument(help="Why it is right all the same.")],
    *,
    token: OptionalToken = "",
    as_json: Json = False,
) -> None:
    """Accept an amber finding of the checks, with its reason."""
    from core.errors import BadInput
    from distributor.sending import standing, waivers

    with office() as opened, opened.database.write() as session:
        if opened.settings.approval != "off" and not token:
            raise BadInput(
                "A reason is signed here, and nobody said who gives it.",
                to="token",
                mend="Give your own token with --token or PARUTION_TOKEN.",
            )
        dispatch = waivers.waive(
            session,
            dispatch_id,
            {check: reason},
            account=maybe_who(session, token),
            now=opened.clock.now(),
        )
        row = {
            "id": dispatch_id,
            "check": check,
            "reason": reason.strip(),
            "missing": list(standing.unwaived(session, dispatch)),
        }
    show_one(row, as_json=as_json)
