"""Files that wait: given once, looked at as often as one likes, imported once, then gone.

Two tabs, a second click and going back do no harm: the row says once that it is imported,
and whoever comes later gets what became of it.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import PurePosixPath, PureWindowsPath
from typing import Final

from sqlalchemy import Select, delete, select, update
from sqlalchemy.orm import Session

from core.errors import BadInput, Conflict, NotFound
from core.wording import worded
from distributor.contacts import lists
from distributor.contacts.importing import mending, previewing, storing
from distributor.contacts.importing.choices import Choices, from_json
from distributor.contacts.importing.previewing import Numbers, Preview
from distributor.contacts.importing.reading import ImportedContacts
from distributor.contacts.importing.rows import Rejected
from distributor.models import ContactFile

# 50,000 contacts are 5 MB; a form's body beyond is nobody's list.
MOST_BYTES: Final = 16 * 1024 * 1024
KEPT: Final = timedelta(hours=24)
# Of one person; the oldest goes when another comes.
_MOST_WAITING: Final = 5
_LONGEST_NAME: Final = 120
Tell = Callable[[Rejected], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A file that somebody gave; `numbers` once it is imported."""

    id: int
    file_name: str
    list_name: str
    provenance: str
    choices: Choices
    given_at: datetime
    until: datetime
    imported_at: datetime | None
    batch_id: int | None
    numbers: Numbers | None
    has_left_over: bool


def give(
    session: Session,
    *,
    content: bytes,
    file_name: str,
    list_name: str,
    provenance: str,
    account_id: int,
    now: datetime,
) -> int:
    """Keep a file for a look; the same one, given twice, waits once. Raises BadInput."""
    if not content:
        raise BadInput(
            worded("No file was chosen, or it is empty."),
            to="file",
            mend=worded("Choose a CSV file or a workbook."),
        )
    if len(content) > MOST_BYTES:
        raise BadInput(
            worded("The file is larger than 16 MB, which no list of contacts is."),
            to="file",
            mend=worded("Check that it is the right file, or split it."),
        )
    clean = _list_name(session, list_name)
    forget(session, now=now)
    digest = hashlib.sha256(content).hexdigest()
    known = session.scalars(
        select(ContactFile).where(
            ContactFile.account_id == account_id,
            ContactFile.digest == digest,
            ContactFile.list_name == clean,
            ContactFile.imported_at.is_(None),
        )
    ).first()
    if known is not None:
        known.provenance, known.given_at = _said(provenance), now
        return known.id
    _make_room(session, account_id)
    kept = ContactFile(
        account_id=account_id,
        file_name=_bare(file_name),
        content=content,
        digest=digest,
        list_name=clean,
        provenance=_said(provenance),
        choices=Choices().as_json(),
        given_at=now,
    )
    session.add(kept)
    session.flush()
    return kept.id


def of(session: Session, file_id: int, *, account_id: int, now: datetime) -> Waiting:
    """Raises NotFound for a file that is nobody's, somebody else's or gone."""
    kept = _kept(session, file_id, account_id=account_id, now=now)
    return Waiting(
        id=kept.id,
        file_name=kept.file_name,
        list_name=kept.list_name,
        provenance=kept.provenance,
        choices=from_json(kept.choices),
        given_at=kept.given_at,
        until=kept.given_at + KEPT,
        imported_at=kept.imported_at,
        batch_id=kept.batch_id,
        numbers=Numbers(**kept.numbers) if kept.imported_at else None,
        has_left_over=bool(kept.numbers.get("left_over")),
    )


def content(session: Session, file_id: int, *, account_id: int, now: datetime) -> bytes:
    return _kept(session, file_id, account_id=account_id, now=now).content


def left_over(
    session: Session, file_id: int, *, account_id: int, now: datetime
) -> bytes:
    """The table of the lines that were not imported. Raises NotFound when there is none."""
    kept = _kept(session, file_id, account_id=account_id, now=now)
    if not kept.left_over:
        raise NotFound(
            worded("Every line of this file was imported, or it was not imported yet."),
            to="file",
            mend=worded("Go back to the file."),
        )
    return kept.left_over


def choose(
    session: Session,
    file_id: int,
    choices: Choices,
    *,
    list_name: str,
    provenance: str,
    account_id: int,
    now: datetime,
) -> None:
    """How the file is to be read, and where its contacts go. Raises BadInput, NotFound."""
    kept = _kept(session, file_id, account_id=account_id, now=now)
    if kept.imported_at is not None:
        return
    kept.list_name = _list_name(session, list_name)
    kept.provenance = _said(provenance)
    kept.choices = choices.as_json()


def examine(session: Session, waiting: Waiting, read: ImportedContacts) -> Preview:
    """What importing it would do now. Writes nothing."""
    decisions = storing.examine(session, read.rows, list_name=waiting.list_name)
    return previewing.preview(read, decisions)


def commit(
    session: Session,
    waiting: Waiting,
    read: ImportedContacts,
    *,
    seal: str,
    keep_both: bool,
    tell: Tell,
    account_id: int,
    now: datetime,
) -> None:
    """Import it, once, exactly as it was shown. Raises Conflict when that is not so any more."""
    if not _claim(session, waiting.id, now=now):
        return
    decisions = storing.examine(session, read.rows, list_name=waiting.list_name)
    shown = previewing.preview(read, decisions)
    if shown.seal != seal:
        raise Conflict(
            worded(
                "The contacts changed since this was shown to you; nothing was imported."
            ),
            to="seal",
            mend=worded("Look at the numbers again, then import."),
        )
    stored = storing.store(
        session,
        previewing.to_import(decisions, keep_both=keep_both),
        list_name=waiting.list_name,
        now=now,
        file_name=waiting.file_name,
        account_id=account_id,
    )
    rest = previewing.left_over(read, decisions, keep_both=keep_both)
    numbers = Numbers(
        new=stored.new,
        changed=stored.changed,
        same=stored.same + len(read.repeated),
        left_over=len(rest),
        suppressed=stored.suppressed,
    )
    session.execute(
        update(ContactFile)
        .where(ContactFile.id == waiting.id)
        .values(
            content=b"",
            batch_id=stored.batch,
            numbers=asdict(numbers),
            left_over=mending.table(rest, [tell(one) for one in rest])
            if rest
            else None,
        )
    )


def drop(session: Session, file_id: int, *, account_id: int, now: datetime) -> None:
    """Forget a file that is not to be imported. Raises NotFound."""
    session.delete(_kept(session, file_id, account_id=account_id, now=now))
    session.flush()


def forget(session: Session, *, now: datetime) -> int:
    """Erase files that were given a day ago; answers how many."""
    gone = session.scalars(
        delete(ContactFile)
        .where(ContactFile.id.in_(old(session, now)))
        .returning(ContactFile.id)
    )
    return len(gone.all())


def old(_: Session, now: datetime) -> Select[int]:
    return select(ContactFile.id).where(ContactFile.given_at <= now - KEPT)


def _claim(session: Session, file_id: int, *, now: datetime) -> bool:
    claimed = session.scalars(
        update(ContactFile)
        .where(ContactFile.id == file_id, ContactFile.imported_at.is_(None))
        .values(imported_at=now)
        .returning(ContactFile.id)
    )
    return claimed.first() is not None


def _kept(
    session: Session, file_id: int, *, account_id: int, now: datetime
) -> ContactFile:
    kept = session.get(ContactFile, file_id)
    if kept is None or kept.account_id != account_id or kept.given_at <= now - KEPT:
        raise NotFound(
            worded(
                "This file does not wait any more: it was imported, dropped or a day old."
            ),
            to="file",
            mend=worded("Give it again."),
        )
    return kept


def _make_room(session: Session, account_id: int) -> None:
    waiting: Sequence[int] = session.scalars(
        select(ContactFile.id)
        .where(ContactFile.account_id == account_id)
        .order_by(ContactFile.id.desc())
        .offset(_MOST_WAITING - 1)
    ).all()
    session.execute(delete(ContactFile).where(ContactFile.id.in_(waiting)))


def _list_name(session: Session, name: str) -> str:
    if not name.strip() or len(name) > _LONGEST_NAME:
        raise BadInput(
            worded("The mailing list has no name, or one of more than 120 characters."),
            to="list",
            mend=worded("Choose a list, or name a new one, like nationale."),
        )
    clean = lists.clean_name(name)
    try:
        lists.require_joinable(session, clean)
    except Conflict as refused:
        raise BadInput(
            worded("A rule says who is on this list, so nobody can be added to it."),
            to="list",
            mend=worded(
                "Choose a list that contacts join one by one, or name a new one."
            ),
        ) from refused
    return clean


def _said(provenance: str) -> str:
    return " ".join(provenance.split())[:200]


def _bare(name: str) -> str:
    """The file's own name: some browsers send the folders it lay in."""
    last = PurePosixPath(PureWindowsPath(name).as_posix()).name
    printable = "".join(sign for sign in last if sign.isprintable())
    return printable[:_LONGEST_NAME] or "contacts.csv"
