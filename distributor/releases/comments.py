"""Comments: what people remark on a release while it is written, until it is resolved."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from core.errors import BadInput, NotFound
from core.models import Account, Release
from core.values import Language
from core.wording import worded
from distributor.models import ReleaseComment

LONGEST: Final = 2_000
# On one page; older resolved ones stay in the table.
SHOWN: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment:
    id: int
    language: str
    text: str
    by: str
    at: datetime
    resolved_by: str
    resolved_at: datetime | None


def add(
    session: Session,
    release: Release,
    *,
    language: str,
    text: str,
    by: Account,
    now: datetime,
) -> ReleaseComment:
    said = text.replace("\r\n", "\n").strip()
    if not said or len(said) > LONGEST:
        raise BadInput(
            worded("The remark has no words, or more than 2,000 letters."),
            to="comment",
            mend=worded("Say what is to be looked at, in a few sentences."),
        )
    if language and language not in set(Language):
        raise BadInput(
            worded("This is not a language that this office writes."),
            to="comment",
            mend=worded("Choose one of the list."),
        )
    row = ReleaseComment(
        release_id=release.id, language=language, text=said, account_id=by.id, at=now
    )
    session.add(row)
    session.flush()
    return row


def resolve(
    session: Session,
    release_id: int,
    comment_id: int,
    *,
    is_resolved: bool,
    by: Account,
    now: datetime,
) -> None:
    """Close a remark, or open it again."""
    row = session.get(ReleaseComment, comment_id)
    if row is None or row.release_id != release_id:
        raise NotFound(
            worded("This release has no such remark."),
            to="comment",
            mend=worded("Choose one of the list."),
        )
    row.resolved_at = now if is_resolved else None
    row.resolved_by = by.id if is_resolved else None


def listed(session: Session, release_id: int) -> Sequence[Comment]:
    """The open ones first, each part newest first."""
    resolver = aliased(Account)
    rows = session.execute(
        select(ReleaseComment, Account.name, resolver.name)
        .join(Account, Account.id == ReleaseComment.account_id)
        .outerjoin(resolver, resolver.id == ReleaseComment.resolved_by)
        .where(ReleaseComment.release_id == release_id)
        .order_by(ReleaseComment.resolved_at.is_not(None), ReleaseComment.id.desc())
        .limit(SHOWN)
    )
    return [
        Comment(
            id=row.id,
            language=row.language,
            text=row.text,
            by=by,
            at=row.at,
            resolved_by=closed or "",
            resolved_at=row.resolved_at,
        )
        for row, by, closed in rows
    ]
