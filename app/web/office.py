"""The office's own page: is it healthy, what it stands on, and the switch that holds everything."""

from html import escape
from typing import Annotated, Any

from fastapi import APIRouter, Form, Query, Request, Response
from pydantic import BaseModel, Field

from app.bootstrap import Office
from app.web import office_view
from app.web.pages import Pages, back_to
from core.accounts import Right
from core.errors import BadInput
from core.i18n import N_, Words
from core.models import Account
from core.values import Language
from core.wording import worded
from distributor.sending import sender_domain
from distributor.sending.bodies import Composed
from distributor.sending.mailings import send_notice

_SUBJECT = N_("Test of the channel %(channel)s")
_TEXT = N_(
    "This mail shows that the channel %(channel)s delivers. Nobody else got it, and nothing has to be done."
)


class TestForm(BaseModel):
    channel: str = Field(max_length=40)
    to: str = Field(max_length=254)
    # Names this one test: sent twice by a slow hand, it leaves once.
    key: str = Field(max_length=64)


def router(pages: Pages) -> APIRouter:
    found = APIRouter(prefix="/office", include_in_schema=False)
    office = pages.office

    def page(request: Request, *, right: Right, **shown: Any) -> Response:
        account = pages.account(request, right)
        said = pages.words(request)
        blank: dict[str, Any] = {"verdict": None, "error": None, "typed": None}
        with office.database.read() as session:
            return pages.show(
                request,
                "office.html",
                account=account,
                health=office_view.health(office, said),
                channels=office_view.channels(session, office),
                jobs=office_view.jobs(session),
                machine_now=office.timer.stamp(),
                versions=office_view.versions(office),
                licences=office_view.licences(session, office),
                settings=office_view.settings(office),
                kept_days=office.settings.retention.full_text_days,
                sender=office.settings.organisation.sender,
                key=office.ids.token(),
                **blank | shown,
            )

    @found.get("")
    def show(request: Request) -> Response:
        """Everybody sees whether it is healthy; what it is made of, an administrator."""
        return page(request, right=Right.READ)

    @found.get("/sender")
    def sender(
        request: Request, channel: Annotated[str, Query(max_length=40)] = ""
    ) -> Response:
        """Ask the name servers what others find there. On a button: each costs seconds."""
        pages.account(request, Right.ADMINISTER)
        domain = sender_domain.look_up(
            office.settings, channel=channel, resolver=office.resolver
        )
        verdict = (
            office_view.verdict(domain, pages.words(request)) if domain else "nobody"
        )
        return page(request, right=Right.ADMINISTER, verdict=verdict)

    @found.post("/test")
    def test(request: Request, form: Annotated[TestForm, Form()]) -> Response:
        """A short mail through one channel; its dispatch shows what became of it."""
        account = pages.account(request, Right.ADMINISTER)
        try:
            made = _send(office, form, account, pages.words(request))
        except BadInput as refused:
            answer = page(request, right=Right.ADMINISTER, error=refused, typed=form)
            answer.status_code = 400
            return answer
        return back_to(f"/dispatches/{made}")

    return found


def _send(office: Office, form: TestForm, account: Account, said: Words) -> int:
    """The dispatch of the test. Raises BadInput."""
    with office.database.write(ledger=True) as session:
        made = send_notice(
            session,
            about=f"test:{account.id}",
            addresses=[form.to],
            channel=form.channel,
            bodies=[_letter(form.channel, said)],
            key=f"test:{account.id}:{form.key}",
            settings=office.settings,
            zone_rules=office.zone_rules,
            ids=office.ids,
            now=office.clock.now(),
        )
        if made is not None:
            return made.id
    raise BadInput(
        worded("This address must not be mailed."),
        to="to",
        mend=worded("Choose another one of yours."),
    )


def _letter(channel: str, said: Words) -> Composed:
    subject = said.gettext(_SUBJECT).replace("%(channel)s", channel)
    plain = said.gettext(_TEXT).replace("%(channel)s", channel)
    language = Language(said.language)
    frame = f'lang="{language.value}" dir="{said.direction}"'
    return Composed(
        language=language,
        subject=subject,
        plain=f"{plain}\n",
        page=f'<!doctype html><html {frame}><head><meta charset="utf-8"></head>'
        f"<body {frame}><p>{escape(plain)}</p></body></html>",
    )
