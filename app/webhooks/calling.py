"""Calling: what is due is leased, posted outside any transaction, and its answer written."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session, joinedload

from app.alert_words import WEBHOOK_FAILING
from app.bootstrap import Office
from app.telling.plain import plain
from app.webhooks.models import Webhook, WebhookCall
from app.webhooks.signing import HEADER, in_use, signature
from app.webhooks.states import CallState, next_try
from core.alerts import Raised, settle
from core.errors import FetchFailed, FetchRefused
from core.keys import Vault
from core.log import logger
from core.web.domain import domain_of

_log = logger("webhooks")

# Longer than a fetch may take.
LEASE: Final = timedelta(minutes=5)
# One call of each of so many webhooks in one go: a slow one holds up none but itself.
_AT_ONCE: Final = 10
# And then the next call of each, until a tick has done enough.
_ROUNDS: Final = 50
_LONGEST_FAULT: Final = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One call as it is posted."""

    call_id: int
    url: str
    kind: str
    uuid: str
    body: bytes
    signature: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came back: a status, or why nothing did."""

    status: int | None
    fault: str

    @property
    def is_taken(self) -> bool:
        return self.status is not None and 200 <= self.status < 300  # noqa: PLR2004


LOST: Final = Outcome(
    status=None, fault="Its secret was shut by a key that this office has not any more."
)


def call_due(office: Office) -> int:
    """Post what is due; answers how many calls were taken."""
    taken = 0
    for _ in range(_ROUNDS):
        letters = _claimed(office)
        for letter in letters:
            outcome = post(office, letter)
            with office.database.write() as session:
                keep(office, session, letter.call_id, outcome)
            taken += outcome.is_taken
        if not letters:
            break
    return taken


def post(office: Office, letter: Letter) -> Outcome:
    try:
        answer = office.web.post(
            letter.url,
            body=letter.body,
            content_type="application/json",
            headers={
                HEADER: letter.signature,
                "Parution-Event": letter.kind,
                "Parution-Delivery": letter.uuid,
            },
        )
    except (FetchRefused, FetchFailed) as error:
        return Outcome(status=None, fault=error.what[:_LONGEST_FAULT])
    return Outcome(
        status=answer.status,
        fault=""
        if Outcome(status=answer.status, fault="").is_taken
        else f"It answered {answer.status}.",
    )


def letter_of(office: Office, call: WebhookCall) -> Letter | None:
    """None where no key of ours shut the webhook's secret."""
    secret = Vault(office.keys).open(call.webhook.secret)
    if secret is None:
        return None
    event = call.event
    unix = int(office.timer.stamp().timestamp())
    body = json.dumps(
        {
            "id": event.uuid,
            "kind": event.kind,
            "at": plain(event.happened_at),
            "data": event.fields,
        },
        ensure_ascii=True,
    ).encode()
    return Letter(
        call_id=call.id,
        url=call.webhook.url,
        kind=event.kind,
        uuid=event.uuid,
        body=body,
        signature=signature(in_use(secret, unix=unix), body, unix=unix),
    )


def keep(office: Office, session: Session, call_id: int, outcome: Outcome) -> None:
    """Write an answer, plan the next try, and say when a webhook fails or is well again."""
    now = office.clock.now()
    call = session.get(WebhookCall, call_id, with_for_update=True)
    if call is None or call.state != CallState.WAITING:
        return
    call.attempts += 1
    call.lease = call.leased_until = None
    call.status, call.fault, call.answered_at = outcome.status, outcome.fault, now
    if outcome.is_taken:
        call.state = CallState.DONE
        if call.webhook.failing_since is not None:
            call.webhook.failing_since = None
            tell_failing(session, now)
        return
    at = next_try(
        attempts=call.attempts,
        made_at=call.event.made_at,
        now=now,
        chance=office.ids.chance(),
    )
    if at is not None:
        _rest(session, call, until=at)
        return
    call.state = CallState.FAILED
    if call.webhook.failing_since is None:
        call.webhook.failing_since = now
        _log.warning("webhook.failing", webhook=call.webhook_id, fault=call.fault)
        tell_failing(session, now)


def _rest(session: Session, call: WebhookCall, *, until: datetime) -> None:
    """What else waits for this webhook is not tried before it either."""
    session.execute(
        update(WebhookCall)
        .where(
            WebhookCall.webhook_id == call.webhook_id,
            WebhookCall.state == CallState.WAITING,
            WebhookCall.due_at < until,
        )
        .values(due_at=until)
        .execution_options(synchronize_session=False)
    )
    call.due_at = until


def next_due(session: Session) -> datetime | None:
    return session.scalar(
        select(func.min(WebhookCall.due_at)).where(
            WebhookCall.state == CallState.WAITING
        )
    )


def _claimed(office: Office) -> Sequence[Letter]:
    now, stamp = office.clock.now(), office.timer.stamp()
    with office.database.read() as session:
        due = next_due(session)
    if due is None or due > now:
        return ()
    with office.database.write() as session:
        calls = _lease(session, now=now, stamp=stamp, lease=office.ids.token())
        letters = [_letter(office, session, call) for call in calls]
        return [letter for letter in letters if letter is not None]


def _lease(
    session: Session, *, now: datetime, stamp: datetime, lease: str
) -> Sequence[WebhookCall]:
    """The longest due call of each webhook that nobody is calling."""
    free = or_(WebhookCall.leased_until.is_(None), WebhookCall.leased_until <= stamp)
    busy = select(WebhookCall.webhook_id).where(
        WebhookCall.state == CallState.WAITING, WebhookCall.leased_until > stamp
    )
    chosen = session.scalars(
        select(func.min(WebhookCall.id))
        .where(
            WebhookCall.state == CallState.WAITING,
            WebhookCall.due_at <= now,
            WebhookCall.webhook_id.not_in(busy),
        )
        .group_by(WebhookCall.webhook_id)
        .limit(_AT_ONCE)
    ).all()
    taken = session.scalars(
        update(WebhookCall)
        .where(WebhookCall.id.in_(chosen), WebhookCall.state == CallState.WAITING, free)
        .values(lease=lease, leased_until=stamp + LEASE)
        .returning(WebhookCall.id)
        .execution_options(synchronize_session=False)
    ).all()
    return session.scalars(
        select(WebhookCall)
        .where(WebhookCall.id.in_(taken))
        .options(joinedload(WebhookCall.event), joinedload(WebhookCall.webhook))
        .order_by(WebhookCall.id)
        .execution_options(populate_existing=True)
    ).all()


def _letter(office: Office, session: Session, call: WebhookCall) -> Letter | None:
    """None where its secret cannot be opened: that is written as its answer."""
    letter = letter_of(office, call)
    if letter is None:
        keep(office, session, call.id, LOST)
    return letter


def tell_failing(session: Session, now: datetime) -> None:
    """One alert for each webhook that fails; readers see the host alone."""
    session.flush()
    failing = session.scalars(
        select(Webhook).where(
            Webhook.failing_since.is_not(None), Webhook.ended_at.is_(None)
        )
    )
    held = [
        Raised(
            rule=WEBHOOK_FAILING,
            about=f"webhook:{hook.id}",
            fields={"url": domain_of(hook.url)},
        )
        for hook in failing
    ]
    settle(session, held, rules=[WEBHOOK_FAILING], now=now)
