"""The office's key ring: what is in it, a new key in front of it, and one that leaves it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.bootstrap import Office
from app.webhooks.models import Webhook
from core.accounts.models import SecondFactor
from core.alone import alone_in
from core.errors import BadInput, Conflict
from core.keys import NAME, Vault, keep_ring, mark, new_key
from core.settings import PREFIX
from core.wording import worded

_SETTING: Final = f"{PREFIX}SECRET_KEY"
# Every table with a `secret` that the ring shuts; a test finds those that are missing.
SHUT: Final[Sequence[type[SecondFactor | Webhook]]] = (SecondFactor, Webhook)


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """One key by its mark, and what it still does."""

    mark: str
    # Whether it signs and shuts what is new; the others only read what is old.
    signs: bool
    # How many secrets of rows only it opens.
    shuts: int


def told(office: Office) -> Sequence[Key]:
    """Newest first."""
    with office.database.read() as session:
        shut = [kept for _, _, kept in _shut(session)]
    keys = list(office.keys)
    opened = {key: Vault([key]) for key in keys}
    return [
        Key(
            mark=mark(key),
            signs=place == 0,
            shuts=sum(opened[key].open(kept) is not None for kept in shut),
        )
        for place, key in enumerate(keys)
    ]


def rotate(office: Office) -> str:
    """Put a new key in front; every process takes it at its next use. Answers its mark.

    Raises Conflict where the ring is given by a setting.
    """
    path = _own_file(office)
    new = new_key(office.ids)
    # The ring is read inside, as it is in its file: who else changed it lost no key.
    with alone_in(path.parent):
        keep_ring(path, [new, *office.keys], office.ids)
    return mark(new)


def retire(office: Office, marked: str) -> int:
    """Take a key out, once what it shut is shut by the newest; answers how much that was.

    Links it signed open nothing afterwards. Raises BadInput and Conflict.
    """
    path = _own_file(office)
    with alone_in(path.parent):
        keys = list(office.keys)
        leaving = _leaving(keys, marked)
        moved = shut_again(office)
        keep_ring(path, [key for key in keys if key != leaving], office.ids)
    return moved


def _leaving(keys: Sequence[str], marked: str) -> str:
    leaving = next((key for key in keys if mark(key) == marked), None)
    if leaving is None:
        raise BadInput(
            worded("There is no such key in the ring."),
            to=marked,
            mend=worded("See `parution keys list`."),
        )
    if leaving == keys[0]:
        raise Conflict(
            worded("This is the key that signs."),
            to=marked,
            mend=worded("Run `parution keys rotate` first."),
        )
    return leaving


def shut_again(office: Office) -> int:
    """Shut every secret by the newest key; answers how many were not."""
    vault, newest = Vault(office.keys), Vault([office.keys[0]])
    moved = 0
    with office.database.write() as session:
        for table, row_id, kept in _shut(session):
            secret = None if newest.open(kept) is not None else vault.open(kept)
            if secret is None:
                continue
            # Whoever changed it meanwhile shut it by the newest key.
            changed = session.scalars(
                update(table)
                .where(table.id == row_id, table.secret == kept)
                .values(secret=newest.shut(secret))
                .returning(table.id)
                .execution_options(synchronize_session=False)
            )
            moved += len(changed.all())
    return moved


def _shut(
    session: Session,
) -> Iterator[tuple[type[SecondFactor | Webhook], int, str]]:
    for table in SHUT:
        rows = session.execute(select(table.id, table.secret)).all()
        yield from ((table, row_id, kept) for row_id, kept in rows)


def _own_file(office: Office) -> Path:
    if office.settings.secret_key.get_secret_value().strip():
        file = office.settings.files.get("secret_key")
        raise Conflict(
            worded("The key ring is given by a setting, which is yours to change."),
            to=str(file) if file else _SETTING,
            mend=worded(
                "Make a key with `parution keys new`, put it behind the others with a comma, "
                "and once every process has it, in front of them."
            ),
        )
    return office.settings.data_dir / NAME
