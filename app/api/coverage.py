"""Coverage: listed, its evidence, decided, and what people say of an article."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter
from pydantic import Field
from sqlalchemy.orm import Session

import monitor.report
from app.api.callers import Caller, Reader, Watcher
from app.api.kinds import (
    After,
    Given,
    Id,
    Limit,
    Moment,
    Page,
    Sentence,
    after_moment,
    page,
)
from app.api.repeating import Route
from monitor import authors, learning, rectifying
from monitor import coverage as kept
from monitor.learning import Learnt
from monitor.matching.values import Label
from monitor.rectifying import ErrorLine, Stage
from monitor.report import CoverageLine, Evidence
from monitor.states import Decision, Rejection, Tone

routes = APIRouter(tags=["coverage"], route_class=Route)

_Label = Literal[Label.REPRINT, Label.PARTIAL, Label.REWRITE, Label.MENTION]
_Copies = Annotated[
    bool, Field(description="And the same text in other outlets, about this release.")
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """The lines that were decided in one act, and what they are now."""

    ids: Sequence[int]
    decision: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BylineRow:
    byline: int
    article: int
    decision: str


class Confirmed(Given):
    label: _Label | None = Field(None, description="Where the machine's is wrong.")
    copies: _Copies = False


class Rejected(Given):
    rejection: Rejection = Rejection.OTHER
    because: Sentence = Field("", description="Needed where `rejection` is `other`.")
    copies: _Copies = False


class TakenBack(Given):
    copies: _Copies = False


class NewLine(Given):
    article: Id
    release: Id
    label: _Label = Label.MENTION


class Said(Given):
    """Only what is given changes."""

    tone: Tone | Literal["none"] | None = None
    on_front: bool | None = None


class NewError(Given):
    wrong: Sentence = Field(min_length=1)
    right: Sentence = ""


class Redressed(Given):
    stage: Stage


class BylineDecision(Given):
    decision: Literal[Decision.CONFIRMED, Decision.REJECTED]


@routes.get("/coverage", summary="List coverage, newest first")
def listed(
    caller: Reader,
    *,
    release: Id | None = None,
    decision: Decision | None = None,
    since: Moment | None = None,
    after: After = "",
    limit: Limit = 50,
) -> Page[CoverageLine]:
    with caller.office.database.read() as session:
        found = monitor.report.coverage(
            session,
            release_id=release,
            decisions=[decision] if decision else (),
            since=since,
            before=after_moment(after),
            most=limit + 1,
        )
    return page(found, limit, lambda one: [one.found_at, one.id])


@routes.post("/coverage", status_code=201, summary="Enter a coverage line by hand")
def add(caller: Watcher, given: NewLine) -> CoverageLine:
    with caller.office.database.write() as session:
        made = kept.add(
            session,
            article_id=given.article,
            release_id=given.release,
            label=given.label,
            by=caller.name,
            now=caller.office.clock.now(),
        )
        return monitor.report.evidence(session, made.id).line


@routes.get("/coverage/lessons", summary="What the desk's decisions teach")
def lessons(caller: Reader) -> Learnt:
    with caller.office.database.read() as session:
        return learning.learnt(session)


@routes.get("/coverage/{coverage_id}", summary="The evidence of one line")
def one(caller: Reader, coverage_id: Id) -> Evidence:
    """Both texts, cut at what is marked in them."""
    with caller.office.database.read() as session:
        return monitor.report.evidence(session, coverage_id)


@routes.post("/coverage/{coverage_id}/confirm", summary="Confirm a proposal")
def confirm(caller: Watcher, coverage_id: Id, given: Confirmed) -> Decided:
    def act(session: Session, line: int, now: datetime) -> None:
        kept.decide(
            session,
            line,
            Decision.CONFIRMED,
            by=caller.name,
            now=now,
            label=given.label,
        )

    return _decide(caller, coverage_id, act, Decision.CONFIRMED, copies=given.copies)


@routes.post("/coverage/{coverage_id}/reject", summary="Reject a proposal")
def reject(caller: Watcher, coverage_id: Id, given: Rejected) -> Decided:
    """With the reason: similar ones score lower from then on."""

    def act(session: Session, line: int, now: datetime) -> None:
        kept.decide(
            session,
            line,
            Decision.REJECTED,
            by=caller.name,
            now=now,
            because=given.because,
            rejection=given.rejection,
        )

    return _decide(caller, coverage_id, act, Decision.REJECTED, copies=given.copies)


@routes.post("/coverage/{coverage_id}/take-back", summary="Make it a proposal again")
def take_back(caller: Watcher, coverage_id: Id, given: TakenBack) -> Decided:
    """The record keeps what was decided."""

    def act(session: Session, line: int, now: datetime) -> None:
        kept.take_back(session, line, by=caller.name, now=now)

    return _decide(caller, coverage_id, act, Decision.PROPOSED, copies=given.copies)


@routes.patch("/coverage/{coverage_id}", summary="Say its tone, or its page")
def say(caller: Watcher, coverage_id: Id, given: Said) -> CoverageLine:
    with caller.office.database.write() as session:
        if given.tone is not None:
            kept.say_tone(session, coverage_id, kept.tone_named(given.tone))
        if given.on_front is not None:
            kept.say_front(session, coverage_id, on_front=given.on_front)
        return monitor.report.evidence(session, coverage_id).line


@routes.get("/errors", summary="Errors that were noted in articles, newest first")
def errors(caller: Reader, release: Id | None = None) -> Sequence[ErrorLine]:
    with caller.office.database.read() as session:
        return rectifying.errors(session, release_id=release)


@routes.post(
    "/coverage/{coverage_id}/errors",
    status_code=201,
    summary="Note an error of an article",
)
def note(caller: Watcher, coverage_id: Id, given: NewError) -> ErrorLine:
    with caller.office.database.write() as session:
        return rectifying.note(
            session,
            coverage_id,
            wrong=given.wrong,
            right=given.right,
            by=caller.name,
            now=caller.office.clock.now(),
        )


@routes.patch("/errors/{error_id}", summary="Record what the outlet was asked, or did")
def redress(caller: Watcher, error_id: Id, given: Redressed) -> ErrorLine:
    with caller.office.database.write() as session:
        now = caller.office.clock.now()
        return rectifying.advance(session, error_id, given.stage, now=now)


@routes.delete("/errors/{error_id}", status_code=204, summary="It was no error")
def drop(caller: Watcher, error_id: Id) -> None:
    with caller.office.database.write() as session:
        rectifying.drop(session, error_id)


@routes.patch("/bylines/{byline_id}", summary="Say whether a contact wrote an article")
def byline(caller: Watcher, byline_id: Id, given: BylineDecision) -> BylineRow:
    with caller.office.database.write() as session:
        article = authors.decide(
            session,
            byline_id,
            given.decision,
            by=caller.name,
            now=caller.office.clock.now(),
        )
    return BylineRow(byline=byline_id, article=article, decision=given.decision)


def _decide(
    caller: Caller,
    coverage_id: int,
    act: Callable[[Session, int, datetime], None],
    decision: Decision,
    *,
    copies: bool,
) -> Decided:
    """All of them or none; open proposals like them are scored again."""
    office = caller.office
    with office.database.write() as session:
        now = office.clock.now()
        also = _also(session, coverage_id, decision) if copies else ()
        ids = [coverage_id, *also]
        for line in ids:
            act(session, line, now)
        learning.rescore(session, coverage_id, is_on=office.settings.matching.lessons)
    return Decided(ids=ids, decision=decision)


def _also(session: Session, coverage_id: int, decision: Decision) -> Sequence[int]:
    """The copies that go with a line: those still open, or those decided with it."""
    if decision is Decision.PROPOSED:
        return kept.decided_with(session, coverage_id)
    return kept.copies(session, coverage_id)
