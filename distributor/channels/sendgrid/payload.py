"""One request: messages of one letter -> the plain dict the API takes.

What is personal stands in `personalizations` alone; `custom_args`, which the provider keeps
for long and cannot erase, holds the delivery's token and nothing else.
"""

import re
from base64 import b64encode
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from distributor.channels.base import File, Message, Parts
from distributor.channels.sendgrid.options import SendgridOptions

# The name of our token among the custom arguments, as the reports echo it.
DELIVERY = "delivery"
# The provider writes these itself and refuses a request that gives them.
_ITS_OWN = frozenset(
    {
        "bcc",
        "cc",
        "content-transfer-encoding",
        "content-type",
        "dkim-signature",
        "from",
        "received",
        "reply-to",
        "subject",
        "to",
        "x-sg-eid",
        "x-sg-id",
    }
)
# Every control sign (category Cc) and the two line ends beyond them.
_ENDS_LINE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_OFF = {"enable": False}


def letter(parts: Parts, options: SendgridOptions) -> dict[str, Any]:
    """What is the same for all recipients of a letter."""
    whole: dict[str, Any] = {
        "from": _mailbox(parts.sender, parts.sender_name),
        "subject": parts.subject,
        "content": [
            {"type": "text/plain", "value": parts.plain},
            {"type": "text/html", "value": parts.page},
        ],
        "headers": _headers(parts.headers),
        "attachments": [_attachment(file) for file in parts.files],
        # Said each time: the account's own settings may say otherwise.
        "tracking_settings": {
            "click_tracking": {"enable": False, "enable_text": False},
            "open_tracking": _OFF,
            "subscription_tracking": _OFF,
            "ganalytics": _OFF,
        },
        "mail_settings": {"bypass_list_management": _OFF, "footer": _OFF},
    }
    if parts.reply_to:
        whole["reply_to"] = _mailbox(parts.reply_to)
    if options.unsubscribe_group:
        whole["asm"] = {"group_id": options.unsubscribe_group}
    return {name: value for name, value in whole.items() if value}


def request(
    whole: Mapping[str, Any], messages: Sequence[Message], *, batch: str = ""
) -> dict[str, Any]:
    """*messages* of one letter and one hour, as one request."""
    body = {
        **whole,
        "personalizations": [_personalization(message) for message in messages],
    }
    send_at = messages[0].send_at
    if send_at is not None:
        body["send_at"] = int(send_at.timestamp())
        body["batch_id"] = batch
    return body


def unfit(message: Message) -> str:
    """Why a message may not be handed over: what would end a header early. Empty when fit."""
    parts = message.parts
    if parts is None:
        return "The message was composed as a whole, not in parts."
    for field, value in _fields(message, parts):
        if _ENDS_LINE.search(value):
            return f"The {field} holds a line break or a control sign."
    return ""


def _fields(message: Message, parts: Parts) -> Iterable[tuple[str, str]]:
    yield "address", message.recipient
    yield "recipient's name", message.name
    yield "token", message.token
    yield "sender's name", parts.sender_name
    yield "sender's address", parts.sender
    yield "address for answers", parts.reply_to
    yield "subject", parts.subject
    for headers in (parts.headers, message.headers):
        for name, value in headers.items():
            yield "name of a header", name
            yield f"header {name}", value
    for file in parts.files:
        yield "name of an attachment", file.name
        yield "type of an attachment", file.media_type
        yield "identifier of a picture", file.content_id


def _personalization(message: Message) -> dict[str, Any]:
    made: dict[str, Any] = {
        "to": [_mailbox(message.recipient, message.name)],
        "custom_args": {DELIVERY: message.token},
    }
    if message.personal:
        made["substitutions"] = dict(message.personal)
    headers = _headers(message.headers)
    if headers:
        made["headers"] = headers
    return made


def _mailbox(address: str, name: str = "") -> dict[str, str]:
    return {"email": address, "name": name} if name else {"email": address}


def _headers(given: Mapping[str, str]) -> dict[str, str]:
    return {
        name: value for name, value in given.items() if name.lower() not in _ITS_OWN
    }


def _attachment(file: File) -> dict[str, str]:
    made = {
        "content": b64encode(file.content).decode("ascii"),
        "type": file.media_type,
        "filename": file.name,
        "disposition": "inline" if file.content_id else "attachment",
    }
    if file.content_id:
        made["content_id"] = file.content_id
    return made
