"""A trial of an audience: who would get a release through a list now, and why; who would not, and why.

It asks what planning asks (`plan`, `audience`), so the two never disagree; it writes nothing.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from core.models import Release
from core.releases import found_release
from core.settings import Settings
from distributor.contacts import facts, lists, rule_text, rules
from distributor.contacts.chunks import chunks
from distributor.contacts.importing.decisions import namesake_key
from distributor.contacts.suppression import suppressed
from distributor.models import (
    Contact,
    ContactBatch,
    ContactChange,
    Delivery,
    Dispatch,
    MailingList,
    Suppression,
)
from distributor.sending import audience, hours, plan
from distributor.sending.audience import LanguageBecause
from distributor.sending.freezing import Terms
from distributor.states import Because, DeliveryState, Purpose

_HAS_IT: Final = (
    DeliveryState.WAITING,
    DeliveryState.SENDING,
    DeliveryState.ACCEPTED,
    DeliveryState.DELIVERED,
    DeliveryState.UNSURE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class TriedContact:
    """One contact of a trial. `left_out` is empty for who would get it."""

    contact_id: int
    name: str
    address: str
    outlet: str
    left_out: str
    # Of a suppression: why the address is suppressed.
    suppressed: str = ""
    language: str = ""
    language_because: LanguageBecause | None = None
    # The end of their quiet hours, when that is after the hour of the dispatch.
    not_before: datetime | None = None
    # The parts of the rule that let them in, as people write them.
    rule_parts: Sequence[str] = ()
    # The import that put them on the list: its file and its day.
    joined_by: str = ""
    joined_at: datetime | None = None
    # Another address of the same name at the same outlet that would get it too.
    same_person: str = ""
    # The dispatch by which they have the release already.
    has_it: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    release: Release
    list_name: str
    rule: str
    due_at: datetime
    # Of everybody; the contacts may be some of them.
    going: int
    left_out: Mapping[str, int]
    languages: Mapping[str, int]
    total: int
    contacts: Sequence[TriedContact]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """What is told of contacts beside the decision, by contact id."""

    outlets: dict[int, str]
    parts: dict[int, Sequence[str]]
    batches: dict[int, tuple[str, datetime]]
    has_it: dict[int, int]
    # By address.
    suppressed: dict[str, str]


def trial(
    session: Session,
    *,
    release_id: int,
    list_id: int,
    settings: Settings,
    now: datetime,
    at: datetime | None = None,
    shown: slice = slice(None),
) -> Trial:
    """Try *list_id* for a release, leaving at the moment *at* or now. Raises NotFound.

    Only those *shown* are told one by one: who would get it comes first, by name.
    """
    release = found_release(session, release_id)
    mailing_list = lists.by_id(session, list_id)
    members = lists.members(session, mailing_list)
    asked = plan.candidates(session, members)
    keys = [one.address_key for one in asked]
    out = suppressed(session, keys)
    leaving = _leaving(at or now, settings)
    chosen = audience.choose(
        asked,
        suppressed=out,
        available={one.language for one in release.versions},
        seeds=plan.seed_keys(settings),
        courtesy=plan.courtesy(session, leaving, Terms(), settings),
        fallback="" if release.versions else settings.language,
    )
    going = {one.address_key: one for one in chosen.recipients}
    told = _in_order(asked, going)[shown]
    known = _known(session, release_id, mailing_list, told, out)
    twins = _twins(session, members, chosen.recipients)
    reasons = {one.address_key: one.reason for one in chosen.left_out}
    return Trial(
        release=release,
        list_name=mailing_list.name,
        rule=_rule_of(mailing_list),
        due_at=leaving.due_at,
        going=len([one for one in chosen.recipients if one.contact_id is not None]),
        left_out=Counter(reasons.values()),
        languages=Counter(one.language for one in chosen.recipients),
        total=len(asked),
        contacts=[
            _one(
                one,
                going.get(one.address_key),
                reasons.get(one.address_key, ""),
                twins,
                known,
            )
            for one in told
        ],
    )


def _leaving(at: datetime, settings: Settings) -> hours.Leaving:
    return hours.Leaving(
        wall=at.replace(tzinfo=None), zone=settings.organisation.zone, due_at=at
    )


def _in_order(
    asked: Sequence[audience.Candidate], going: Mapping[str, audience.Recipient]
) -> Sequence[audience.Candidate]:
    return sorted(
        asked,
        key=lambda one: (one.address_key not in going, one.name, one.contact_id or 0),
    )


def _one(
    candidate: audience.Candidate,
    recipient: audience.Recipient | None,
    reason: str,
    twins: Mapping[int, str],
    known: _Known,
) -> TriedContact:
    contact_id = candidate.contact_id or 0
    file_name, joined_at = known.batches.get(contact_id, ("", None))
    return TriedContact(
        contact_id=contact_id,
        name=candidate.name,
        address=candidate.address,
        outlet=known.outlets.get(contact_id, ""),
        left_out=reason,
        suppressed=known.suppressed.get(candidate.address_key, "")
        if reason == Because.SUPPRESSED
        else "",
        language=recipient.language if recipient else "",
        language_because=audience.language_because(candidate, recipient.language)
        if recipient
        else None,
        not_before=recipient.not_before if recipient else None,
        rule_parts=known.parts.get(contact_id, ()),
        joined_by=file_name,
        joined_at=joined_at,
        same_person=twins.get(contact_id, ""),
        has_it=known.has_it.get(contact_id),
    )


def _twins(
    session: Session, members: Select[int], recipients: Sequence[audience.Recipient]
) -> Mapping[int, str]:
    """By contact, another address that looks like the same person's."""
    outlets = dict(
        session.execute(
            select(Contact.id, Contact.outlet).where(
                Contact.id.in_(members), Contact.outlet != ""
            )
        ).all()
    )
    same: dict[tuple[str, str], list[audience.Recipient]] = defaultdict(list)
    for one in recipients:
        who = namesake_key(one.name, outlets.get(one.contact_id or 0, ""))
        if who:
            same[who].append(one)
    return {
        one.contact_id: next(other.address for other in group if other is not one)
        for group in same.values()
        if len(group) > 1
        for one in group
        if one.contact_id is not None
    }


def _known(
    session: Session,
    release_id: int,
    mailing_list: MailingList,
    told: Sequence[audience.Candidate],
    out: Collection[str],
) -> _Known:
    known = _Known(outlets={}, parts={}, batches={}, has_it={}, suppressed={})
    for part in chunks(told):
        ids = [one.contact_id for one in part if one.contact_id is not None]
        rows = session.execute(
            select(Contact.id, Contact.outlet).where(Contact.id.in_(ids))
        )
        known.outlets.update(rows.all())
        known.parts.update(_parts(session, mailing_list, ids))
        known.batches.update(_batches(session, mailing_list, ids))
        known.has_it.update(_has_it(session, release_id, ids))
        keys = [one.address_key for one in part if one.address_key in out]
        known.suppressed.update(_suppressed(session, keys))
    return known


def _suppressed(session: Session, keys: Sequence[str]) -> Mapping[str, str]:
    rows = session.execute(
        select(Suppression.address_key, Suppression.reason).where(
            Suppression.address_key.in_(keys)
        )
    )
    return {key: reason for key, reason in rows if key is not None}


def _rule_of(mailing_list: MailingList) -> str:
    if mailing_list.rule is None:
        return ""
    return rule_text.written(rules.from_json(mailing_list.rule))


def _parts(
    session: Session, mailing_list: MailingList, ids: Sequence[int]
) -> Mapping[int, Sequence[str]]:
    if mailing_list.rule is None:
        return {}
    rule = rules.from_json(mailing_list.rule)
    return {
        contact_id: [rule_text.written(one) for one in rules.because(rule, known)]
        for contact_id, known in facts.read(session, Contact.id.in_(ids))
        if rules.fits(rule, known)
    }


def _batches(
    session: Session, mailing_list: MailingList, ids: Sequence[int]
) -> Mapping[int, tuple[str, datetime]]:
    """By contact, the first import into this list that named it."""
    if mailing_list.rule is not None:
        return {}
    found: dict[int, tuple[str, datetime]] = {}
    rows = session.execute(
        select(ContactChange.contact_id, ContactBatch.file_name, ContactBatch.made_at)
        .join(ContactBatch, ContactBatch.id == ContactChange.batch_id)
        .where(
            ContactBatch.list_name == mailing_list.name,
            ContactBatch.undone_at.is_(None),
            ContactChange.contact_id.in_(ids),
        )
        .order_by(ContactBatch.id)
    )
    for contact_id, file_name, made_at in rows:
        found.setdefault(contact_id, (file_name, made_at))
    return found


def _has_it(session: Session, release_id: int, ids: Sequence[int]) -> Mapping[int, int]:
    rows = session.execute(
        select(Delivery.contact_id, Delivery.dispatch_id)
        .join(Dispatch, Dispatch.id == Delivery.dispatch_id)
        .where(
            Dispatch.release_id == release_id,
            Dispatch.purpose == Purpose.RELEASE,
            Delivery.contact_id.in_(ids),
            Delivery.state.in_(_HAS_IT),
        )
    )
    return {
        contact_id: dispatch_id
        for contact_id, dispatch_id in rows
        if contact_id is not None
    }


def latest_releases(session: Session, *, most: int = 30) -> Sequence[Release]:
    """Those one may want to try a list for, the newest first."""
    return session.scalars(
        select(Release).order_by(Release.id.desc()).limit(most)
    ).all()
