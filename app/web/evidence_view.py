"""The page of one coverage line: its evidence, and everything people say of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from fastapi import Request, Response
from sqlalchemy.orm import Session

import monitor.report
from app.web import authors, deciding, shortcuts
from app.web.pages import Pages
from core.errors import OfficeError
from core.i18n import Words
from core.models import Account
from core.reporting import naming
from core.reporting.reasons import in_words, rejections
from monitor import rectifying, triage
from monitor.rectifying import Stage
from monitor.states import Tone
from monitor.triage import Wanted


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
    trouble: OfficeError | None = None,
    status: int = 200,
) -> Response:
    """Raises NotFound."""
    with pages.office.database.read() as session:
        told = values(session, coverage_id, Wanted(), said=pages.words(request))
        just = deciding.done(session, done)
        keys = shortcuts.of_account(session, account)
    return pages.show(
        request,
        "evidence.html",
        account=account,
        status=status,
        **told,
        done=just,
        refused=refused,
        trouble=trouble,
        keys=keys,
        action=f"/coverage/{coverage_id}",
        back="",
    )


def values(
    session: Session, coverage_id: int, wanted: Wanted, *, said: Words
) -> Mapping[str, Any]:
    """What the parts of a screen about one line are given. Raises NotFound."""
    evidence = monitor.report.evidence(session, coverage_id)
    line = evidence.line
    last = triage.said_by(session, coverage_id)
    return {
        "evidence": evidence,
        "line": line,
        "signed": authors.signed(session, line),
        "around": deciding.around(session, line, wanted),
        "seen": 0 if last is None else last.id,
        "rejections": rejections(said),
        "rejected_for": rejections(said).get(last.rejection, "") if last else "",
        "reasons": [in_words(one, said) for one in line.reasons],
        "tones": {str(one): naming.name_of(f"tone:{one}", said) for one in Tone},
        "stages": {str(one): naming.name_of(f"redress:{one}", said) for one in Stage},
        "errors": rectifying.of_lines(session, [coverage_id]).get(coverage_id, ()),
        "copies_of": triage.copies_of(session, coverage_id),
        "releases_beside": triage.releases_beside(session, line.release_id),
    }
