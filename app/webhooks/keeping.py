"""Adding, showing, testing and ending webhooks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from urllib.parse import urlsplit

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session, joinedload

from app.bootstrap import Office
from app.webhooks import calling, noting, signing
from app.webhooks.happening import KINDS, PING, Happened
from app.webhooks.models import Webhook, WebhookCall, WebhookEvent
from app.webhooks.states import CallState
from core.errors import BadInput, Conflict, FetchRefused, NotFound
from core.keys import Vault
from core.models import Account
from core.web import address
from core.wording import worded

_MOST: Final = 50
_LONGEST: Final = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookRow:
    id: int
    url: str
    events: Sequence[str]
    made_by: str
    made_at: datetime
    # Since a call was given up after a day; None while all is well.
    failing_since: datetime | None
    # Calls that wait to be tried, and what came of the last one that was.
    waiting: int
    last_status: int | None
    last_fault: str
    last_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CallRow:
    id: int
    # What the program knows the event by.
    event: str
    kind: str
    happened_at: datetime
    state: str
    attempts: int
    due_at: datetime | None
    status: int | None
    fault: str
    answered_at: datetime | None


def add(
    office: Office,
    session: Session,
    *,
    url: str,
    events: Sequence[str],
    account: Account,
) -> tuple[int, str]:
    """The id of a new webhook, and its secret, which is said once. Raises BadInput by field."""
    now = office.clock.now()
    secret = f"whsec_{office.ids.token()}"
    there = session.scalars(select(Webhook).where(Webhook.ended_at.is_(None))).all()
    read = _url(url)
    if any(one.url == read for one in there):
        raise BadInput(
            worded("There is a webhook of this address already."),
            to="url",
            mend=worded("End that one first, or give another address."),
        )
    if len(there) >= _MOST:
        raise BadInput(
            worded("There are 50 webhooks already."),
            to="url",
            mend=worded("End those that no program needs."),
        )
    row = Webhook(
        url=read,
        secret=Vault(office.keys).shut(secret),
        events=_events(events),
        made_by=account.id,
        made_at=now,
    )
    noting.begin(session, row.events, now=now)
    session.add(row)
    session.flush()
    return row.id, secret


def renew(office: Office, session: Session, webhook_id: int) -> str:
    """A new secret, said once; the one before signs beside it for a week. Raises NotFound."""
    row = _open(session, webhook_id)
    vault = Vault(office.keys)
    secret = f"whsec_{office.ids.token()}"
    kept = vault.open(row.secret)
    unix = int(office.timer.stamp().timestamp())
    # One that no key of ours opens has signed nothing for a while.
    told = secret if kept is None else signing.renewed(kept, secret, unix=unix)
    row.secret = vault.shut(told)
    return secret


def listed(session: Session) -> Sequence[WebhookRow]:
    """Those that are not ended, the oldest first."""
    rows = session.execute(
        select(Webhook, Account.name)
        .join(Account, Account.id == Webhook.made_by)
        .where(Webhook.ended_at.is_(None))
        .order_by(Webhook.id)
    ).all()
    waiting = _waiting(session)
    last = _last(session)
    return [_row(row, name, waiting, last) for row, name in rows]


def one(session: Session, webhook_id: int) -> WebhookRow:
    """Raises NotFound."""
    found = next((row for row in listed(session) if row.id == webhook_id), None)
    if found is None:
        raise _none(webhook_id)
    return found


def calls(
    session: Session, webhook_id: int, *, before: int | None = None, most: int
) -> Sequence[CallRow]:
    """The last few calls of a webhook, or those *before* one, the newest first."""
    _open(session, webhook_id)
    asked = (
        select(WebhookCall)
        .where(WebhookCall.webhook_id == webhook_id)
        .options(joinedload(WebhookCall.event))
        .order_by(WebhookCall.id.desc())
        .limit(most)
    )
    if before is not None:
        asked = asked.where(WebhookCall.id < before)
    return [_call(row) for row in session.scalars(asked)]


def end(session: Session, webhook_id: int, *, now: datetime) -> None:
    """Tell it nothing more, at once. Raises NotFound."""
    row = _open(session, webhook_id)
    row.ended_at = now
    session.execute(
        update(WebhookCall)
        .where(
            WebhookCall.webhook_id == webhook_id,
            WebhookCall.state == CallState.WAITING,
        )
        .values(state=CallState.FAILED, fault="The webhook was ended.", lease=None)
        .execution_options(synchronize_session=False)
    )
    calling.tell_failing(session, now)


def test(office: Office, webhook_id: int) -> CallRow:
    """Tell it `ping` now, whatever events it chose; answers what came of that."""
    now = office.clock.now()
    with office.database.write() as session:
        hook = _open(session, webhook_id)
        ping = Happened(
            kind=PING,
            key=f"{PING}:{office.ids.token()}",
            at=now,
            fields={"webhook": hook.id},
        )
        event = noting.add_event(session, ping, [hook], now=now)
        session.flush()
        call = session.scalars(
            select(WebhookCall).where(WebhookCall.event_id == event.id)
        ).one()
        # Nobody else calls it meanwhile, and it is not tried again.
        call.leased_until = office.timer.stamp() + calling.LEASE
        letter = calling.letter_of(office, call)
    outcome = calling.LOST if letter is None else calling.post(office, letter)
    with office.database.write() as session:
        calling.keep(office, session, call.id, outcome)
        kept = session.get_one(WebhookCall, call.id)
        if kept.state == CallState.WAITING:
            kept.state = CallState.FAILED
        return _call(kept)


def _url(given: str) -> str:
    url = given.strip()
    try:
        address.split(url)
    except FetchRefused as error:
        raise BadInput(
            worded("This is no address that can be called."),
            to="url",
            mend=worded("Give a full address such as https://example.org/hook."),
        ) from error
    if len(url) > _LONGEST or urlsplit(url).fragment:
        raise BadInput(
            worded("This is no address that can be called."),
            to="url",
            mend=worded("Give a full address such as https://example.org/hook."),
        )
    return url


def _events(given: Sequence[str]) -> list[str]:
    asked = set(given)
    unknown = sorted(asked - set(KINDS))
    if unknown:
        raise BadInput(
            worded("There is no event called %(unknown)s.", unknown=f"{unknown[0]!r}"),
            to="events",
            mend=worded("The events are: %(kinds)s.", kinds=", ".join(KINDS)),
        )
    if not asked:
        raise BadInput(
            worded("This webhook would be told nothing."),
            to="events",
            mend=worded("Choose at least one event."),
        )
    return [kind for kind in KINDS if kind in asked]


def _open(session: Session, webhook_id: int) -> Webhook:
    row = session.get(Webhook, webhook_id)
    if row is None:
        raise _none(webhook_id)
    if row.ended_at is not None:
        raise Conflict(
            worded("Webhook %(webhook_id)s was ended.", webhook_id=webhook_id),
            to="webhook",
            mend=worded("Add it again: it gets a new secret."),
        )
    return row


def _none(webhook_id: int) -> NotFound:
    return NotFound(
        worded("There is no webhook %(webhook_id)s.", webhook_id=webhook_id),
        to="webhook",
        mend=worded("See `parution webhook list`."),
    )


def _waiting(session: Session) -> Mapping[int, int]:
    rows = session.execute(
        select(WebhookCall.webhook_id, func.count())
        .where(WebhookCall.state == CallState.WAITING)
        .group_by(WebhookCall.webhook_id)
    )
    return dict(rows.all())


def _last(session: Session) -> Mapping[int, WebhookCall]:
    newest = (
        select(func.max(WebhookCall.id))
        .where(WebhookCall.answered_at.is_not(None))
        .group_by(WebhookCall.webhook_id)
    )
    rows = session.scalars(select(WebhookCall).where(WebhookCall.id.in_(newest)))
    return {row.webhook_id: row for row in rows}


def _row(
    row: Webhook,
    made_by: str,
    waiting: Mapping[int, int],
    last: Mapping[int, WebhookCall],
) -> WebhookRow:
    call = last.get(row.id)
    return WebhookRow(
        id=row.id,
        url=row.url,
        events=tuple(row.events),
        made_by=made_by,
        made_at=row.made_at,
        failing_since=row.failing_since,
        waiting=waiting.get(row.id, 0),
        last_status=call.status if call else None,
        last_fault=call.fault if call else "",
        last_at=call.answered_at if call else None,
    )


def _call(row: WebhookCall) -> CallRow:
    event: WebhookEvent = row.event
    return CallRow(
        id=row.id,
        event=event.uuid,
        kind=event.kind,
        happened_at=event.happened_at,
        state=row.state,
        attempts=row.attempts,
        due_at=row.due_at if row.state == CallState.WAITING else None,
        status=row.status,
        fault=row.fault,
        answered_at=row.answered_at,
    )
