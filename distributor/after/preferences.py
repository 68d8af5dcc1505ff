"""Preferences: what contacts choose for themselves, by the signed link of a mail they got.

The mail may have been passed on, so the link shows little and never another person.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ScalarSelect, func, select
from sqlalchemy.orm import Session

from core.errors import BadInput, NotFound
from core.keys import Links, Purpose
from core.log import logger
from core.models import Release
from core.values import Language
from core.wording import worded
from distributor.after.linked import delivery_of
from distributor.contacts import old_deliveries
from distributor.models import (
    Body,
    Contact,
    Delivery,
    Dispatch,
    MailingList,
    Membership,
)

_log = logger("preferences")

PAUSES: Final = (30, 90)
_MOST_BEATS: Final = 20
_MOST_LETTERS: Final = 60
_SHOWN_DIGITS: Final = 2
_MESSAGES: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Preferences:
    """What the page shows. Without a contact only the opposition is left to choose."""

    # Empty where it is kept no more.
    address: str
    # In which the mail with the link was written.
    language: Language
    is_known: bool
    languages: Sequence[str]
    beats: Sequence[str]
    paused_until: datetime | None
    # Receives nothing more, as they asked.
    is_out: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What a form says; `pause_days` None keeps the pause as it is, 0 ends it."""

    languages: Sequence[str]
    beats: Sequence[str]
    pause_days: int | None


def read(session: Session, signed: str, *, links: Links, now: datetime) -> Preferences:
    """Raises NotFound for a link we did not sign, and where nothing tells whose it is."""
    delivery = delivery_of(session, signed, Purpose.PREFERENCES, links)
    contact = _contact(session, delivery)
    paused = contact.paused_until if contact else None
    return Preferences(
        address=_address(delivery, contact),
        language=Language(delivery.language),
        is_known=contact is not None,
        languages=tuple(contact.languages) if contact else (),
        beats=tuple(contact.beats) if contact else (),
        paused_until=paused if paused and paused > now else None,
        is_out=old_deliveries.is_suppressed(session, delivery.address_key),
    )


def choose(
    session: Session, signed: str, choice: Choice, *, links: Links, now: datetime
) -> None:
    """Keep a choice. Raises NotFound, and BadInput naming the field that cannot be used."""
    contact = _contact(
        session, delivery_of(session, signed, Purpose.PREFERENCES, links)
    )
    if contact is None:
        raise NotFound(
            worded("We keep nothing of you that you could choose."),
            to="token",
            mend=worded("Answer the message instead; a person reads the answers."),
        )
    contact.languages = _languages(choice.languages)
    contact.beats = _beats(choice.beats, known=contact.beats)
    if choice.pause_days is not None:
        contact.paused_until = _pause(choice.pause_days, now)
    contact.updated_at = now
    _log.info("preferences.chosen", contact=contact.id)


def held(session: Session, signed: str, *, links: Links) -> dict[str, Any]:
    """What we keep of the person, as the page may show it: a telephone number in part."""
    delivery = delivery_of(session, signed, Purpose.PREFERENCES, links)
    contact = _contact(session, delivery)
    to_them = Delivery.address_key.in_(_written(delivery, contact))
    messages = [
        {"release": number, "due_at": due_at, "state": state}
        for number, due_at, state in session.execute(
            select(
                func.coalesce(Release.number, _subject()),
                Delivery.due_at,
                Delivery.state,
            )
            .join(Dispatch, Dispatch.id == Delivery.dispatch_id)
            .outerjoin(Release, Release.id == Dispatch.release_id)
            .where(to_them)
            .order_by(Delivery.due_at.desc(), Delivery.id.desc())
            .limit(_MESSAGES)
        )
    ]
    known = session.scalar(select(func.count()).where(to_them))
    told: dict[str, Any] = {
        "email": _address(delivery, contact),
        "messages": messages,
        "message_count": known,
    }
    if contact is not None:
        told |= {
            "name": contact.name,
            "outlet": contact.outlet,
            "phone": _in_part(contact.phone),
            "provenance": contact.provenance,
            "since": contact.created_at,
            "lists": session.scalars(
                select(MailingList.name)
                .join(Membership, Membership.mailing_list_id == MailingList.id)
                .where(Membership.contact_id == contact.id)
                .order_by(MailingList.name)
            ).all(),
        }
    return told


def _subject() -> ScalarSelect[str]:
    """What the mail of an edition was called in the language it was sent in."""
    return (
        select(Body.subject)
        .where(
            Body.dispatch_id == Delivery.dispatch_id,
            Body.language == Delivery.language,
        )
        .correlate(Delivery)
        .scalar_subquery()
    )


def _contact(session: Session, delivery: Delivery) -> Contact | None:
    """By the address it was sent to: a contact who was merged may be somebody else now."""
    key = old_deliveries.key_of(session, delivery.address_key)
    return session.scalar(select(Contact).where(Contact.address_key == key))


def _written(delivery: Delivery, contact: Contact | None) -> set[str]:
    """As their deliveries name the address: itself, or its hash where they are old."""
    told = {delivery.address_key, old_deliveries.pseudonym(delivery.address_key)}
    return told | ({contact.address_key} if contact else set())


def _address(delivery: Delivery, contact: Contact | None) -> str:
    """Old deliveries have it no more; the contact of its hash has the same one."""
    return delivery.address or (contact.address if contact else "")


def _languages(given: Sequence[str]) -> list[str]:
    chosen = list(dict.fromkeys(filter(None, given)))
    if not chosen or set(chosen) - set(Language):
        raise BadInput(
            worded("No language was chosen."),
            to="language",
            mend=worded("Choose at least the first one."),
        )
    return chosen


def _beats(given: Sequence[str], *, known: Sequence[str]) -> list[str]:
    """Those the office already wrote stay as they are: rules of lists name them."""
    clean = (
        one
        if one in known
        else " ".join(re.sub(r"[^\w\s'’&().+-]", " ", one)[:_MOST_LETTERS].split())
        for one in given
    )
    by_fold = {one.casefold(): one for one in clean if one}
    return list(by_fold.values())[:_MOST_BEATS]


def _pause(days: int, now: datetime) -> datetime | None:
    if days == 0:
        return None
    if days not in PAUSES:
        raise BadInput(
            worded("This pause cannot be chosen."),
            to="pause",
            mend=worded("Choose one of those shown."),
        )
    return now + timedelta(days=days)


def _in_part(phone: str) -> str:
    """Whoever was passed the mail must not learn the number; its owner knows it."""
    shown = phone[-_SHOWN_DIGITS:]
    return re.sub(r"\w", "•", phone[:-_SHOWN_DIGITS]) + shown if phone else ""
