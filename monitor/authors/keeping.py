"""By-lines as they are kept: proposals, what people decided of them, and how they are let go."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Table, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from core.errors import NotFound
from core.models import Outlet
from core.wording import worded
from monitor.matching.authors import SURE, Proposal, printed_key
from monitor.models import Article, Byline
from monitor.states import Decision

_AT_ONCE: Final = 500
_TABLE: Final[Table] = Byline.metadata.tables[Byline.__tablename__]
_PAIR: Final = ("article_id", "contact_id")
# Two workers may look at the same article.
_INSERT: Final = {
    "sqlite": sqlite.insert(_TABLE).on_conflict_do_nothing(index_elements=_PAIR),
    "postgresql": postgresql.insert(_TABLE).on_conflict_do_nothing(
        index_elements=_PAIR
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class BylineLine:
    """That a contact may have written an article, for screens and reports."""

    id: int
    article_id: int
    contact_id: int
    # The name as the outlet prints it.
    printed: str
    score: float
    reasons: Sequence[Mapping[str, Any]]
    decision: str
    decided_by: str

    @property
    def is_sure(self) -> bool:
        """Whether the machine takes it for granted, until a person says otherwise."""
        return self.decision == Decision.PROPOSED and self.score >= SURE

    @property
    def counts(self) -> bool:
        """Whether the contact is said to have written the article."""
        return self.decision == Decision.CONFIRMED or self.is_sure


def keep(
    session: Session, found: Mapping[int, Sequence[Proposal]], *, now: datetime
) -> int:
    """Write what is proposed now of each article; decisions stay. Answers how many are new."""
    wanted = {
        (article_id, one.contact_id): _evidence(one)
        for article_id, proposals in found.items()
        for one in proposals
    }
    known = session.scalars(
        select(Byline).where(Byline.article_id.in_(list(found)))
    ).all()
    for row in known:
        evidence = wanted.pop((row.article_id, row.contact_id), None)
        if row.decision == Decision.PROPOSED and evidence != _kept(row):
            _replace(session, row.id, evidence)
    if wanted:
        session.execute(
            _INSERT[session.get_bind().dialect.name],
            [
                {
                    "article_id": article_id,
                    "contact_id": contact_id,
                    "decision": Decision.PROPOSED.value,
                    "decided_by": "",
                    "found_at": now,
                    **evidence,
                }
                for (article_id, contact_id), evidence in wanted.items()
            ],
        )
    return len(wanted)


def decide(
    session: Session, byline_id: int, decision: Decision, *, by: str, now: datetime
) -> int:
    """Record whether this contact wrote it; answers the article. Raises NotFound.

    A printed name is one person: who else it was proposed for there is rejected with it.
    """
    row = session.get(Byline, byline_id)
    if row is None:
        raise NotFound(
            worded("There is no by-line %(byline_id)s.", byline_id=byline_id),
            to="by-line",
            mend=worded("See `parution coverage authors RELEASE`."),
        )
    _decide(row, decision, by=by, now=now)
    if decision is Decision.CONFIRMED:
        others = select(Byline).where(
            Byline.article_id == row.article_id, Byline.id != row.id
        )
        for other in session.scalars(others):
            if printed_key(other.name) == printed_key(row.name):
                _decide(other, Decision.REJECTED, by=by, now=now)
    session.flush()
    return row.article_id


def of_articles(
    session: Session, article_ids: Iterable[int]
) -> Mapping[int, Sequence[BylineLine]]:
    """The by-lines of each article that has some, the likeliest first."""
    found: dict[int, list[BylineLine]] = {}
    ids = sorted(set(article_ids))
    for start in range(0, len(ids), _AT_ONCE):
        some = ids[start : start + _AT_ONCE]
        rows = session.scalars(
            select(Byline)
            .where(Byline.article_id.in_(some))
            .order_by(Byline.score.desc(), Byline.contact_id)
        )
        for row in rows:
            found.setdefault(row.article_id, []).append(_line(row))
    return found


def of_contacts(
    session: Session, contact_ids: Sequence[int]
) -> Sequence[Mapping[str, Any]]:
    """What is kept of these contacts here, for themselves to read."""
    rows = session.execute(
        select(
            Byline.name,
            Byline.decision,
            Byline.found_at,
            Article.title,
            Article.url,
            Outlet.name.label("outlet"),
        )
        .join(Article, Article.id == Byline.article_id)
        .join(Outlet, Outlet.id == Article.outlet_id)
        .where(Byline.contact_id.in_(contact_ids))
        .order_by(Byline.id)
    )
    return [dict(row) for row in rows.mappings()]


def named(session: Session) -> Sequence[int]:
    """Every contact that a by-line is or was proposed for."""
    asked = select(Byline.contact_id).distinct().order_by(Byline.contact_id)
    return session.scalars(asked).all()


def forget(session: Session, contact_ids: Sequence[int]) -> None:
    """Let go of all that was found of these contacts: they are erased."""
    session.execute(delete(Byline).where(Byline.contact_id.in_(contact_ids)))


def join(session: Session, kept_id: int, joined_id: int) -> None:
    """Two contacts became one: what was decided of either holds for the one that stays."""
    known = select(Byline.article_id).where(Byline.contact_id == kept_id)
    session.execute(
        update(Byline)
        .where(Byline.contact_id == joined_id, Byline.article_id.not_in(known))
        .values(contact_id=kept_id)
    )
    forget(session, [joined_id])


def _decide(row: Byline, decision: Decision, *, by: str, now: datetime) -> None:
    row.decision, row.decided_by, row.decided_at = decision, by, now


def _replace(
    session: Session, byline_id: int, evidence: Mapping[str, Any] | None
) -> None:
    """Write a proposal again, or take it back; a person may decide it at the same moment."""
    here = (Byline.id == byline_id, Byline.decision == Decision.PROPOSED)
    if evidence is None:
        session.execute(delete(Byline).where(*here))
    else:
        session.execute(update(Byline).where(*here).values(**evidence))


def _kept(row: Byline) -> Mapping[str, Any]:
    return {"name": row.name, "score": row.score, "reasons": row.reasons}


def _evidence(one: Proposal) -> Mapping[str, Any]:
    return {
        "name": one.printed,
        "score": one.score,
        "reasons": [{"code": str(why.sign), **why.fields} for why in one.reasons],
    }


def _line(row: Byline) -> BylineLine:
    return BylineLine(
        id=row.id,
        article_id=row.article_id,
        contact_id=row.contact_id,
        printed=row.name,
        score=row.score,
        reasons=row.reasons,
        decision=row.decision,
        decided_by=row.decided_by,
    )
