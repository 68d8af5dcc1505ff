"""Sources as screens show them: each with its sentence, and lengths of time in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from fastapi import Request, Response
from sqlalchemy.orm import Session

from app import alert_words, source_words
from app.source_words import Said
from app.telling.sources import found, reader
from app.web.pages import Pages
from core.errors import Conflict, OfficeError
from core.i18n import Words
from monitor.catalogue import KINDS, showing
from monitor.catalogue.options import PAUSED
from monitor.catalogue.showing import AlertView, SourceView
from monitor.discovery import Candidate
from monitor.sources.base import Transport

__all__ = ["found", "reader"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceRow:
    view: SourceView
    name: str
    said: Said
    kind: str
    # Why nobody reads it for now; empty while it is read.
    paused: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertRow:
    view: AlertView
    sentence: str
    # Where it is looked into; empty when nowhere.
    path: str


def page(
    pages: Pages,
    request: Request,
    source_id: int,
    *,
    error: OfficeError | None = None,
    typed: Mapping[str, str] | None = None,
) -> Response:
    """The page of one source, with what could not be changed. Raises NotFound."""
    account = pages.account(request)
    said = pages.words(request)
    with pages.office.database.read() as session:
        detail = showing.source(session, source_id)
    refused = 409 if isinstance(error, Conflict) else 400
    return pages.show(
        request,
        "source.html",
        account=account,
        status=refused if error else 200,
        source=detail,
        row=row(detail.view, said=said),
        alerts=alert_rows(detail.alerts, said=said),
        speak=Speaking(said=said),
        can_try=KINDS[detail.view.kind].transport is Transport.WEB,
        error=error,
        typed=typed or {},
    )


def row(view: SourceView, *, said: Words) -> SourceRow:
    return SourceRow(
        view=view,
        name=view.called(said.language),
        said=(
            source_words.of_hand(said=said)
            if view.kind == "manual"
            else source_words.of_source(view.state, view.fault, view.detail, said=said)
        ),
        kind=source_words.kind(view.kind, said=said),
        paused=str(view.options.get(PAUSED) or ""),
    )


def alerts(session: Session, *, said: Words, about: str = "") -> Sequence[AlertRow]:
    return alert_rows(showing.alerts(session, about=about), said=said)


def alert_rows(views: Sequence[AlertView], *, said: Words) -> Sequence[AlertRow]:
    return [
        AlertRow(
            view=one,
            sentence=alert_words.of_alert(one.rule, one.fields, said=said),
            path=alert_words.path_of(one),
        )
        for one in views
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Speaking:
    """The words a template asks for by a code."""

    said: Words

    def outcome(self, name: str) -> str:
        return source_words.outcome(name, said=self.said)

    def outlet_kind(self, name: str) -> str:
        return source_words.outlet_kind(name, said=self.said)

    def known(self, text: str) -> str:
        return source_words.known(text, said=self.said)

    def region(self, name: str) -> str:
        return source_words.region(name, said=self.said)

    def span(self, seconds: float | None) -> str:
        return alert_words.span(seconds, said=self.said)

    def fault(self, fault: str, detail: str) -> Said:
        return source_words.of_fault(fault, detail, said=self.said)

    def kind(self, name: str) -> str:
        return source_words.kind(name, said=self.said)

    def way(self, name: str) -> str:
        return source_words.way(name, said=self.said)

    def candidate(self, one: Candidate) -> str:
        return source_words.of_candidate(one, said=self.said)
