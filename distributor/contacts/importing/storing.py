"""Contact rows -> one batch of contacts of a list, which can be undone as a whole."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from distributor.contacts import images, lists, merging, suppression
from distributor.contacts.chunks import chunks
from distributor.contacts.importing.decisions import (
    Decision,
    Known,
    RowStatus,
    decide,
    namesake_key,
)
from distributor.contacts.importing.rows import ContactRow
from distributor.models import (
    Contact,
    ContactBatch,
    ContactChange,
    Employment,
    MailingList,
    Membership,
)

_FIELDS = (
    *("name", "kind", "languages", "outlet", "beats", "phone", "provenance"),
    *("consent", "quiet_from", "quiet_until"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    # What `parution contact undo` takes back; None when nothing had to be written.
    batch: int | None
    new: int
    changed: int
    same: int
    suppressed: int


def examine(
    session: Session, rows: Sequence[ContactRow], *, list_name: str
) -> Sequence[Decision]:
    """Say what importing *rows* into a list would do. Writes nothing."""
    list_name = lists.clean_name(list_name)
    lists.require_joinable(session, list_name)
    decisions: list[Decision] = []
    namesakes = _namesakes(session, rows)
    joined = merging.joined(session)
    for part in chunks(rows):
        keys = [row.address_key for row in part]
        known = _known(session, keys)
        others_keys = [joined[key] for key in keys if key in joined]
        unwanted = suppression.suppressed(session, [*keys, *others_keys])
        for row in part:
            who = namesake_key(row.name, row.outlet)
            others = namesakes.setdefault(who, []) if who else []
            decisions.append(
                decide(
                    row,
                    known=known.get(row.address_key),
                    list_name=list_name,
                    namesakes=[one for one in others if one != row.address],
                    joined_to=joined.get(row.address_key, ""),
                    is_suppressed=not unwanted.isdisjoint(
                        {row.address_key, joined.get(row.address_key)}
                    ),
                )
            )
            if row.address_key not in known and row.address not in others:
                others.append(row.address)
    return decisions


def store(
    session: Session,
    rows: Sequence[ContactRow],
    *,
    list_name: str,
    now: datetime,
    file_name: str = "",
    account_id: int | None = None,
) -> Stored:
    """Add the rows to the list; a known address is brought up to date, never doubled.

    Whoever calls has looked at the conflicts: they are kept as contacts of their own.
    """
    mailing_list = lists.by_name_or_new(session, list_name)
    decisions = examine(session, rows, list_name=mailing_list.name)
    to_write = [one for one in decisions if one.status is not RowStatus.SAME]
    batch_id = None
    if to_write:
        batch_id = add_batch(
            session,
            ContactBatch(
                kind="import",
                file_name=file_name,
                list_name=mailing_list.name,
                account_id=account_id,
                made_at=now,
            ),
        )
        for part in chunks(to_write):
            _write(session, part, batch_id=batch_id, list_id=mailing_list.id, now=now)
    for one in decisions:
        if one.suppresses or one.is_suppressed:
            # Also who was erased and comes back, and who opposed under an address that was
            # joined to this one: the ledger's last look is by the address itself.
            suppression.suppress(
                session, one.row.address_key, reason="opposed", now=now
            )
    return Stored(
        batch=batch_id,
        new=_count(decisions, RowStatus.NEW, RowStatus.CONFLICT),
        changed=_count(decisions, RowStatus.CHANGED),
        same=_count(decisions, RowStatus.SAME),
        suppressed=sum(one.is_suppressed or one.suppresses for one in decisions),
    )


def add_batch(session: Session, batch: ContactBatch) -> int:
    session.add(batch)
    session.flush()
    return batch.id


def _count(decisions: Iterable[Decision], *statuses: RowStatus) -> int:
    return sum(one.status in statuses for one in decisions)


def _known(session: Session, keys: Sequence[str]) -> dict[str, Known]:
    found = session.scalars(select(Contact).where(Contact.address_key.in_(keys))).all()
    member_of: dict[int, set[str]] = {contact.id: set() for contact in found}
    for contact_id, name in session.execute(
        select(Membership.contact_id, MailingList.name)
        .join(MailingList, MailingList.id == Membership.mailing_list_id)
        .where(Membership.contact_id.in_(list(member_of)))
    ):
        member_of[contact_id].add(name)
    return {
        contact.address_key: Known(
            values={name: getattr(contact, name) for name in _FIELDS},
            lists=member_of[contact.id],
        )
        for contact in found
    }


def _namesakes(
    session: Session, rows: Sequence[ContactRow]
) -> dict[tuple[str, str], list[str]]:
    """The addresses of each name at each outlet; only read when a row could have one."""
    found: dict[tuple[str, str], list[str]] = {}
    if not any(row.name and row.outlet for row in rows):
        return found
    for name, outlet, address in session.execute(
        select(Contact.name, Contact.outlet, Contact.address).where(
            Contact.name != "", Contact.outlet != "", Contact.kind == "journalist"
        )
    ):
        who = namesake_key(name, outlet)
        if who:
            found.setdefault(who, []).append(address)
    return found


def _write(
    session: Session,
    decisions: Sequence[Decision],
    *,
    batch_id: int,
    list_id: int,
    now: datetime,
) -> None:
    keys = [one.row.address_key for one in decisions]
    known = {
        contact.address_key: contact
        for contact in session.scalars(
            select(Contact).where(Contact.address_key.in_(keys))
        )
    }
    before = images.of(session, [contact.id for contact in known.values()])
    for one in decisions:
        key = one.row.address_key
        if key not in known:
            known[key] = _a_contact(one.row, now)
            session.add(known[key])
        _fill(known[key], one, now)
    session.flush()
    ids = {key: contact.id for key, contact in known.items()}
    _employ(session, decisions, ids, day=now.date())
    _join(session, decisions, ids, list_id=list_id)
    after = images.of(session, list(ids.values()))
    session.execute(
        insert(ContactChange),
        [
            {
                "batch_id": batch_id,
                "contact_id": contact_id,
                "before": before.get(contact_id),
                "after": after[contact_id],
            }
            for contact_id in ids.values()
        ],
    )


def _a_contact(row: ContactRow, now: datetime) -> Contact:
    return Contact(
        address=row.address,
        address_key=row.address_key,
        languages=[],
        beats=[],
        created_at=now,
        updated_at=now,
    )


def _fill(contact: Contact, decision: Decision, now: datetime) -> None:
    for name, (_, value) in decision.changes.items():
        if name != "lists":
            setattr(contact, name, value)
    if "consent" in decision.changes:
        contact.consent_at = now
    contact.updated_at = now


def _employ(
    session: Session,
    decisions: Sequence[Decision],
    ids: Mapping[str, int],
    *,
    day: date,
) -> None:
    """A changed outlet closes the employment there was and opens a new one."""
    moved = {
        ids[one.row.address_key]: one.changes["outlet"]
        for one in decisions
        if "outlet" in one.changes
    }
    open_now = set(
        session.scalars(
            select(Employment.contact_id).where(
                Employment.contact_id.in_(list(moved)), Employment.until.is_(None)
            )
        )
    )
    rows: list[dict[str, object]] = []
    for contact_id, (before, after) in moved.items():
        if before and contact_id not in open_now:
            # Known from before employments were kept.
            rows.append(_employment(contact_id, before, until=day))
        rows.append(_employment(contact_id, after, since=day if before else None))
    session.execute(
        update(Employment)
        .where(Employment.contact_id.in_(list(moved)), Employment.until.is_(None))
        .values(until=day)
    )
    if rows:
        session.execute(insert(Employment), rows)


def _employment(
    contact_id: int,
    outlet: str,
    *,
    since: date | None = None,
    until: date | None = None,
) -> dict[str, object]:
    return {
        "contact_id": contact_id,
        "outlet": outlet,
        "since": since,
        "until": until,
    }


def _join(
    session: Session,
    decisions: Sequence[Decision],
    ids: Mapping[str, int],
    *,
    list_id: int,
) -> None:
    joining = [
        {"mailing_list_id": list_id, "contact_id": ids[one.row.address_key]}
        for one in decisions
        if "lists" in one.changes
    ]
    if joining:
        session.execute(insert(Membership), joining)
