"""What an answer of the API means: by its status, its words and its headers, and nothing else."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from enum import StrEnum
from http import HTTPStatus

from core.wording import worded
from distributor.channels.base import ChannelFault
from distributor.channels.sendgrid.api import Answer

# After a fault that passes by itself.
SOON = timedelta(minutes=1)
_LONGEST = timedelta(hours=1)
# Smaller figures are seconds from now, larger ones seconds of the Unix clock.
_A_MOMENT = 1_000_000_000
_MOST_WORDS = 500


class Meaning(StrEnum):
    TAKEN = "taken"
    # Something in it is wrong: the request was refused as a whole.
    WRONG = "wrong"
    # The provider refused us, and took nothing.
    FAULT = "fault"
    # It may have been taken, or not.
    DOUBT = "doubt"


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    meaning: Meaning
    # For a person: what the provider said.
    words: str
    reference: str = ""
    # With WRONG: whether it is the letter, which is the same for all recipients.
    blames_letter: bool = False
    fault: ChannelFault | None = None


def judge(answer: Answer, *, stamp: datetime) -> Judged:
    """*stamp* is the machine's time. Only 202 is an acceptance, whoever else says yes."""
    if answer.status == HTTPStatus.ACCEPTED:
        return Judged(
            meaning=Meaning.TAKEN,
            words="202 Accepted",
            reference=answer.headers.get("x-message-id", ""),
        )
    said = words(answer)
    if answer.status in {HTTPStatus.BAD_REQUEST, HTTPStatus.REQUEST_ENTITY_TOO_LARGE}:
        return Judged(
            meaning=Meaning.WRONG, words=said, blames_letter=_blames_letter(answer)
        )
    if _in_doubt(answer.status):
        return Judged(
            meaning=Meaning.DOUBT, words=said, fault=_doubt(answer.status, said)
        )
    return Judged(
        meaning=Meaning.FAULT, words=said, fault=_refusal(answer, said, stamp)
    )


def words(answer: Answer) -> str:
    """The provider's own words, with the status; short, and on one line."""
    said = "; ".join(message for message, _ in _errors(answer))
    if not said:
        kind = answer.headers.get("content-type", "").partition(";")[0]
        said = f"an answer of {len(answer.body)} bytes of {kind or 'no type'}"
    return f"{answer.status} {' '.join(said.split())}"[:_MOST_WORDS]


def _in_doubt(status: int) -> bool:
    return (
        status < HTTPStatus.MULTIPLE_CHOICES
        or status >= HTTPStatus.INTERNAL_SERVER_ERROR
        or status == HTTPStatus.REQUEST_TIMEOUT
    )


def _doubt(status: int, said: str) -> ChannelFault:
    if status < HTTPStatus.MULTIPLE_CHOICES:
        return ChannelFault(
            worded(
                "Something answers in SendGrid's place (%(said)s). Check the channel's host, and "
                "whether a proxy stands between, then resume.",
                said=said,
            ),
            again_after=None,
        )
    return ChannelFault(
        worded(
            "SendGrid is in trouble (%(said)s). It is tried again by itself.", said=said
        ),
        again_after=SOON,
    )


def _refusal(answer: Answer, said: str, stamp: datetime) -> ChannelFault:
    if answer.status == HTTPStatus.TOO_MANY_REQUESTS:
        return ChannelFault(
            worded(
                "SendGrid asks us to slow down (%(said)s). It goes on by itself.",
                said=said,
            ),
            again_after=_pause(answer, stamp),
        )
    if answer.status == HTTPStatus.UNAUTHORIZED:
        return ChannelFault(
            worded(
                "SendGrid does not know our key (%(said)s). Give the channel a valid key, then "
                "resume.",
                said=said,
            ),
            again_after=None,
        )
    if answer.status == HTTPStatus.FORBIDDEN:
        return ChannelFault(
            worded(
                "SendGrid does not let our key send this (%(said)s). Give the key the right to "
                "send mail and check that the sender's address is verified, then resume.",
                said=said,
            ),
            again_after=None,
        )
    return ChannelFault(
        worded(
            "SendGrid refuses our request (%(said)s). Check the channel's host, then resume.",
            said=said,
        ),
        again_after=None,
    )


def _pause(answer: Answer, stamp: datetime) -> timedelta:
    """How long a 429 asks us to wait: from a second to an hour."""
    asked = SOON
    for name in ("retry-after", "x-ratelimit-reset"):
        given = answer.headers.get(name, "").strip()
        if given:
            asked = _until(given, stamp)
            break
    return min(max(asked, timedelta(seconds=1)), _LONGEST)


def _until(given: str, stamp: datetime) -> timedelta:
    try:
        seconds = float(given)
        if seconds > _A_MOMENT:
            seconds -= stamp.timestamp()
        return timedelta(seconds=seconds)
    except (ValueError, OverflowError):
        pass
    try:
        return parsedate_to_datetime(given) - stamp
    except (ValueError, TypeError):
        return SOON


def _blames_letter(answer: Answer) -> bool:
    """Too large, or every field that is named lies outside the recipients' parts."""
    if answer.status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        return True
    fields = [field for _, field in _errors(answer)]
    return bool(fields) and all(
        field and not field.startswith("personalizations") for field in fields
    )


def _errors(answer: Answer) -> list[tuple[str, str]]:
    """Each error's words and the field it names; nothing when it is not the API's form."""
    try:
        told = json.loads(answer.body)
        return [
            (str(error["message"]), str(error.get("field") or ""))
            for error in told["errors"]
        ]
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return []
