"""What went wrong with a dispatch, by cause, and how far each domain is: frozen values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import ColumnElement, func, literal_column, select
from sqlalchemy.orm import Session

from distributor.models import Delivery
from distributor.sending.causes import FAULTY, Cause, cause

# A server puts the address into its words, so that most are said once: their beginning
# tells the causes apart, and this many beginnings are read.
_BEGINNING: Final = 24
_MOST: Final = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """How many deliveries one cause keeps from arriving, with the words of one of them."""

    cause: Cause
    count: int
    example: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DomainLine:
    """The deliveries to one domain by state; only the states that there are."""

    domain: str
    total: int
    counts: Mapping[str, int]


def faults(session: Session, dispatch_id: int) -> Sequence[Fault]:
    """The causes, the commonest first."""
    rows = session.execute(
        select(
            Delivery.state, func.min(Delivery.reason), func.count().label("together")
        )
        .where(
            Delivery.dispatch_id == dispatch_id,
            Delivery.state.in_(FAULTY),
            # Written out, so that the index of the faulty ones serves it.
            Delivery.reason != literal_column("''"),
        )
        .group_by(Delivery.state, func.substr(Delivery.reason, 1, _BEGINNING))
        .order_by(func.count().desc())
        .limit(_MOST)
    )
    found: dict[Cause, Fault] = {}
    for state, reason, count in rows:
        kind = cause(state, reason)
        before = found.get(kind)
        found[kind] = Fault(
            cause=kind,
            count=count + (before.count if before else 0),
            example=before.example if before else reason,
        )
    return sorted(found.values(), key=lambda one: -one.count)


def domains(
    session: Session, dispatch_id: int, *, most: int
) -> tuple[Sequence[DomainLine], int]:
    """The domains with the most recipients, and how many there are beside them."""
    domain = _domain(session)
    rows = session.execute(
        select(domain, Delivery.state, func.count())
        .where(Delivery.dispatch_id == dispatch_id)
        .group_by(domain, Delivery.state)
    )
    counts: dict[str, dict[str, int]] = {}
    for name, state, count in rows:
        counts.setdefault(name, {})[state] = count
    lines = [
        DomainLine(domain=name, total=sum(states.values()), counts=states)
        for name, states in counts.items()
    ]
    lines.sort(key=lambda one: (-one.total, one.domain))
    return lines[:most], max(0, len(lines) - most)


def _domain(session: Session) -> ColumnElement[str]:
    address = Delivery.address_key
    if session.get_bind().dialect.name == "postgresql":
        return func.split_part(address, "@", 2)
    return func.substr(address, func.instr(address, "@") + 1)
