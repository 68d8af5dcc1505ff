"""Who wrote: the by-line of one article, and of a release who wrote and who stayed silent."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Final, Literal

from fastapi import APIRouter, Form, Request, Response
from sqlalchemy.orm import Session

from app.reviews.authors import AuthorLine, Standing, of_release
from app.web.pages import Pages, RowId, back_to
from core.accounts import Right
from core.models import Release
from distributor.contacts.names import called
from distributor.sending import reach
from monitor import authors
from monitor.authors import BylineLine
from monitor.matching import bylines
from monitor.report import CoverageLine
from monitor.states import Decision

# Shown of one standing; the command line lists them all.
_SHOWN: Final = 500
# With so many reached, a release's own page counts them only: 2,000 take it 40 ms, 20,000
# take .4 s (measured on SQLite with 200 articles).
_COUNTED: Final = 3_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposed:
    """A contact who may have written an article, by name."""

    byline: BylineLine
    name: str
    outlet: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedView:
    """Who signs an article, and which contacts that may be."""

    coverage_id: int
    printed: str
    # Whether anybody signs, and not only an agency or a desk.
    people: bool
    proposed: Sequence[Proposed]


def signed(session: Session, line: CoverageLine) -> SignedView:
    """The by-line of a coverage line's article, for the page of its evidence."""
    found = authors.of_articles(session, [line.article_id]).get(line.article_id, ())
    names = called(session, [one.contact_id for one in found])
    return SignedView(
        coverage_id=line.id,
        printed=bylines.tidy(line.author),
        people=bool(bylines.read(line.author, [line.outlet, line.outlet_ar]).people),
        proposed=[
            Proposed(
                byline=one,
                name=names[one.contact_id].name,
                outlet=names[one.contact_id].outlets[0],
            )
            for one in found
            if one.contact_id in names
        ],
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Wrote:
    """What a release's page says of who wrote; no counts where too many were reached."""

    reached: int
    counts: Mapping[Standing, int] | None


def wrote(session: Session, release_id: int) -> Wrote:
    reached = reach.size(session, release_id)
    if reached > _COUNTED:
        return Wrote(reached=reached, counts=None)
    known = of_release(session, release_id)
    return Wrote(reached=reached, counts=known.counts)


def router(pages: Pages) -> APIRouter:
    found = APIRouter(include_in_schema=False)
    office = pages.office

    @found.get("/releases/{release_id}/authors")
    def everybody(request: Request, release_id: RowId) -> Response:
        account = pages.account(request)
        with office.database.read() as session:
            known = of_release(session, release_id)
            release = session.get_one(Release, release_id)
        groups: list[tuple[Standing, Sequence[AuthorLine]]] = [
            (standing, known.of(standing)) for standing in Standing
        ]
        return pages.show(
            request,
            "authors.html",
            account=account,
            release=release,
            known=known,
            groups=groups,
            shown=_SHOWN,
        )

    @found.post("/bylines/{byline_id}")
    def decided(
        request: Request,
        byline_id: RowId,
        decision: Annotated[Literal["confirmed", "rejected"], Form()],
        coverage: Annotated[RowId | None, Form()] = None,
        release: Annotated[RowId | None, Form()] = None,
    ) -> Response:
        account = pages.account(request, Right.WATCH)
        with office.database.write() as session:
            article_id = authors.decide(
                session,
                byline_id,
                Decision(decision),
                by=account.name,
                now=office.clock.now(),
            )
        if coverage is not None:
            return back_to(f"/coverage/{coverage}#by-line")
        if release is not None:
            return back_to(f"/releases/{release}/authors")
        return back_to(f"/articles/{article_id}")

    return found
