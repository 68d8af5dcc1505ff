"""What of a person stands beside their contact: guests at a door, waiting files, test mails.

They are found by address or by whole name, because no row of these says whose it is.
"""

import json
import re
import zipfile
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from io import BytesIO
from typing import Any, Final

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session, undefer

from core.errors import BadInput
from distributor.contacts import addresses
from distributor.models import Answer, ContactFile, TestMail, WalkIn

# As files of contacts come: what is in a workbook is looked through up to here.
_MOST_INSIDE: Final = 64 * 1024 * 1024
# Whatever may be one; reading it tells.
_ADDRESS: Final = re.compile(r"""[^\s@<>",;:()\[\]\\]+@[^\s@<>"',;:()\[\]\\{}|]+""")
# They may belong to an address, and may stand around it.
_AROUND: Final = "'`{|}*_."
_ENCODINGS: Final = ("utf-8", "utf-16-le", "utf-16-be", "cp1256", "cp1252")


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """By what a person is known: keys of their addresses, and their whole names."""

    keys: frozenset[str]
    names: frozenset[str]


def known_by(keys: Collection[str], names: Collection[str]) -> Known:
    """A name of one word names too many people to be looked for."""
    whole = {folded(one) for one in names}
    return Known(
        keys=frozenset(keys),
        names=frozenset(one for one in whole if " " in one),
    )


def folded(name: str) -> str:
    return " ".join(name.split()).casefold()


def gather(session: Session, known: Known) -> Mapping[str, Sequence[Mapping[str, Any]]]:
    """Everything, for the person to read."""
    return {
        "guests": [
            {
                "release": row.release_id,
                "name": row.name,
                "outlet": row.outlet,
                "crew_size": row.crew_size,
                "plate": row.plate,
                "came_at": row.came_at,
            }
            for row in _guests(session, known)
        ],
        "crews": [
            {"release": row.release_id, "name": name}
            for row, name in _crews(session, known)
        ],
        "waiting_files": [
            {"file": row.file_name, "given_at": row.given_at}
            for row in _files(session, known)
        ],
        "test_mails": [
            {"release": row.release_id, "address": row.address, "at": row.at}
            for row in _mails(session, known)
        ],
    }


def forget(session: Session, known: Known) -> None:
    """Rows that are counted stay; what names the person in them goes."""
    guests = [row.id for row in _guests(session, known)]
    session.execute(
        update(WalkIn).where(WalkIn.id.in_(guests)).values(name="", outlet="", plate="")
    )
    for row in {row.id: row for row, _ in _crews(session, known)}.values():
        row.crew = [
            one for one in row.crew or () if folded(one) not in known.names
        ] or None
    # A file can be given again without them; mending it here would not mend the original.
    files = [row.id for row in _files(session, known)]
    session.execute(delete(ContactFile).where(ContactFile.id.in_(files)))
    mails = [row.id for row in _mails(session, known)]
    session.execute(update(TestMail).where(TestMail.id.in_(mails)).values(address=""))
    session.flush()


def addresses_written(session: Session) -> Iterator[str]:
    """The key of every address in waiting files and test mails, many of them several times."""
    texts = [*session.scalars(select(TestMail.address).where(TestMail.address != ""))]
    for row in _waiting(session):
        for content in _contents(row):
            for part in _parts(content):
                texts += {
                    one
                    for encoding in _ENCODINGS
                    for found in _ADDRESS.findall(part.decode(encoding, "ignore"))
                    for one in (found, found.strip(_AROUND))
                }
    for text in texts:
        with suppress(BadInput):
            yield addresses.read(text).key


def _guests(session: Session, known: Known) -> Sequence[WalkIn]:
    if not known.names:
        return ()
    rows = session.scalars(select(WalkIn).where(WalkIn.name != "").order_by(WalkIn.id))
    return [row for row in rows if folded(row.name) in known.names]


def _crews(session: Session, known: Known) -> Iterator[tuple[Answer, str]]:
    """Who came with somebody else, by name."""
    if not known.names:
        return
    rows = session.scalars(
        select(Answer).where(Answer.crew.is_not(None)).order_by(Answer.id)
    ).all()
    for row in rows:
        for name in row.crew or ():
            if folded(name) in known.names:
                yield row, name


def _files(session: Session, known: Known) -> Sequence[ContactFile]:
    return [
        row
        for row in _waiting(session)
        if any(_mentions(content, known) for content in _contents(row))
    ]


def _waiting(session: Session) -> Iterable[ContactFile]:
    return session.scalars(
        select(ContactFile)
        .options(undefer(ContactFile.content), undefer(ContactFile.left_over))
        .order_by(ContactFile.id)
    )


def _contents(row: ContactFile) -> Sequence[bytes]:
    return row.content, row.left_over or b"", json.dumps(row.choices).encode()


def _mails(session: Session, known: Known) -> Sequence[TestMail]:
    rows = session.scalars(
        select(TestMail)
        .where(or_(*(TestMail.address.ilike(key) for key in sorted(known.keys))))
        .order_by(TestMail.id)
    )
    return [row for row in rows if row.address.casefold() in known.keys]


def _mentions(content: bytes, known: Known) -> bool:
    words = {key.casefold() for key in known.keys}
    return any(
        word.encode(encoding, "ignore") in part
        for part in _parts(content)
        for word in words
        for encoding in _ENCODINGS
    )


def _parts(content: bytes) -> Iterator[bytes]:
    """The bytes as they are, and those of what a workbook holds, in small letters."""
    yield content.lower()
    if not zipfile.is_zipfile(BytesIO(content)):
        return
    left = _MOST_INSIDE
    try:
        with zipfile.ZipFile(BytesIO(content)) as inside:
            for part in inside.infolist():
                with inside.open(part) as file:
                    read = file.read(left)
                left -= len(read)
                yield read.lower()
                if left <= 0:
                    return
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError):
        # Whatever cannot be opened was refused as a contact file, too.
        return
