"""Batches of mail that the provider keeps for its hour: named before, cancelled after (S7)."""

import json
from datetime import datetime
from enum import StrEnum
from http import HTTPStatus

from core.wording import worded
from distributor.channels.base import ChannelFault
from distributor.channels.sendgrid.answers import SOON, judge, words
from distributor.channels.sendgrid.api import Answer, AnswerLost, Api, NotSent


class Cancelled(StrEnum):
    """What became of the wish to cancel a batch."""

    # Certainly: none of it will leave.
    YES = "yes"
    # Certainly not: too late, or too many are cancelled already.
    NO = "no"
    # Not known: asking again does no harm.
    LATER = "later"


def new_batch(api: Api, *, stamp: datetime) -> str:
    """A name under which mail can be cancelled. Raises ChannelFault: nothing was sent yet."""
    try:
        answer = api.post("mail/batch", None)
    except (NotSent, AnswerLost) as error:
        raise ChannelFault(
            worded(
                "SendGrid gives no batch: %(error)s. It is tried again by itself.",
                error=str(error),
            ),
            again_after=SOON,
        ) from error
    if answer.status == HTTPStatus.CREATED:
        name = _read(answer, "batch_id")
        if name:
            return name
    raise judge(answer, stamp=stamp).fault or ChannelFault(
        worded(
            "SendGrid gives no batch (%(said)s). It is tried again by itself.",
            said=words(answer),
        ),
        again_after=SOON,
    )


def cancel(api: Api, name: str) -> tuple[Cancelled, str]:
    """Cancel a batch, as often as wished; answers with the provider's words."""
    try:
        answer = api.post(
            "user/scheduled_sends", {"batch_id": name, "status": "cancel"}
        )
        if answer.status == HTTPStatus.CREATED:
            return Cancelled.YES, words(answer)
        if answer.status == HTTPStatus.BAD_REQUEST:
            # So it says too when the batch is cancelled already, as after a crash of ours.
            known = api.get(f"user/scheduled_sends/{name}")
            if _is_cancelled(known):
                return Cancelled.YES, words(known)
            return Cancelled.NO, words(answer)
    except (NotSent, AnswerLost) as error:
        return Cancelled.LATER, str(error)
    return Cancelled.LATER, words(answer)


def _is_cancelled(answer: Answer) -> bool:
    if answer.status != HTTPStatus.OK:
        return False
    try:
        told = json.loads(answer.body)
    except ValueError:
        return False
    rows = told if isinstance(told, list) else [told]
    return any(isinstance(row, dict) and row.get("status") == "cancel" for row in rows)


def _read(answer: Answer, name: str) -> str:
    try:
        told = json.loads(answer.body)
    except ValueError:
        return ""
    return str(told.get(name, "")) if isinstance(told, dict) else ""
