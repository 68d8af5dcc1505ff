"""Adding, listing and removing watches, and the articles of one."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Select, delete, func, select
from sqlalchemy.orm import Session, joinedload

from core.errors import BadInput, Conflict, NotFound
from core.wording import worded
from monitor.models import Article, Watch, WatchMatch
from monitor.query.printing import text_of
from monitor.query.reading import parse

_LONGEST_NAME: Final = 100
# No watch can be called so: it has a control sign.
_LEAVING: Final = "\u2069leaving"


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchLine:
    id: int
    name: str
    query: str
    is_on: bool
    created_at: datetime
    created_by: str
    # Articles it selected, and the last time it did.
    count: int
    last_found_at: datetime | None
    # Whether it has looked through everything that was stored before it.
    has_looked_back: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchedArticle:
    id: int
    outlet: str
    outlet_ar: str
    title: str
    # The full text, or the excerpt once that is forgotten: passages then stand in the title.
    body: str
    url: str
    language: str
    published_at: datetime | None
    published_as: str
    found_at: datetime
    passages: Sequence[Mapping[str, Any]]
    is_full: bool


def add(
    session: Session, *, name: str, query: str, by: str, now: datetime
) -> WatchLine:
    """Save *query* under *name*. It then looks back by itself (`look_back`)."""
    node = parse(query)
    called = _called(session, name)
    watch = Watch(name=called, query=text_of(node), created_at=now, created_by=by)
    session.add(watch)
    session.flush()
    return _line(watch, 0, None)


def change(
    session: Session,
    watch_id: int,
    *,
    name: str,
    query: str,
    was: str = "",
    by: str,
    now: datetime,
) -> WatchLine:
    """Save a watch anew under a name. Raises BadInput, NotFound, Conflict.

    Another query is another watch, which looks back by itself: what the old one selected
    goes with it.
    """
    watch = session.get(Watch, watch_id)
    if watch is None:
        raise _none_such(f"watch {watch_id}")
    if was and was != watch.query:
        raise Conflict(
            worded("This watch was changed meanwhile, and nothing was saved."),
            to="q",
            mend=worded(
                "See above what it looks for now; what you wrote is still here."
            ),
        )
    node = parse(query)
    called = _called(session, name, but=watch_id)
    if text_of(node) == watch.query:
        watch.name = called
        session.flush()
        return line(session, watch_id)
    is_on = watch.is_on
    # The new one is there before the old one goes, or it might get its id.
    watch.name = _LEAVING
    session.flush()
    made = add(session, name=called, query=query, by=by, now=now)
    remove(session, _LEAVING)
    if not is_on:
        switch(session, called, is_on=False)
    session.flush()
    return line(session, made.id)


def of_article(session: Session, article_id: int) -> Sequence[WatchLine]:
    """The watches that selected an article."""
    selected = select(WatchMatch.watch_id).where(WatchMatch.article_id == article_id)
    asked = _lines().where(Watch.id.in_(selected)).order_by(Watch.name)
    return [_line(*row) for row in session.execute(asked)]


def _called(session: Session, name: str, *, but: int | None = None) -> str:
    """A name no other watch has. Raises BadInput."""
    called = " ".join(name.split())
    # Control signs may turn what is read around them.
    is_plain = all(unicodedata.category(sign) not in {"Cc", "Cf"} for sign in called)
    if not 0 < len(called) <= _LONGEST_NAME or not is_plain:
        raise BadInput(
            worded("A watch needs a name."),
            to="name",
            mend=worded("Give it one of 100 letters at most, without control signs."),
        )
    other = session.scalar(select(Watch.id).where(Watch.name == called))
    if other is not None and other != but:
        raise BadInput(
            worded("There is a watch of this name already."),
            to="name",
            mend=worded("Choose another name, or remove that watch first."),
        )
    return called


def _none_such(to: str) -> NotFound:
    return NotFound(
        worded("There is no such watch."),
        to=to,
        mend=worded("See what there is among the watches."),
    )


def by_name(session: Session, name: str) -> Watch:
    found = session.scalar(select(Watch).where(Watch.name == " ".join(name.split())))
    if found is None:
        raise NotFound(
            worded("There is no such watch."),
            to=name,
            mend=worded("See what there is with `parution watch list`."),
        )
    return found


def remove(session: Session, name: str) -> None:
    """Forget the watch and what it selected; the articles stay."""
    watch = by_name(session, name)
    session.execute(delete(WatchMatch).where(WatchMatch.watch_id == watch.id))
    session.delete(watch)
    session.flush()


def switch(session: Session, name: str, *, is_on: bool) -> None:
    """Turn a watch on or off. Turned on again, it looks back for what it missed."""
    watch = by_name(session, name)
    if is_on and not watch.is_on:
        watch.looked_back_to = None
    watch.is_on = is_on


def listed(session: Session) -> Sequence[WatchLine]:
    """Every watch, by name."""
    return [_line(*row) for row in session.execute(_lines().order_by(Watch.name))]


def line(session: Session, watch_id: int) -> WatchLine:
    """One watch. Raises NotFound."""
    found = session.execute(_lines().where(Watch.id == watch_id)).one_or_none()
    if found is None:
        raise _none_such(f"watch {watch_id}")
    return _line(*found)


def _lines() -> Select[Watch, int | None, datetime | None]:
    counted = (
        select(
            WatchMatch.watch_id,
            func.count().label("count"),
            func.max(WatchMatch.found_at).label("last"),
        )
        .group_by(WatchMatch.watch_id)
        .subquery()
    )
    return select(Watch, counted.c.count, counted.c.last).join(
        counted, counted.c.watch_id == Watch.id, isouter=True
    )


def articles(
    session: Session, name: str, *, limit: int = 50, after: int | None = None
) -> Sequence[WatchedArticle]:
    """What a watch selected, the newest first; *after* is the last article of a page."""
    watch = by_name(session, name)
    asked = (
        select(WatchMatch)
        .where(WatchMatch.watch_id == watch.id)
        .options(joinedload(WatchMatch.article).joinedload(Article.outlet))
        .order_by(WatchMatch.article_id.desc())
        .limit(limit)
    )
    if after is not None:
        asked = asked.where(WatchMatch.article_id < after)
    return [_article(row) for row in session.scalars(asked)]


def _article(row: WatchMatch) -> WatchedArticle:
    article = row.article
    is_full = article.full_text is not None
    return WatchedArticle(
        id=article.id,
        outlet=article.outlet.name,
        outlet_ar=article.outlet.name_ar,
        title=article.title,
        body=article.full_text or article.excerpt,
        url=article.url,
        language=article.language,
        published_at=article.published_at,
        published_as=article.published_as,
        found_at=row.found_at,
        passages=[one for one in row.passages if is_full or one["field"] == "title"],
        is_full=is_full,
    )


def _line(watch: Watch, count: int | None, last: datetime | None) -> WatchLine:
    return WatchLine(
        id=watch.id,
        name=watch.name,
        query=watch.query,
        is_on=watch.is_on,
        created_at=watch.created_at,
        created_by=watch.created_by,
        count=count or 0,
        last_found_at=last,
        has_looked_back=watch.looked_back_to == 0,
    )
