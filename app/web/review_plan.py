"""The plan of the review: its sections and their order, set once and then kept."""

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from pydantic import BaseModel, Field
from sqlalchemy.orm import Session

from app.reviews import plan as plans
from app.reviews.plan import Arrangement, Plan
from app.web.pages import Pages, back_to
from core.accounts import Right
from core.reporting.naming import name_of
from monitor import watches


class PlanForm(BaseModel):
    order: list[str] = Field(max_length=500)
    on: list[str] = Field(default_factory=list, max_length=500)
    arrangement: Arrangement = Arrangement.THEME_FIRST
    up: str = ""
    down: str = ""


def router(pages: Pages) -> APIRouter:
    found = APIRouter(include_in_schema=False)
    office = pages.office

    @found.get("/review-plan")
    def show(request: Request) -> Response:
        account = pages.account(request, Right.WATCH)
        with office.database.read() as session:
            plan = current(session)
        return pages.show(
            request,
            "review_plan.html",
            account=account,
            plan=plan,
            named=namer(pages, request),
        )

    @found.post("/review-plan")
    def keep(request: Request, form: Annotated[PlanForm, Form()]) -> Response:
        account = pages.account(request, Right.WATCH)
        order = _stepped(form)
        with office.database.write() as session:
            plan = current(session).ordered(
                order, [k for k in order if k not in form.on]
            )
            plans.keep(
                session,
                Plan(sections=plan.sections, arrangement=form.arrangement),
                by=account.name,
                now=office.clock.now(),
            )
        return back_to("/review-plan")

    return found


def current(session: Session) -> Plan:
    """The office's plan, with a section for each watch that is on."""
    names = [line.name for line in watches.listed(session) if line.is_on]
    return plans.plan_of(session, names)


def namer(pages: Pages, request: Request) -> Callable[[str], str]:
    """The name of a section in the reader's language; a watch has its own."""
    said = pages.words(request)

    def named(key: str) -> str:
        watch = key.removeprefix(plans.WATCH)
        return watch if watch != key else name_of(f"section:{key}", said)

    return named


def _stepped(form: PlanForm) -> list[str]:
    """One section moved by one place, for who has no script."""
    order = list(form.order)
    for key, step in ((form.up, -1), (form.down, 1)):
        if key in order:
            place = order.index(key)
            other = place + step
            if 0 <= other < len(order):
                order[place], order[other] = order[other], order[place]
    return order
