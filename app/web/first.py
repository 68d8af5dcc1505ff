"""The link of the first start: whoever reads the log makes the first administrator."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, Response
from pydantic import Field

from app.bootstrap import Office
from app.web import new_password
from app.web.addresses import office_address
from app.web.entering import enter
from app.web.limits import limit
from app.web.new_password import NewPassword
from app.web.pages import Pages
from core.accounts import first
from core.errors import BadInput, NotFound
from core.log import logger

_log = logger("web")


class Administrator(NewPassword):
    name: str = Field("", max_length=500)


def announce(office: Office) -> str | None:
    """Log the link where nobody has an account yet; each start makes a new one."""
    with office.database.write() as session:
        token = first.offer(session, ids=office.ids, now=office.timer.stamp())
    if token is None:
        return None
    link = f"{office_address(office.settings)}/first/{token}"
    _log.warning("office.is-new", open_once_within_a_day=link)
    return link


def router(pages: Pages) -> APIRouter:
    office = pages.office
    found = APIRouter(
        prefix="/first",
        include_in_schema=False,
        dependencies=[Depends(limit(office.timer))],
    )

    def page(
        request: Request, *, name: str = "", error: BadInput | None = None
    ) -> Response:
        return pages.show(
            request,
            "first.html",
            account=None,
            status=400 if error else 200,
            name=name,
            least=office.settings.web.least_password,
            error=error,
        )

    @found.get("/{token}")
    def show(request: Request, token: str) -> Response:
        with office.database.read() as session:
            first.require_open(session, token, now=office.timer.stamp())
        return page(request)

    @found.post("/{token}")
    def claim(
        request: Request, token: str, form: Annotated[Administrator, Form()]
    ) -> Response:
        with office.database.read() as session:
            first.require_open(session, token, now=office.timer.stamp())
        try:
            made = new_password.made(office, form, name=form.name)
            with office.database.write() as session:
                account = first.claim(
                    session,
                    token,
                    name=form.name,
                    password_hash=made,
                    now=office.clock.now(),
                    machine_now=office.timer.stamp(),
                )
        except NotFound:
            raise
        except BadInput as refused:
            return page(request, name=form.name, error=refused)
        return enter(pages, request, account, how="password", onward="/start")

    return found
