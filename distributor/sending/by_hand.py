"""By hand: whom people call for a dispatch and what they say, and what came of each call."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import Conflict, NotFound
from core.i18n import words
from core.ids import Ids
from core.models import Release, Version
from core.settings import Settings
from core.values import Language, ReleaseKind
from core.wording import Worded, worded
from core.zones import wall_of
from distributor.channels.base import Verdict
from distributor.contacts.suppression import suppressed
from distributor.models import Attempt, Body, Contact, Delivery, Dispatch
from distributor.releases.kinds import KINDS
from distributor.sending import moves
from distributor.states import DeliveryState, DispatchState, may_follow

CHANNEL = "manual"
COLUMNS = (
    "delivery_id",
    "name",
    "outlet",
    "phone",
    "language",
    "state",
    "note",
    "text",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One line of the call sheet."""

    delivery_id: int
    name: str
    outlet: str
    phone: str
    language: str
    state: str
    note: str
    text: str


def call_sheet(
    session: Session, dispatch_id: int, *, settings: Settings
) -> Sequence[Call]:
    """Whom to call, by outlet and name, with the short text in each one's language."""
    texts = _texts(session, _by_hand(session, dispatch_id), settings)
    rows = session.execute(
        select(Delivery, Contact.outlet, Contact.phone)
        .outerjoin(Contact, Contact.id == Delivery.contact_id)
        .where(Delivery.dispatch_id == dispatch_id)
    )
    calls = [
        Call(
            delivery_id=row.id,
            name=row.name or row.address,
            outlet=outlet or "",
            phone=phone or "",
            language=row.language,
            state=row.state,
            note=row.reason,
            text=texts[row.language],
        )
        for row, outlet, phone in rows
    ]
    return sorted(calls, key=lambda one: (one.outlet, one.name, one.delivery_id))


def _texts(
    session: Session, dispatch: Dispatch, settings: Settings
) -> Mapping[str, str]:
    """What is said in each language; of an edition or a notice its subject."""
    given = str(settings.channels.get(CHANNEL, {}).get("signature", ""))
    release = moves.release(session, dispatch)
    if release is not None:
        return {
            one.language: short_text(
                release, one, given or settings.organisation.called(one.language)
            )
            for one in release.versions
        }
    bodies = session.scalars(select(Body).where(Body.dispatch_id == dispatch.id))
    return {
        one.language: f"{one.subject}\n"
        f"{given or settings.organisation.called(one.language)}"
        for one in bodies
    }


def short_text(release: Release, version: Version, signature: str) -> str:
    """A text for a telephone: what, when and where, whom to ask, who says it."""
    language = Language(version.language)
    spoken = words(language)
    kicker = KINDS[ReleaseKind(release.kind)].kicker(language)
    lines = [f"*{kicker}* {version.title}"]
    if release.event_wall is not None and release.event_at is not None:
        day = spoken.date(wall_of(release.event_at, release.zone).date())
        lines.append(f"{day}, {spoken.hour(release.event_at, release.zone)}")
    if release.place:
        lines.append(release.place)
    asked = " ".join(
        part for part in (release.press_contact, release.press_phone) if part
    )
    if asked:
        lines.append(asked)
    return "\n".join([*lines, signature])


def page(calls: Sequence[Call], *, title: str) -> str:
    """The call sheet as a page to print: right-to-left texts stay so."""
    lines = "".join(
        f"<tr><td>{call.delivery_id}</td><td>{escape(call.name)}</td>"
        f"<td>{escape(call.outlet)}</td><td dir='ltr'>{escape(call.phone)}</td>"
        f"<td>{escape(call.state)}</td><td lang='{escape(call.language)}' "
        f"dir='{Language(call.language).direction}'>"
        f"{escape(call.text).replace(chr(10), '<br>')}</td></tr>"
        for call in calls
    )
    return (
        "<!doctype html><meta charset='utf-8'>"
        f"<title>{escape(title)}</title>"
        "<style>body{font:11pt sans-serif}table{border-collapse:collapse;width:100%}"
        "td{border:1px solid #999;padding:.3em;vertical-align:top}</style>"
        f"<h1>{escape(title)}</h1><table>{lines}</table>"
    )


def log(
    session: Session,
    dispatch_id: int,
    delivery_id: int,
    *,
    reached: bool,
    note: str,
    by: str,
    ids: Ids,
    now: datetime,
) -> Delivery:
    """Keep what came of a call: intent, attempt and outcome in one transaction."""
    dispatch = _by_hand(session, dispatch_id)
    moves.locked(session, dispatch_id)
    delivery = session.get(Delivery, delivery_id, with_for_update=True)
    if delivery is None or delivery.dispatch_id != dispatch_id:
        raise NotFound(
            worded(
                "Dispatch %(dispatch_id)s has no delivery %(delivery_id)s.",
                dispatch_id=dispatch_id,
                delivery_id=delivery_id,
            ),
            to="delivery",
            mend=worded(
                "See `parution dispatch call-sheet %(dispatch_id)s`.",
                dispatch_id=dispatch_id,
            ),
        )
    moves.require(
        dispatch,
        (DispatchState.RUNNING,),
        mend=worded("Calls are logged while a dispatch is running."),
    )
    _require_open(session, delivery)
    delivery.lease = ids.token()
    _follow(delivery, DeliveryState.SENDING, now=now)
    delivery.attempts += 1
    after = DeliveryState.ACCEPTED if reached else DeliveryState.REFUSED
    said = f"logged by {by}: {note.strip()}" if note.strip() else f"logged by {by}"
    session.add(
        Attempt(
            delivery_id=delivery.id,
            number=delivery.attempts,
            channel=CHANNEL,
            began_at=now,
            ended_at=now,
            verdict=Verdict.ACCEPTED if reached else Verdict.REFUSED,
            answer=said,
        )
    )
    _follow(delivery, after, now=now)
    delivery.reason = said
    delivery.lease = delivery.leased_until = None
    session.flush()
    return delivery


def _by_hand(session: Session, dispatch_id: int) -> Dispatch:
    dispatch = moves.found(session, dispatch_id)
    if dispatch.channel != CHANNEL:
        raise Conflict(
            worded(
                "Dispatch %(dispatch_id)s goes through the channel %(channel)s, and not by hand.",
                dispatch_id=dispatch_id,
                channel=dispatch.channel,
            ),
            to="dispatch",
            mend=worded("Plan one with --channel %(channel)s.", channel=CHANNEL),
        )
    return dispatch


def _require_open(session: Session, delivery: Delivery) -> None:
    if delivery.state != DeliveryState.WAITING:
        raise Conflict(
            worded(
                "Delivery %(id)s is %(state)s, so there is nothing to log.",
                id=delivery.id,
                state=Worded(delivery.state),
            ),
            to="delivery",
            mend=worded("Only waiting deliveries are logged."),
        )
    if suppressed(session, [delivery.address_key]):
        raise Conflict(
            worded("This contact asked not to be reached any more."),
            to="delivery",
            mend=worded("Do not call them; suppressed deliveries end by themselves."),
        )


def _follow(delivery: Delivery, after: DeliveryState, *, now: datetime) -> None:
    before = DeliveryState(delivery.state)
    if not may_follow(before, after):
        raise ValueError(f"{after} may not follow {before}")
    delivery.state = after
    delivery.changed_at = now
