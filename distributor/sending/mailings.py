"""Mailings: an edition of the review, or a notice, and whom it goes to -> one dispatch by the ledger.

once by its key -> readers -> sealed -> written. What was composed is frozen with its readers.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from core import zones
from core.errors import BadInput
from core.ids import Ids
from core.settings import Settings
from core.wording import worded
from core.zones import ZoneRules
from distributor.contacts import addresses, lists
from distributor.contacts.suppression import suppressed
from distributor.models import Delivery, Dispatch, MailingList
from distributor.releases import seal
from distributor.sending import bodies as composing
from distributor.sending import control, freezing, hours, moves, plan
from distributor.sending.audience import (
    Audience,
    Candidate,
    Courtesy,
    LeftOut,
    choose,
)
from distributor.sending.bodies import Composed
from distributor.sending.hours import Leaving
from distributor.states import Because, DeliveryState, DispatchState, Purpose

_STILL_WAIT: Final = (DeliveryState.WAITING, DeliveryState.HELD)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Mailing:
    """A dispatch of something composed, before it is written."""

    purpose: Purpose
    about: str
    key: str
    channel: str
    leaving: Leaving
    bodies: Sequence[Composed]
    audience: Audience
    mailing_list_id: int | None = None
    replaces: Sequence[int] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Readers:
    """Whom an edition is for, before suppressions; and who is left out for another reason."""

    asked: Sequence[Candidate]
    # By contact id, why they are left out.
    spared: Mapping[int, str] = field(default_factory=dict)
    # None where whoever got the version before must get this one, paused or not.
    courtesy: Courtesy | None = None
    replaces: Sequence[int] = ()


def send_edition(
    session: Session,
    *,
    about: str,
    list_id: int,
    channel: str,
    bodies: Sequence[Composed],
    at: datetime,
    zone: str,
    key: str,
    leave_out: Collection[int] = (),
    same_as: Sequence[str] = (),
    settings: Settings,
    zone_rules: ZoneRules,
    ids: Ids,
    now: datetime,
) -> Dispatch | None:
    """Plan an edition for the readers on a list, at the moment *at*; None when nobody is left.

    Its key names it: said again, the dispatch there is is answered. *leave_out* are contacts
    whom an earlier group of the edition reaches. *same_as* are the `about` of the versions it
    replaces: then it goes to whoever of the list may have that or still waited for it, and
    to nobody else. Raises BadInput and NotFound before anything is written.
    """
    zones.require_current(zone_rules)
    freezing.require_channels([channel], settings)
    composing.require(bodies)
    mailing_list = lists.locked(session, list_id)
    known = _by_key(session, key)
    if known is not None:
        return known
    leaving = hours.at(at, zone)
    readers = (
        _replaced(session, mailing_list, same_as, about=about, now=now)
        if same_as
        else _members(session, mailing_list, leaving, settings)
    )
    spared = dict(readers.spared) | dict.fromkeys(leave_out, Because.ALREADY)
    return _write(
        session,
        _Mailing(
            purpose=Purpose.EDITION,
            about=about,
            key=key,
            channel=channel,
            leaving=leaving,
            bodies=bodies,
            audience=_audience(session, replace(readers, spared=spared), bodies),
            mailing_list_id=list_id,
            replaces=readers.replaces,
        ),
        settings=settings,
        zone_rules=zone_rules,
        ids=ids,
        now=now,
    )


def send_notice(
    session: Session,
    *,
    about: str,
    addresses: Sequence[str],
    channel: str,
    bodies: Sequence[Composed],
    key: str,
    settings: Settings,
    zone_rules: ZoneRules,
    ids: Ids,
    now: datetime,
) -> Dispatch | None:
    """Tell people of the office something at once; None when nobody may be mailed.

    Its key names it, as an edition's does. Raises BadInput before anything is written.
    """
    freezing.require_channels([channel], settings)
    composing.require(bodies)
    known = _by_key(session, key)
    if known is not None:
        return known
    return _write(
        session,
        _Mailing(
            purpose=Purpose.NOTICE,
            about=about,
            key=key,
            channel=channel,
            # In UTC: no change of the office's clocks can move or hold it.
            leaving=hours.at(now, "UTC"),
            bodies=bodies,
            audience=_audience(session, _Readers(asked=_read(addresses)), bodies),
        ),
        settings=settings,
        zone_rules=zone_rules,
        ids=ids,
        now=now,
    )


def _by_key(session: Session, key: str) -> Dispatch | None:
    if not key:
        raise BadInput(
            worded("What is to be sent has no key."),
            to="key",
            mend=worded(
                "Name this wish, so that it is sent once however often it is said."
            ),
        )
    return session.scalar(select(Dispatch).where(Dispatch.key == key))


def _members(
    session: Session, mailing_list: MailingList, leaving: Leaving, settings: Settings
) -> _Readers:
    """Quiet hours and the cap keep releases, which nobody ordered, from being too many.

    A reader asked for the review at its hour; whoever wants none for a while pauses.
    """
    listed = plan.candidates(session, lists.members(session, mailing_list))
    return _Readers(
        asked=[replace(one, quiet_from="", quiet_until="") for one in listed],
        courtesy=Courtesy(
            due_at=leaving.due_at,
            deadline_at=_deadline(leaving, settings),
            zone=settings.organisation.zone,
        ),
    )


def _replaced(
    session: Session,
    mailing_list: MailingList,
    same_as: Sequence[str],
    *,
    about: str,
    now: datetime,
) -> _Readers:
    """Whoever may have the version before, or waited for it; it is stopped for good."""
    before = session.scalars(
        select(Dispatch)
        .where(
            Dispatch.about.in_(same_as),
            Dispatch.purpose == Purpose.EDITION,
            Dispatch.mailing_list_id == mailing_list.id,
        )
        .order_by(Dispatch.id)
        .with_for_update()
    ).all()
    rows = session.scalars(
        select(Delivery)
        .where(
            Delivery.dispatch_id.in_([one.id for one in before]),
            Delivery.state.in_([*moves.MAY_HAVE_IT, *_STILL_WAIT]),
            # An erased person cannot be reached any more.
            Delivery.address != "",
        )
        .order_by(Delivery.id)
    ).all()
    asked = {
        row.address_key: Candidate(
            contact_id=row.contact_id,
            address=row.address,
            address_key=row.address_key,
            name=row.name,
            languages=(row.language,),
        )
        for row in rows
    }
    for one in before:
        if one.state in moves.OPEN:
            control.end(
                session,
                one,
                reason=worded("Replaced by %(about)s.", about=about),
                because=Because.SUPERSEDED,
                now=now,
            )
    members = set(session.scalars(lists.members(session, mailing_list)))
    return _Readers(
        asked=list(asked.values()),
        spared=dict.fromkeys(
            lists.left(session, mailing_list) - members, str(Because.LEFT)
        ),
        replaces=[one.id for one in before],
    )


def _read(written: Sequence[str]) -> Sequence[Candidate]:
    once: dict[str, str] = {}
    for one in map(addresses.read, written):
        once.setdefault(one.key, one.written)
    return [
        Candidate(
            contact_id=None, address=address, address_key=key, name="", languages=()
        )
        for key, address in once.items()
    ]


def _audience(
    session: Session, readers: _Readers, bodies: Sequence[Composed]
) -> Audience:
    spared = {
        one.address_key: readers.spared[one.contact_id]
        for one in readers.asked
        if one.contact_id is not None and one.contact_id in readers.spared
    }
    left = [one for one in readers.asked if one.address_key not in spared]
    chosen = choose(
        left,
        suppressed=suppressed(session, [one.address_key for one in left]),
        available={one.language for one in bodies},
        courtesy=readers.courtesy,
        fallback=bodies[0].language,
    )
    return Audience(
        recipients=chosen.recipients,
        left_out=[
            *(LeftOut(address_key=key, reason=why) for key, why in spared.items()),
            *chosen.left_out,
        ],
    )


def _deadline(leaving: Leaving, settings: Settings) -> datetime:
    return leaving.due_at + timedelta(hours=settings.sending.deadline_hours)


def _write(
    session: Session,
    mailing: _Mailing,
    *,
    settings: Settings,
    zone_rules: ZoneRules,
    ids: Ids,
    now: datetime,
) -> Dispatch | None:
    if not mailing.audience.recipients:
        return None
    dispatch = _row(mailing, settings, zone_rules, now=now)
    try:
        with session.begin_nested():
            session.add(dispatch)
    except IntegrityError:
        # On PostgreSQL another worker may pass side by side; the first one won.
        won = _by_key(session, mailing.key)
        if won is None:
            raise
        return won
    composing.add(session, dispatch, mailing.bodies)
    freezing.add_deliveries(
        session, dispatch, mailing.audience.recipients, ids=ids, now=now
    )
    return dispatch


def _row(
    mailing: _Mailing, settings: Settings, zone_rules: ZoneRules, *, now: datetime
) -> Dispatch:
    leaving = mailing.leaving
    of_bodies = composing.seal_of(mailing.about, mailing.bodies, settings)
    return Dispatch(
        release_id=None,
        about=mailing.about,
        purpose=mailing.purpose,
        mailing_list_id=mailing.mailing_list_id,
        reached_by=list(mailing.replaces),
        channel=mailing.channel,
        channels=[mailing.channel],
        wall=leaving.wall,
        zone=leaving.zone,
        due_at=leaving.due_at,
        deadline_at=_deadline(leaving, settings),
        grace_minutes=settings.sending.grace_minutes,
        zone_rules=zone_rules.version,
        release_seal=of_bodies,
        seal=seal.dispatch_seal(
            of_release=of_bodies,
            recipients=[
                (one.address_key, one.language) for one in mailing.audience.recipients
            ],
            wall=leaving.wall,
            zone=leaving.zone,
            channels=[mailing.channel],
            purpose=mailing.purpose,
            reached_by=mailing.replaces,
        ),
        state=DispatchState.PLANNED,
        left_out=[
            {"address_key": one.address_key, "reason": one.reason}
            for one in mailing.audience.left_out
        ],
        key=mailing.key,
        planned_at=now,
    )
