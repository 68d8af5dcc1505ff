"""Triage: the queue of open proposals, the evidence of one, and deciding it, on one screen."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Form, Query, Request, Response
from fastapi.responses import JSONResponse

from app.web import deciding, evidence_view, shortcuts
from app.web.deciding import Chosen, DecisionForm, is_part
from app.web.pages import Pages, RowId, back_to
from core.accounts import Right
from core.errors import BadInput, Conflict, NotFound, OfficeError
from core.models import Account
from monitor import triage
from monitor.matching.values import Label
from monitor.models import Coverage
from monitor.triage import Acted, Waiting, Wanted

_PAGE = 50
Part = Literal["", "panes", "rows"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A queue as an address names it, and a place in it."""

    wanted: Wanted
    line: int | None = None
    # Rows below this one: the page before it is above.
    after: int | None = None

    @property
    def narrowed(self) -> Mapping[str, str]:
        """The fields that narrow the queue, as a form or an address carries them."""
        given = {
            "release": self.wanted.release,
            "watch": self.wanted.watch,
            "source": self.wanted.source,
            "language": self.wanted.language,
            "label": self.wanted.label,
        }
        return {name: str(value) for name, value in given.items() if value}

    def query(self, **more: int | None) -> str:
        """The same queue at another place, behind the question mark."""
        placed = {name: str(value) for name, value in more.items() if value}
        return urlencode({**self.narrowed, **placed})


def _asked(
    *,
    release: Annotated[Chosen, Query()] = None,
    watch: Annotated[Chosen, Query()] = None,
    source: Annotated[Chosen, Query()] = None,
    language: Annotated[str, Query(pattern="^[a-z]{0,3}$")] = "",
    label: Annotated[Label | Literal[""], Query()] = "",
    line: Annotated[Chosen, Query()] = None,
    after: Annotated[Chosen, Query()] = None,
) -> Asked:
    wanted = Wanted(
        release=release, watch=watch, source=source, language=language, label=str(label)
    )
    return Asked(wanted=wanted, line=line, after=after)


Queue = Annotated[Asked, Depends(_asked)]


def router(pages: Pages) -> APIRouter:
    found = APIRouter(prefix="/triage", include_in_schema=False)
    office = pages.office

    def page(
        request: Request,
        account: Account,
        asked: Asked,
        *,
        done: int | None = None,
        trouble: OfficeError | None = None,
    ) -> Response:
        with office.database.read() as session:
            first = asked.line + 1 if asked.line and not asked.after else asked.after
            rows = triage.queue(session, asked.wanted, before=asked.after, limit=_PAGE)
            if asked.line and all(row.id != asked.line for row in rows):
                rows = triage.queue(session, asked.wanted, before=first, limit=_PAGE)
            line = asked.line or (rows[0].id if rows else None)
            values = {
                "rows": rows,
                "further": rows[-1].id if len(rows) == _PAGE else None,
                "count": triage.count(session),
                "choices": triage.choices(session),
                "done": deciding.done(session, done),
                **_panes(pages, request, account, asked, line, session=session),
            }
        return pages.show(
            request,
            "triage.html",
            account=account,
            status=_status(trouble),
            refused=None,
            trouble=trouble,
            **values,
        )

    @found.get("")
    def shown(
        request: Request,
        asked: Queue,
        part: Annotated[Part, Query()] = "",
        done: RowId | None = None,
    ) -> Response:
        account = pages.account(request)
        if part == "rows":
            return rows_alone(request, account, asked)
        if part == "panes":
            return panes_alone(request, account, asked)
        return page(request, account, asked, done=done)

    def rows_alone(request: Request, account: Account, asked: Asked) -> Response:
        with office.database.read() as session:
            rows = triage.queue(session, asked.wanted, before=asked.after, limit=_PAGE)
        return pages.show(
            request,
            "triage_rows.html",
            account=account,
            rows=rows,
            further=rows[-1].id if len(rows) == _PAGE else None,
            asked=asked,
            chosen=None,
        )

    def panes_alone(request: Request, account: Account, asked: Asked) -> Response:
        with office.database.read() as session:
            line = asked.line
            if line is None:
                rows = triage.queue(session, asked.wanted, limit=1)
                line = rows[0].id if rows else None
            values = _panes(pages, request, account, asked, line, session=session)
        return pages.show(
            request,
            "triage_panes.html",
            account=account,
            refused=None,
            trouble=None,
            **values,
        )

    @found.post("/{coverage_id}")
    def decide(
        request: Request,
        coverage_id: RowId,
        asked: Queue,
        form: Annotated[DecisionForm, Form()],
    ) -> Response:
        account = pages.account(request, Right.WATCH)
        try:
            acted = deciding.decided(pages, coverage_id, form, account=account)
        except (BadInput, Conflict) as refused:
            if is_part(request):
                return not_done(request, account, coverage_id, refused)
            at = Asked(wanted=asked.wanted, line=coverage_id, after=asked.after)
            return page(request, account, at, trouble=refused)
        if is_part(request):
            return was_done(request, account, acted, asked)
        if form.decision == "proposed":
            return back_to(f"/triage?{asked.query(line=coverage_id)}")
        with office.database.read() as session:
            then = deciding.following(session, asked.wanted, coverage_id)
        return back_to(f"/triage?{asked.query(line=then, done=coverage_id)}")

    def row(
        request: Request, account: Account, one: Waiting | None, asked: Asked
    ) -> str:
        if one is None:
            return ""
        return pages.render(
            request,
            "triage_rows.html",
            account=account,
            rows=[one],
            further=None,
            asked=asked,
            chosen=None,
        )

    def was_done(
        request: Request, account: Account, acted: Acted, asked: Asked
    ) -> Response:
        """What the script says aloud, and the row that stands for what is still open."""
        with office.database.read() as session:
            title = session.get_one(Coverage, acted.id).article.title
            rest = triage.leader(session, acted.id)
            left = triage.count(session)
        said = pages.words(request)
        return JSONResponse(
            {
                "said": deciding.told(acted, title, said=said),
                "seen": acted.seen,
                "copies": bool(acted.copies),
                "gone": list(acted.copies),
                "left": said.number(left),
                "row": row(request, account, rest, asked),
            }
        )

    def not_done(
        request: Request, account: Account, coverage_id: int, error: OfficeError
    ) -> Response:
        """Why, and the line as it stands now: what another person decided is shown."""
        said = pages.words(request)
        with office.database.read() as session:
            now_is = triage.row_of(session, coverage_id)
        return JSONResponse(
            {
                "what": said.gettext(error.what),
                "mend": said.gettext(error.mend),
                "row": row(request, account, now_is, Asked(wanted=Wanted())),
            },
            status_code=_status(error),
        )

    return found


def _panes(
    pages: Pages,
    request: Request,
    account: Account,
    asked: Asked,
    line: int | None,
    *,
    session: Any,
) -> Mapping[str, Any]:
    """The article and what is decided of it; of no line only that there is none."""
    about = (
        {}
        if line is None
        else evidence_view.values(
            session, line, asked.wanted, said=pages.words(request)
        )
    )
    here = asked.query(line=line, after=asked.after)
    return {
        **about,
        "chosen": line,
        "asked": asked,
        "keys": shortcuts.of_account(session, account),
        "action": f"/triage/{line}?{asked.query(after=asked.after)}",
        "back": f"/triage?{here}",
    }


def _status(trouble: OfficeError | None) -> int:
    if trouble is None:
        return 200
    if isinstance(trouble, Conflict):
        return 409
    return 404 if isinstance(trouble, NotFound) else 400
