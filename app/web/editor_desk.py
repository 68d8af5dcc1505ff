"""The smaller forms of the editor: a language up to date or taken out, remarks."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from pydantic import BaseModel, Field
from sqlalchemy.orm import Session

from app.web import editor_view
from app.web.editor import status
from app.web.editor_view import Asked
from app.web.pages import Pages, RowId, back_to
from core.accounts import Right
from core.errors import OfficeError
from core.models import Account
from core.releases import found_release, locked_release
from core.values import Language
from distributor.releases import comments, editing, freshness


class TakeOutForm(BaseModel):
    language: Language
    seal: str = Field("", max_length=64)
    breaks_seals: bool = False


class RemarkForm(BaseModel):
    # Longer than what is kept, so that what was typed comes back with the reason.
    text: str = Field("", max_length=10 * comments.LONGEST)
    language: str = Field("", max_length=10)


class ResolveForm(BaseModel):
    resolved: bool = True


_Make = Callable[[Session, Account, datetime], object]


def router(pages: Pages) -> APIRouter:
    found = APIRouter(prefix="/releases", include_in_schema=False)

    @found.post("/{release_id}/edit/up-to-date")
    def say_up_to_date(
        request: Request, release_id: RowId, language: Annotated[Language, Form()]
    ) -> Response:
        return _change(
            pages,
            request,
            release_id,
            lambda session, account, now: freshness.say_up_to_date(
                session,
                locked_release(session, release_id),
                language,
                by=account,
                now=now,
            ),
            done="fresh",
        )

    @found.post("/{release_id}/edit/take-out")
    def take_out(
        request: Request, release_id: RowId, form: Annotated[TakeOutForm, Form()]
    ) -> Response:
        return _change(
            pages,
            request,
            release_id,
            lambda session, account, now: editing.take_out(
                session,
                release_id,
                form.language,
                seal=form.seal,
                breaks_seals=form.breaks_seals,
                by=account,
                now=now,
            ),
            done="out",
        )

    @found.post("/{release_id}/comments")
    def remark(
        request: Request, release_id: RowId, form: Annotated[RemarkForm, Form()]
    ) -> Response:
        return _change(
            pages,
            request,
            release_id,
            lambda session, account, now: comments.add(
                session,
                found_release(session, release_id),
                language=form.language,
                text=form.text,
                by=account,
                now=now,
            ),
            done="remark#remarks",
            remark=form.text,
        )

    @found.post("/{release_id}/comments/{comment_id}")
    def resolve(
        request: Request,
        release_id: RowId,
        comment_id: RowId,
        form: Annotated[ResolveForm, Form()],
    ) -> Response:
        return _change(
            pages,
            request,
            release_id,
            lambda session, account, now: comments.resolve(
                session,
                release_id,
                comment_id,
                is_resolved=form.resolved,
                by=account,
                now=now,
            ),
            done="remark#remarks",
        )

    return found


def _change(
    pages: Pages,
    request: Request,
    release_id: int,
    make: _Make,
    *,
    done: str,
    remark: str = "",
) -> Response:
    """Do one thing, and come back to the editor."""
    account = pages.account(request, Right.WRITE)
    office = pages.office
    try:
        with office.database.write() as session:
            make(session, account, office.clock.now())
    except OfficeError as error:
        asked = Asked(error=error, status=status(error), remark=remark)
        return editor_view.page(pages, request, release_id, asked, account=account)
    return back_to(f"/releases/{release_id}/edit?done={done}")
