"""A waiting contact file as its pages see it: read under a bound, its lines told in words."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from app.bootstrap import Office
from core.bounded import Broken, TooCostly
from core.errors import BadInput
from core.i18n import Words
from core.models import Account
from core.wording import worded
from distributor.contacts.importing import waiting
from distributor.contacts.importing.reading import ImportedContacts, read_content
from distributor.contacts.importing.rows import Rejected
from distributor.contacts.importing.shape import Shape, shape
from distributor.contacts.importing.waiting import Waiting

LINES: Final = 100
# 50,000 rows of a workbook take three.
_MOST_SECONDS: Final = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    waiting: Waiting
    content: bytes


def look(office: Office, file_id: int, account: Account) -> Looked:
    """Raises NotFound."""
    now = office.clock.now()
    with office.database.read() as session:
        return Looked(
            waiting=waiting.of(session, file_id, account_id=account.id, now=now),
            content=waiting.content(session, file_id, account_id=account.id, now=now),
        )


def read(office: Office, shown: Looked) -> ImportedContacts:
    """Its rows, as they were chosen to be read. Raises BadInput."""
    file = shown.waiting
    try:
        return office.bounded.run(
            _read,
            shown.content,
            file,
            f"{file.given_at:%Y-%m-%d}",
            seconds=_MOST_SECONDS,
        )
    except (TooCostly, Broken) as refused:
        raise _unreadable(file) from refused


def shape_of(office: Office, shown: Looked) -> Shape:
    """What it looks like, read as it was chosen to be. Raises BadInput."""
    file = shown.waiting
    try:
        return office.bounded.run(
            shape, shown.content, file.file_name, file.choices, seconds=_MOST_SECONDS
        )
    except (TooCostly, Broken) as refused:
        raise _unreadable(file) from refused


def tell_in(said: Words) -> Callable[[Rejected], str]:
    """Why a line was left over, in the words of a reader."""
    return lambda one: f"{said.say(one.what)} {said.say(one.mend)}"


def _read(content: bytes, file: Waiting, day: str) -> ImportedContacts:
    return read_content(
        content, file.file_name, file.choices, provenance=file.provenance, on=day
    )


def _unreadable(file: Waiting) -> BadInput:
    return BadInput(
        worded("This file costs more to read than any list of contacts."),
        to=file.file_name,
        mend=worded("Save the one table that is needed as CSV UTF-8."),
    )
