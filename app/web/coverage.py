"""Coverage: the list, and the evidence of one line."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

import monitor.report
from app.web import evidence_view, triage
from app.web.pages import Pages, RowId
from monitor.matching.values import Label
from monitor.report import CoverageLine
from monitor.states import Decision

_SHOWN = 300
_RELEASES = 100


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
        with office.database.read() as session:
            every = monitor.report.coverage(session, release_id=release)
            just = triage.done(session, done)
        lines = [
            one
            for one in every
            if show.holds(one.decision) and label in {None, one.label}
        ]
        return pages.show(
            request,
            "coverage.html",
            account=account,
            groups=_grouped(lines[:_SHOWN]),
            line_count=len(lines),
            counts={
                one: sum(one.holds(line.decision) for line in every) for one in Show
            },
            shown=show,
            shows=list(Show),
            release=release,
            releases=_releases(every),
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

    return found


def _releases(lines: Sequence[CoverageLine]) -> dict[int, str]:
    """The newest releases that were covered, by id, to choose one from."""
    numbers = {line.release_id: line.number for line in lines}
    return dict(sorted(numbers.items(), reverse=True)[:_RELEASES])


def _grouped(lines: Sequence[CoverageLine]) -> list[list[CoverageLine]]:
    """Copies of one text stand together, under the one whose text it is."""
    groups: dict[tuple[int, int], list[CoverageLine]] = {}
    for line in lines:
        key = (line.release_id, line.story_id or -line.article_id)
        groups.setdefault(key, []).append(line)
    for group in groups.values():
        group.sort(key=lambda line: (bool(line.taken_from), line.appeared_at))
    return list(groups.values())
