"""A wish to send, as programs and commands say it, carried out by the sending half.

What the checks ask outside is asked before the transaction begins; the reminders of the
silent need both halves, so that a wish is put together here.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

import distributor.report
from app.bootstrap import Office
from app.reviews.authors import of_release
from core.errors import BadInput
from core.models import Account, Release
from core.releases import found_release
from core.wording import worded
from distributor.after.corrections import correct
from distributor.sending import plan as planning
from distributor.sending import reminders, sender_domain, steps
from distributor.sending.freezing import Inspection, Terms
from distributor.sending.reminders import Invitation

# Who plans, looked up in the transaction that plans.
Who = Callable[[Session], Account | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """One release to one list at one hour, or a reminder to who has not answered."""

    release_id: int
    # The first is used; the others when it stays at fault.
    channels: Sequence[str]
    list_name: str = ""
    # None is now, after the undo window.
    wall: datetime | None = None
    # Empty is the office's.
    zone: str = ""
    mode: str = "immediate"
    is_reminder: bool = False
    # What it reminds of: a dispatch's id, or a release's number.
    of: str = ""
    silent: bool = False
    grace_minutes: int | None = None
    deadline_hours: int | None = None
    # Amber findings that are accepted: check -> reason.
    accepted: Mapping[str, str] = field(default_factory=dict)
    key: str = ""
    again: bool = False
    # How many recipients whoever asks saw; None asks for no such thing.
    confirmed: int | None = None


def plan(office: Office, wish: Wish, who: Who) -> int:
    """The id of the dispatch. Raises BadInput or Conflict, before anything is written."""
    terms = _terms(office, wish, wish.channels[0])
    with office.database.write() as session:
        shared = _shared(office, session, wish, terms, who) | {
            "release_id": wish.release_id,
            "channel": wish.channels[0],
        }
        if wish.is_reminder:
            invited = _invited(session, wish.release_id, wish.of)
            narrowed = _silent(session, invited) if wish.silent else None
            return reminders.remind(
                session, invited=invited, silent=narrowed, **shared
            ).id
        if wish.silent or not wish.list_name:
            raise _nobody(silent=wish.silent)
        return planning.plan(session, list_name=wish.list_name, **shared).id


def follow(office: Office, dispatch_id: int, wish: Wish, who: Who) -> int:
    """Stop what sends the wrong text and tell whoever may have it. Raises as `plan`."""
    by = wish.channels[0] if wish.channels else ""
    with office.database.read() as session:
        used = by or distributor.report.summarise(session, dispatch_id).channel
    terms = _terms(office, wish, used)
    with office.database.write(ledger=True) as session:
        return correct(
            session,
            dispatch_id,
            release_id=wish.release_id,
            channel=by,
            **_shared(office, session, wish, terms, who),
        ).id


def plan_event(
    office: Office,
    release_id: int,
    chosen: Sequence[steps.Step],
    wish: Wish,
    who: Who,
) -> Sequence[steps.Outcome]:
    """Plan every step of an event that can be. Raises BadInput."""
    inspection = _inspection(office, wish.channels[0], wish.accepted)
    with office.database.write() as session:
        return steps.plan_event(
            session,
            release_id,
            chosen or steps.DEFAULT,
            steps.Wish(
                list_name=wish.list_name,
                channel=wish.channels[0],
                inspection=inspection,
                planned_by=who(session),
            ),
            settings=office.settings,
            zone_rules=office.zone_rules,
            ids=office.ids,
            now=office.clock.now(),
        )


def channels(named: str) -> Sequence[str]:
    """The channels of `smtp,sendgrid`, in their order. Raises BadInput for none."""
    found = [part.strip() for part in named.split(",") if part.strip()]
    if not found:
        raise BadInput(
            worded("No channel is named."),
            to="channel",
            mend=worded("Name one, like smtp."),
        )
    return found


def _terms(office: Office, wish: Wish, channel: str) -> Terms:
    return Terms(
        failover=wish.channels[1:],
        mode=wish.mode,
        grace_minutes=wish.grace_minutes,
        deadline_hours=wish.deadline_hours,
        key=wish.key,
        again=wish.again,
        confirmed=wish.confirmed,
        inspection=_inspection(office, channel, wish.accepted),
    )


def _inspection(
    office: Office, channel: str, accepted: Mapping[str, str]
) -> Inspection:
    return Inspection(
        domain=sender_domain.look_up(
            office.settings, channel=channel, resolver=office.resolver
        ),
        accepted=accepted,
    )


def _shared(
    office: Office, session: Session, wish: Wish, terms: Terms, who: Who
) -> dict[str, Any]:
    return {
        "wall": wish.wall,
        "zone": wish.zone or office.settings.organisation.zone,
        "terms": terms,
        "planned_by": who(session),
        "settings": office.settings,
        "zone_rules": office.zone_rules,
        "ids": office.ids,
        "now": office.clock.now(),
    }


def _nobody(*, silent: bool) -> BadInput:
    if silent:
        return BadInput(
            worded("Only a reminder goes to the silent."),
            to="silent",
            mend=worded("Add --purpose reminder, and --of what it reminds of."),
        )
    return BadInput(
        worded("Nobody said who gets it."),
        to="list",
        mend=worded("Name a list with --list."),
    )


def _silent(session: Session, invited: Invitation) -> frozenset[int]:
    """Whom it reached, and who neither wrote nor was printed until now."""
    return of_release(session, invited.release.id).silent.contact_ids


def _invited(session: Session, release_id: int, of: str) -> Invitation:
    """What a reminder reminds of: as it was named, or else the release's parent."""
    if of.isdecimal() and len(of) < 10:  # noqa: PLR2004 - both databases end before
        return reminders.invitation(session, [int(of)])
    if of:
        named = session.scalar(select(Release).where(Release.number == of))
        if named is None:
            raise BadInput(
                worded(
                    "There is neither a dispatch nor a release called %(of)s.",
                    of=f"{of!r}",
                ),
                to="of",
                mend=worded(
                    "Give a dispatch's id, or a release's number like 112/2026."
                ),
            )
        return reminders.of_release(session, named)
    sent = found_release(session, release_id)
    return reminders.of_release(session, reminders.invitation_of(session, sent))
