"""Lists of outlets: taken in after a look at what they hold, and given out again."""

from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Form, Request, Response, UploadFile

from app.web.pages import Pages, back_to, download
from app.web.uploads import taken
from core.accounts import Right
from core.errors import BadInput
from core.wording import worded
from monitor.catalogue import exporting, importing, opml, written
from monitor.catalogue.reading import read_content

# What fits a form with room to spare: 2,000 sources take half of it.
_MOST_BYTES: Final = 900_000
_SHOWN: Final = 100


def router(pages: Pages) -> APIRouter:
    found = APIRouter(prefix="/source-lists", include_in_schema=False)
    office = pages.office

    def page(request: Request, *, status: int = 200, **values: Any) -> Response:
        told = {"error": None, "listed": (), "done": None, "name": "", "text": ""}
        return pages.show(
            request,
            "source_lists.html",
            account=pages.account(request),
            status=status,
            **{**told, **values},
            shown=_SHOWN,
        )

    @found.get("")
    def lists(request: Request) -> Response:
        return page(request)

    @found.post("")
    def looked_at(request: Request, file: UploadFile) -> Response:
        """What the list holds, and what of it is new; nothing is stored."""
        pages.account(request, Right.WATCH)
        name = file.filename or ""
        try:
            content = taken(office, file, most=_MOST_BYTES)
            text = _text(name, content)
            listed = read_content(name, content)
        except BadInput as refused:
            return page(request, status=400, error=refused)
        with office.database.write() as session:
            done = importing.preview(session, listed, now=office.clock.now())
        return page(request, listed=listed, done=done, name=name, text=text)

    @found.post("/import")
    def taken_in(
        request: Request,
        name: Annotated[str, Form(max_length=255)],
        text: Annotated[str, Form(max_length=_MOST_BYTES)],
    ) -> Response:
        pages.account(request, Right.WATCH)
        try:
            # A form sends every line end as two signs.
            listed = read_content(name, text.replace("\r\n", "\n").encode())
        except BadInput as refused:
            return page(request, status=400, error=refused)
        with office.database.write() as session:
            importing.store(session, listed, now=office.clock.now())
        return back_to("/sources?state=new")

    @found.get("/outlets.{form}")
    def given_out(request: Request, form: Literal["opml", "toml"]) -> Response:
        pages.account(request)
        with office.database.read() as session:
            listed = exporting.listed(session)
        writer, media_type = {
            "opml": (opml.write, "text/x-opml"),
            "toml": (written.write, "application/toml"),
        }[form]
        return download(writer(listed), name=f"outlets.{form}", media_type=media_type)

    return found


def _text(name: str, content: bytes) -> str:
    """The list as a form carries it on to its second step. Raises BadInput."""
    if len(content) > _MOST_BYTES:
        raise BadInput(
            worded("This list is too large for the screen."),
            to=name,
            mend=worded(
                "Part it into several files, or give it to `parution source import`."
            ),
        )
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadInput(
            worded("The list is not UTF-8."), to=name, mend=worded("Save it as UTF-8.")
        ) from error
