"""The builder of an edition: essentials, order, and what is left out."""

from collections.abc import Callable, Coroutine, Sequence
from dataclasses import replace
from typing import Annotated, Any, Final

from fastapi import APIRouter, Form, Request, Response
from fastapi.routing import APIRoute

from app.reviews import editions
from app.reviews.edits import Edits, applied
from app.reviews.first_page import LINES, FirstPage, first_page
from app.reviews.plan import WATCH
from app.reviews.states import EditionState
from app.web.pages import Day, Pages, back_to
from app.web.review import Name, path_of, slot_of
from app.web.review_form import (
    WRITTEN,
    EditForm,
    EssentialField,
    edits_of,
    kept_fields,
    numbers_of,
    typed_fields,
)
from core.accounts import Right
from core.errors import BadInput, Conflict
from core.i18n import Words
from core.reporting.naming import name_of
from core.reporting.report import Report, ReportSection
from core.reporting.review_layout import HEADLINES

_MOST_FIELDS: Final = 12_000


class _WideRequest(Request):
    """A review of a thousand lines sends two fields for each; a form is else cut at 1,000."""

    def form(self, **limits: Any) -> Any:
        return super().form(**limits | {"max_fields": _MOST_FIELDS})


class _Wide(APIRoute):
    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def wide(request: Request) -> Response:
            return await handle(_WideRequest(request.scope, request.receive))

        return wide


def router(pages: Pages) -> APIRouter:
    found = APIRouter(prefix="/review", include_in_schema=False, route_class=_Wide)
    office = pages.office

    def page(
        request: Request,
        day: Day,
        name: str,
        *,
        form: EditForm | None = None,
        error: BadInput | Conflict | None = None,
    ) -> Response:
        """As it is kept, or as it was sent in *form*, with what is wrong with that."""
        account = pages.account(request, Right.WATCH)
        slot = slot_of(pages, day, name)
        with office.database.read() as session:
            row = editions.edition(session, slot.key)
            kept = Edits() if row is None else Edits.from_row(row.edits)
            whole = editions.whole(
                session, slot, settings=office.settings, now=office.clock.now()
            )
        said = pages.words(request)
        report = applied(whole, replace(kept, order=form.order) if form else kept)
        numbers = numbers_of(report, form)
        fields = typed_fields(form) if form else kept_fields(kept, report, numbers)
        is_late = isinstance(error, Conflict)
        return pages.show(
            request,
            "review_edit.html",
            account=account,
            status=409 if is_late else 400 if form else 200,
            report=report,
            numbers=numbers,
            left_out=[
                line
                for section in whole.sections
                for line in section.lines
                if line.articles and line.articles[0] in kept.left_out
            ],
            ticked=frozenset(form.left_out) if form else kept.left_out,
            fields=fields,
            written=WRITTEN,
            section_name=lambda section: _name(section, said),
            wrong=said.explain,
            # What another person keeps, beside what was typed here.
            theirs=applied(whole, kept) if is_late else None,
            seen=editions.edits_seal(row),
            **_first(report, fields),
            closed=not is_late
            and row is not None
            and row.state not in {EditionState.OPEN, EditionState.FROZEN},
            path=path_of(slot.key),
            error=error,
        )

    @found.get("/{day}/{name}/edit")
    def show(request: Request, day: Day, name: Name) -> Response:
        return page(request, day, name)

    @found.post("/{day}/{name}/edit")
    def keep(
        request: Request, day: Day, name: Name, form: Annotated[EditForm, Form()]
    ) -> Response:
        pages.account(request, Right.WATCH)
        slot = slot_of(pages, day, name)
        try:
            changes = edits_of(form, _whole(pages, day, name))
            with office.database.write() as session:
                editions.edit(session, slot, changes, seen=form.seen)
        except (BadInput, Conflict) as refused:
            return page(request, day, name, form=form, error=refused)
        return back_to(f"{path_of(slot.key)}/edit")

    @found.post("/{day}/{name}/first-page")
    def fits(
        request: Request, day: Day, name: Name, form: Annotated[EditForm, Form()]
    ) -> Response:
        """How much of the first page the form as it stands would take. Keeps nothing."""
        account = pages.account(request, Right.WATCH)
        moved = Edits(order=form.order, left_out=frozenset(form.left_out))
        report = applied(_whole(pages, day, name), moved)
        return pages.show(
            request,
            "review_first_page.html",
            account=account,
            **_first(report, typed_fields(form)),
        )

    return found


def _whole(pages: Pages, day: Day, name: str) -> Report:
    office = pages.office
    slot = slot_of(pages, day, name)
    with office.database.read() as session:
        return editions.whole(
            session, slot, settings=office.settings, now=office.clock.now()
        )


def _first(report: Report, fields: Sequence[EssentialField]) -> dict[str, Any]:
    found: FirstPage = first_page(report, [field.texts for field in fields])
    return {"first": found, "most_lines": LINES, "most_headlines": HEADLINES}


def _name(section: ReportSection, said: Words) -> str:
    if section.key.startswith(WATCH):
        return section.title
    name = name_of(f"section:{section.key}", said)
    return f"{name} · \u2068{section.title}\u2069" if section.title else name
