"""One person across the whole office: all that is kept of them, and how they are forgotten.

contact and what hangs on it -> traces beside it -> by-lines -> requests -> remarks, journal,
account. The map in `personal` says where such data may stand; the tests hold this to it.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from itertools import islice
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.legal.personal import Sort, columns
from app.legal.staff import account_of
from app.reviews import forgetting
from app.reviews.authors import forget_gone
from app.tables import metadata
from core.journal import reading
from core.programs import repeats
from core.text.any_case import in_json, surest_part
from distributor.contacts import erasures, person, requests, suppression, traces
from distributor.contacts.traces import Known
from monitor import authors

# Of each column with remarks; a name that is in more names somebody else.
_MOST_REMARKS: Final = 200
# A person of the office looks at these before they go out.
_ON_REQUEST: Final = frozenset({"remarks", "journal", "account"})
# Who of the office noted or said something, in whatever row.
_COLLEAGUES: Final = frozenset({"noted_by", "answered_by", "said_by"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Going:
    """So many rows of a table, and whether erasing removes or empties them, or they stay."""

    table: str
    rows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What erasing would do: what goes, what a person must look at, and what stays."""

    address: str
    addresses: Sequence[str]
    going: Sequence[Going]
    remarks: Sequence[Mapping[str, Any]]
    # Messages stay counted, without a name; journal lines hold hashes only.
    messages: int
    journal_lines: int
    # Some message to them is still on its way: erasing has to wait for it.
    dispatch: int | None


def known(
    session: Session, address: str, *, account: str = "", with_requests: bool = True
) -> Mapping[str, Any]:
    """Everything about a person. Raises NotFound.

    *account* names theirs, where they work here: two people may bear one name, so none is
    guessed. Their requests, with the office's own notes, are for administrators alone.
    """
    told = dict(_gather(session, address))
    if not with_requests:
        del told["requests"]
    theirs = account_of(session, account) if account else None
    whole = {**told, "account": theirs} if theirs else told
    if not person.is_known(whole):
        raise person.unknown(address)
    return whole


def for_themselves(told: Mapping[str, Any]) -> Mapping[str, Any]:
    """What goes out without a person of the office looking: nothing that names others too.

    Remarks, the journal's lines and an account are given on request, and who of the office
    noted something is not said.
    """
    theirs = {name: told[name] for name in told if name not in _ON_REQUEST}
    asked = [
        {name: value for name, value in one.items() if name != "note"}
        for one in theirs.get("requests", ())
    ]
    return {
        name: _without_colleagues(value)
        for name, value in {**theirs, "requests": asked}.items()
    }


def plan(session: Session, address: str) -> Plan:
    """What `erase` would do at this moment; nothing is changed. Raises NotFound."""
    told = _gather(session, address)
    if not person.is_known(told):
        raise person.unknown(address)
    return Plan(
        address=told["email"],
        addresses=told["addresses"],
        going=[Going(table=name, rows=rows) for name, rows in _counts(told) if rows],
        remarks=told["remarks"],
        messages=len(told["deliveries"]),
        journal_lines=len(told["journal"]),
        dispatch=person.busy(session, address),
    )


def erase(session: Session, address: str, *, now: datetime) -> Plan:
    """Forget a person in every part; answers what was done.

    Raises NotFound, and Conflict while a message to them is on its way.
    """
    done = plan(session, address)
    told = _gather(session, address)
    if person.is_known(person.gather(session, address)):
        person.erase(session, address, now=now)
    else:
        # No contact, and no message: a backup of before names them all the same.
        erasures.note(session, _hashes(told), at=now)
    traces.forget(session, _known(told))
    requests.forget(session, _hashes(told))
    repeats.empty(session, told["addresses"])
    forgetting.forget(session, _known(told).names)
    forget_gone(session)
    return done


def _without_colleagues(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {
            name: _without_colleagues(inner)
            for name, inner in value.items()
            if name not in _COLLEAGUES
        }
    return (
        [_without_colleagues(one) for one in value]
        if isinstance(value, list)
        else value
    )


def _gather(session: Session, address: str) -> Mapping[str, Any]:
    told = person.gather(session, address)
    ids = [one["contact"]["id"] for one in told["contacts"]]
    beside = _known(told)
    return {
        **told,
        **traces.gather(session, beside),
        "bylines": authors.of_contacts(session, ids),
        "requests": [asdict(one) for one in requests.of_hashes(session, _hashes(told))],
        "editions": [
            {"edition": key}
            for key in forgetting.editions_naming(session, beside.names)
        ],
        "answers_to_programs": repeats.mentioning(session, told["addresses"]),
        "remarks": _remarks(session, beside),
        "journal": _journal(session, told, ids),
    }


def _counts(told: Mapping[str, Any]) -> Iterable[tuple[str, int]]:
    contacts, deliveries = told["contacts"], told["deliveries"]
    yield "contact", len(contacts)
    yield "employment", sum(len(one["employments"]) for one in contacts)
    yield "membership", sum(len(one["lists"]) for one in contacts)
    yield "answer", sum(len(one["answers"]) for one in contacts) + len(told["crews"])
    yield "contact_change", len(told["changes"])
    yield "delivery", len(deliveries)
    yield "attempt", sum(len(one["attempts"]) for one in deliveries)
    yield "event", sum(len(one["events"]) for one in deliveries)
    yield "dispatch", len(told["left_out"])
    yield "suppression", len(told["suppressions"])
    yield "byline", len(told["bylines"])
    yield "edition", len(told["editions"])
    yield "walk_in", len(told["guests"])
    yield "contact_file", len(told["waiting_files"])
    yield "test_mail", len(told["test_mails"])
    yield "repeat", len(told["answers_to_programs"])
    yield "person_request", len(told["requests"])


def _names(told: Mapping[str, Any]) -> Sequence[str]:
    """As contacts, in what batches remember, and in what was sent: people marry and move."""
    images = [one["contact"] for one in told["contacts"]]
    images += [
        image["contact"]
        for change in told["changes"]
        for image in (change["before"], change["after"])
        if image
    ]
    named = [one["name"] for one in (*images, *told["deliveries"])]
    return [one for one in dict.fromkeys(named) if one]


def _known(told: Mapping[str, Any]) -> Known:
    return traces.known_by(told["addresses"], _names(told))


def _hashes(told: Mapping[str, Any]) -> Sequence[str]:
    return [suppression.digest(key) for key in told["addresses"]]


def _journal(
    session: Session, told: Mapping[str, Any], ids: Sequence[int]
) -> Sequence[Mapping[str, Any]]:
    """The lines about their contact, as it is and was: what was done, and never a value."""
    every = {*ids, *(one["contact_id"] for one in told["changes"])}
    return reading.about_any(session, [f"contact:{one}" for one in sorted(every)])


def _remarks(session: Session, known_as: Known) -> Sequence[Mapping[str, Any]]:
    """What people typed where it names the person: whoever erases reads it first."""
    terms = sorted({*known_as.keys, *known_as.names})
    found: list[Mapping[str, Any]] = []
    for name, column, held in columns():
        if held.sort is Sort.REMARKS and terms:
            found += _mentioning(session, name, column, terms)
    return found


def _mentioning(
    session: Session, name: str, column: str, terms: Sequence[str]
) -> Sequence[Mapping[str, Any]]:
    table = metadata.tables[name]
    typed = table.c[column]
    is_json = isinstance(typed.type, sa.JSON)
    parts = {surest_part(one) for one in terms}
    text = sa.cast(typed, sa.String)
    keys = list(table.primary_key)
    rows = session.execute(
        sa.select(*keys, text)
        .where(
            sa.or_(
                *(
                    text.icontains(in_json(one) if is_json else one, autoescape=True)
                    for one in sorted(parts)
                )
            )
        )
        .order_by(*keys)
    )
    found = (row for row in rows if _names_one(row[-1], terms, is_json=is_json))
    return [
        {"table": name, "column": column, "row": list(row[:-1]), "text": row[-1]}
        for row in islice(found, _MOST_REMARKS)
    ]


def _names_one(text: str, terms: Sequence[str], *, is_json: bool) -> bool:
    said = json.dumps(json.loads(text), ensure_ascii=False) if is_json else text
    told = traces.folded(said)
    return any(one in told for one in terms)
