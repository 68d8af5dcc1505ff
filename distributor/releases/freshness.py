"""Freshness: which language of a release is to be translated again, and what changed since.

Two languages that a person compared form a pair. When one of them changes, the other is
stale until somebody says that it is up to date; when both did, the one that changed first
leads, because the other was being translated again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from core.models import Account, Release, Version
from distributor.models import VersionEdit, VersionPair
from distributor.releases import edits

Words = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stale:
    """A language whose words do not follow those of the language it is a translation *of*."""

    language: str
    of: str
    # What that language said when they were compared; None when they never were.
    before: Words | None
    after: Words


@dataclass(frozen=True, slots=True, kw_only=True)
class _Side:
    """One language of a pair: its present words, and those it had when they were compared."""

    language: str
    now: Words
    then: Words | None
    # The number of its first edit since then; it orders the two languages.
    since: int

    @property
    def changed(self) -> bool:
        return self.then != self.now


def stale(session: Session, release: Release) -> Mapping[str, Stale]:
    """The stale languages of a release."""
    if len(release.versions) < 2:  # noqa: PLR2004 - one alone follows nothing
        return {}
    rows = session.execute(
        select(VersionEdit.id, VersionEdit.language)
        .where(VersionEdit.release_id == release.id)
        .order_by(VersionEdit.id)
    ).all()
    ids: dict[str, list[int]] = {}
    for id_, language in rows:
        ids.setdefault(language, []).append(id_)
    pairs = {(row.one, row.other): row for row in _pairs(session, release.id)}
    found: dict[str, Stale] = {}
    for first, second in combinations(release.versions, 2):
        pair = pairs.get(_names(first.language, second.language))
        sides = [_side(session, one, ids, pair) for one in (first, second)]
        behind = _behind(sides[0], sides[1])
        if behind is not None:
            found.setdefault(behind.language, behind)
    return found


def begun(
    session: Session, release: Release, language: str, *, by: Account, now: datetime
) -> None:
    """A version was begun beside others: it follows none of them yet."""
    for other in release.versions:
        if other.language != language:
            mine = {language: None, other.language: _edit_id(session, release, other)}
            _pair(session, release.id, mine, by=by, now=now)


def say_up_to_date(
    session: Session, release: Release, language: str, *, by: Account, now: datetime
) -> None:
    """Somebody compared this language with every other, and it says the same."""
    ids = {one.language: _edit_id(session, release, one) for one in release.versions}
    if language not in ids:
        return
    for other, edit_id in ids.items():
        if other != language:
            pair = {language: ids[language], other: edit_id}
            _pair(session, release.id, pair, by=by, now=now)


def taken_out(session: Session, release_id: int, language: str) -> None:
    session.execute(
        delete(VersionPair).where(
            VersionPair.release_id == release_id,
            or_(VersionPair.one == language, VersionPair.other == language),
        )
    )


def _behind(first: _Side, second: _Side) -> Stale | None:
    if second.then is None or first.then is None:
        late, leading = (second, first) if second.then is None else (first, second)
    elif first.changed and (not second.changed or first.since <= second.since):
        late, leading = second, first
    elif second.changed:
        late, leading = first, second
    else:
        return None
    return Stale(
        language=late.language,
        of=leading.language,
        before=leading.then,
        after=leading.now,
    )


def _side(
    session: Session,
    version: Version,
    ids: Mapping[str, Sequence[int]],
    pair: VersionPair | None,
) -> _Side:
    now = (version.title, version.body)
    own = ids.get(version.language, [])
    if pair is not None:
        compared = (
            pair.one_edit_id if pair.one == version.language else pair.other_edit_id
        )
    else:
        compared = own[0] if own else 0
    since = next((one for one in own if compared is None or one > compared), 0)
    then: Words | None = now
    if compared is None:
        then = None
    elif compared:
        edit = session.get_one(VersionEdit, compared)
        then = (edit.title, edit.body)
    return _Side(language=version.language, now=now, then=then, since=since)


def _edit_id(session: Session, release: Release, version: Version) -> int:
    """The edit that has the version's present words; an import's is written down now."""
    last = edits.newest(session, release.id, version.language)
    if last is None or (last.title, last.body) != (version.title, version.body):
        last = VersionEdit(
            release_id=release.id,
            language=version.language,
            title=version.title,
            body=version.body,
            account_id=release.author_id,
            began_at=release.created_at,
            at=release.created_at,
        )
        session.add(last)
        session.flush()
    return last.id


def _names(first: str, second: str) -> tuple[str, str]:
    one, other = sorted([first, second])
    return one, other


def _pairs(session: Session, release_id: int) -> Sequence[VersionPair]:
    return session.scalars(
        select(VersionPair).where(VersionPair.release_id == release_id)
    ).all()


def _pair(
    session: Session,
    release_id: int,
    edit_ids: Mapping[str, int | None],
    *,
    by: Account,
    now: datetime,
) -> None:
    one, other = sorted(edit_ids)
    row = session.scalars(
        select(VersionPair).where(
            VersionPair.release_id == release_id,
            VersionPair.one == one,
            VersionPair.other == other,
        )
    ).one_or_none()
    if row is None:
        row = VersionPair(release_id=release_id, one=one, other=other, at=now)
        session.add(row)
    row.one_edit_id, row.other_edit_id = edit_ids[one], edit_ids[other]
    row.account_id, row.at = by.id, now
    session.flush()
