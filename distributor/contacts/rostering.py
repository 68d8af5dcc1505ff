"""Mailing lists as screens show and make them: sizes, who is on one, a rule tried before it is kept."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import ColumnElement, delete, func, select
from sqlalchemy.orm import Session

from core.errors import BadInput, Conflict
from core.wording import worded
from distributor.contacts import facts, lists, rule_text, rules
from distributor.models import (
    Contact,
    Dispatch,
    MailingList,
    Membership,
    Suppression,
)

PAGE: Final = 100
_FIRST: Final = 12
_LONGEST: Final = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Roster:
    """A list with its size; `rule` is empty where contacts join one by one."""

    id: int
    name: str
    contacts: int
    rule: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    contact_id: int
    name: str
    address: str
    outlet: str
    languages: Sequence[str]
    suppressed: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleTrial:
    """Who would be on a list with a rule now: how many, by language, and the first of them."""

    count: int
    languages: Mapping[str, int]
    first: Sequence[Member]


def every(session: Session) -> Sequence[Roster]:
    """Every list by name. All rules are asked in one pass over the contacts."""
    joined = _joined(session)
    found = session.scalars(select(MailingList).order_by(MailingList.name)).all()
    fitting = _sizes(session, [one for one in found if one.rule])
    return [
        Roster(
            id=one.id,
            name=one.name,
            contacts=fitting.get(one.id, 0) if one.rule else joined.get(one.id, 0),
            rule=written(one),
        )
        for one in found
    ]


def written(mailing_list: MailingList) -> str:
    """The rule of a list as people write it; empty without one."""
    if mailing_list.rule is None:
        return ""
    return rule_text.written(rules.from_json(mailing_list.rule))


def size(session: Session, mailing_list: MailingList) -> int:
    members = lists.members(session, mailing_list).subquery()
    return session.scalar(select(func.count()).select_from(members)) or 0


def members(
    session: Session, mailing_list: MailingList, *, page: int
) -> Sequence[Member]:
    """One page of who is on it today, by name."""
    return _members(
        session,
        Contact.id.in_(lists.members(session, mailing_list)),
        limit=PAGE,
        offset=(page - 1) * PAGE,
    )


def try_rule(session: Session, text: str) -> RuleTrial:
    """Who fits a rule now; nothing is kept. Raises BadInput that names the place."""
    rule = rule_text.parse(text)
    counts: dict[str, int] = {}
    fitting: list[int] = []
    for contact_id, known in facts.read(session):
        if rules.fits(rule, known):
            fitting.append(contact_id)
            first = next(iter(known.languages), "")
            counts[first] = counts.get(first, 0) + 1
    return RuleTrial(
        count=len(fitting),
        languages=dict(sorted(counts.items())),
        first=_members(session, Contact.id.in_(fitting[:_FIRST]), limit=_FIRST),
    )


def keep_rule(session: Session, name: str, text: str) -> int:
    """A new list that a rule fills; answers its number. Raises BadInput and Conflict."""
    clean = _free_name(session, name)
    return lists.set_rule(session, clean, text).id


def change_rule(session: Session, list_id: int, text: str, *, was: str) -> None:
    """Let another rule fill it. Raises BadInput, and Conflict when somebody else did."""
    mailing_list = lists.by_id(session, list_id)
    if written(mailing_list) != was:
        raise Conflict(
            worded(
                "Somebody else changed the rule of this list while you were writing."
            ),
            to="rule",
            mend=worded(
                "Look at the rule as it is now, then save yours if it is right."
            ),
        )
    lists.set_rule(session, mailing_list.name, text)


def rename(session: Session, list_id: int, name: str) -> None:
    """Raises BadInput for a name that is empty, too long or another list's."""
    mailing_list = lists.by_id(session, list_id)
    if " ".join(name.split()) == mailing_list.name:
        return
    clean = _free_name(session, name)
    naming = [
        other.name
        for other in session.scalars(
            select(MailingList).where(MailingList.rule.is_not(None))
        )
        if other.rule
        and mailing_list.name in rules.named_lists(rules.from_json(other.rule))
    ]
    if naming:
        raise BadInput(
            worded("The rule of “%(name)s” names this list.", name=naming[0]),
            to="name",
            mend=worded("Change that rule first."),
        )
    mailing_list.name = clean


def take_off(session: Session, list_id: int, contact_id: int) -> None:
    """One contact leaves a list that contacts join one by one."""
    mailing_list = lists.by_id(session, list_id)
    if mailing_list.rule is not None:
        raise Conflict(
            worded("A rule says who is on this list."),
            to="list",
            mend=worded("Change the rule, or what is known of the contact."),
        )
    lists.leave(session, mailing_list, [contact_id])


def remove(session: Session, list_id: int) -> None:
    """Remove a list that nothing was sent to. Its contacts stay. Raises Conflict."""
    mailing_list = lists.by_id(session, list_id)
    sent = session.scalar(
        select(Dispatch.id).where(Dispatch.mailing_list_id == list_id).limit(1)
    )
    if sent is not None:
        raise Conflict(
            worded(
                "Something was sent to this list: what was sent must stay provable."
            ),
            to="list",
            mend=worded("Leave it, or give it another name."),
        )
    session.execute(delete(Membership).where(Membership.mailing_list_id == list_id))
    session.delete(mailing_list)
    session.flush()


def _free_name(session: Session, name: str) -> str:
    clean = lists.clean_name(name) if name.strip() else ""
    if not clean or len(clean) > _LONGEST:
        raise BadInput(
            worded("The mailing list has no name, or one of more than 120 characters."),
            to="name",
            mend=worded("Name it, like nationale."),
        )
    other = session.scalar(select(MailingList.id).where(MailingList.name == clean))
    if other is not None:
        raise BadInput(
            worded("There is a list of this name already."),
            to="name",
            mend=worded("Choose another name."),
        )
    return clean


def _joined(session: Session) -> Mapping[int, int]:
    counts = func.count()
    rows = session.execute(
        select(Membership.mailing_list_id, counts).group_by(Membership.mailing_list_id)
    )
    return dict(rows.all())


def _sizes(session: Session, with_rule: Sequence[MailingList]) -> Mapping[int, int]:
    asked = [
        (one.id, rules.from_json(one.rule), lists.left(session, one))
        for one in with_rule
        if one.rule
    ]
    counts = {list_id: 0 for list_id, _, _ in asked}
    if not asked:
        return counts
    for contact_id, known in facts.read(session):
        for list_id, rule, left in asked:
            counts[list_id] += contact_id not in left and rules.fits(rule, known)
    return counts


def _members(
    session: Session, those: ColumnElement[bool], *, limit: int, offset: int = 0
) -> Sequence[Member]:
    rows = session.execute(
        select(Contact, Suppression.reason)
        .outerjoin(Suppression, Suppression.address_key == Contact.address_key)
        .where(those)
        .order_by(Contact.name, Contact.id)
        .limit(limit)
        .offset(offset)
    )
    return [
        Member(
            contact_id=one.id,
            name=one.name,
            address=one.address,
            outlet=one.outlet,
            languages=tuple(one.languages),
            suppressed=reason or "",
        )
        for one, reason in rows
    ]
