"""Plan: a release, a list, a wall time and channels -> a dispatch with frozen deliveries."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Session

from core.errors import BadInput
from core.ids import Ids
from core.models import Account, Release
from core.releases import found_release
from core.settings import Settings
from core.wording import Worded, worded
from core.zones import ZoneRules
from distributor.contacts import addresses, lists, mailed
from distributor.contacts.suppression import suppressed
from distributor.models import Contact, Dispatch, MailingList
from distributor.reasons import BECAUSE_SAID
from distributor.sending import audience, freezing, hours, schedule
from distributor.sending.freezing import Terms

# The one provider with a mode that keeps what it was given until its hour (S7).
_KEEPS_UNTIL_ITS_HOUR = "sendgrid"


def plan(
    session: Session,
    *,
    release_id: int,
    list_name: str,
    wall: datetime | None,
    zone: str,
    channel: str,
    settings: Settings,
    zone_rules: ZoneRules,
    ids: Ids,
    now: datetime,
    terms: Terms | None = None,
    planned_by: Account | None = None,
) -> Dispatch:
    """Freeze who gets what and when. Raises BadInput, before anything is written.

    Without a wall time it leaves as soon as its undo window has ended.
    """
    return freezing.freeze(
        session,
        draft(
            session,
            release_id=release_id,
            list_name=list_name,
            wall=wall,
            zone=zone,
            channel=channel,
            settings=settings,
            now=now,
            terms=terms,
            planned_by=planned_by,
        ),
        settings=settings,
        zone_rules=zone_rules,
        ids=ids,
        now=now,
    )


def draft(
    session: Session,
    *,
    release_id: int,
    list_name: str,
    wall: datetime | None,
    zone: str,
    channel: str,
    settings: Settings,
    now: datetime,
    terms: Terms | None = None,
    planned_by: Account | None = None,
) -> freezing.Draft:
    """What would be frozen, with nothing written. Raises BadInput."""
    agreed = terms or Terms()
    release = found_release(session, release_id)
    mailing_list = lists.by_name(session, list_name)
    leaving = agree(
        release, wall, zone, channel, terms=agreed, settings=settings, now=now
    )
    chosen = _audience(
        session,
        release,
        mailing_list,
        courtesy=courtesy(session, leaving, agreed, settings),
        seeds=seed_keys(settings),
    )
    return freezing.Draft(
        release=release,
        leaving=leaving,
        channel=channel,
        audience=chosen,
        mailing_list_id=mailing_list.id,
        terms=agreed,
        planned_by=planned_by,
    )


def agree(
    release: Release,
    wall: datetime | None,
    zone: str,
    channel: str,
    *,
    terms: Terms,
    settings: Settings,
    now: datetime,
) -> hours.Leaving:
    """When it leaves, where channels, mode and hour fit together. Raises BadInput."""
    freezing.require_channels([channel, *terms.failover], settings)
    leaving = hours.leaving(
        wall, zone, now=now, undo=timedelta(minutes=settings.sending.undo_minutes)
    )
    hours.require_future(
        release,
        leaving.due_at,
        grace=timedelta(minutes=terms.grace(settings)),
        now=now,
    )
    _require_mode(terms.mode, channel, leaving.due_at, now=now)
    return leaving


def courtesy(
    session: Session, leaving: hours.Leaving, terms: Terms, settings: Settings
) -> audience.Courtesy:
    """What keeps contacts from being mailed too often or in their quiet hours."""
    sending = settings.sending
    since = leaving.due_at - timedelta(days=sending.cap_days)
    return audience.Courtesy(
        due_at=leaving.due_at,
        deadline_at=terms.deadline(leaving.due_at, settings),
        zone=settings.organisation.zone,
        cap_messages=sending.cap_messages,
        cap_days=sending.cap_days,
        mailed=mailed.moments(session, since=since, until=leaving.due_at)
        if sending.cap_messages
        else {},
    )


def seed_keys(settings: Settings) -> dict[str, str]:
    """The office's seed addresses: key -> as it is written on the envelope."""
    read = [addresses.read(text) for text in settings.sending.seeds]
    return {one.key: one.written for one in read}


def candidates(
    session: Session, contact_ids: Select[int] | Select[int | None]
) -> Sequence[audience.Candidate]:
    """The contacts that a query of ids names."""
    return _read(session, Contact.id.in_(contact_ids))


def _read(session: Session, those: ColumnElement[bool]) -> Sequence[audience.Candidate]:
    rows = session.execute(
        select(
            Contact.id,
            Contact.address,
            Contact.address_key,
            Contact.name,
            Contact.languages,
            Contact.quiet_from,
            Contact.quiet_until,
            Contact.paused_until,
        )
        .where(those)
        .order_by(Contact.id)
    )
    return [
        audience.Candidate(
            contact_id=row.id,
            address=row.address,
            address_key=row.address_key,
            name=row.name,
            languages=row.languages,
            quiet_from=row.quiet_from,
            quiet_until=row.quiet_until,
            paused_until=row.paused_until,
        )
        for row in rows
    ]


def _audience(
    session: Session,
    release: Release,
    mailing_list: MailingList,
    *,
    courtesy: audience.Courtesy,
    seeds: Mapping[str, str],
) -> audience.Audience:
    listed = candidates(session, lists.members(session, mailing_list))
    asked = [*listed, *_seeds_beside(session, listed, seeds)]
    chosen = audience.choose(
        asked,
        suppressed=suppressed(session, [one.address_key for one in asked]),
        available={version.language for version in release.versions},
        seeds=seeds,
        courtesy=courtesy,
    )
    if not any(not one.is_seed for one in chosen.recipients) and not any(
        one.address_key in seeds for one in listed
    ):
        raise BadInput(
            _nobody(mailing_list.name, listed, chosen.left_out),
            to="list",
            mend=worded("Import contacts into it, or choose another list."),
        )
    return chosen


def _seeds_beside(
    session: Session,
    listed: Sequence[audience.Candidate],
    seeds: Mapping[str, str],
) -> Sequence[audience.Candidate]:
    """The seed addresses that are not on the list: contacts, or only addresses."""
    there = {one.address_key for one in listed} & set(seeds)
    missing = [key for key in seeds if key not in there]
    known = _read(session, Contact.address_key.in_(missing)) if missing else ()
    are_contacts = {one.address_key for one in known}
    return [
        *known,
        *(
            audience.Candidate(
                contact_id=None,
                address=seeds[key],
                address_key=key,
                name="",
                languages=(),
            )
            for key in missing
            if key not in are_contacts
        ),
    ]


def _nobody(
    name: str,
    listed: Sequence[audience.Candidate],
    left_out: Sequence[audience.LeftOut],
) -> Worded:
    if not listed:
        return worded("Nobody is on the list “%(name)s”.", name=name)
    # Seed addresses stand beside the list.
    of_the_list = {one.address_key for one in listed}
    reasons = [one.reason for one in left_out if one.address_key in of_the_list]
    [(reason, _)] = Counter(reasons).most_common(1)
    return worded(
        "Nobody on the list “%(name)s” can be reached. Left out: %(count)s; most because: %(why)s.",
        name=name,
        count=len(reasons),
        why=Worded(BECAUSE_SAID.get(reason, reason)),
    )


def _require_mode(mode: str, channel: str, due_at: datetime, *, now: datetime) -> None:
    if mode == "immediate":
        return
    if mode != "planned":
        raise BadInput(
            worded("There is no mode called %(mode)s.", mode=f"{mode!r}"),
            to="mode",
            mend=worded("The modes are immediate and planned."),
        )
    if channel != _KEEPS_UNTIL_ITS_HOUR:
        raise BadInput(
            worded(
                "The channel %(channel)s cannot keep a message until its hour.",
                channel=f"{channel!r}",
            ),
            to="mode",
            mend=worded(
                "Choose the channel %(keeps_until_its_hour)s, or the immediate mode.",
                keeps_until_its_hour=_KEEPS_UNTIL_ITS_HOUR,
            ),
        )
    if now > due_at - schedule.HAND_OVER_UNTIL:
        raise BadInput(
            worded("It leaves too soon to be handed over early."),
            to="mode",
            mend=worded(
                "Choose the immediate mode, or a time at least 15 minutes away."
            ),
        )
