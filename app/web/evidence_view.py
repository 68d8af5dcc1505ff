"""The page of one coverage line: its evidence, and everything people say of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from fastapi import Request, Response

import monitor.report
from app.web import authors, triage
from app.web.pages import Pages
from core.errors import OfficeError
from core.models import Account
from core.reporting import naming
from core.reporting.reasons import in_words, rejections
from monitor import rectifying
from monitor.rectifying import Stage
from monitor.states import Tone


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """What was typed of an error, and why it was not kept."""

    error: OfficeError
    typed: Mapping[str, str] = field(default_factory=dict)


def page(
    pages: Pages,
    request: Request,
    coverage_id: int,
    *,
    account: Account,
    done: int | None = None,
    refused: Refused | None = None,
    status: int = 200,
) -> Response:
    """Raises NotFound."""
    with pages.office.database.read() as session:
        evidence = monitor.report.evidence(session, coverage_id)
        signed = authors.signed(session, evidence.line)
        around = triage.around(session, evidence.line)
        errors = rectifying.of_lines(session, [coverage_id]).get(coverage_id, ())
        just = triage.done(session, done)
    said = pages.words(request)
    return pages.show(
        request,
        "evidence.html",
        account=account,
        status=status,
        evidence=evidence,
        signed=signed,
        around=around,
        done=just,
        rejections=rejections(said),
        reasons=[in_words(one, said) for one in evidence.line.reasons],
        tones={str(one): naming.name_of(f"tone:{one}", said) for one in Tone},
        stages={str(one): naming.name_of(f"redress:{one}", said) for one in Stage},
        errors=errors,
        refused=refused,
    )
