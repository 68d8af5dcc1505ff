"""Looking at the by-lines of covering articles, now and again when contacts or decisions come."""

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Select, exists, func, select
from sqlalchemy.orm import Session

from core.db import Database
from core.models import Outlet
from core.values import ContactName
from monitor.authors import keeping
from monitor.matching.authors import Contacts, Said, printed_key, propose
from monitor.models import Article, Byline, Coverage
from monitor.states import Decision

# Articles in one transaction of some milliseconds.
_BATCH: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class _Mark:
    """What by-lines were last looked at with."""

    contacts: tuple[ContactName, ...]
    coverage_id: int
    decided_at: datetime | None


def nobody(_: Session) -> Sequence[ContactName]:
    """Where no contacts are at hand, by-lines name nobody."""
    return ()


class Authors:
    """The contacts that by-lines may name, read again when one came, changed or went."""

    def __init__(
        self,
        database: Database,
        contacts: Callable[[Session], Sequence[ContactName]] = nobody,
    ) -> None:
        self._database = database
        self._asked = contacts
        self._guard = threading.Lock()
        self._names: tuple[ContactName, ...] = ()
        self._contacts = Contacts()
        self._mark: _Mark | None = None

    def find(self, article_ids: Sequence[int], *, now: datetime) -> int:
        """Look at the by-lines of those that cover a release; answers how many are new."""
        if self._asked is nobody:
            return 0
        with self._database.read() as session:
            signed = _signed(session, article_ids)
            if not signed:
                return 0
            contacts = self._known(session)
            said = _said(session, {row.outlet_id for row in signed})
        found = {
            row.id: propose(
                row.author,
                [row.outlet, row.outlet_ar],
                contacts,
                said.get(row.outlet_id, {}),
            )
            for row in signed
        }
        with self._database.write() as session:
            return keeping.keep(session, found, now=now)

    def look_back(self, *, now: datetime) -> int:
        """Look again where a contact came or changed, or people decided, since the last time.

        The first time in a process everything is looked at. Contacts that are gone leave
        nothing here.
        """
        with self._database.read() as session:
            contacts = self._known(session)
            mark = _Mark(
                contacts=self._names,
                coverage_id=session.scalar(select(func.max(Coverage.id))) or 0,
                decided_at=session.scalar(select(func.max(Byline.decided_at))),
            )
            if mark == self._mark:
                return 0
            ids = session.scalars(_changed(self._mark, mark)).all()
            gone = [one for one in keeping.named(session) if one not in contacts]
        if gone:
            with self._database.write() as session:
                keeping.forget(session, gone)
        new = sum(
            self.find(ids[start : start + _BATCH], now=now)
            for start in range(0, len(ids), _BATCH)
        )
        self._mark = mark
        return new

    def _known(self, session: Session) -> Contacts:
        names = tuple(self._asked(session))
        with self._guard:
            if names != self._names:
                self._names, self._contacts = names, Contacts(names)
            return self._contacts


def _signed(session: Session, article_ids: Sequence[int]) -> Sequence[Any]:
    """Of these, the articles that cover a release and have a by-line."""
    return session.execute(
        select(
            Article.id,
            Article.author,
            Article.outlet_id,
            Outlet.name.label("outlet"),
            Outlet.name_ar.label("outlet_ar"),
        )
        .join(Outlet, Outlet.id == Article.outlet_id)
        .where(
            Article.id.in_(article_ids),
            Article.author != "",
            exists().where(
                Coverage.article_id == Article.id,
                Coverage.decision.in_([Decision.PROPOSED, Decision.CONFIRMED]),
            ),
        )
        .order_by(Article.id)
    ).all()


def _said(session: Session, outlet_ids: set[int]) -> Mapping[int, Mapping[str, Said]]:
    """By outlet and printed name, what people said last of each contact."""
    rows = session.execute(
        select(Article.outlet_id, Byline.name, Byline.contact_id, Byline.decision)
        .join(Article, Article.id == Byline.article_id)
        .where(Article.outlet_id.in_(outlet_ids), Byline.decision != Decision.PROPOSED)
        .order_by(Byline.decided_at, Byline.id)
    )
    last: dict[int, dict[str, dict[int, str]]] = {}
    for outlet_id, name, contact_id, decision in rows:
        names = last.setdefault(outlet_id, {}).setdefault(printed_key(name), {})
        names[contact_id] = decision
    return {
        outlet_id: {key: _as_said(decisions) for key, decisions in names.items()}
        for outlet_id, names in last.items()
    }


def _as_said(decisions: Mapping[int, str]) -> Said:
    return Said(
        confirmed=frozenset(
            one for one, said in decisions.items() if said == Decision.CONFIRMED
        ),
        rejected=frozenset(
            one for one, said in decisions.items() if said == Decision.REJECTED
        ),
    )


def _changed(before: _Mark | None, now: _Mark) -> Select[int]:
    """The articles whose by-lines may name somebody else than before."""
    asked = select(Coverage.article_id).distinct().order_by(Coverage.article_id)
    if before is None or before.contacts != now.contacts:
        return asked
    if before.decided_at == now.decided_at:
        return asked.where(Coverage.id > before.coverage_id)
    told = (
        select(Article.outlet_id)
        .join(Byline, Byline.article_id == Article.id)
        .where(Byline.decided_at.is_not(None))
    )
    if before.decided_at is not None:
        told = told.where(Byline.decided_at >= before.decided_at)
    return asked.join(Article, Article.id == Coverage.article_id).where(
        (Coverage.id > before.coverage_id) | Article.outlet_id.in_(told)
    )
