"""Deciding on coverage: one proposal after the other, by button or by key."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Final, Literal

from fastapi import APIRouter, Form, Request, Response
from pydantic import BaseModel, Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.web.pages import Pages, RowId, back_to
from core.accounts import Right
from core.reporting.reasons import rejections
from monitor import coverage, learning
from monitor.matching.values import Label
from monitor.models import Coverage
from monitor.report import CoverageLine
from monitor.states import Decision, Rejection

_QUEUE: Final = 500  # open proposals that are looked through for the next one


class DecisionForm(BaseModel):
    decision: Literal["confirmed", "rejected", "proposed"]
    because: str = Field("", max_length=500)
    rejection: Rejection | None = None
    # The right label; empty keeps the machine's.
    label: Literal["", "reprint", "partial", "rewrite", "mention"] = ""
    # The same text in other outlets, too.
    copies: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """The open proposals before and after a line, and the copies of its text still open."""

    before: int | None
    after: int | None
    left: int
    copies: int


def around(session: Session, line: CoverageLine) -> Around:
    queue = _queue(session)
    place = next((at for at, one in enumerate(queue) if one >= line.id), len(queue))
    after = [one for one in queue[place:] if one != line.id] or queue[:place]
    return Around(
        before=queue[place - 1] if place else None,
        after=after[0] if after else None,
        left=len(queue),
        copies=len(coverage.copies(session, line.id)),
    )


def _queue(session: Session) -> Sequence[int]:
    return session.scalars(
        select(Coverage.id)
        .where(Coverage.decision == Decision.PROPOSED)
        .order_by(Coverage.id)
        .limit(_QUEUE)
    ).all()


def router(pages: Pages) -> APIRouter:
    found = APIRouter(include_in_schema=False)
    office = pages.office

    @found.get("/lessons")
    def lessons(request: Request) -> Response:
        account = pages.account(request)
        with office.database.read() as session:
            learnt = learning.learnt(session)
        return pages.show(
            request,
            "lessons.html",
            account=account,
            learnt=learnt,
            is_on=office.settings.matching.lessons,
            names=rejections(pages.words(request)),
        )

    @found.post("/coverage/{coverage_id}")
    def decide(
        request: Request, coverage_id: RowId, form: Annotated[DecisionForm, Form()]
    ) -> Response:
        account = pages.account(request, Right.WATCH)
        now = office.clock.now()
        with office.database.write() as session:
            for one in (coverage_id, *_also(session, coverage_id, form)):
                _decide(session, one, form, by=account.name, now=now)
            learning.rescore(
                session, coverage_id, is_on=office.settings.matching.lessons
            )
            queue = _queue(session)
        if form.decision == "proposed":
            return back_to(f"/coverage/{coverage_id}")
        after = next((one for one in queue if one > coverage_id), None)
        then = after if after is not None else next(iter(queue), None)
        if then is None:
            return back_to(f"/coverage?show=all&done={coverage_id}")
        return back_to(f"/coverage/{then}?done={coverage_id}")

    return found


def _also(session: Session, coverage_id: int, form: DecisionForm) -> Sequence[int]:
    """The copies that go with a line: those still open, or those decided with it."""
    if not form.copies:
        return ()
    if form.decision == "proposed":
        return coverage.decided_with(session, coverage_id)
    return coverage.copies(session, coverage_id)


def _decide(
    session: Session,
    coverage_id: int,
    form: DecisionForm,
    *,
    by: str,
    now: datetime,
) -> None:
    if form.decision == "proposed":
        coverage.take_back(session, coverage_id, by=by, now=now)
        return
    coverage.decide(
        session,
        coverage_id,
        Decision(form.decision),
        by=by,
        now=now,
        because=form.because,
        rejection=form.rejection,
        label=Label(form.label) if form.label else None,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What was just decided, so that it can be taken back from the next page."""

    id: int
    title: str
    decision: str
    # The copies that were decided with it.
    copies: int


def done(session: Session, coverage_id: int | None) -> Done | None:
    row = session.get(Coverage, coverage_id) if coverage_id else None
    if row is None or row.decision == Decision.PROPOSED:
        return None
    return Done(
        id=row.id,
        title=row.article.title,
        decision=row.decision,
        copies=len(coverage.decided_with(session, row.id)),
    )
