"""Pages only a rehearsal has: the journalists' mailbox and the invented outlets' sites."""

from collections.abc import Callable
from urllib.parse import urlsplit

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse

from app.rehearsal.mailroom import KeptMail, Mailroom
from app.rehearsal.newsroom import Newsroom
from app.web.pages import Pages
from core.errors import NotFound

# What others wrote is shown without script and without our cookies.
_SANDBOX = {
    "Content-Security-Policy": "sandbox; default-src 'none'; style-src 'unsafe-inline'"
}
_STYLE = (
    "<style>body{font:17px/1.7 Georgia,'IBM Plex Sans Arabic',serif;max-width:42rem;"
    "margin:2rem auto;padding:0 1rem}nav a{margin-inline-end:1rem}"
    "aside,footer,nav{font-size:.85rem;color:#666}h1{line-height:1.25}</style></head>"
)


def router(mailroom: Mailroom, newsroom: Newsroom) -> Callable[[Pages], APIRouter]:
    def make(pages: Pages) -> APIRouter:
        found = APIRouter(prefix="/rehearsal", include_in_schema=False)

        def kept(number: int) -> KeptMail:
            mail = mailroom.mail(number)
            if mail is None:
                raise NotFound(
                    "There is no such mail.", to=str(number), mend="See the mailbox."
                )
            return mail

        @found.get("/mailbox")
        def mailbox(request: Request) -> Response:
            return pages.show(
                request,
                "rehearsal_mailbox.html",
                account=pages.account(request),
                mails=mailroom.mails(),
            )

        @found.get("/mailbox/{number}")
        def one(request: Request, number: int) -> Response:
            return pages.show(
                request,
                "rehearsal_mail.html",
                account=pages.account(request),
                mail=kept(number),
            )

        @found.get("/mailbox/{number}/html")
        def html(request: Request, number: int) -> Response:
            pages.account(request)
            return HTMLResponse(kept(number).part("html"), headers=_SANDBOX)

        @found.get("/press/{host}/{path:path}")
        def press(request: Request, host: str, path: str) -> Response:
            pages.account(request)
            answer = newsroom.answer(host, f"/{path}")
            page = answer.text.replace("</head>", _STYLE, 1)
            return HTMLResponse(page, answer.status, headers=_SANDBOX)

        return found

    return make


def link_for(url: str) -> str:
    """Where a browser can open an invented article."""
    parts = urlsplit(url)
    return f"/rehearsal/press/{parts.hostname}{parts.path}"
