"""Planning a release: the form is looked at, confirmed by a number, then planned once.

What cannot be planned comes back as it was typed.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request, Response
from sqlalchemy.orm import Session

from app.bootstrap import Office
from app.reviews import authors
from app.web import confirming
from app.web.pages import Pages, RowId, back_to
from app.web.plan_form import PlanForm, kept_back, plan_once
from app.web.release_view import looked_at, page
from core.errors import BadInput, OfficeError
from core.models import Account
from core.releases import found_release
from core.wording import worded
from distributor.checks.base import Finding
from distributor.sending import by_hand, freezing, plan, reminders, sender_domain
from distributor.sending.freezing import NotConfirmed, Terms, right_to_plan
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
            if not (form.change or kept_back(office, form, checked)):
                wish = _Wish(
                    release_id=release_id,
                    form=form,
                    terms=form.terms(domain, checked),
                    account=account,
                )
                return _confirmed(pages, request, wish)
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
            status=_status(error, form),
        )

    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wish:
    """Who wishes to send what, where nothing the checks found keeps it back."""

    release_id: int
    form: PlanForm
    terms: Terms
    account: Account

    def shared(self, office: Office) -> dict[str, Any]:
        return {
            "release_id": self.release_id,
            "wall": self.form.wall(),
            "zone": self.form.zone,
            "channel": self.form.channel,
            "settings": office.settings,
            "now": office.clock.now(),
            "terms": self.terms,
            "planned_by": self.account,
        }


def _status(error: OfficeError | None, form: PlanForm) -> int:
    if error is None and form.change:
        return 200
    return 400 if isinstance(error, BadInput) else 409


def _confirmed(pages: Pages, request: Request, wish: _Wish) -> Response:
    """Plan it when its number of recipients was typed; else say what would leave."""
    office, form = pages.office, wish.form
    if form.count() is not None:
        try:
            return back_to(f"/dispatches/{_plan(office, wish)}")
        except NotConfirmed:
            pass  # The confirmation is shown again, with the number of now.
    with office.database.read() as session:
        sheet = confirming.sheet(session, _draft(session, office, wish))
    return pages.show(
        request,
        "confirm.html",
        account=wish.account,
        status=409 if form.confirmed else 200,
        release_id=wish.release_id,
        sheet=sheet,
        form=form,
        reasons=wish.terms.inspection.accepted if wish.terms.inspection else {},
        sender=office.settings.organisation.sender,
        by_hand=by_hand.CHANNEL,
        undo_minutes=office.settings.sending.undo_minutes,
        asks_approval=office.settings.approval != "off",
    )


def _draft(session: Session, office: Office, wish: _Wish) -> freezing.Draft:
    form = wish.form
    if form.purpose is Purpose.REMINDER:
        invited, silent = _invited(session, wish)
        return reminders.draft(
            session, invited=invited, silent=silent, **wish.shared(office)
        )
    if form.silent:
        raise BadInput(
            worded("Only a reminder goes to the silent."),
            to="silent",
            mend=worded("Plan it as a reminder, or take the tick away."),
        )
    return plan.draft(session, list_name=form.list, **wish.shared(office))


def _plan(office: Office, wish: _Wish) -> int:
    return plan_once(
        office,
        wish.form.key,
        lambda session: freezing.freeze(
            session,
            _draft(session, office, wish),
            settings=office.settings,
            zone_rules=office.zone_rules,
            ids=office.ids,
            now=office.clock.now(),
        ),
    )


def _invited(
    session: Session, wish: _Wish
) -> tuple[reminders.Invitation, Collection[int] | None]:
    release = found_release(session, wish.release_id)
    invited = reminders.of_release(session, reminders.invitation_of(session, release))
    if not wish.form.silent:
        return invited, None
    found = authors.of_release(session, invited.release.id)
    return invited, found.silent.contact_ids
