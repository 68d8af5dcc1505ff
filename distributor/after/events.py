"""Events: what a channel reported after an attempt -> its trace, the delivery's state, suppressions.

report -> event (once) -> state, never backwards -> suppression.
Reports repeat, and come in any order; each order ends in the same state.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from typing import NamedTuple, cast

from sqlalchemy import Table, bindparam, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from core.log import logger
from core.settings import Settings
from distributor.contacts import old_deliveries, suppression
from distributor.contacts.chunks import chunks
from distributor.models import Delivery, Event
from distributor.states import FOLLOWS, DeliveryState, EventKind

_log = logger("events")

_S, _K = DeliveryState, EventKind

# What a report proves of its delivery. A message that was opened or unsubscribed from was
# taken by its channel; one that the provider dropped reached nobody.
PROVES: Mapping[EventKind, DeliveryState] = {
    _K.PROCESSED: _S.ACCEPTED,
    _K.DEFERRED: _S.ACCEPTED,
    _K.OPENED: _S.ACCEPTED,
    _K.CLICKED: _S.ACCEPTED,
    _K.UNSUBSCRIBED: _S.ACCEPTED,
    _K.LEFT_LIST: _S.ACCEPTED,
    _K.DELIVERED: _S.DELIVERED,
    _K.BOUNCED: _S.BOUNCED,
    _K.SOFT_BOUNCED: _S.BOUNCED,
    _K.DROPPED: _S.BOUNCED,
    _K.COMPLAINED: _S.COMPLAINED,
}
# From the weakest proof to the strongest: only a mail that was read is complained about.
_STRENGTH = (_S.ACCEPTED, _S.DELIVERED, _S.BOUNCED, _S.COMPLAINED)
_SUPPRESSES: Mapping[EventKind, str] = {
    _K.BOUNCED: "bounced",
    _K.COMPLAINED: "complained",
    _K.UNSUBSCRIBED: "unsubscribed",
}
# A reporter's words are cut: enough for a person, and no room for mischief.
_MOST_WORDS = 1000
_MOST_KEY = 500

_EVENTS = cast("Table", Event.__table__)
_KEEP = {
    "sqlite": sqlite.insert(_EVENTS).on_conflict_do_nothing(),
    "postgresql": postgresql.insert(_EVENTS).on_conflict_do_nothing(),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What was said about the delivery that *token* names.

    The same report, said again, has the same key. `detail` holds the reporter's own words;
    those under "reason" are shown beside the delivery.
    """

    token: str
    kind: EventKind
    happened_at: datetime
    channel: str
    key: str
    detail: Mapping[str, str] = field(default_factory=dict)


class _Delivery(NamedTuple):
    id: int
    token: str
    address_key: str


def record(
    session: Session, reports: Iterable[Report], *, settings: Settings, now: datetime
) -> int:
    """Keep what is new of *reports* and do what it says; answers how many were new.

    Reports about messages that are not ours are passed over, and so is what was opened and
    clicked while the office does not track it.
    """
    wanted = [report for report in reports if _wanted(report, settings)]
    new = unknown = 0
    for part in chunks(wanted):
        found = _deliveries(session, {_clean(report.token) for report in part})
        ours = [report for report in part if _clean(report.token) in found]
        unknown += len(part) - len(ours)
        fresh = _keep(session, ours, found, now=now)
        _move(session, fresh, found, now=now)
        _suppress(session, fresh, found, settings=settings, now=now)
        new += len(fresh)
    if unknown:
        _log.warning("event.unknown", count=unknown)
    return new


def _wanted(report: Report, settings: Settings) -> bool:
    if report.kind is EventKind.OPENED:
        return settings.tracking.opens
    return report.kind is not EventKind.CLICKED or settings.tracking.clicks


def _deliveries(session: Session, tokens: Iterable[str]) -> Mapping[str, _Delivery]:
    rows = session.execute(
        select(Delivery.id, Delivery.token, Delivery.address_key).where(
            Delivery.token.in_(list(tokens))
        )
    )
    return {row.token: _Delivery(*row) for row in rows}


def _keep(
    session: Session,
    reports: Sequence[Report],
    found: Mapping[str, _Delivery],
    *,
    now: datetime,
) -> Sequence[Report]:
    """Insert those that are not known yet, and answer them."""
    if not reports:
        return ()
    by_key = {_clean(report.key)[:_MOST_KEY]: report for report in reports}
    inserted = session.execute(
        _KEEP[session.get_bind().dialect.name].returning(_EVENTS.c.key),
        [
            {
                "delivery_id": found[_clean(report.token)].id,
                "kind": report.kind,
                "channel": report.channel,
                "happened_at": report.happened_at,
                "received_at": now,
                "key": key,
                "detail": {
                    _clean(name): _clean(words) for name, words in report.detail.items()
                },
            }
            for key, report in by_key.items()
        ],
    )
    fresh = set(inserted.scalars())
    return [report for key, report in by_key.items() if key in fresh]


def _move(
    session: Session,
    fresh: Sequence[Report],
    found: Mapping[str, _Delivery],
    *,
    now: datetime,
) -> None:
    """Move each delivery to what the strongest of its reports proves."""
    strongest: dict[str, Report] = {}
    for report in sorted(fresh, key=_strength):
        strongest[_clean(report.token)] = report
    proofs = sorted(strongest.values(), key=_strength)
    for _, group in groupby(proofs, key=_strength):
        told = list(group)
        after = PROVES[told[0].kind]
        session.connection().execute(
            _MOVES[after],
            [
                {
                    "b_id": found[_clean(report.token)].id,
                    "b_reason": _reason(report),
                    "b_now": now,
                }
                for report in told
            ],
        )


def _strength(report: Report) -> int:
    return _STRENGTH.index(PROVES[report.kind])


def _reason(report: Report) -> str:
    """What is shown beside the delivery: why nobody read it."""
    if PROVES[report.kind] not in {_S.BOUNCED, _S.COMPLAINED}:
        return ""
    words = _clean(report.detail.get("reason", ""))
    return f"{report.kind}: {words}" if words else str(report.kind)


def _suppress(
    session: Session,
    fresh: Sequence[Report],
    found: Mapping[str, _Delivery],
    *,
    settings: Settings,
    now: datetime,
) -> None:
    """Hard bounces, complaints and oppositions at once; soft bounces when they repeat."""
    wished: dict[str, str] = {}
    for report in fresh:
        if report.kind in _SUPPRESSES:
            address_key = found[_clean(report.token)].address_key
            wished.setdefault(address_key, _SUPPRESSES[report.kind])
    soft = {
        found[_clean(report.token)].address_key
        for report in fresh
        if report.kind is EventKind.SOFT_BOUNCED
    }
    for address_key in _too_often(session, soft - set(wished), settings=settings):
        wished[address_key] = "soft-bounced"
    known = suppression.suppressed(session, wished)
    for address_key, reason in wished.items():
        # A report may come, and a link be pressed, when the delivery has a hash only.
        if address_key not in known and old_deliveries.suppress(
            session, address_key, reason=reason, now=now
        ):
            _log.info("address.suppressed", reason=reason)


def _too_often(
    session: Session, address_keys: Iterable[str], *, settings: Settings
) -> Sequence[str]:
    """Those whose last messages, one after the other, all bounced softly."""
    most = settings.sending.soft_bounces
    return [
        address_key
        for address_key in address_keys
        if _soft_in_a_row(session, address_key) >= most
    ]


def _soft_in_a_row(session: Session, address_key: str) -> int:
    """How many messages bounced softly since one was delivered."""
    row: set[int] = set()
    for delivery_id, kind in session.execute(
        select(Event.delivery_id, Event.kind)
        .join(Delivery, Delivery.id == Event.delivery_id)
        .where(
            Delivery.address_key == address_key,
            Event.kind.in_([EventKind.SOFT_BOUNCED, EventKind.DELIVERED]),
        )
        .order_by(Event.happened_at.desc(), Event.id.desc())
    ):
        if kind == EventKind.DELIVERED:
            break
        row.add(delivery_id)
    return len(row)


def _clean(text: str) -> str:
    """What both databases store: no NUL, no half of a sign, not without end."""
    whole = text.encode("utf-8", "replace").decode()
    return whole.replace("\0", "")[:_MOST_WORDS]


def _leading_to(after: DeliveryState) -> Sequence[DeliveryState]:
    """The states a proof may end. A message in the air was accepted, whatever comes next."""
    before = [
        state
        for state in (_S.UNSURE, _S.ACCEPTED, _S.DELIVERED, _S.BOUNCED)
        if after in FOLLOWS[state]
    ]
    return [_S.SENDING, *before]


_MOVES = {
    after: update(cast("Table", Delivery.__table__))
    .where(
        Delivery.id == bindparam("b_id"),
        or_(*(Delivery.state == state for state in _leading_to(after))),
    )
    .values(
        state=after,
        reason=bindparam("b_reason"),
        changed_at=bindparam("b_now"),
        lease=None,
        leased_until=None,
    )
    for after in _STRENGTH
}
