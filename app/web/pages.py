"""Renders a page: template, language, direction, who is looking, and the strict headers."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Annotated, Any, Final
from urllib.parse import quote

from fastapi import Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from pydantic import Field

from app.bootstrap import Office
from app.web.assets import asset
from app.web.sessions import Sessions
from core.accounts import Right, may, second_factor, sessions
from core.accounts.models import SignedIn
from core.accounts.slowing import Slowing
from core.errors import OfficeError
from core.i18n import Words, words
from core.journal import act_as
from core.keys import Vault
from core.log import logger
from core.models import Account
from core.reporting.reasons import in_words
from core.resources import folder
from core.values import SCREENS, Language
from core.web.outward import outward
from core.wording import worded
from distributor.reasons import BECAUSE_SAID
from distributor.sending.hold import on_hold

# What an address may name: larger numbers fit no row of either database, and days
# outside leave no room to add or take a zone's hours.
RowId = Annotated[int, Field(ge=1, le=2**31 - 1)]
Day = Annotated[date, Field(ge=date(1900, 1, 1), le=date(2999, 12, 31))]

_log = logger("web")

LANGUAGE_COOKIE = "parution_language"
# What would end a quoted file name in a header.
_QUOTED: Final = re.compile(r'["\\\x00-\x1f\x7f]')
_HOME = frozenset({"127.0.0.1", "localhost", "::1"})


class NotSignedIn(Exception):
    """The page needs an account; the visitor is sent to sign in."""


class SecondFactorMissing(Exception):
    """The office wants a second factor of this person before they go on."""


class NotAllowed(OfficeError):
    code = "not-allowed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Looking:
    """Who is looking, and in which session; a rehearsal's visitor has none."""

    account: Account
    session: SignedIn | None

    @property
    def session_id(self) -> int:
        return self.session.id if self.session is not None else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Pages:
    """What every page is given."""

    office: Office
    sessions: Sessions
    # Of everybody who signs in, by whatever way.
    slowing: Slowing
    vault: Vault
    templates: Environment
    banner: Callable[[], str] | None
    link_for: Callable[[str], str]
    # Opens the office anew with the settings of then; None where the process cannot.
    restart: Callable[[], None] | None = None
    # Whether this very process runs the jobs too.
    ticks: bool = False

    def words(self, request: Request, mail: Language | None = None) -> Words:
        """Those the visitor chose, else those of the *mail* whose link was followed."""
        asked = request.query_params.get("lang") or request.cookies.get(LANGUAGE_COOKIE)
        wished = (asked, mail, self.office.settings.language)
        return words(next(Language(one) for one in wished if one in SCREENS))

    def account(self, request: Request, right: Right = Right.READ) -> Account:
        """Who is looking. Raises NotSignedIn, NotAllowed or SecondFactorMissing."""
        looking = self.looking(request, right)
        if self._wants_second_factor(looking):
            raise SecondFactorMissing
        return looking.account

    def looking(self, request: Request, right: Right = Right.READ) -> Looking:
        """Who is looking, whether or not their second factor is missing."""
        found = self.sessions.find(request)
        looking = (
            Looking(account=found[1], session=found[0])
            if found is not None
            else self._visitor(request)
        )
        if looking is None:
            raise NotSignedIn
        if not may(looking.account, right):
            _log.warning(
                "page.not-allowed",
                path=request.url.path,
                account=looking.account.id,
                right=right.value,
            )
            raise NotAllowed(
                worded("Your account may not do this."),
                to=looking.account.name,
                mend=worded("Ask an administrator of this office."),
            )
        act_as(looking.account.name)
        return looking

    def fresh(self, request: Request, right: Right = Right.READ) -> Looking:
        """Who proved a moment ago who they are. Raises NotSignedIn for all others."""
        looking = self.looking(request, right)
        now = self.office.timer.stamp()
        if looking.session is not None and not sessions.is_fresh(
            looking.session, now=now
        ):
            raise NotSignedIn
        return looking

    def _visitor(self, request: Request) -> Looking | None:
        name = self.office.settings.web.sign_in_as
        # By our own name only: a page that rebinds its name to this machine stays out.
        if not name or request.url.hostname not in _HOME:
            return None
        with self.office.database.read() as session:
            account = session.query(Account).filter_by(name=name).one_or_none()
        return None if account is None else Looking(account=account, session=None)

    def _wants_second_factor(self, looking: Looking) -> bool:
        """A passkey is two factors, and the directory asks for its own."""
        if (
            self.office.settings.web.second_factor != "required"
            or looking.session is None
            or looking.session.how != "password"
            or not (
                may(looking.account, Right.APPROVE) or may(looking.account, Right.SEND)
            )
        ):
            return False
        with self.office.database.read() as session:
            return not second_factor.is_on(session, looking.account.id)

    def show(
        self,
        request: Request,
        template: str,
        *,
        account: Account | None,
        status: int = 200,
        language: Language | None = None,
        **values: Any,
    ) -> HTMLResponse:
        page = self.render(
            request, template, account=account, language=language, **values
        )
        return HTMLResponse(page, status)

    def render(
        self,
        request: Request,
        template: str,
        *,
        account: Account | None,
        language: Language | None = None,
        addressed_in: Words | None = None,
        **values: Any,
    ) -> str:
        """In the words *addressed_in* where the address itself says the language."""
        said = addressed_in or self.words(request, language)
        self_banner = self.banner() if self.banner is not None else ""
        return self.templates.get_template(template).render(
            _=_gettext(said),
            gettext=_gettext(said),
            ngettext=_ngettext(said),
            words=said,
            zone=self.office.settings.organisation.zone,
            organisation=self.office.settings.organisation.called(said.language),
            now=self.office.clock.now(),
            account=account,
            may=(lambda right: account is not None and may(account, Right(right))),
            here=request.url.path,
            banner=self_banner,
            on_hold=on_hold(self.office.settings.data_dir) if account else None,
            link_for=self.link_for,
            languages=SCREENS,
            **values,
        )


def back_to(path: str) -> RedirectResponse:
    """After a change: see the result with GET, so that a reload repeats nothing."""
    return RedirectResponse(path, status_code=303)


def download(content: str | bytes, *, name: str, media_type: str) -> Response:
    """A file to keep and never a page: what others made may not act here."""
    return Response(content, media_type=media_type, headers=attached(name))


def attached(name: str) -> dict[str, str]:
    """The headers of a file that is kept under *name*."""
    plain = name.encode("ascii", "replace").decode().replace("?", "_")
    return {
        "Content-Disposition": f'attachment; filename="{_QUOTED.sub("_", plain)}"; '
        f"filename*=UTF-8''{quote(name, safe='')}",
        "X-Content-Type-Options": "nosniff",
    }


@cache
def make_templates() -> Environment:
    """One for the whole process: reading a template takes longer than filling it."""
    environment = Environment(
        loader=FileSystemLoader(
            [folder("templates") / "web", folder("templates") / "report"]
        ),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    environment.filters["marked"] = marked
    environment.globals["asset"] = asset
    environment.globals["outward"] = outward
    environment.globals["because_said"] = BECAUSE_SAID
    environment.globals["in_words"] = in_words
    environment.filters["isoutc"] = _isoutc
    environment.filters["fromiso"] = datetime.fromisoformat
    return environment


def marked(
    text: str, passages: list[Mapping[str, Any]], start: str, end: str
) -> Markup:
    """*text* with its passages in <mark>, by code-point offsets; overlaps are joined."""
    spans: list[list[int]] = []
    for first, last in sorted((part[start], part[end]) for part in passages):
        if spans and first <= spans[-1][1]:
            spans[-1][1] = max(spans[-1][1], last)
        else:
            spans.append([first, last])
    pieces, here = [], 0
    for first, last in spans:
        pieces += [Markup.escape(text[here:first]), Markup("<mark>")]
        pieces += [Markup.escape(text[first:last]), Markup("</mark>")]
        here = last
    return Markup("").join([*pieces, Markup.escape(text[here:])])


def _isoutc(moment: datetime) -> str:
    return moment.isoformat()


def _gettext(said: Words) -> Callable[..., Markup]:
    def gettext(message: str, **values: Any) -> Markup:
        text = Markup.escape(said.say(message))
        return text % values if values else text

    return gettext


def _ngettext(said: Words) -> Callable[..., Markup]:
    def ngettext(one: str, many: str, count: int, **values: Any) -> Markup:
        text = Markup.escape(said.ngettext(one, many, count))
        return text % {"num": count, **values}

    return ngettext
