"""The triage screen for one person: the whole of it, its parts, and what a decision answers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from fastapi import Request, Response
from fastapi.responses import JSONResponse
from sqlalchemy.orm import Session

from app.web import deciding, evidence_view, shortcuts
from app.web.pages import Pages
from core.errors import Conflict, NotFound, OfficeError
from core.models import Account
from monitor import triage
from monitor.models import Coverage
from monitor.triage import PAGE, Acted, Verb, Waiting, Wanted


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Screen:
    """Somebody looks at one queue."""

    pages: Pages
    request: Request
    account: Account
    asked: Asked

    def whole(
        self, *, done: int | None = None, trouble: OfficeError | None = None
    ) -> Response:
        asked = self.asked
        with self.pages.office.database.read() as session:
            rows = self._rows(session)
            line = asked.line or (rows[0].id if rows else None)
            values = {
                "rows": rows,
                "further": _further(rows),
                "count": triage.count(session),
                "choices": triage.choices(session),
                "done": deciding.done(session, done),
                **self._panes(session, line),
            }
        return self.pages.show(
            self.request,
            "triage.html",
            account=self.account,
            status=status_of(trouble),
            refused=None,
            trouble=trouble,
            **values,
        )

    def rows(self) -> Response:
        asked = self.asked
        with self.pages.office.database.read() as session:
            rows = triage.queue(session, asked.wanted, before=asked.after)
        return self.pages.show(
            self.request,
            "triage_rows.html",
            account=self.account,
            rows=rows,
            further=_further(rows),
            asked=asked,
            chosen=None,
        )

    def panes(self) -> Response:
        asked = self.asked
        with self.pages.office.database.read() as session:
            line = asked.line
            if line is None:
                rows = triage.queue(session, asked.wanted, limit=1)
                line = rows[0].id if rows else None
            values = self._panes(session, line)
        return self.pages.show(
            self.request,
            "triage_panes.html",
            account=self.account,
            refused=None,
            trouble=None,
            **values,
        )

    def was_done(self, acted: Acted) -> Response:
        """What the script says aloud, and the row that stands for what is still open."""
        with self.pages.office.database.read() as session:
            title = session.get_one(Coverage, acted.id).article.title
            rest = triage.leader(session, acted.id)
            left = triage.count(session)
        said = self.pages.words(self.request)
        return JSONResponse(
            {
                "said": deciding.told(acted, title, said=said),
                "seen": acted.seen,
                "copies": bool(acted.copies),
                "gone": list(acted.copies),
                "teach": f"/coverage/{acted.id}/exclude"
                if acted.verb == Verb.REJECT
                else "",
                "left": said.number(left),
                "row": self._row(rest, self.asked),
            }
        )

    def not_done(self, coverage_id: int, error: OfficeError) -> Response:
        """Why, and the line as it stands now: what another person decided is shown."""
        said = self.pages.words(self.request)
        with self.pages.office.database.read() as session:
            now_is = triage.row_of(session, coverage_id)
        return JSONResponse(
            {
                "what": said.gettext(error.what),
                "mend": said.gettext(error.mend),
                "row": self._row(now_is, Asked(wanted=Wanted())),
            },
            status_code=status_of(error),
        )

    def _rows(self, session: Session) -> Sequence[Waiting]:
        """The page that was asked for; one that begins at the line, where it is not on it."""
        asked = self.asked
        rows = triage.queue(session, asked.wanted, before=asked.after)
        if asked.line is None or any(row.id == asked.line for row in rows):
            return rows
        return triage.queue(session, asked.wanted, before=asked.line + 1) or rows

    def _row(self, one: Waiting | None, asked: Asked) -> str:
        if one is None:
            return ""
        return self.pages.render(
            self.request,
            "triage_rows.html",
            account=self.account,
            rows=[one],
            further=None,
            asked=asked,
            chosen=None,
        )

    def _panes(self, session: Session, line: int | None) -> Mapping[str, Any]:
        """The article and what is decided of it; of no line only that there is none."""
        asked = self.asked
        said = self.pages.words(self.request)
        about = (
            {}
            if line is None
            else evidence_view.values(session, line, asked.wanted, said=said)
        )
        return {
            **about,
            "chosen": line,
            "asked": asked,
            "keys": shortcuts.of_account(session, self.account),
            "action": f"/triage/{line}?{asked.query(after=asked.after)}",
            "back": f"/triage?{asked.query(line=line, after=asked.after)}",
        }


def status_of(trouble: OfficeError | None) -> int:
    if trouble is None:
        return 200
    if isinstance(trouble, Conflict):
        return 409
    return 404 if isinstance(trouble, NotFound) else 400


def _further(rows: Sequence[Waiting]) -> int | None:
    return rows[-1].id if len(rows) == PAGE else None
