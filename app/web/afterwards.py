"""After a dispatch: what may follow it, each with whom it will reach before it is chosen."""

from collections.abc import Mapping
from dataclasses import dataclass

from fastapi import APIRouter, Request, Response
from sqlalchemy import func, select
from sqlalchemy.orm import Session

import distributor.report
from app.bootstrap import Office
from app.web.pages import Pages, RowId
from core.accounts import Right
from core.errors import OfficeError
from core.releases import found_release
from distributor.after.corrections import reach
from distributor.after.hearing import asks_to_come
from distributor.models import Membership
from distributor.report import DispatchSummary
from distributor.sending import moves, reminders


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminding:
    """Who is silent: their number by language, or why nobody can be reminded."""

    by_language: Mapping[str, int]
    refused: str = ""


def router(pages: Pages) -> APIRouter:
    found = APIRouter(prefix="/dispatches", include_in_schema=False)
    office = pages.office

    @found.get("/{dispatch_id}/after")
    def choose(request: Request, dispatch_id: RowId) -> Response:
        account = pages.account(request, Right.WRITE)
        with office.database.read() as session:
            dispatch = distributor.report.summarise(session, dispatch_id)
            release_id = moves.release_of(dispatch)
            release = found_release(session, release_id)
            return pages.show(
                request,
                "after.html",
                account=account,
                dispatch=dispatch,
                release=release,
                reach=reach(session, release_id),
                asks_to_come=asks_to_come(release),
                reminding=_reminding(session, office, dispatch)
                if release.event_at is not None
                else None,
                members=_members(session, dispatch),
            )

    return found


def _reminding(
    session: Session, office: Office, dispatch: DispatchSummary
) -> Reminding:
    """What a reminder planned now would reach."""
    release = found_release(session, moves.release_of(dispatch))
    try:
        draft = reminders.draft(
            session,
            release_id=release.id,
            invited=reminders.of_release(
                session, reminders.invitation_of(session, release)
            ),
            wall=None,
            zone=dispatch.zone,
            channel=dispatch.channel,
            settings=office.settings,
            now=office.clock.now(),
        )
    except OfficeError as error:
        return Reminding(by_language={}, refused=error.what)
    counts: dict[str, int] = {}
    for one in draft.audience.recipients:
        if not one.is_seed:
            counts[one.language] = counts.get(one.language, 0) + 1
    return Reminding(by_language=counts)


def _members(session: Session, dispatch: DispatchSummary) -> int:
    """How many the list of the dispatch has now."""
    row = moves.found(session, dispatch.id)
    if row.mailing_list_id is None:
        return 0
    asked = select(func.count()).where(
        Membership.mailing_list_id == row.mailing_list_id
    )
    return session.scalar(asked) or 0
