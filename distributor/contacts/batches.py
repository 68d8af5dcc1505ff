"""Batches: what an import or a merge wrote at once, and how it is undone at once."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, exists, func, select, true, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from core.errors import Conflict, NotFound
from core.wording import worded
from distributor.contacts import images, lists, suppression
from distributor.contacts.chunks import CHUNK, chunks
from distributor.contacts.images import Image
from distributor.models import (
    Answer,
    Contact,
    ContactBatch,
    ContactChange,
    Delivery,
    Dispatch,
    MailingList,
    Membership,
)

# So many are named; of the others it is said how many they are.
_NAMED = 5
_PAGE = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchLine:
    id: int
    kind: str
    file: str
    list: str
    contacts: int
    made_at: datetime
    undone_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Undone:
    removed: int
    restored: int


def all_batches(
    session: Session, *, before: int | None = None, most: int | None = None
) -> Sequence[BatchLine]:
    """Every batch, or the last few of those *before* one, the latest first."""
    counts = (
        select(ContactChange.batch_id, func.count().label("contacts"))
        .group_by(ContactChange.batch_id)
        .subquery()
    )
    asked = (
        select(ContactBatch, counts.c.contacts)
        .outerjoin(counts, counts.c.batch_id == ContactBatch.id)
        .order_by(ContactBatch.id.desc())
        .limit(most)
    )
    if before is not None:
        asked = asked.where(ContactBatch.id < before)
    return [_line(batch, contacts or 0) for batch, contacts in session.execute(asked)]


def _line(batch: ContactBatch, contacts: int) -> BatchLine:
    return BatchLine(
        id=batch.id,
        kind=batch.kind,
        file=batch.file_name,
        list=batch.list_name,
        contacts=contacts,
        made_at=batch.made_at,
        undone_at=batch.undone_at,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchPage:
    """`before` is the batch that the next page begins before; None on the last."""

    batches: Sequence[BatchLine]
    before: int | None


def page(session: Session, *, before: int | None = None) -> BatchPage:
    """Some imports and merges, the latest first; changes by hand stand with their contact."""
    batches = session.scalars(
        select(ContactBatch)
        .where(
            ContactBatch.kind.in_(("import", "merge")),
            ContactBatch.id < before if before else true(),
        )
        .order_by(ContactBatch.id.desc())
        .limit(_PAGE + 1)
    ).all()
    shown = batches[:_PAGE]
    counts = dict(
        session.execute(
            select(ContactChange.batch_id, func.count())
            .where(ContactChange.batch_id.in_([one.id for one in shown]))
            .group_by(ContactChange.batch_id)
        ).all()
    )
    return BatchPage(
        batches=[_line(one, counts.get(one.id, 0)) for one in shown],
        before=shown[-1].id if len(batches) > _PAGE else None,
    )


def undo(session: Session, batch_id: int, *, now: datetime) -> Undone:
    """Put every contact of a batch back as it was, byte for byte.

    Raises NotFound, and Conflict that names the contacts that changed or were mailed since.
    An opposition that came with the batch stays: undoing never makes anyone mailable.
    """
    batch = _open_batch(session, batch_id)
    _require_kept(session, batch_id)
    _require_untouched(session, batch_id)
    removed = restored = 0
    for changes in _changes(session, batch_id):
        new = [one.contact_id for one in changes if one.before is None]
        old = {one.contact_id: one.before for one in changes if one.before is not None}
        images.take_away(session, new)
        _restore(
            session,
            old,
            keys={
                one.contact_id: str(one.after["contact"]["address_key"])
                for one in changes
                if one.after is not None
            },
        )
        removed += len(new)
        restored += len(old)
    batch.undone_at = now
    _drop_if_empty(session, batch.list_name)
    session.flush()
    return Undone(removed=removed, restored=restored)


def _changes(session: Session, batch_id: int) -> Iterator[Sequence[ContactChange]]:
    """Part by part: the images of 50,000 contacts at once would be half a gigabyte."""
    last = 0
    while part := session.scalars(
        select(ContactChange)
        .where(ContactChange.batch_id == batch_id, ContactChange.id > last)
        .order_by(ContactChange.id)
        .limit(CHUNK)
    ).all():
        last = part[-1].id
        yield part


def _restore(
    session: Session, old: Mapping[int, Image], *, keys: Mapping[int, str]
) -> None:
    names = {name for image in old.values() for name in image["lists"]}
    numbers = images.put_back(
        session,
        old,
        lists={name: lists.by_name_or_new(session, name).id for name in names},
        keys=keys,
    )
    for contact_id, image in old.items():
        _give_back(session, image.get("moved_deliveries", ()), numbers[contact_id])
    # They may have been erased and suppressed by a hash alone while they were away.
    back = [image["contact"]["address_key"] for image in old.values()]
    suppression.recall(session, back)


def _open_batch(session: Session, batch_id: int) -> ContactBatch:
    batch = session.get(ContactBatch, batch_id)
    if batch is None:
        raise NotFound(
            worded("There is no batch %(id)s.", id=batch_id),
            to="batch",
            mend=worded(
                "Choose one of those listed: %(command)s.",
                command="`parution contact batches`",
            ),
        )
    if batch.undone_at is not None:
        raise Conflict(
            worded("Batch %(id)s was undone already.", id=batch_id),
            to="batch",
            mend=worded("Nothing more needs to be done."),
        )
    return batch


def _require_kept(session: Session, batch_id: int) -> None:
    if not session.scalar(select(exists().where(ContactChange.batch_id == batch_id))):
        raise Conflict(
            worded("What batch %(id)s changed is not kept any more.", id=batch_id),
            to="batch",
            mend=worded("Correct its contacts one by one."),
        )


def _require_untouched(session: Session, batch_id: int) -> None:
    touched: list[str] = []
    used: list[str] = []
    for changes in _changes(session, batch_id):
        ids = [one.contact_id for one in changes]
        with_answers = any("answers" in (one.after or ()) for one in changes)
        there = images.of(session, ids, with_answers=with_answers)
        touched += [_address(one) for one in changes if _now(one, there) != one.after]
        used += _used(session, [one.contact_id for one in changes if not one.before])
    if touched:
        raise Conflict(
            worded(
                "These contacts changed since: %(addresses)s.",
                addresses=_named(touched),
            ),
            to="batch",
            mend=worded(
                "Undo what came later first, or correct these contacts one by one."
            ),
        )
    if used:
        raise Conflict(
            worded(
                "These contacts were put into a dispatch, or answered, since: %(addresses)s.",
                addresses=_named(used),
            ),
            to="batch",
            mend=worded(
                "What was sent must stay provable: keep the batch, and erase or suppress single contacts."
            ),
        )


def _now(change: ContactChange, there: Mapping[int, Image]) -> Image | None:
    """How the contact of a change is now. SQLite gives the number of one who left again."""
    image = there.get(change.contact_id)
    if image is None:
        return None
    ours = {
        one["contact"]["address_key"] for one in (change.before, change.after) if one
    }
    return image if image["contact"]["address_key"] in ours else None


def _used(session: Session, new: Sequence[int]) -> Sequence[str]:
    """Those of the new contacts that something sent or answered hangs on."""
    return session.scalars(
        select(Contact.address)
        .where(
            Contact.id.in_(new),
            Contact.id.in_(
                select(Delivery.contact_id)
                .where(Delivery.contact_id.in_(new))
                .union(select(Answer.contact_id).where(Answer.contact_id.in_(new)))
            ),
        )
        .order_by(Contact.address_key)
    ).all()


def _give_back(session: Session, delivery_ids: Sequence[int], contact_id: int) -> None:
    """What a merge made the other contact's is this one's again."""
    for part in chunks(delivery_ids):
        session.execute(
            update(Delivery)
            .where(Delivery.id.in_(part), Delivery.contact_id.is_not(None))
            .values(contact_id=contact_id)
        )


def _drop_if_empty(session: Session, list_name: str) -> None:
    """A list that the batch made, and nobody used, goes with it."""
    try:
        with session.begin_nested():
            session.execute(
                delete(MailingList).where(
                    MailingList.name == list_name,
                    MailingList.rule.is_(None),
                    ~exists().where(Membership.mailing_list_id == MailingList.id),
                    ~exists().where(Dispatch.mailing_list_id == MailingList.id),
                ),
                execution_options={"synchronize_session": False},
            )
    except IntegrityError:
        # The review has readers on it: it stays, empty.
        return


def _address(change: ContactChange) -> str:
    image = change.after or change.before or {"contact": {"address": ""}}
    return str(image["contact"]["address"])


def _named(addresses: Sequence[str]) -> str:
    more = len(addresses) - _NAMED
    return ", ".join(addresses[:_NAMED]) + (f" (+{more})" if more > 0 else "")
