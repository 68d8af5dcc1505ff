"""What a form says of a coverage line, wherever it stands: read, done, and told to whom looks."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Final, Literal

from fastapi import Request
from pydantic import BaseModel, BeforeValidator, Field
from sqlalchemy.orm import Session

from app.web.pages import Pages
from core.i18n import N_, Words
from core.models import Account
from monitor import coverage, triage
from monitor.matching.values import Label
from monitor.models import Coverage
from monitor.report import CoverageLine
from monitor.states import Decision, Rejection
from monitor.triage import UNDO, Act, Acted, Verb, Wanted

_VERBS: Final[Mapping[str, Verb]] = {
    "confirmed": Verb.ACCEPT,
    "rejected": Verb.REJECT,
    "copy": Verb.COPY,
    "moved": Verb.MOVE,
}

_TOLD: Final[Mapping[str, str]] = {
    Verb.ACCEPT: N_("Confirmed: %(title)s"),
    Verb.REJECT: N_("Rejected: %(title)s"),
    Verb.COPY: N_("Called a copy: %(title)s"),
    Verb.MOVE: N_("Moved to the other release: %(title)s"),
    UNDO: N_("Open again: %(title)s"),
}


def empty_is_none(value: object) -> object:
    """A field that was left empty says nothing."""
    return None if value == "" else value


Chosen = Annotated[
    Annotated[int, Field(ge=1, le=2**31 - 1)] | None, BeforeValidator(empty_is_none)
]


class DecisionForm(BaseModel):
    decision: Literal["confirmed", "rejected", "proposed", "copy", "moved"]
    # The last decision on the page it was sent from; without one nobody is asked.
    seen: Annotated[int | None, Field(ge=0), BeforeValidator(empty_is_none)] = None
    because: str = Field("", max_length=500)
    rejection: Annotated[Rejection | None, BeforeValidator(empty_is_none)] = None
    # The right label; empty keeps the machine's.
    label: Literal["", "reprint", "partial", "rewrite", "mention"] = ""
    # The same text in other outlets, too.
    copies: bool = False
    # For a copy the line whose text it is, for a move the release it covers.
    other: Chosen = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """The open proposals above and below a line, and the copies of its text still open."""

    above: int | None
    below: int | None
    left: int
    copies: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What was just decided, so that it can be taken back from the next page."""

    id: int
    title: str
    decision: str
    seen: int
    # The copies that were decided with it.
    copies: int


def decided(
    pages: Pages, coverage_id: int, form: DecisionForm, *, account: Account
) -> Acted:
    """Raises NotFound, BadInput and Conflict."""
    office = pages.office
    told: Mapping[str, Any] = {
        "by": account.name,
        "now": office.clock.now(),
        "lessons": office.settings.matching.lessons,
    }
    with office.database.write() as session:
        if form.decision == "proposed":
            return triage.take_back(
                session, coverage_id, seen=form.seen, copies=form.copies, **told
            )
        return triage.act(session, coverage_id, _act(form), **told)


def _act(form: DecisionForm) -> Act:
    return Act(
        verb=_VERBS[form.decision],
        seen=form.seen,
        rejection=form.rejection,
        because=form.because,
        label=Label(form.label) if form.label else None,
        copies=form.copies,
        other=form.other,
    )


def following(session: Session, wanted: Wanted, coverage_id: int) -> int | None:
    """The row to look at after a line: the one below, else the one above."""
    beside = triage.neighbours(session, wanted, coverage_id)
    return beside.below if beside.below is not None else beside.above


def around(session: Session, line: CoverageLine, wanted: Wanted) -> Around:
    beside = triage.neighbours(session, wanted, line.id)
    return Around(
        above=beside.above,
        below=beside.below,
        left=triage.count(session),
        copies=len(coverage.copies(session, line.id)),
    )


def done(session: Session, coverage_id: int | None) -> Done | None:
    row = session.get(Coverage, coverage_id) if coverage_id else None
    last = triage.said_by(session, coverage_id) if coverage_id else None
    if row is None or last is None or row.decision == Decision.PROPOSED:
        return None
    return Done(
        id=row.id,
        title=row.article.title,
        decision=row.decision,
        seen=last.id,
        copies=len(coverage.decided_with(session, row.id)),
    )


def told(acted: Acted, title: str, *, said: Words) -> str:
    """What was done, for who hears it."""
    sentence = said.gettext(_TOLD[acted.verb])
    count = len(acted.copies)
    copies = said.ngettext("and %(num)s copy", "and %(num)s copies", count)
    also = f" {copies}" % {"num": said.number(count)} if count else ""
    return sentence % {"title": f"\u2068{title}\u2069"} + also


def is_part(request: Request) -> bool:
    """Whether the page's own script asks, which shows a part or a sentence itself."""
    return request.headers.get("x-part") == "1"
