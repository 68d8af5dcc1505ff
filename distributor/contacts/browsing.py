"""Contacts as a list to search and narrow: some at a time, however many there are.

Words are looked for in a folded form of what is known (case, accents and hamza make no
difference), which the database cannot do; so a search reads the few facts of everybody, and
remembers how they fold. 10,000 contacts take some 60 ms; without words it is one query.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum
from typing import Final

from sqlalchemy import (
    ColumnElement,
    String,
    and_,
    cast,
    exists,
    func,
    or_,
    select,
)
from sqlalchemy.orm import Session

from core import zones
from distributor.contacts import facts, lists
from distributor.contacts.words import folded
from distributor.models import Contact, Delivery, MailingList, Membership, Suppression
from distributor.states import DeliveryState

PAGE: Final = 50
# An outlet's name beyond these is asked for by typing it.
_MOST_OUTLETS: Final = 300


class Reach(StrEnum):
    """Whether mail reaches a contact: the choices of one filter."""

    ANY = ""
    MAILABLE = "mailable"
    SUPPRESSED = "suppressed"
    BOUNCED = "bounced"
    PAUSED = "paused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Narrowing:
    """What is asked for; empty asks nothing."""

    words: str = ""
    list_id: int | None = None
    language: str = ""
    outlet: str = ""
    reach: Reach = Reach.ANY
    # Nobody looked at them since that day.
    unverified_since: date | None = None
    kind: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BrowsedContact:
    id: int
    address: str
    name: str
    kind: str
    outlet: str
    beats: Sequence[str]
    languages: Sequence[str]
    phone: str
    # Why they must not be mailed; empty when they may.
    suppressed: str
    paused_until: datetime | None
    updated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class BrowsedPage:
    """`after` is the contact that the next page begins behind; None on the last."""

    contacts: Sequence[BrowsedContact]
    count: int
    after: int | None


def browse(
    session: Session,
    asked: Narrowing,
    *,
    after: int | None = None,
    zone: str,
    now: datetime,
) -> BrowsedPage:
    """One page of those that fit, by name. Raises NotFound for a list that is not there."""
    those = list(_conditions(session, asked, zone=zone, now=now))
    if words := folded(asked.words):
        return _page_of(session, list(_searched(session, words, those)), after)
    count = session.scalar(select(func.count()).select_from(Contact).where(*those)) or 0
    rows = _rows(session, [*those, *_behind(session, after)])
    return BrowsedPage(
        contacts=rows[:PAGE],
        count=count,
        after=rows[PAGE - 1].id if len(rows) > PAGE else None,
    )


def outlets(session: Session) -> Sequence[str]:
    """The outlets of contacts, those with most contacts; for a list to choose from."""
    found = session.scalars(
        select(Contact.outlet)
        .where(Contact.outlet != "")
        .group_by(Contact.outlet)
        .order_by(func.count().desc(), Contact.outlet)
        .limit(_MOST_OUTLETS)
    ).all()
    return sorted(found)


def joinable_lists(session: Session) -> Sequence[MailingList]:
    return session.scalars(
        select(MailingList).where(MailingList.rule.is_(None)).order_by(MailingList.name)
    ).all()


def named_lists(session: Session) -> Sequence[tuple[int, str]]:
    """Every list by name, with its number."""
    rows = session.execute(
        select(MailingList.id, MailingList.name).order_by(MailingList.name)
    )
    return [(list_id, name) for list_id, name in rows]


def _conditions(
    session: Session, asked: Narrowing, *, zone: str, now: datetime
) -> Iterator[ColumnElement[bool]]:
    if asked.list_id is not None:
        yield _on_list(session, asked.list_id)
    if asked.language:
        # A list of codes, as JSON is written: ["ar", "fr"].
        yield cast(Contact.languages, String).contains(
            f'"{asked.language}"', autoescape=True
        )
    if asked.outlet:
        yield Contact.outlet == asked.outlet
    if asked.kind:
        yield Contact.kind == asked.kind
    if asked.unverified_since is not None:
        midnight = datetime.combine(asked.unverified_since, time())
        yield Contact.updated_at < zones.moment_of(midnight, zone, later=True)
    yield from _reached(asked.reach, now=now)


def _on_list(session: Session, list_id: int) -> ColumnElement[bool]:
    mailing_list = lists.by_id(session, list_id)
    if mailing_list.rule is None:
        return exists().where(
            Membership.contact_id == Contact.id,
            Membership.mailing_list_id == mailing_list.id,
        )
    return Contact.id.in_(lists.members(session, mailing_list))


def _reached(reach: Reach, *, now: datetime) -> Iterator[ColumnElement[bool]]:
    # The rows are joined with suppressions, of which these are not those.
    is_suppressed = (
        exists()
        .where(Suppression.address_key == Contact.address_key)
        .correlate(Contact)
    )
    if reach is Reach.SUPPRESSED:
        yield is_suppressed
    elif reach is Reach.MAILABLE:
        yield ~is_suppressed
    elif reach is Reach.PAUSED:
        yield Contact.paused_until > now
    elif reach is Reach.BOUNCED:
        yield exists().where(
            Delivery.contact_id == Contact.id, Delivery.state == DeliveryState.BOUNCED
        )


def _searched(
    session: Session, words: str, those: Sequence[ColumnElement[bool]]
) -> Iterator[int]:
    """The ids of those in whom every word begins a word, by name."""
    wanted = [f" {one}" for one in words.split()]
    rows = session.execute(
        select(
            *(Contact.id, Contact.name, Contact.address_key),
            # As it is written: to read the JSON of everybody is half of the time.
            *(Contact.outlet, cast(Contact.beats, String), Contact.phone),
        )
        .where(*those)
        .order_by(Contact.name, Contact.id)
    )
    for contact_id, name, key, outlet, beats, phone in rows:
        said = " ".join(facts.written_many(beats))
        text = f" {folded(f'{name} {key} {outlet} {said} {phone}')}"
        if all(one in text for one in wanted):
            yield contact_id


def _page_of(session: Session, found: Sequence[int], after: int | None) -> BrowsedPage:
    start = found.index(after) + 1 if after in found else 0
    shown = found[start : start + PAGE]
    rows = _rows(session, [Contact.id.in_(shown)])
    more = len(found) > start + PAGE
    return BrowsedPage(
        contacts=rows, count=len(found), after=shown[-1] if more else None
    )


def _behind(session: Session, after: int | None) -> Sequence[ColumnElement[bool]]:
    if after is None:
        return ()
    name = session.scalar(select(Contact.name).where(Contact.id == after))
    if name is None:
        return ()
    return [or_(Contact.name > name, and_(Contact.name == name, Contact.id > after))]


def _rows(
    session: Session, those: Sequence[ColumnElement[bool]]
) -> Sequence[BrowsedContact]:
    """One more than a page, which tells that there is more."""
    asked = (
        select(Contact, Suppression.reason)
        .outerjoin(Suppression, Suppression.address_key == Contact.address_key)
        .where(*those)
        .order_by(Contact.name, Contact.id)
        .limit(PAGE + 1)
    )
    return [
        BrowsedContact(
            id=one.id,
            address=one.address,
            name=one.name,
            kind=one.kind,
            outlet=one.outlet,
            beats=tuple(one.beats),
            languages=tuple(one.languages),
            phone=one.phone,
            suppressed=reason or "",
            paused_until=one.paused_until,
            updated_at=one.updated_at,
        )
        for one, reason in session.execute(asked)
    ]
