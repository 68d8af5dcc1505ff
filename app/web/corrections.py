"""A correction or a cancellation: whom it will reach is said before anybody chooses it."""

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from sqlalchemy import select
from sqlalchemy.orm import Session

import distributor.report
from app.bootstrap import Office
from app.web import dispatch_view
from app.web.pages import Pages, RowId, back_to
from app.web.plan_form import PlanForm, kept_back, plan_once
from core.accounts import Right
from core.errors import BadInput, OfficeError
from core.models import Account, Release
from core.values import ReleaseKind
from core.wording import worded
from distributor.after.corrections import correct, reach
from distributor.checks.base import Finding, SenderDomain
from distributor.models import Dispatch
from distributor.sending import moves, preflight, sender_domain, standing
from distributor.sending.freezing import Terms

_KINDS = (ReleaseKind.CORRECTION, ReleaseKind.CANCELLATION)


def router(pages: Pages) -> APIRouter:
    found = APIRouter(prefix="/dispatches", include_in_schema=False)
    office = pages.office

    def page(
        request: Request,
        dispatch_id: int,
        form: PlanForm,
        account: Account,
        *,
        checked: tuple[Finding, ...] = (),
        error: OfficeError | None = None,
        status: int = 200,
    ) -> Response:
        with office.database.read() as session:
            dispatch = distributor.report.summarise(session, dispatch_id)
            release_id = moves.release_of(dispatch)
            return pages.show(
                request,
                "correct.html",
                account=account,
                status=status,
                dispatch=dispatch,
                choices=_choices(session, release_id),
                reach=reach(session, release_id),
                undo_minutes=office.settings.sending.undo_minutes,
                asks_reasons=standing.asks_reasons(office.settings),
                findings=dispatch_view.found_lines(checked, pages.words(request)),
                reasons=form.given(),
                form=form,
                error=error,
            )

    @found.get("/{dispatch_id}/correct")
    def ask(request: Request, dispatch_id: RowId) -> Response:
        account = pages.account(request, Right.SEND)
        form = PlanForm(key=office.ids.token(), zone=office.settings.organisation.zone)
        return page(request, dispatch_id, form, account)

    @found.post("/{dispatch_id}/correct")
    def plan(
        request: Request, dispatch_id: RowId, form: Annotated[PlanForm, Form()]
    ) -> Response:
        """It stops what sends the wrong text, so it asks for the right to send."""
        account = pages.account(request, Right.SEND)
        with office.database.read() as session:
            channel = distributor.report.summarise(session, dispatch_id).channel
        domain = sender_domain.look_up(
            office.settings, channel=channel, resolver=office.resolver
        )
        checked: tuple[Finding, ...] = ()
        error = None
        try:
            checked = _look(office, form, domain)
            if not kept_back(office, form, checked):
                terms = form.terms(domain, checked)
                made = plan_once(
                    office,
                    form.key,
                    lambda session: _make(
                        session, office, dispatch_id, form, terms=terms, by=account
                    ),
                )
                return back_to(f"/dispatches/{made}")
        except OfficeError as refused:
            error = refused
        return page(
            request,
            dispatch_id,
            form,
            account,
            checked=checked,
            error=error,
            status=400 if isinstance(error, BadInput) else 409,
        )

    return found


def _look(
    office: Office, form: PlanForm, domain: SenderDomain | None
) -> tuple[Finding, ...]:
    with office.database.read() as session:
        release = session.get(Release, form.release)
        if release is None:
            raise BadInput(
                worded("No correction was chosen."),
                to="release",
                mend=worded("Choose the text that says what is right."),
            )
        return tuple(
            preflight.examine(
                session,
                release=release,
                draft=preflight.Draft(zone=form.zone, purpose=release.kind),
                settings=office.settings,
                zone_rules=office.zone_rules,
                domain=domain,
                now=office.clock.now(),
            )
        )


def _make(
    session: Session,
    office: Office,
    dispatch_id: int,
    form: PlanForm,
    *,
    terms: Terms,
    by: Account,
) -> Dispatch:
    return correct(
        session,
        dispatch_id,
        release_id=form.release,
        wall=form.wall(),
        zone=form.zone,
        settings=office.settings,
        zone_rules=office.zone_rules,
        ids=office.ids,
        now=office.clock.now(),
        terms=terms,
        planned_by=by,
    )


def _choices(session: Session, release_id: int) -> list[tuple[int, str, str, str]]:
    """The texts that correct or cancel this release: id, number, kind, title."""
    rows = session.scalars(
        select(Release)
        .where(Release.parent_id == release_id, Release.kind.in_(_KINDS))
        .order_by(Release.id.desc())
    )
    return [
        (
            row.id,
            row.number,
            row.kind,
            next((version.title for version in row.versions), ""),
        )
        for row in rows
    ]
