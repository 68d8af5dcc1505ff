"""Planning a release: the form is looked at, then planned once, or comes back as it was typed."""

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request, Response
from sqlalchemy.orm import Session

from app.bootstrap import Office
from app.reviews import authors
from app.web.pages import Pages, RowId, back_to
from app.web.plan_form import PlanForm, kept_back, plan_once
from app.web.release_view import looked_at, page
from core.errors import BadInput, OfficeError
from core.models import Account
from distributor.checks.base import Finding
from distributor.models import Dispatch
from distributor.sending import sender_domain
from distributor.sending.freezing import Terms, right_to_plan
from distributor.sending.plan import found_release, plan
from distributor.sending.reminders import invitation_of, of_release, remind
from distributor.states import Purpose


def router(pages: Pages) -> APIRouter:
    found = APIRouter(prefix="/releases", include_in_schema=False)
    office = pages.office

    @found.post("/{release_id}/plan")
    def planned(
        request: Request, release_id: RowId, form: Annotated[PlanForm, Form()]
    ) -> Response:
        account = pages.account(request, right_to_plan(office.settings))
        domain = sender_domain.look_up(
            office.settings, channel=form.channel, resolver=office.resolver
        )
        checked: Sequence[Finding] = ()
        error = None
        with office.database.read() as session:
            found_release(session, release_id)
        try:
            with office.database.read() as session:
                checked = looked_at(session, office, release_id, form, domain)
            if not kept_back(office, form, checked):
                terms = form.terms(domain, checked)
                made = plan_once(
                    office,
                    form.key,
                    lambda session: _plan(
                        session, office, release_id, form, terms=terms, account=account
                    ),
                )
                return back_to(f"/dispatches/{made}")
        except OfficeError as refused:
            error = refused
        return page(
            pages,
            request,
            release_id,
            form,
            account=account,
            checked=checked,
            error=error,
            status=400 if isinstance(error, BadInput) else 409,
        )

    return found


def _plan(
    session: Session,
    office: Office,
    release_id: int,
    form: PlanForm,
    *,
    terms: Terms,
    account: Account,
) -> Dispatch:
    shared: dict[str, Any] = {
        "release_id": release_id,
        "wall": form.wall(),
        "zone": form.zone,
        "channel": form.channel,
        "settings": office.settings,
        "zone_rules": office.zone_rules,
        "ids": office.ids,
        "now": office.clock.now(),
        "terms": terms,
        "planned_by": account,
    }
    if form.purpose is not Purpose.REMINDER:
        if form.silent:
            raise BadInput(
                "Only a reminder goes to the silent.",
                to="silent",
                mend="Plan it as a reminder, or take the tick away.",
            )
        return plan(session, list_name=form.list, **shared)
    release = found_release(session, release_id)
    invited = of_release(session, invitation_of(session, release))
    silent = (
        authors.of_release(session, invited.release.id).silent.contact_ids
        if form.silent
        else None
    )
    return remind(session, invited=invited, silent=silent, **shared)
