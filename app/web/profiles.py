"""The profile of a release: what matching looks for, seen and corrected part by part."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import APIRouter, Form, Request, Response
from pydantic import BaseModel, Field

from app.web.pages import Pages, RowId, back_to
from core.accounts import Right
from core.errors import BadInput
from core.i18n import Words
from core.zones import wall_of
from monitor import profiles
from monitor.matching.proposal import PARTS
from monitor.profiles import ProfileView

_LONGEST: Final = 20_000


class ProfileForm(BaseModel):
    """The parts as they were typed; one that the form does not hold stays as it is."""

    sent_at: str | None = Field(None, max_length=40)
    event_days: str | None = Field(None, max_length=_LONGEST)
    event_names: str | None = Field(None, max_length=_LONGEST)
    people: str | None = Field(None, max_length=_LONGEST)
    places: str | None = Field(None, max_length=_LONGEST)
    organisations: str | None = Field(None, max_length=_LONGEST)
    figures: str | None = Field(None, max_length=_LONGEST)
    reset: bool = False

    def typed(self) -> Mapping[str, str]:
        return {
            name: text for name in PARTS if (text := getattr(self, name)) is not None
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class PartField:
    """One part as a form shows it: an item a line."""

    name: str
    caption: str
    hint: str
    text: str
    is_edited: bool
    # Items that the release also writes otherwise: name, and how.
    variants: Sequence[tuple[str, str]]


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
            view = profiles.view(session, release_id)
        return pages.show(
            request,
            "profile.html",
            account=account,
            status=400 if error else 200,
            view=view,
            fields=_fields(view, typed or {}, said=pages.words(request)),
            error=error,
            wrong=pages.words(request).explain(error) if error else "",
        )

    @found.get("/{release_id}/profile")
    def show(request: Request, release_id: RowId) -> Response:
        return page(request, release_id)

    @found.post("/{release_id}/profile")
    def change(
        request: Request, release_id: RowId, form: Annotated[ProfileForm, Form()]
    ) -> Response:
        account = pages.account(request, Right.WATCH)
        typed = form.typed()
        now = office.clock.now()
        try:
            with office.database.write() as session:
                if form.reset:
                    profiles.reset(session, release_id, by=account.name, now=now)
                else:
                    profiles.edit(
                        session,
                        release_id,
                        {name: text.splitlines() for name, text in typed.items()},
                        by=account.name,
                        now=now,
                    )
        except BadInput as refused:
            return page(request, release_id, typed=typed, error=refused)
        return back_to(f"/releases/{release_id}/profile")

    return found


def _fields(
    view: ProfileView, typed: Mapping[str, str], *, said: Words
) -> Sequence[PartField]:
    captions = _captions(said)
    return [
        PartField(
            name=name,
            caption=captions[name][0],
            hint=captions[name][1],
            text=typed.get(name, _lines(view, name)),
            is_edited=name in view.edited,
            variants=[
                (item, ", ".join(view.variants[item]))
                for item in getattr(view.profile, name) or ()
                if view.variants.get(item)
            ]
            if name in {"event_names", "people", "places"}
            else (),
        )
        for name in PARTS
    ]


def _lines(view: ProfileView, name: str) -> str:
    if name == "sent_at":
        sent = view.profile.sent_at
        return f"{wall_of(sent, view.zone):%Y-%m-%dT%H:%M}" if sent else ""
    return "\n".join(str(one) for one in getattr(view.profile, name))


def _captions(said: Words) -> Mapping[str, tuple[str, str]]:
    _ = said.gettext
    return {
        "sent_at": (
            _("When it was sent"),
            _(
                "Only when it was not sent from here, like 2018-12-04T08:00. What appeared before cannot cover it."
            ),
        ),
        "event_days": (_("Days of the event"), _("One a line, like 2018-12-05.")),
        "event_names": (
            _("What the event is called"),
            _("In every language, one name a line."),
        ),
        "people": (_("People"), _("Who is named, one a line, in either script.")),
        "places": (_("Places"), _("Where it happens, one a line, in either script.")),
        "organisations": (
            _("Organisations"),
            _(
                "The issuer and its services with their acronyms: their names alone prove nothing."
            ),
        ),
        "figures": (_("Figures"), _("Numbers that tell the event apart, one a line.")),
    }
