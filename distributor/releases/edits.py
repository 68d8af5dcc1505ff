"""Edits: every text a version had, who wrote it and when; bounded, and none is lost in a merge."""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, func, or_, select
from sqlalchemy.orm import Session

from core.errors import NotFound
from core.models import Account, Release, Version
from core.wording import worded
from distributor.models import VersionEdit, VersionPair

# Saves of one person within this time are one edit: a machine saves every few seconds.
JOINED_FOR: Final = timedelta(minutes=10)
# Of one version; the first is kept, and those that a person compared.
MOST: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """One text of a version, and the name of who wrote it; empty when nobody is known."""

    id: int
    language: str
    title: str
    body: str
    by: str
    began_at: datetime
    at: datetime


def words_seal(title: str, body: str) -> str:
    """Names the words of a version: a form carries it, so that nobody overwrites unread ones."""
    return hashlib.sha256(f"{title}\0{body}".encode()).hexdigest()[:20]


def keep(
    session: Session,
    release: Release,
    language: str,
    *,
    before: tuple[str, str] | None,
    after: tuple[str, str],
    by: Account,
    now: datetime,
    apart: bool = False,
) -> VersionEdit:
    """Keep what a save made of a version; *apart* from the save before, where that matters."""
    last = newest(session, release.id, language)
    if before is not None and (last is None or (last.title, last.body) != before):
        # What an import or an older program wrote, which nobody kept then.
        last = _add(
            session,
            release.id,
            language,
            before,
            account_id=None if last else release.author_id,
            at=now if last else release.created_at,
        )
    if (
        last is not None
        and not apart
        and before is not None
        and last.account_id == by.id
        and now - last.began_at < JOINED_FOR
        and not _is_first(session, last)
        and not _compared(session, [last.id])
    ):
        last.title, last.body = after
        last.at = now
        return last
    made = _add(session, release.id, language, after, account_id=by.id, at=now)
    _forget_oldest(session, release.id, language)
    return made


def newest(session: Session, release_id: int, language: str) -> VersionEdit | None:
    return session.scalars(
        select(VersionEdit)
        .where(VersionEdit.release_id == release_id, VersionEdit.language == language)
        .order_by(VersionEdit.id.desc())
        .limit(1)
    ).first()


def history(session: Session, release_id: int, language: str) -> Sequence[Edit]:
    """The texts of one version, newest first; the version itself where nobody edited it."""
    rows = session.execute(
        select(VersionEdit, Account.name)
        .outerjoin(Account, Account.id == VersionEdit.account_id)
        .where(VersionEdit.release_id == release_id, VersionEdit.language == language)
        .order_by(VersionEdit.id.desc())
        .limit(MOST)
    ).all()
    return [_edit(row, name) for row, name in rows]


def languages(session: Session, release_id: int) -> Sequence[str]:
    """Those that have a version or once had one."""
    had = session.scalars(
        select(VersionEdit.language)
        .where(VersionEdit.release_id == release_id)
        .group_by(VersionEdit.language)
        .order_by(func.min(VersionEdit.id))
    )
    has = session.scalars(
        select(Version.language)
        .where(Version.release_id == release_id)
        .order_by(Version.id)
    )
    return list(dict.fromkeys([*has, *had]))


def found(session: Session, release_id: int, edit_id: int) -> Edit:
    """Raises NotFound."""
    row = session.execute(
        select(VersionEdit, Account.name)
        .outerjoin(Account, Account.id == VersionEdit.account_id)
        .where(VersionEdit.release_id == release_id, VersionEdit.id == edit_id)
    ).one_or_none()
    if row is None:
        raise NotFound(
            worded("This release has no such edit."),
            to="edit",
            mend=worded("Choose one of the list."),
        )
    return _edit(*row)


def last_by(session: Session, release_id: int) -> Mapping[str, Edit]:
    """The newest edit of each language that was ever edited."""
    latest = (
        select(func.max(VersionEdit.id))
        .where(VersionEdit.release_id == release_id)
        .group_by(VersionEdit.language)
    )
    rows = session.execute(
        select(VersionEdit, Account.name)
        .outerjoin(Account, Account.id == VersionEdit.account_id)
        .where(VersionEdit.id.in_(latest))
    )
    return {row.language: _edit(row, name) for row, name in rows}


def _add(
    session: Session,
    release_id: int,
    language: str,
    words: tuple[str, str],
    *,
    account_id: int | None,
    at: datetime,
) -> VersionEdit:
    row = VersionEdit(
        release_id=release_id,
        language=language,
        title=words[0],
        body=words[1],
        account_id=account_id,
        began_at=at,
        at=at,
    )
    session.add(row)
    session.flush()
    return row


def _edit(row: VersionEdit, name: str | None) -> Edit:
    return Edit(
        id=row.id,
        language=row.language,
        title=row.title,
        body=row.body,
        by=name or "",
        began_at=row.began_at,
        at=row.at,
    )


def _is_first(session: Session, edit: VersionEdit) -> bool:
    """Whether it is what the version began with, which later words are compared with."""
    earlier = session.scalar(
        select(VersionEdit.id)
        .where(
            VersionEdit.release_id == edit.release_id,
            VersionEdit.language == edit.language,
            VersionEdit.id < edit.id,
        )
        .limit(1)
    )
    return earlier is None


def _compared(session: Session, edit_ids: Collection[int]) -> set[int]:
    """Those of them that somebody called up to date: their words may not change any more."""
    rows = session.execute(
        select(VersionPair.one_edit_id, VersionPair.other_edit_id).where(
            or_(
                VersionPair.one_edit_id.in_(edit_ids),
                VersionPair.other_edit_id.in_(edit_ids),
            )
        )
    )
    return {id_ for row in rows for id_ in row if id_ is not None}


def _forget_oldest(session: Session, release_id: int, language: str) -> None:
    ids = session.scalars(
        select(VersionEdit.id)
        .where(VersionEdit.release_id == release_id, VersionEdit.language == language)
        .order_by(VersionEdit.id)
    ).all()
    over = len(ids) - MOST
    if over <= 0:
        return
    compared = _compared(session, ids)
    forgotten = [one for one in ids[1:-1] if one not in compared][:over]
    session.execute(delete(VersionEdit).where(VersionEdit.id.in_(forgotten)))
