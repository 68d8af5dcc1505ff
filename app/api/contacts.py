"""Contacts, their mailing lists, and addresses that must not be mailed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from pydantic import Field

from app.api.callers import Administrator, Reader, Sender, Writer
from app.api.kinds import (
    Address,
    After,
    Given,
    Id,
    Limit,
    Line,
    Page,
    Sentence,
    Text,
    after_id,
    page,
)
from app.api.repeating import Route
from app.legal import person
from core.accounts import Right
from core.values import Language
from distributor.contacts import addresses, lines, lists, merging, suppression
from distributor.contacts.importing import Stored, rows, store
from distributor.contacts.lines import ContactLine
from distributor.contacts.lists import ListLine
from distributor.contacts.merging import Merged
from distributor.contacts.suppression import SuppressionLine
from monitor import authors

routes = APIRouter(tags=["contacts"], route_class=Route)


@dataclass(frozen=True, slots=True, kw_only=True)
class Suppressed:
    email: str
    suppressed: bool
    # Whether that is new, or why it was suppressed until now.
    new: bool = False
    was: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruled(ListLine):
    dry_run: bool
    first: Sequence[str]


class GivenContact(Given):
    """A contact as a line of a file would say it: an empty field says nothing."""

    email: Address = Field(min_length=3, examples=["nadia@presse.example"])
    mailing_list: Line = Field(min_length=1, examples=["nationale"])
    provenance: Line = Field(min_length=1, examples=["Answered our invitation."])
    name: Line = ""
    languages: Annotated[list[Language], Field(max_length=4)] = Field(
        default_factory=list, description="The preferred one first."
    )
    outlet: Line = ""
    beats: Annotated[list[Line], Field(max_length=20)] = Field(default_factory=list)
    phone: Line = ""
    kind: Literal["", "journalist", "newsroom"] = ""
    consent: Literal["", "given", "opposed"] = ""
    quiet: Line = Field("", examples=["22:00-07:00"])


class OneAddress(Given):
    email: Address = Field(min_length=3, examples=["nadia@presse.example"])


class Suppression(OneAddress):
    because: Sentence = "asked"


class Lifting(OneAddress):
    because: Sentence = Field(
        min_length=1, description="Who asked for it, and when and how. It is kept."
    )


class Merging(Given):
    keep: Address = Field(min_length=3, description="The address that stays.")
    other: Address = Field(min_length=3)


class Rule(Given):
    name: Line = Field(min_length=1)
    rule: Text = Field(
        max_length=2_000, examples=['beat:urbanisme language:ar -outlet:"Le Matin"']
    )
    dry_run: bool = Field(False, description="Say who would be on it; write nothing.")


@routes.get("/contacts", summary="List or search contacts")
def listed(
    caller: Reader,
    *,
    q: Annotated[
        Line, Query(description="A part of the name, address or outlet.")
    ] = "",
    mailing_list: Line = "",
    after: After = "",
    limit: Limit = 50,
) -> Page[ContactLine]:
    with caller.office.database.read() as session:
        found = lines.contacts_after(
            session,
            list_name=mailing_list or None,
            text=q.strip(),
            after=after_id(after) or 0,
            most=limit + 1,
        )
    return page(found, limit, lambda one: [one.id])


@routes.post("/contacts", summary="Add a contact, or bring a known one up to date")
def add(caller: Writer, given: GivenContact) -> Stored:
    """A batch of one, which can be undone; a suppressed address stays suppressed."""
    cells = {
        "email": given.email,
        "name": given.name,
        "languages": ",".join(given.languages),
        "outlet": given.outlet,
        "beats": ",".join(given.beats),
        "phone": given.phone,
        "provenance": given.provenance,
        "kind": given.kind,
        "consent": given.consent,
        "quiet": given.quiet,
    }
    row = rows.of(cells, line=1, place="api", provenance="", fallback="")
    with caller.office.database.write() as session:
        return store(
            session,
            [row],
            list_name=given.mailing_list,
            now=caller.office.clock.now(),
            file_name="api",
            account_id=caller.account.id,
        )


@routes.get("/contacts/{contact_id}", summary="One contact")
def one(caller: Reader, contact_id: Id) -> ContactLine:
    with caller.office.database.read() as session:
        return lines.line(session, contact_id)


@routes.post("/contacts/known", summary="Everything known of one person")
def known(caller: Writer, given: OneAddress) -> Mapping[str, Any]:
    """For who asks what is kept of them. An address stands in no log: it is posted.

    Their requests, with the office's notes, are told to administrators alone.
    """
    with caller.office.database.read() as session:
        return person.known(
            session, given.email, with_requests=caller.may(Right.ADMINISTER)
        )


@routes.post("/contacts/erase", summary="Forget a person")
def erase(caller: Administrator, given: OneAddress) -> Suppressed:
    """Here, in past deliveries and in by-lines. A suppression of the address stays."""
    key = addresses.read(given.email).key
    with caller.office.database.write(ledger=True) as session:
        person.erase(session, given.email, now=caller.office.clock.now())
        kept = bool(suppression.suppressed(session, [key]))
    return Suppressed(email=key, suppressed=kept)


@routes.post("/contacts/merge", summary="Make one contact of two addresses")
def merge(caller: Writer, given: Merging) -> Merged:
    with caller.office.database.write() as session:
        kept_id, joined_id = (
            lines.contact(session, one).id for one in (given.keep, given.other)
        )
        merged = merging.merge(
            session, given.keep, given.other, now=caller.office.clock.now()
        )
        authors.join(session, kept_id, joined_id)
    return merged


@routes.get("/lists", summary="Mailing lists, their sizes and rules")
def all_lists(caller: Reader) -> Sequence[ListLine]:
    with caller.office.database.read() as session:
        return lists.all_lists(session)


@routes.put("/lists/rule", summary="Let a rule say who is on a mailing list")
def set_rule(caller: Writer, given: Rule) -> Ruled:
    """The list is made when it is new."""
    name = lists.clean_name(given.name)
    with caller.office.database.write() as session:
        lists.set_rule(session, name, given.rule)
        fitting = lines.contacts(session, list_name=name)
        line = next(one for one in lists.all_lists(session) if one.name == name)
        if given.dry_run:
            session.rollback()
    return Ruled(
        name=line.name,
        contacts=line.contacts,
        rule=line.rule,
        dry_run=given.dry_run,
        first=[one.email for one in fitting[:10]],
    )


@routes.get("/suppressions", summary="Addresses that must not be mailed, newest first")
def suppressions(
    caller: Reader, after: After = "", limit: Limit = 50
) -> Page[SuppressionLine]:
    """Without an address where the person was erased: a hash alone refuses it."""
    with caller.office.database.read() as session:
        found = suppression.listed(session, before=after_id(after), most=limit + 1)
    return page(found, limit, lambda one: [one.id])


@routes.post("/suppressions", summary="Never mail this address again")
def suppress(caller: Writer, given: Suppression) -> Suppressed:
    """Its waiting deliveries are cancelled at once."""
    key = addresses.read(given.email).key
    with caller.office.database.write() as session:
        new = suppression.suppress(
            session,
            key,
            reason=given.because.strip() or "asked",
            now=caller.office.clock.now(),
        )
    return Suppressed(email=key, suppressed=True, new=new)


@routes.post("/suppressions/lift", summary="Let an address be mailed again")
def lift(caller: Sender, given: Lifting) -> Suppressed:
    """Only because its owner asked for it: the reason is kept.

    It makes somebody mailable again, so whoever may not send may not.
    """
    key = addresses.read(given.email).key
    with caller.office.database.write() as session:
        was = suppression.lift(
            session,
            key,
            because=given.because,
            now=caller.office.clock.now(),
            account_id=caller.account.id,
        )
    return Suppressed(email=key, suppressed=False, was=was)
