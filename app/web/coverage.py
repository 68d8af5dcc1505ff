"""Coverage: the list, the evidence of one line, and deciding it there."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Annotated

from fastapi import APIRouter, Form, Query, Request, Response

import monitor.report
from app.web import deciding, evidence_view
from app.web.deciding import DecisionForm
from app.web.pages import Pages, RowId, back_to
from core.accounts import Right
from core.errors import BadInput, Conflict, NotFound
from monitor.matching.values import Label
from monitor.report import CoverageLine
from monitor.states import Decision
from monitor.triage import Wanted

_SHOWN = 120


class Show(StrEnum):
    """Which lines a list holds."""

    COUNTED = "counted"
    PROPOSED = "proposed"
    CONFIRMED = "confirmed"
    REJECTED = "rejected"
    ALL = "all"

    def holds(self, decision: str) -> bool:
        if self is Show.COUNTED:
            return Decision(decision).counts
        return self is Show.ALL or decision == self.value


def router(pages: Pages) -> APIRouter:
    found = APIRouter(prefix="/coverage", include_in_schema=False)
    office = pages.office

    @found.get("")
    def listed(
        request: Request,
        release: RowId | None = None,
        show: Annotated[Show, Query()] = Show.COUNTED,
        label: Annotated[Label | None, Query()] = None,
        done: RowId | None = None,
    ) -> Response:
        account = pages.account(request)
        held = [str(one) for one in Decision if show.holds(one)]
        with office.database.read() as session:
            lines = monitor.report.coverage(
                session,
                release_id=release,
                decisions=held,
                label=label or "",
                most=_SHOWN,
            )
            counts = monitor.report.decided(session, release_id=release)
            releases = monitor.report.covered(session)
            just = deciding.done(session, done)
        shown = {
            one: sum(count for decision, count in counts.items() if one.holds(decision))
            for one in Show
        }
        return pages.show(
            request,
            "coverage.html",
            account=account,
            groups=_grouped(lines),
            line_count=len(lines) if label else shown[show],
            is_cut=len(lines) == _SHOWN,
            counts=shown,
            shown=show,
            shows=list(Show),
            release=release,
            releases=releases,
            done=just,
            label=label,
        )

    @found.get("/{coverage_id}")
    def one(
        request: Request, coverage_id: RowId, done: RowId | None = None
    ) -> Response:
        account = pages.account(request)
        return evidence_view.page(
            pages, request, coverage_id, account=account, done=done
        )

    @found.post("/{coverage_id}")
    def decide(
        request: Request, coverage_id: RowId, form: Annotated[DecisionForm, Form()]
    ) -> Response:
        account = pages.account(request, Right.WATCH)
        try:
            deciding.decided(pages, coverage_id, form, account=account)
        except NotFound:
            raise
        except (BadInput, Conflict) as refused:
            return evidence_view.page(
                pages,
                request,
                coverage_id,
                account=account,
                trouble=refused,
                status=409 if isinstance(refused, Conflict) else 400,
            )
        return back_to(_after(coverage_id, form))

    def _after(coverage_id: int, form: DecisionForm) -> str:
        if form.decision == "proposed":
            return f"/coverage/{coverage_id}"
        with office.database.read() as session:
            then = deciding.following(session, Wanted(), coverage_id)
        there = "/coverage?show=all&" if then is None else f"/coverage/{then}?"
        return f"{there}done={coverage_id}"

    return found


def _grouped(lines: Sequence[CoverageLine]) -> list[list[CoverageLine]]:
    """Copies of one text stand together, under the one whose text it is."""
    groups: dict[tuple[int, int], list[CoverageLine]] = {}
    for line in lines:
        key = (line.release_id, line.story_id or -line.article_id)
        groups.setdefault(key, []).append(line)
    for group in groups.values():
        group.sort(key=lambda line: (bool(line.taken_from), line.appeared_at))
    return list(groups.values())
