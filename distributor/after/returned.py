"""Reads one mail that came back: what it is, what it says, and which message it may be about.

Anybody may write to the mailbox, so nothing here is believed and nothing here raises: a mail
that makes no sense is a plain mail, which a person reads.
"""

import contextlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message
from email.policy import compat32
from email.utils import getaddresses
from enum import StrEnum
from typing import Final

from flufl.bounce import all_failures

# What is read of one mail. The report stands before the message that is given back.
MOST_BYTES: Final = 1_048_576
# Mails with more parts than that are made to hurt readers.
_MOST_PARTS: Final = 60
_MOST_DETAIL: Final = 500
_MOST_ADDRESSES: Final = 50

# Full, too large, or refused by a policy: about this message, not about the address.
_SOFT_CODES: Final = re.compile(r"5\.(?:2\.2|3\.4|7\.\d{1,3})")
_CODE: Final = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")
_NAME: Final = re.compile(r"<\s*([^@<>\s]{1,200})@[^<>\s]{1,255}>")
_NAMED: Final = re.compile(r"^message-id:.{0,250}", re.IGNORECASE | re.MULTILINE)
_UNSUBSCRIBE: Final = re.compile(
    r"\bunsubscribe\s+([0-9A-Za-z]{17,200})\b", re.IGNORECASE
)
_WRITTEN_TO: Final = (
    "delivered-to",
    "x-original-to",
    "envelope-to",
    "x-envelope-to",
    "to",
    "cc",
)


class Kind(StrEnum):
    """What a mail in the returns is."""

    # Certainly not delivered, and never will be to this address.
    HARD = "hard"
    # Not delivered this time.
    SOFT = "soft"
    DELAYED = "delayed"
    # A server took it that promises nothing more.
    RELAYED = "relayed"
    DELIVERED = "delivered"
    COMPLAINT = "complaint"
    UNSUBSCRIBE = "unsubscribe"
    # Out of the office, and other machines that answer.
    AUTOMATIC = "automatic"
    # For a person to read.
    PLAIN = "plain"


@dataclass(frozen=True, slots=True, kw_only=True)
class Returned:
    """What the mail says. Whose it is must still be proved by a signature or a name."""

    kind: Kind
    # Addresses it was written to, or that the returned message came from: one may be signed.
    paths: Sequence[str] = ()
    # Our names, as its report (ENVID) and the returned headers (Message-ID) give them.
    names: Sequence[str] = ()
    # The signed token of a mail that asks for no more.
    signed: str = ""
    # The reporter's own words: never markup for a screen.
    detail: Mapping[str, str] = field(default_factory=dict)


_PLAIN: Final = Returned(kind=Kind.PLAIN)
# How bad for the address, when one message was reported several times over: an address
# that leads to several people is good as long as one of them is there.
_MILDEST_FIRST: Final = (
    Kind.DELIVERED,
    Kind.RELAYED,
    Kind.DELAYED,
    Kind.SOFT,
    Kind.HARD,
)


def read(content: bytes) -> Returned:
    """Never raises, whatever *content* is."""
    content = content[:MOST_BYTES]
    lower = content.lower()
    if lower.count(b"boundary=") + lower.count(b"message/") > _MOST_PARTS:
        return _PLAIN
    mail = message_from_bytes(content, policy=compat32)
    return _reported(mail) or _asked(mail) or _bounced(mail) or _answered(mail)


def _reported(mail: Message) -> Returned | None:
    """A standard report: RFC 3464 of delivery, or RFC 5965 (ARF) of a complaint."""
    complaint = _part(mail, "message/feedback-report")
    if complaint is not None:
        fields = next(iter(_blocks(complaint)), {})
        return _about(
            mail,
            kind=Kind.COMPLAINT,
            paths=[fields.get("original-mail-from", "")],
            detail={"feedback": fields.get("feedback-type", "")},
        )
    status = _part(mail, "message/delivery-status") or _part(
        mail, "message/global-delivery-status"
    )
    if status is None:
        return None
    message, *recipients = _blocks(status) or [{}]
    found = [
        (kind, block)
        for block in recipients or [message]
        if (kind := _kind_of(block)) is not None
    ]
    if not found:
        return None
    kind, block = min(found, key=lambda one: _MILDEST_FIRST.index(one[0]))
    return _about(
        mail,
        kind=kind,
        names=[message.get("original-envelope-id", "")],
        detail={
            "status": _code(block),
            "recipient": block.get("final-recipient", "").partition(";")[2],
            "answer": block.get("diagnostic-code", "").partition(";")[2],
            "by": message.get("reporting-mta", "").partition(";")[2],
        },
    )


def _kind_of(block: Mapping[str, str]) -> Kind | None:
    action = block.get("action", "").lower().split(" ")[0]
    if action in {"failed", "failure", "error"}:
        code = _code(block)
        hard = code.startswith("5") and not _SOFT_CODES.fullmatch(code)
        return Kind.HARD if hard else Kind.SOFT
    return {
        "delayed": Kind.DELAYED,
        "delivered": Kind.DELIVERED,
        "expanded": Kind.DELIVERED,
        "relayed": Kind.RELAYED,
    }.get(action)


def _code(block: Mapping[str, str]) -> str:
    """The enhanced code; where the field is a bare class, the server's words are finer."""
    given = _CODE.search(block.get("status", ""))
    spoken = _CODE.search(block.get("diagnostic-code", ""))
    if given and not given[1].endswith(".0.0"):
        return given[1]
    return spoken[1] if spoken else given[1] if given else ""


def _asked(mail: Message) -> Returned | None:
    """A mail that the `mailto:` of List-Unsubscribe wrote."""
    found = _UNSUBSCRIBE.search(_header(mail, "subject"))
    return found and Returned(kind=Kind.UNSUBSCRIBE, signed=found[1])


def _bounced(mail: Message) -> Returned | None:
    """A bounce that follows no standard, as flufl.bounce knows many of."""
    if _is_automatic_answer(mail):
        return None
    try:
        temporary, permanent = all_failures(mail)
    except Exception:  # noqa: BLE001 - its readers of old formats are not made for attacks
        return None
    if not temporary and not permanent:
        return None
    whole = _words(mail)
    code = _CODE.search(whole)
    soft = bool(code and (_SOFT_CODES.fullmatch(code[1]) or code[1][0] != "5"))
    return _about(
        mail,
        kind=Kind.SOFT if soft or not permanent else Kind.HARD,
        detail={
            "status": code[1] if code else "",
            "recipient": min(permanent or temporary).decode("ascii", "replace"),
        },
        names=_NAME.findall(" ".join(_NAMED.findall(whole))),
    )


def _answered(mail: Message) -> Returned:
    return Returned(kind=Kind.AUTOMATIC) if _is_automatic_answer(mail) else _PLAIN


def _is_automatic_answer(mail: Message) -> bool:
    submitted = _header(mail, "auto-submitted").lower()
    return (
        submitted.startswith("auto-replied")
        or _header(mail, "precedence").lower() == "auto_reply"
        or "x-autoreply" in mail
        or "x-autorespond" in mail
    )


def _about(
    mail: Message,
    *,
    kind: Kind,
    detail: Mapping[str, str],
    paths: Sequence[str] = (),
    names: Sequence[str] = (),
) -> Returned:
    """Gather what may name the message that came back."""
    returned = list(_returned_headers(mail))
    written_to = [value for name in _WRITTEN_TO for value in _headers(mail, name)]
    came_from = [value for one in returned for value in _headers(one, "return-path")]
    ids = [
        name
        for one in returned
        for value in _headers(one, "message-id")
        for name in _NAME.findall(value)
    ]
    return Returned(
        kind=kind,
        paths=_addresses([*written_to, *paths, *came_from]),
        names=tuple(name for name in [*names, *ids] if name)[:_MOST_ADDRESSES],
        detail={key: _clean(value) for key, value in detail.items() if value.strip()},
    )


def _returned_headers(mail: Message) -> Iterator[Message]:
    """The headers of each message inside: given back whole, or its headers alone."""
    for part in mail.walk():
        kind = part.get_content_type()
        inside = part.get_payload()
        if kind in {"message/rfc822", "message/global"} and isinstance(inside, list):
            yield from (one for one in inside if isinstance(one, Message))
        elif kind in {"text/rfc822-headers", "message/global-headers"}:
            yield message_from_bytes(_bytes(part), policy=compat32)


def _part(mail: Message, kind: str) -> Message | None:
    return next((part for part in mail.walk() if part.get_content_type() == kind), None)


def _blocks(part: Message) -> Sequence[Mapping[str, str]]:
    """The groups of fields of a report; the parser makes a message of each, or none."""
    inside = part.get_payload()
    if not isinstance(inside, list):
        text = _bytes(part).replace(b"\r\n", b"\n")
        inside = [
            message_from_bytes(group, policy=compat32) for group in text.split(b"\n\n")
        ]
    # Some servers leave an empty line inside a group, and some code the whole of it.
    return [
        {name.lower(): _clean(str(value)) for name, value in group.items()}
        for group in inside
        if isinstance(group, Message) and group.items()
    ] or _coded_blocks(part)


def _coded_blocks(part: Message) -> Sequence[Mapping[str, str]]:
    inside = part.get_payload()
    first = inside[0] if isinstance(inside, list) and inside else None
    if not isinstance(first, Message):
        return []
    holder = Message()
    holder["Content-Transfer-Encoding"] = str(
        part.get("content-transfer-encoding", "7bit")
    )
    holder.set_payload(str(first.get_payload()))
    groups = _bytes(holder).replace(b"\r\n", b"\n").split(b"\n\n")
    return [
        {name.lower(): _clean(str(value)) for name, value in group.items()}
        for group in (message_from_bytes(one, policy=compat32) for one in groups)
        if group.items()
    ]


def _words(mail: Message) -> str:
    """The first readable part, where a server of its own style tells its reasons."""
    for part in mail.walk():
        if part.get_content_maintype() == "text":
            return _bytes(part).decode("utf-8", "replace")
    return ""


def _bytes(part: Message) -> bytes:
    with contextlib.suppress(ValueError, LookupError, AssertionError):
        decoded = part.get_payload(decode=True)
        if isinstance(decoded, bytes):
            return decoded
    return b""


def _addresses(values: Sequence[str]) -> Sequence[str]:
    """Bare addresses; those that cannot be read fall away."""
    found: list[str] = []
    for value in values[:_MOST_ADDRESSES]:
        with contextlib.suppress(ValueError, IndexError, TypeError):
            found += [address for _, address in getaddresses([value[:1000]]) if address]
    return tuple(dict.fromkeys(found))[:_MOST_ADDRESSES]


def _headers(mail: Message, name: str) -> list[str]:
    return [str(value) for value in mail.get_all(name, [])]


def _header(mail: Message, name: str) -> str:
    return _clean(next(iter(_headers(mail, name)), ""))


def _clean(text: str) -> str:
    """One short line of printable signs; broken bytes are shown as broken."""
    shown = text.encode("utf-8", "replace").decode("utf-8")
    printable = (sign if sign.isprintable() else " " for sign in shown[:4000])
    return " ".join("".join(printable).split())[:_MOST_DETAIL]
