"""Watches as screens show them: the list, one of them, and the trial of a query."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from fastapi import Request, Response
from pydantic import BaseModel, Field

from app.web.pages import Pages
from app.web.passages import pieces
from app.web.search import fault, of_field, row
from core.errors import BadInput, Conflict
from monitor import watches
from monitor.query.scanning import QueryFault
from monitor.watches import Trial, WatchedArticle, WatchLine

_PAGE: Final = 50


class WatchForm(BaseModel):
    """`was` is the query on the page it was sent from."""

    q: str = Field("", max_length=4_000)
    name: str = Field("", max_length=200)
    was: str = Field("", max_length=8_000)
    do: Literal["save", "on", "off", "remove"] = "save"


@dataclass(frozen=True, slots=True, kw_only=True)
class Screen:
    """Somebody looks at watches."""

    pages: Pages
    request: Request

    def listed(
        self,
        form: WatchForm,
        *,
        error: BadInput | Conflict | None = None,
        status: int = 0,
    ) -> Response:
        account = self.pages.account(self.request)
        tried = self._tried(form.q)
        with self.pages.office.database.read() as session:
            lines = watches.listed(session)
        return self.pages.show(
            self.request,
            "watches.html",
            account=account,
            status=status or _status(error, tried),
            lines=lines,
            q=form.q,
            name=form.name,
            error=_of_name(error),
            **tried,
        )

    def one(
        self,
        line: WatchLine,
        form: WatchForm,
        *,
        after: int | None = None,
        error: BadInput | Conflict | None = None,
    ) -> Response:
        account = self.pages.account(self.request)
        tried = self._tried(form.q, than=line.query)
        with self.pages.office.database.read() as session:
            selected = watches.articles(
                session, line.name, limit=_PAGE + 1, after=after
            )
        return self.pages.show(
            self.request,
            "watch.html",
            account=account,
            status=_status(error, tried),
            line=line,
            q=form.q,
            name=form.name,
            error=_of_name(error),
            selected=[_row(article) for article in selected[:_PAGE]],
            further=selected[_PAGE - 1].id if len(selected) > _PAGE else None,
            **tried,
        )

    def trial(self, q: str, *, watch_id: int | None = None) -> Response:
        """What the page's own script shows while the query is typed."""
        account = self.pages.account(self.request)
        than = ""
        if watch_id is not None:
            with self.pages.office.database.read() as session:
                than = watches.line(session, watch_id).query
        return self.pages.show(
            self.request,
            "watch_trial.html",
            account=account,
            **self._tried(q, than=than),
        )

    def _tried(self, q: str, *, than: str = "") -> Mapping[str, Any]:
        """What *q* selects beside *than*, or what is wrong with it; nothing of no change."""
        office = self.pages.office
        tried, error = None, None
        if q.strip() and q != than:
            try:
                with office.database.read() as session:
                    tried = watches.try_out(
                        session,
                        q,
                        than=than,
                        now=office.clock.now(),
                        zone=office.settings.organisation.zone,
                    )
            except BadInput as refused:
                error = refused
        return {
            **_found(tried),
            "fault": fault(error, self.pages.words(self.request)),
        }


def _found(tried: Trial | None) -> Mapping[str, Any]:
    if tried is None:
        return {
            "tried": None,
            **dict.fromkeys(("days", "rows", "missed", "gained", "lost"), ()),
        }
    lists = {
        "rows": tried.test.sample,
        "missed": tried.missed,
        "gained": tried.gained,
        "lost": tried.lost,
    }
    return {
        "tried": tried.test,
        "days": _days(tried),
        **{name: [row(hit) for hit in hits] for name, hits in lists.items()},
    }


def _status(error: BadInput | Conflict | None, tried: Mapping[str, Any]) -> int:
    if isinstance(error, Conflict):
        return 409
    return 400 if error is not None or tried["fault"] else 200


def _of_name(error: BadInput | Conflict | None) -> BadInput | Conflict | None:
    """What is wrong with a query is said where it is tried."""
    return None if isinstance(error, QueryFault) else error


def _days(tried: Trial) -> list[Mapping[str, Any]]:
    """Each day with its share of the fullest, for the bars."""
    most = max(tried.test.per_day.values(), default=0) or 1
    return [
        {"day": day, "count": count, "share": round(100 * count / most)}
        for day, count in tried.test.per_day.items()
    ]


def _row(article: WatchedArticle) -> Mapping[str, Any]:
    return {
        "hit": article,
        "title": of_field(article.passages, "title"),
        "pieces": pieces(article.body, of_field(article.passages, "body")),
    }
