"""Articles for other programs; full texts only where a licence allows it (promise L6)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from core.errors import BadInput, NotFound, OfficeError
from core.models import Outlet
from core.wording import worded
from monitor.catalogue.licences import Licence, licensed
from monitor.models import Article

# Rows of a long export held at once: a text may have 100,000 characters.
_ROWS: Final = 100


class NotLicensed(OfficeError):
    """No licence that holds allows passing on this text."""

    code = "not-licensed"


@dataclass(frozen=True, slots=True, kw_only=True)
class LicensedText:
    """A full text, and by which licence it may be passed on."""

    article_id: int
    outlet: str
    outlet_ar: str
    title: str
    author: str
    language: str
    url: str
    published_at: datetime | None
    published_as: str
    full_text: str
    licence: Licence


@dataclass(frozen=True, slots=True, kw_only=True)
class Unlicensed:
    """An outlet without a licence that day, and how many of its texts are asked for."""

    outlet: str
    texts: int


def full_texts(
    session: Session, *, since: datetime | None, day: date, licensed_only: bool
) -> Iterator[LicensedText]:
    """The texts of articles first seen from *since* on that are still kept, oldest first.

    Raises BadInput, before the first is read, that names the outlets without a licence on
    *day*; with *licensed_only* their texts are left out.
    """
    allowed = licensed(session, day)
    if not licensed_only:
        _refuse(unlicensed(session, since=since, allowed=allowed), day)
    return _texts(session, _kept(since), allowed=allowed)


def full_text(session: Session, article_id: int, *, day: date) -> LicensedText:
    """One article's text. Raises NotFound where none is kept, and NotLicensed."""
    found = session.execute(
        select(Outlet.id, Outlet.name, Article.full_text.is_not(None).label("is_kept"))
        .join(Article, Article.outlet_id == Outlet.id)
        .where(Article.id == article_id)
    ).one_or_none()
    if found is None or not found.is_kept:
        raise NotFound(
            worded("No full text of article %(id)s is kept.", id=article_id),
            to="article",
            mend=worded("Open the article itself at its address."),
        )
    allowed = licensed(session, day)
    if found.id not in allowed:
        raise NotLicensed(
            worded(
                "No licence that holds on %(day)s allows passing on full texts of %(outlet)s.",
                day=day.isoformat(),
                outlet=found.name,
            ),
            to="article",
            mend=worded(
                "Note a licence at a source of this outlet, or use the excerpt."
            ),
        )
    return next(_texts(session, [Article.id == article_id], allowed=allowed))


def unlicensed(
    session: Session, *, since: datetime | None, allowed: Mapping[int, Licence]
) -> Sequence[Unlicensed]:
    rows = session.execute(
        select(Outlet.name, func.count())
        .join(Article, Article.outlet_id == Outlet.id)
        .where(*_kept(since), Outlet.id.not_in(list(allowed)))
        .group_by(Outlet.id, Outlet.name)
        .order_by(Outlet.name)
    )
    return [Unlicensed(outlet=name, texts=count) for name, count in rows]


def _refuse(without: Sequence[Unlicensed], day: date) -> None:
    if not without:
        return
    named = ", ".join(f"{one.outlet} ({one.texts})" for one in without)
    raise BadInput(
        worded(
            "No licence that holds on %(day)s allows passing on the full texts of: %(named)s.",
            day=day,
            named=named,
        ),
        to="--full-text",
        mend=worded(
            "Note a licence by `parution source set ID --licence TEXT`, or leave these out by --licensed-only."
        ),
    )


def _kept(since: datetime | None) -> Sequence[ColumnElement[bool]]:
    kept: list[ColumnElement[bool]] = [Article.full_text.is_not(None)]
    if since is not None:
        kept.append(Article.first_seen_at >= since)
    return kept


def _texts(
    session: Session,
    which: Sequence[ColumnElement[bool]],
    *,
    allowed: Mapping[int, Licence],
) -> Iterator[LicensedText]:
    rows = session.execute(
        select(
            Article.id,
            Article.outlet_id,
            Outlet.name,
            Outlet.name_ar,
            Article.title,
            Article.author,
            Article.language,
            Article.url,
            Article.published_at,
            Article.published_as,
            Article.full_text,
        )
        .join(Outlet, Outlet.id == Article.outlet_id)
        .where(*which, Article.outlet_id.in_(list(allowed)))
        .order_by(Article.first_seen_at, Article.id)
        .execution_options(yield_per=_ROWS)
    )
    for row in rows:
        yield LicensedText(
            article_id=row.id,
            outlet=row.name,
            outlet_ar=row.name_ar,
            title=row.title,
            author=row.author,
            language=row.language,
            url=row.url,
            published_at=row.published_at,
            published_as=row.published_as,
            full_text=row.full_text or "",
            licence=allowed[row.outlet_id],
        )
