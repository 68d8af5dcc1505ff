"""The editor: a release's facts and its languages side by side, saved by hand or by itself."""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Form, Query, Request, Response
from fastapi.responses import JSONResponse

from app.bootstrap import Office
from app.web import editor_view
from app.web.editor_form import EditForm
from app.web.editor_view import Asked
from app.web.pages import NotAllowed, NotSignedIn, Pages, RowId, back_to
from core.accounts import Right
from core.errors import BadInput, OfficeError, Unavailable
from core.i18n import N_
from core.models import Account
from core.releases import found_release
from core.values import Language
from distributor.releases import drafting, editing, facts

# What was just done, by the word that the address says it with.
_DONE: Mapping[str, str] = {
    "saved": N_("Saved."),
    "fresh": N_("This language is up to date."),
    "out": N_("The language was taken out. Its words stay in the history."),
    "remark": N_("The remark was kept."),
    "files": N_("The files were changed."),
}


def router(pages: Pages) -> APIRouter:
    found = APIRouter(prefix="/releases", include_in_schema=False)
    office = pages.office

    @found.get("/{release_id}/edit")
    def show(
        request: Request,
        release_id: RowId,
        add: Annotated[str, Query(max_length=10)] = "",
        done: Annotated[str, Query(max_length=20)] = "",
    ) -> Response:
        account = pages.account(request, Right.WRITE)
        asked = Asked(add=add if add in set(Language) else "", done=_DONE.get(done, ""))
        return editor_view.page(pages, request, release_id, asked, account=account)

    @found.post("/{release_id}/edit")
    def save(
        request: Request, release_id: RowId, form: Annotated[EditForm, Form()]
    ) -> Response:
        by_itself = "application/json" in request.headers.get("accept", "")
        try:
            account = pages.account(request, Right.WRITE)
        except (NotSignedIn, NotAllowed) as error:
            if by_itself:
                return JSONResponse({"signed_out": True}, _not_let(error))
            return _kept(pages, request, release_id, form, error)
        refused = _save(office, release_id, form, by=account)
        if by_itself:
            return _told(pages, request, release_id, refused)
        if refused is None:
            return back_to(f"/releases/{release_id}/edit?done=saved")
        return editor_view.page(
            pages,
            request,
            release_id,
            Asked(typed=form, error=refused, status=status(refused)),
            account=account,
        )

    @found.post("/{release_id}/follow-up")
    def follow_up(
        request: Request,
        release_id: RowId,
        kind: Annotated[str, Form(max_length=40)],
    ) -> Response:
        account = pages.account(request, Right.WRITE)
        with office.database.write() as session:
            made = drafting.follow_up(
                session,
                found_release(session, release_id),
                kind=kind,
                zone=office.settings.organisation.zone,
                by=account,
                now=office.clock.now(),
            ).id
        return back_to(f"/releases/{made}/edit")

    return found


def _save(
    office: Office, release_id: int, form: EditForm, *, by: Account
) -> OfficeError | None:
    """Save it, or answer why not."""
    now = office.clock.now()
    try:
        with office.database.write() as session:
            editing.save(session, release_id, form.draft(), by=by, now=now)
    except OfficeError as error:
        return error
    return None


def status(error: OfficeError) -> int:
    if isinstance(error, Unavailable):
        return 503
    return 400 if isinstance(error, BadInput) else 409


def _not_let(error: Exception) -> int:
    return 401 if isinstance(error, NotSignedIn) else 403


def _kept(
    pages: Pages, request: Request, release_id: int, form: EditForm, error: Exception
) -> Response:
    """The session ended while somebody wrote: their words come back, to be sent again."""
    return pages.show(
        request,
        "edit_kept.html",
        account=None,
        status=_not_let(error),
        release_id=release_id,
        versions=form.versions(),
        facts=form.facts(),
        shown=form.shown,
        breaks_seals=form.breaks_seals,
        signed_out=isinstance(error, NotSignedIn),
    )


def _told(
    pages: Pages, request: Request, release_id: int, refused: OfficeError | None
) -> Response:
    """What the page's own script is told after it saved: everything as it is now."""
    office, said = pages.office, pages.words(request)
    now = office.clock.now()
    with office.database.read() as session:
        release = found_release(session, release_id)
        stale = editor_view.stale_languages(session, release)
        found = editor_view.found(session, office, release_id, said)
        answer: dict[str, Any] = {
            "saved": refused is None,
            "at": said.hour(now, office.settings.organisation.zone),
            "versions": {
                one.language: {
                    "title": editing.one_line(one.title),
                    "body": editing.plain_lines(one.body),
                    "seal": editing.seal_of(one),
                    "stale": one.language in stale,
                }
                for one in release.versions
            },
            "facts": dict(facts.of(session, release)),
            "found": {
                slot: [one.told() for one in lines] for slot, lines in found.items()
            },
        }
    if refused is not None:
        answer["problem"] = {
            "code": refused.code,
            "to": refused.to,
            "what": said.gettext(refused.what),
            "mend": said.gettext(refused.mend) if refused.mend else "",
        }
    return JSONResponse(answer, 200 if refused is None else status(refused))
