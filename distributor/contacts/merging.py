"""Merging: two contacts that are one person become one, as a batch that can be undone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Session

from core.errors import BadInput
from core.wording import worded
from distributor.contacts import images, lines, suppression
from distributor.contacts.words import folded
from distributor.models import (
    Answer,
    Contact,
    ContactBatch,
    ContactChange,
    Delivery,
    Employment,
    Membership,
    Suppression,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    batch: int
    kept: str
    joined: str
    suppressed: bool


def merge(
    session: Session,
    keep: str,
    other: str,
    *,
    now: datetime,
    account_id: int | None = None,
) -> Merged:
    """Join the contact *other* to *keep*, whose own values win where both say something.

    An opposition to one address is one to both. Raises NotFound and BadInput.
    """
    kept, joined = lines.contact(session, keep), lines.contact(session, other)
    if kept.id == joined.id:
        raise BadInput(
            worded("Both addresses are the same contact."),
            to="email",
            mend=worded(
                "Give the address that stays and the one that is joined to it."
            ),
        )
    names = Merged(
        batch=_open_batch(session, now=now, account_id=account_id),
        kept=kept.address,
        joined=joined.address,
        suppressed=_share_suppression(session, kept, joined, now=now),
    )
    ids = [kept.id, joined.id]
    before = images.of(session, ids, with_answers=True)
    moved = list(
        session.scalars(select(Delivery.id).where(Delivery.contact_id == joined.id))
    )
    _join_values(kept, joined, now=now)
    _join_rows(session, kept.id, joined.id)
    images.take_away(session, [joined.id])
    after = images.of(session, ids, with_answers=True)
    session.execute(
        insert(ContactChange),
        [
            {
                "batch_id": names.batch,
                "contact_id": ids[0],
                "before": before[ids[0]],
                "after": after[ids[0]],
            },
            {
                "batch_id": names.batch,
                "contact_id": ids[1],
                "before": {**before[ids[1]], "moved_deliveries": moved},
                "after": None,
            },
        ],
    )
    return names


@dataclass(frozen=True, slots=True, kw_only=True)
class MergePreview:
    """What one contact would be if another were joined to it."""

    contact: Contact
    suppressed: bool
    # How much of the other comes over.
    deliveries: int
    answers: int


def preview(session: Session, kept_id: int, joined_id: int) -> MergePreview:
    """Say what `merge` would make. Writes nothing: the contact belongs to no session."""
    kept, other = session.get_one(Contact, kept_id), session.get_one(Contact, joined_id)
    made = Contact(**{name: getattr(kept, name) for name in images.COLUMNS})
    _join_values(made, other, now=kept.updated_at)
    found = suppression.suppressed(session, [kept.address_key, other.address_key])
    return MergePreview(
        contact=made,
        suppressed=bool(found),
        deliveries=_count(session, Delivery, joined_id),
        answers=_count(session, Answer, joined_id),
    )


def alike(session: Session, contact_id: int) -> Sequence[Contact]:
    """Contacts that may be the same person: of the same name, folded; a few of them."""
    kept = session.get_one(Contact, contact_id)
    name = folded(kept.name)
    if not name:
        return ()
    rows = session.execute(
        select(Contact.id, Contact.name).where(
            Contact.name != "", Contact.id != contact_id
        )
    )
    same = [row.id for row in rows if folded(row.name) == name][:_MOST_ALIKE]
    return session.scalars(
        select(Contact).where(Contact.id.in_(same)).order_by(Contact.address_key)
    ).all()


_MOST_ALIKE = 5


def _count(
    session: Session, table: type[Delivery] | type[Answer], contact_id: int
) -> int:
    return (
        session.scalar(select(func.count()).where(table.contact_id == contact_id)) or 0
    )


def joined(session: Session) -> dict[str, str]:
    """Each address that a merge took away, by key, and the address it was joined to."""
    batches: dict[int, dict[bool, str]] = {}
    for batch_id, before, after in session.execute(
        select(ContactChange.batch_id, ContactChange.before, ContactChange.after)
        .join(ContactBatch, ContactBatch.id == ContactChange.batch_id)
        .where(ContactBatch.kind == "merge", ContactBatch.undone_at.is_(None))
        .order_by(ContactChange.id)
    ):
        kept = after is not None
        batches.setdefault(batch_id, {})[kept] = before["contact"]["address_key"]
    found = {both[False]: both[True] for both in batches.values() if len(both) > 1}
    # Joined again since: followed to the address that is there now.
    return {key: _last(found, key) for key in found}


def _last(found: Mapping[str, str], key: str) -> str:
    seen = {key}
    while key in found and found[key] not in seen:
        key = found[key]
        seen.add(key)
    return key


def _open_batch(session: Session, *, now: datetime, account_id: int | None) -> int:
    batch = ContactBatch(kind="merge", account_id=account_id, made_at=now)
    session.add(batch)
    session.flush()
    return batch.id


def _share_suppression(
    session: Session, kept: Contact, joined: Contact, *, now: datetime
) -> bool:
    keys = [kept.address_key, joined.address_key]
    found = suppression.suppressed(session, keys)
    if not found:
        return False
    suppression.recall(session, keys)
    reason = session.scalars(
        select(Suppression.reason).where(Suppression.address_key.in_(found))
    ).first()
    for key in keys:
        suppression.suppress(session, key, reason=reason or "asked", now=now)
    return True


def _join_values(kept: Contact, joined: Contact, *, now: datetime) -> None:
    for name in ("name", "outlet", "phone", "quiet_from", "quiet_until"):
        setattr(kept, name, getattr(kept, name) or getattr(joined, name))
    kept.languages = _both(kept.languages, joined.languages)
    kept.beats = _both(kept.beats, joined.beats)
    both = _both([kept.provenance], [joined.provenance])
    kept.provenance = "; ".join(one for one in both if one)
    if kept.consent != "given" and joined.consent == "given":
        kept.consent, kept.consent_at = joined.consent, joined.consent_at
    pauses = [one for one in (kept.paused_until, joined.paused_until) if one]
    kept.paused_until = max(pauses, default=None)
    kept.created_at = min(kept.created_at, joined.created_at)
    kept.updated_at = now


def _both(first: Sequence[str], second: Sequence[str]) -> list[str]:
    return list(dict.fromkeys([*first, *second]))


def _join_rows(session: Session, kept_id: int, joined_id: int) -> None:
    """What hangs on the joined contact hangs on the kept one, each thing once."""
    of_joined = Membership.contact_id == joined_id
    session.execute(
        update(Membership)
        .where(
            of_joined,
            Membership.mailing_list_id.not_in(
                select(Membership.mailing_list_id)
                .where(Membership.contact_id == kept_id)
                .scalar_subquery()
            ),
        )
        .values(contact_id=kept_id),
        execution_options={"synchronize_session": False},
    )
    _join_employments(session, kept_id, joined_id)
    _join_answers(session, kept_id, joined_id)
    session.execute(
        update(Delivery)
        .where(Delivery.contact_id == joined_id)
        .values(contact_id=kept_id)
    )


def _join_employments(session: Session, kept_id: int, joined_id: int) -> None:
    known = {
        (one.outlet, one.since, one.until)
        for one in session.scalars(
            select(Employment).where(Employment.contact_id == kept_id)
        )
    }
    for one in session.scalars(
        select(Employment).where(Employment.contact_id == joined_id)
    ):
        if (one.outlet, one.since, one.until) not in known:
            one.contact_id = kept_id
    session.flush()


def _join_answers(session: Session, kept_id: int, joined_id: int) -> None:
    """Of two answers to one release the later one holds."""
    kept = {
        one.release_id: one
        for one in session.scalars(select(Answer).where(Answer.contact_id == kept_id))
    }
    for one in session.scalars(select(Answer).where(Answer.contact_id == joined_id)):
        earlier = kept.get(one.release_id)
        if earlier is not None and earlier.said_at > one.said_at:
            continue
        if earlier is not None:
            session.execute(delete(Answer).where(Answer.id == earlier.id))
        one.contact_id = kept_id
    session.flush()
