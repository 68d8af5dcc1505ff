"""Changing one contact by hand. Each change is a batch of one, so that it is told and undone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from core.errors import BadInput, Conflict
from core.values import Language
from core.wording import worded
from distributor.contacts import addresses, card, images, lists, quiet, suppression
from distributor.contacts.importing import storing
from distributor.models import (
    Contact,
    ContactBatch,
    ContactChange,
    Employment,
    MailingList,
    Membership,
    Suppression,
)
from distributor.states import EventKind

KINDS: Final = ("journalist", "newsroom")
CONSENTS: Final = ("unknown", "given")
_LONGEST: Final[Mapping[str, int]] = {
    **dict.fromkeys(("name", "outlet", "phone", "provenance"), 200),
    "beats": 600,
    "quiet": 20,
}
_LONGEST_PAUSE: Final = timedelta(days=366)
EDIT: Final = "edit"


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What a form says of a contact: as it was typed."""

    address: str
    name: str = ""
    kind: str = "journalist"
    # In order of preference.
    languages: Sequence[str] = ()
    outlet: str = ""
    beats: str = ""
    phone: str = ""
    provenance: str = ""
    consent: str = "unknown"
    quiet: str = ""
    # The day it ends; empty for none.
    paused_until: str = ""
    lists: Sequence[int] = ()


def add(
    session: Session, facts: Facts, *, account_id: int | None, now: datetime
) -> tuple[int, int]:
    """Make a contact; answers its id and that of its batch. Raises BadInput, Conflict."""
    read = _address(facts.address)
    _require_free(session, read, contact_id=None)
    contact = Contact(
        address=read.written,
        address_key=read.key,
        languages=[],
        beats=[],
        created_at=now,
        updated_at=now,
    )
    session.add(contact)
    _fill(contact, facts, now=now)
    session.flush()
    if contact.outlet:
        session.add(Employment(contact_id=contact.id, outlet=contact.outlet))
    _join(session, contact.id, facts.lists)
    # Opposed before they were a contact, or erased since: the ledger looks for the key.
    suppression.recall(session, [read.key])
    return contact.id, _note(session, contact.id, None, account_id=account_id, now=now)


def edit(
    session: Session,
    contact_id: int,
    facts: Facts,
    *,
    seal: str,
    account_id: int | None,
    now: datetime,
) -> int | None:
    """Change a contact as the form says; None when it says nothing new.

    Raises NotFound, BadInput, and Conflict when somebody else changed it meanwhile.
    """
    contact = card.contact_of(session, contact_id)
    if card.seal_of(session, contact_id) != seal:
        raise Conflict(
            worded("Somebody else changed this contact while you were writing."),
            to="seal",
            mend=worded("Both are shown: keep what is right, then save again."),
        )
    before = images.of(session, [contact_id])[contact_id]
    read = _address(facts.address)
    _require_free(session, read, contact_id=contact_id)
    _move_address(session, contact, read, now=now)
    was_at = contact.outlet
    _fill(contact, facts, now=now)
    session.flush()
    if contact.outlet != was_at:
        _employ(session, contact, was_at, day=now.date())
    _join(session, contact_id, facts.lists)
    after = images.of(session, [contact_id])[contact_id]
    if _without_moment(before) == _without_moment(after):
        return None
    return _note(session, contact_id, before, account_id=account_id, now=now)


def verify(
    session: Session, contact_id: int, *, account_id: int | None, now: datetime
) -> int:
    """Somebody looked, and all of it is right: from now on it counts as verified."""
    contact = card.contact_of(session, contact_id)
    before = images.of(session, [contact_id])[contact_id]
    contact.updated_at = now
    session.flush()
    return _note(session, contact_id, before, account_id=account_id, now=now)


def leave_outlet(
    session: Session, contact_id: int, *, account_id: int | None, now: datetime
) -> int | None:
    """The contact works there no more, and nobody knows where since."""
    contact = card.contact_of(session, contact_id)
    if not contact.outlet:
        return None
    before = images.of(session, [contact_id])[contact_id]
    was_at, contact.outlet, contact.updated_at = contact.outlet, "", now
    session.flush()
    _employ(session, contact, was_at, day=now.date())
    return _note(session, contact_id, before, account_id=account_id, now=now)


def typed(found: Contact, list_ids: Sequence[int]) -> Facts:
    """The facts of a contact as its form shows them."""
    paused = found.paused_until
    return Facts(
        address=found.address,
        name=found.name,
        kind=found.kind,
        languages=tuple(found.languages),
        outlet=found.outlet,
        beats=", ".join(found.beats),
        phone=found.phone,
        provenance=found.provenance,
        consent=found.consent,
        quiet=f"{found.quiet_from}-{found.quiet_until}".strip("-"),
        paused_until=paused.date().isoformat() if paused else "",
        lists=tuple(list_ids),
    )


def _address(text: str) -> addresses.Address:
    try:
        return addresses.read(text)
    except BadInput as refused:
        raise BadInput(
            worded("This is not a mail address that can be used."),
            to="address",
            mend=worded(
                "Look for spaces and stray signs; write it like name@outlet.ma."
            ),
        ) from refused


def _require_free(
    session: Session, read: addresses.Address, *, contact_id: int | None
) -> None:
    other = session.scalar(
        select(Contact.id).where(
            Contact.address_key == read.key, Contact.id != (contact_id or 0)
        )
    )
    if other is not None:
        raise BadInput(
            worded("Another contact has this address already."),
            to="address",
            mend=worded("Open that contact, or merge the two if they are one person."),
        )


def _move_address(
    session: Session, contact: Contact, read: addresses.Address, *, now: datetime
) -> None:
    """An opposition goes with the person: a new address never makes anybody mailable."""
    if read.key == contact.address_key:
        contact.address = read.written
        return
    out = session.scalar(
        select(Suppression).where(Suppression.address_key == contact.address_key)
    )
    # A dead address is what a new one mends.
    if out is not None and out.reason != EventKind.BOUNCED:
        suppression.suppress(session, read.key, reason=out.reason, now=now)
    contact.address, contact.address_key = read.written, read.key
    suppression.recall(session, [read.key])


def _fill(contact: Contact, facts: Facts, *, now: datetime) -> None:
    for name in ("name", "outlet", "phone", "provenance"):
        setattr(contact, name, _line(name, getattr(facts, name)))
    if not contact.provenance:
        raise BadInput(
            worded("Nothing says where this contact comes from."),
            to="provenance",
            mend=worded("Say it, like: met at the press conference of 5 December."),
        )
    contact.kind = _one_of("kind", facts.kind, KINDS)
    consent = _one_of("consent", facts.consent, CONSENTS)
    if consent != contact.consent:
        contact.consent = consent
        contact.consent_at = now if consent == "given" else None
    contact.languages = _languages(facts.languages)
    contact.beats = _beats(facts.beats)
    contact.quiet_from, contact.quiet_until = _quiet(facts.quiet)
    contact.paused_until = _pause(contact.paused_until, facts.paused_until, now=now)
    contact.updated_at = now


def _line(name: str, text: str) -> str:
    clean = " ".join("".join(one if one.isprintable() else " " for one in text).split())
    if len(clean) > _LONGEST[name]:
        raise BadInput(
            worded("This is longer than any contact has it."),
            to=name,
            mend=worded("Shorten it."),
        )
    return clean


def _one_of(name: str, value: str, allowed: Sequence[str]) -> str:
    if value not in allowed:
        raise BadInput(
            worded("This is not on offer."),
            to=name,
            mend=worded("Choose one of those shown."),
        )
    return value


def _languages(given: Sequence[str]) -> list[str]:
    chosen = list(dict.fromkeys(filter(None, given)))
    if set(chosen) - set(Language):
        raise BadInput(
            worded("This is not on offer."),
            to="language",
            mend=worded("Choose one of those shown."),
        )
    return chosen


def _beats(text: str) -> list[str]:
    clean = _line("beats", text.replace("،", ",").replace(";", ","))
    return list(dict.fromkeys(filter(None, (one.strip() for one in clean.split(",")))))


def _quiet(text: str) -> tuple[str, str]:
    try:
        return quiet.hours(_line("quiet", text))
    except BadInput as refused:
        raise BadInput(
            worded("These are not two hours."),
            to="quiet",
            mend=worded("Write them like 22:00-07:00."),
        ) from refused


def _pause(known: datetime | None, text: str, *, now: datetime) -> datetime | None:
    """Until the end of that day, by UTC; a form that shows the same day changes nothing."""
    if not text.strip():
        return None
    try:
        day = date.fromisoformat(text.strip())
    except ValueError:
        day = date.min
    if not now.date() <= day <= (now + _LONGEST_PAUSE).date():
        raise BadInput(
            worded("A pause ends on a day of the coming year."),
            to="paused_until",
            mend=worded("Give another day, or none."),
        )
    if known is not None and known.date() == day:
        return known
    return datetime.combine(day, datetime.max.time(), now.tzinfo).replace(microsecond=0)


def _employ(session: Session, contact: Contact, was_at: str, *, day: date) -> None:
    """A changed outlet closes the employment there was and opens a new one."""
    closed = session.scalars(
        update(Employment)
        .where(Employment.contact_id == contact.id, Employment.until.is_(None))
        .values(until=day)
        .returning(Employment.id)
    ).all()
    if was_at and not closed:
        # Known from before employments were kept.
        session.add(Employment(contact_id=contact.id, outlet=was_at, until=day))
    if contact.outlet:
        session.add(
            Employment(
                contact_id=contact.id,
                outlet=contact.outlet,
                since=day if was_at else None,
            )
        )
    session.flush()


def _join(session: Session, contact_id: int, list_ids: Sequence[int]) -> None:
    """Be on exactly these of the lists that contacts join one by one."""
    joinable = set(
        session.scalars(select(MailingList.id).where(MailingList.rule.is_(None)))
    )
    wanted = set(list_ids) & joinable
    now_on = set(session.scalars(lists.joined_by(contact_id)))
    session.execute(
        delete(Membership).where(
            Membership.contact_id == contact_id,
            Membership.mailing_list_id.in_(now_on - wanted),
        )
    )
    session.add_all(
        Membership(contact_id=contact_id, mailing_list_id=one)
        for one in sorted(wanted - now_on)
    )
    session.flush()


def _note(
    session: Session,
    contact_id: int,
    before: images.Image | None,
    *,
    account_id: int | None,
    now: datetime,
) -> int:
    batch_id = storing.add_batch(
        session, ContactBatch(kind=EDIT, account_id=account_id, made_at=now)
    )
    session.add(
        ContactChange(
            batch_id=batch_id,
            contact_id=contact_id,
            before=dict(before) if before else None,
            after=dict(images.of(session, [contact_id])[contact_id]),
        )
    )
    session.flush()
    return batch_id


def _without_moment(image: images.Image) -> Mapping[str, object]:
    contact = {
        name: value for name, value in image["contact"].items() if name != "updated_at"
    }
    return {**image, "contact": contact}
