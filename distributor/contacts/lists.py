"""Mailing lists: who is on them, by joining or by a rule."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import (
    ARRAY,
    Integer,
    Select,
    any_,
    bindparam,
    delete,
    func,
    select,
)
from sqlalchemy.orm import Session

from core.errors import BadInput, Conflict, NotFound
from core.wording import worded
from distributor.contacts import facts, rule_text, rules
from distributor.models import (
    Contact,
    Delivery,
    Dispatch,
    Event,
    MailingList,
    Membership,
)
from distributor.states import EventKind


@dataclass(frozen=True, slots=True, kw_only=True)
class ListLine:
    name: str
    contacts: int
    # Empty where contacts join one by one.
    rule: str


def by_name(session: Session, name: str) -> MailingList:
    """Raises NotFound that names the lists there are."""
    found = session.scalar(select(MailingList).where(MailingList.name == name))
    if found is None:
        names = session.scalars(select(MailingList.name).order_by(MailingList.name))
        there_are = ", ".join(names)
        raise NotFound(
            worded("There is no mailing list called “%(name)s”.", name=name),
            to="list",
            mend=worded("The lists are: %(lists)s.", lists=there_are)
            if there_are
            else worded("Import contacts into one first."),
        )
    return found


def by_id(session: Session, list_id: int) -> MailingList:
    """Raises NotFound."""
    found = session.get(MailingList, list_id)
    if found is None:
        raise NotFound(
            worded("There is no such mailing list any more."),
            to="list",
            mend=worded("Choose one of those there are."),
        )
    return found


def joined_by(contact_id: int) -> Select[int]:
    """The ids of the lists that a contact joined, as a query."""
    return select(Membership.mailing_list_id).where(Membership.contact_id == contact_id)


def fitting(session: Session, contact_id: int) -> Sequence[MailingList]:
    """The lists whose rule a contact fits and that it has not left."""
    found = next(facts.read(session, Contact.id == contact_id), None)
    if found is None:
        return ()
    with_rule = session.scalars(
        select(MailingList)
        .where(MailingList.rule.is_not(None))
        .order_by(MailingList.name)
    )
    return [
        one
        for one in with_rule
        if one.rule
        and rules.fits(rules.from_json(one.rule), found[1])
        and contact_id not in left(session, one)
    ]


def name_of(session: Session, list_id: int | None) -> str:
    """Empty without a list."""
    return "" if list_id is None else session.get_one(MailingList, list_id).name


def locked(session: Session, list_id: int) -> MailingList:
    """Raises NotFound. Whoever leaves the list meanwhile waits, or is waited for."""
    found = session.get(MailingList, list_id, with_for_update=True)
    if found is None:
        raise NotFound(
            worded("There is no mailing list %(id)s.", id=list_id),
            to="list",
            mend=worded(
                "Choose one of those there are: %(command)s lists them.",
                command="`parution contact lists`",
            ),
        )
    return found


def clean_name(name: str) -> str:
    clean = " ".join(name.split())
    if not clean:
        raise BadInput(
            worded("The mailing list has no name."),
            to="list",
            mend=worded("Give one, like nationale."),
        )
    return clean


def by_name_or_new(session: Session, name: str) -> MailingList:
    clean = clean_name(name)
    found = session.scalar(select(MailingList).where(MailingList.name == clean))
    if found is None:
        found = MailingList(name=clean)
        session.add(found)
        session.flush()
    return found


def members(session: Session, mailing_list: MailingList) -> Select[int]:
    """The ids of the contacts of a list, as a query to join or to put behind IN.

    A rule is asked now: whoever fits today, and has not left it, is a member today.
    """
    if mailing_list.rule is None:
        return select(Membership.contact_id).where(
            Membership.mailing_list_id == mailing_list.id
        )
    rule = rules.from_json(mailing_list.rule)
    gone = left(session, mailing_list)
    return _among(
        session,
        [
            contact_id
            for contact_id, found in facts.read(session)
            if contact_id not in gone and rules.fits(rule, found)
        ],
    )


def leave(
    session: Session, mailing_list: MailingList, contact_ids: Sequence[int]
) -> int:
    """Take contacts off the list they joined; answers how many were on it.

    A rule would let them in again: `left` remembers them there.
    """
    gone = session.scalars(
        delete(Membership)
        .where(
            Membership.mailing_list_id == mailing_list.id,
            Membership.contact_id.in_(contact_ids),
        )
        .returning(Membership.contact_id)
    )
    return len(gone.all())


def left(session: Session, mailing_list: MailingList) -> frozenset[int]:
    """The contacts who ever took themselves off the list, by the link of an edition.

    On a list that contacts join one by one, whoever was put on it again is a member again.
    """
    rows = session.execute(
        select(Delivery.contact_id, Delivery.address_key)
        .join(Dispatch, Dispatch.id == Delivery.dispatch_id)
        .join(Event, Event.delivery_id == Delivery.id)
        .where(
            Dispatch.mailing_list_id == mailing_list.id,
            Event.kind == EventKind.LEFT_LIST,
        )
    ).all()
    if not rows:
        return frozenset()
    # By the address too: a contact who was merged may be another one now.
    now = session.scalars(
        select(Contact.id).where(Contact.address_key.in_({key for _, key in rows}))
    )
    return frozenset([*now, *(id_ for id_, _ in rows if id_ is not None)])


def set_rule(session: Session, name: str, text: str) -> MailingList:
    """Let a rule say who is on a list; makes the list. Raises BadInput and Conflict."""
    rule = rule_text.parse(text)
    mailing_list = by_name_or_new(session, name)
    if mailing_list.name in rules.named_lists(rule):
        raise BadInput(
            worded("A list cannot be part of its own rule."),
            to="rule",
            mend=worded("Give the rule to a list of another name."),
        )
    joined = session.scalar(
        select(func.count()).where(Membership.mailing_list_id == mailing_list.id)
    )
    if joined:
        raise Conflict(
            worded(
                "Contacts joined the list “%(name)s” one by one: %(count)s of them.",
                name=mailing_list.name,
                count=joined,
            ),
            to="list",
            mend=worded(
                "Give the rule to a list of another name; it may say list:“%(name)s”.",
                name=mailing_list.name,
            ),
        )
    for other in session.scalars(select(MailingList)):
        if other.rule and mailing_list.name in rules.named_lists(
            rules.from_json(other.rule)
        ):
            raise Conflict(
                worded("The rule of “%(name)s” names this list.", name=other.name),
                to="list",
                mend=worded(
                    "A rule may only name lists that contacts join one by one."
                ),
            )
    for named in rules.named_lists(rule):
        require_joinable(session, by_name(session, named).name)
    mailing_list.rule = rules.to_json(rule)
    session.flush()
    return mailing_list


def require_joinable(session: Session, name: str) -> None:
    """Raise Conflict when a rule says who is on the list, if there is such a list."""
    mailing_list = session.scalar(select(MailingList).where(MailingList.name == name))
    if mailing_list is not None and mailing_list.rule is not None:
        raise Conflict(
            worded(
                "A rule says who is on the list “%(name)s”: %(rule)s.",
                name=mailing_list.name,
                rule=rule_text.written(rules.from_json(mailing_list.rule)),
            ),
            to="list",
            mend=worded("Name a list that contacts join one by one, or a new one."),
        )


def all_lists(session: Session) -> list[ListLine]:
    """Every mailing list with its size and its rule."""
    return [
        ListLine(
            name=one.name,
            contacts=session.scalar(
                select(func.count()).select_from(members(session, one).subquery())
            )
            or 0,
            rule=rule_text.written(rules.from_json(one.rule)) if one.rule else "",
        )
        for one in session.scalars(select(MailingList).order_by(MailingList.name))
    ]


def _among(session: Session, contact_ids: Sequence[int]) -> Select[int]:
    """A query for these ids. They are one parameter: 100,000 would be too many for SQL."""
    if session.get_bind().dialect.name == "sqlite":
        given = func.json_each(json.dumps(contact_ids)).table_valued("value")
        return select(Contact.id).where(Contact.id.in_(select(given.c.value)))
    ids = bindparam("ids", contact_ids, type_=ARRAY(Integer), unique=True)
    return select(Contact.id).where(Contact.id == any_(ids))
