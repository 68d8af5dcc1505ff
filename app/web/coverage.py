"""Coverage: the list, and the evidence of one line."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response

import monitor.report
from app.web import authors
from app.web.pages import Pages, RowId, back_to
from core.accounts import Right
from core.reporting.reasons import in_words
from monitor.coverage import decide
from monitor.report import CoverageLine
from monitor.states import Decision

_SHOWN = 300


def router(pages: Pages) -> APIRouter:
    found = APIRouter(prefix="/coverage", include_in_schema=False)
    office = pages.office

    @found.get("")
    def listed(request: Request, release: RowId | None = None) -> Response:
        account = pages.account(request)
        with office.database.read() as session:
            lines = monitor.report.coverage(session, release_id=release)
        return pages.show(
            request,
            "coverage.html",
            account=account,
            groups=_grouped(lines[:_SHOWN]),
            line_count=len(lines),
        )

    @found.get("/{coverage_id}")
    def one(request: Request, coverage_id: RowId) -> Response:
        account = pages.account(request)
        with office.database.read() as session:
            evidence = monitor.report.evidence(session, coverage_id)
            signed = authors.signed(session, evidence.line)
        said = pages.words(request)
        return pages.show(
            request,
            "evidence.html",
            account=account,
            evidence=evidence,
            signed=signed,
            reasons=[in_words(one, said) for one in evidence.line.reasons],
        )

    @found.post("/{coverage_id}")
    def decided(
        request: Request,
        coverage_id: RowId,
        decision: Annotated[Decision, Form()],
        because: Annotated[str, Form()] = "",
    ) -> Response:
        account = pages.account(request, Right.WATCH)
        with office.database.write() as session:
            decide(
                session,
                coverage_id,
                decision,
                by=account.name,
                because=because,
                now=office.clock.now(),
            )
        return back_to(f"/coverage/{coverage_id}")

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
