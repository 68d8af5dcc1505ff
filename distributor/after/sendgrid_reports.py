"""SendGrid's reports: one signed request of its Event Webhook -> what it says of our deliveries.

Only what bears the provider's signature over these bytes at this hour is read. A request
that is malformed in one place is refused as a whole.
"""

import hashlib
import json
from base64 import b64decode
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from core.errors import BadInput
from core.wording import worded
from distributor.after.events import Report
from distributor.channels.sendgrid.options import read_public_key
from distributor.channels.sendgrid.payload import DELIVERY
from distributor.states import EventKind

CHANNEL: Final = "sendgrid"
_SIGNATURE: Final = "x-twilio-email-event-webhook-signature"
_TIMESTAMP: Final = "x-twilio-email-event-webhook-timestamp"
# SendGrid names no window for a replay; this one is the custom elsewhere.
_WINDOW: Final = timedelta(minutes=5)
_MOST_DIGITS: Final = 12
_KINDS: Final[Mapping[str, EventKind]] = {
    "processed": EventKind.PROCESSED,
    "deferred": EventKind.DEFERRED,
    "delivered": EventKind.DELIVERED,
    "bounce": EventKind.BOUNCED,
    "dropped": EventKind.DROPPED,
    "spamreport": EventKind.COMPLAINED,
    "unsubscribe": EventKind.UNSUBSCRIBED,
    "group_unsubscribe": EventKind.UNSUBSCRIBED,
    "open": EventKind.OPENED,
    "click": EventKind.CLICKED,
}
# Never the recipient's address, machine or place: the delivery says who it was.
_KEPT: Final = ("reason", "response", "status", "type", "bounce_classification", "url")


def read(
    body: bytes, headers: Mapping[str, str], *, public_key: str, stamp: datetime
) -> Sequence[Report]:
    """What one request says; *headers* by lower-case names, *stamp* is the machine's time.

    Reports about mail that bears no delivery of ours, and of kinds we have no use for, are
    passed over. Raises BadInput, for whatever a stranger may send.
    """
    _verify(body, headers, public_key=public_key, stamp=stamp)
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        raise _bad("The body is not JSON.") from None
    if not isinstance(told, list):
        raise _bad("The body is not a list of events.")
    return list(_once(_report(one) for one in told))


def _verify(
    body: bytes, headers: Mapping[str, str], *, public_key: str, stamp: datetime
) -> None:
    said = headers.get(_TIMESTAMP, "")
    try:
        signature = b64decode(headers.get(_SIGNATURE, ""), validate=True)
        read_public_key(public_key).verify(
            signature, said.encode() + body, ec.ECDSA(hashes.SHA256())
        )
    except (ValueError, InvalidSignature):
        raise _bad("The signature is missing or wrong.") from None
    # After the signature, so that a stranger learns nothing of our clock.
    if not (said.isascii() and said.isdigit() and len(said) <= _MOST_DIGITS):
        raise _bad("The time of the signature is not a number.")
    if abs(_moment(int(said)) - stamp) > _WINDOW:
        raise _bad("The signature is older than five minutes, or from the future.")


def _report(told: Any) -> Report | None:
    if not isinstance(told, dict) or not isinstance(told.get("event"), str):
        raise _bad("An event has no kind.")
    kind = _KINDS.get(told["event"])
    token = told.get(DELIVERY)
    if kind is None or token is None:
        return None
    at = told.get("timestamp")
    if not isinstance(token, str) or type(at) is not int:
        raise _bad("An event names its delivery or its time in another form.")
    if kind is EventKind.BOUNCED and _is_soft(told):
        kind = EventKind.SOFT_BOUNCED
    return Report(
        token=token,
        kind=kind,
        happened_at=_moment(at),
        channel=CHANNEL,
        key=_key(told, token),
        detail=_detail(told),
    )


def _is_soft(told: Mapping[str, Any]) -> bool:
    """Blocked for now, as the provider says, or a passing trouble by its code."""
    return told.get("type") == "blocked" or str(told.get("status", "")).startswith("4")


def _key(told: Mapping[str, Any], token: str) -> str:
    """The same for one event, however often it is told: its own id may change meanwhile."""
    parts = [
        told.get("sg_message_id"),
        told["event"],
        told["timestamp"],
        token,
        told.get("url"),
    ]
    said = json.dumps(parts, sort_keys=True)
    return f"sendgrid:{hashlib.sha256(said.encode()).hexdigest()}"


def _detail(told: Mapping[str, Any]) -> Mapping[str, str]:
    detail = {name: str(told[name]) for name in _KEPT if told.get(name)}
    said = detail.get("reason") or detail.get("response")
    return detail | ({"reason": said} if said else {})


def _once(reports: Iterable[Report | None]) -> Iterator[Report]:
    seen: set[str] = set()
    for report in reports:
        if report is not None and report.key not in seen:
            seen.add(report.key)
            yield report


def _moment(seconds: int) -> datetime:
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        raise _bad("An event's time is out of range.") from None


def _bad(what: str) -> BadInput:
    return BadInput(
        what,
        to="sendgrid",
        mend=worded(
            "Compare the webhook's verification key with the channel's setting."
        ),
    )
