"""The goal of a release and its key messages, in three languages side by side."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import APIRouter, Form, Request, Response
from pydantic import BaseModel, Field

from app.web.pages import Pages, RowId, back_to
from core.accounts import Right
from core.errors import BadInput
from core.values import Language
from monitor import goals
from monitor.goals import PLACES, GoalView, field_name

_LANGUAGES: Final = (Language.FRENCH, Language.ARABIC, Language.ENGLISH)
_LONGEST: Final = 5_000  # of what may be typed; what is kept is shorter


class GoalForm(BaseModel):
    """`message` has the words of each place in each language, in the order of the page."""

    objective: str = Field("", max_length=_LONGEST)
    audience: str = Field("", max_length=_LONGEST)
    message: list[Annotated[str, Field(max_length=_LONGEST)]] = Field(
        min_length=len(PLACES) * len(_LANGUAGES),
        max_length=len(PLACES) * len(_LANGUAGES),
    )

    def typed(self) -> Mapping[str, str]:
        """Everything by the names of its fields."""
        names = (field_name(place, one) for place in PLACES for one in _LANGUAGES)
        return {
            "objective": self.objective,
            "audience": self.audience,
            **dict(zip(names, self.message, strict=True)),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageField:
    """One place of the page in one language."""

    name: str
    language: Language
    text: str


def router(pages: Pages) -> APIRouter:
    found = APIRouter(prefix="/releases", include_in_schema=False)
    office = pages.office

    def page(
        request: Request,
        release_id: int,
        *,
        typed: Mapping[str, str] | None = None,
        error: BadInput | None = None,
    ) -> Response:
        account = pages.account(request)
        with office.database.read() as session:
            view = goals.view(session, release_id)
        typed = _kept(view) if typed is None else typed
        return pages.show(
            request,
            "goal.html",
            account=account,
            status=400 if error else 200,
            view=view,
            typed=typed,
            messages=_fields(typed),
            error=error,
        )

    @found.get("/{release_id}/goal")
    def show(request: Request, release_id: RowId) -> Response:
        return page(request, release_id)

    @found.post("/{release_id}/goal")
    def change(
        request: Request, release_id: RowId, form: Annotated[GoalForm, Form()]
    ) -> Response:
        account = pages.account(request, Right.WATCH)
        typed, now = form.typed(), office.clock.now()
        try:
            with office.database.write() as session:
                goals.aim(
                    session,
                    release_id,
                    objective=form.objective,
                    audience=form.audience,
                    by=account.name,
                    now=now,
                )
                for place in PLACES:
                    for language in _LANGUAGES:
                        goals.say(
                            session,
                            release_id,
                            place=place,
                            language=language,
                            text=typed[field_name(place, language)],
                            by=account.name,
                            now=now,
                        )
        except BadInput as refused:
            return page(request, release_id, typed=typed, error=refused)
        return back_to(f"/releases/{release_id}/goal")

    return found


def _kept(view: GoalView) -> Mapping[str, str]:
    said = {
        field_name(one.place, language): text
        for one in view.messages
        for language, text in one.said.items()
    }
    return {"objective": view.objective, "audience": view.audience, **said}


def _fields(typed: Mapping[str, str]) -> Mapping[int, Sequence[MessageField]]:
    return {
        place: [
            MessageField(
                name=field_name(place, one),
                language=one,
                text=typed.get(field_name(place, one), ""),
            )
            for one in _LANGUAGES
        ]
        for place in PLACES
    }
