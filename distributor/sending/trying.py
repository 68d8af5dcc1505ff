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
from core.settings import Settings
from distributor.contacts import lists, rule_text, rules
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
    contacts: Sequence[TriedContact]

    @property
    def going(self) -> int:
        return sum(not one.left_out for one in self.contacts)

    @property
    def left_out(self) -> Mapping[str, int]:
        return Counter(one.left_out for one in self.contacts if one.left_out)

    @property
    def languages(self) -> Mapping[str, int]:
        return Counter(one.language for one in self.contacts if not one.left_out)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """What is told of contacts beside the decision, by contact id."""

    outlets: Mapping[int, str]
    parts: Mapping[int, Sequence[str]]
    batches: Mapping[int, tuple[str, datetime]]
    has_it: Mapping[int, int]
    suppressed: Mapping[str, str]


def trial(
    session: Session,
    *,
    release_id: int,
    list_id: int,
    settings: Settings,
    now: datetime,
    at: datetime | None = None,
) -> Trial:
    """Try *list_id* for a release, leaving at the moment *at* or now. Raises NotFound."""
    release = plan.found_release(session, release_id)
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
    known = _known(session, release_id, mailing_list, members, out)
    return Trial(
        release=release,
        list_name=mailing_list.name,
        rule=_rule_of(mailing_list),
        due_at=leaving.due_at,
        contacts=_told(asked, chosen, known),
    )


def _leaving(at: datetime, settings: Settings) -> hours.Leaving:
    return hours.Leaving(
        wall=at.replace(tzinfo=None), zone=settings.organisation.zone, due_at=at
    )


def _told(
    asked: Sequence[audience.Candidate], chosen: audience.Audience, known: _Known
) -> Sequence[TriedContact]:
    going = {one.address_key: one for one in chosen.recipients}
    reasons = {one.address_key: one.reason for one in chosen.left_out}
    twins = _twins(chosen.recipients, known)
    told = [
        _one(
            one,
            going.get(one.address_key),
            reasons.get(one.address_key, ""),
            twins,
            known,
        )
        for one in asked
        if one.contact_id is not None
    ]
    return sorted(told, key=lambda one: (bool(one.left_out), one.name, one.contact_id))


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
    recipients: Sequence[audience.Recipient], known: _Known
) -> Mapping[int, str]:
    """By contact, another address that looks like the same person's."""
    same: dict[tuple[str, str], list[audience.Recipient]] = defaultdict(list)
    for one in recipients:
        who = namesake_key(one.name, known.outlets.get(one.contact_id or 0, ""))
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
    members: Select[int],
    out: Collection[str],
) -> _Known:
    rows = session.execute(
        select(Contact.id, Contact.outlet).where(Contact.id.in_(members))
    ).all()
    return _Known(
        outlets={row.id: row.outlet for row in rows},
        parts=_parts(session, mailing_list),
        batches=_batches(session, mailing_list),
        has_it=_has_it(session, release_id),
        suppressed={
            key: reason
            for key, reason in session.execute(
                select(Suppression.address_key, Suppression.reason)
            )
            if key is not None and key in out
        },
    )


def _rule_of(mailing_list: MailingList) -> str:
    if mailing_list.rule is None:
        return ""
    return rule_text.written(rules.from_json(mailing_list.rule))


def _parts(session: Session, mailing_list: MailingList) -> Mapping[int, Sequence[str]]:
    if mailing_list.rule is None:
        return {}
    rule = rules.from_json(mailing_list.rule)
    return {
        contact_id: [rule_text.written(one) for one in rules.because(rule, facts)]
        for contact_id, facts in lists.facts(session)
        if rules.fits(rule, facts)
    }


def _batches(
    session: Session, mailing_list: MailingList
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
        )
        .order_by(ContactBatch.id)
    )
    for contact_id, file_name, made_at in rows:
        found.setdefault(contact_id, (file_name, made_at))
    return found


def _has_it(session: Session, release_id: int) -> Mapping[int, int]:
    rows = session.execute(
        select(Delivery.contact_id, Delivery.dispatch_id)
        .join(Dispatch, Dispatch.id == Delivery.dispatch_id)
        .where(
            Dispatch.release_id == release_id,
            Dispatch.purpose == Purpose.RELEASE,
            Delivery.contact_id.is_not(None),
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
