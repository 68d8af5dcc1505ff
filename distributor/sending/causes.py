"""Causes: a delivery's state and the words of a server -> what went wrong, in one of a few kinds.

Enhanced codes (RFC 3463) decide where there are any, the plain ones of RFC 5321 else.
"""

import re
from enum import StrEnum
from typing import Final

from distributor.states import Because, DeliveryState


class Cause(StrEnum):
    NO_SUCH_ADDRESS = "no-such-address"
    MAILBOX_FULL = "mailbox-full"
    TOO_BIG = "too-big"
    # The recipient's server does not want it: reputation, signatures, content.
    UNWANTED = "unwanted"
    COMPLAINT = "complaint"
    LATER = "later"
    DEADLINE = "deadline"
    DOUBT = "doubt"
    OTHER = "other"


# The states in which something went wrong, or has not gone right yet.
FAULTY: Final = (
    DeliveryState.REFUSED,
    DeliveryState.BOUNCED,
    DeliveryState.COMPLAINED,
    DeliveryState.UNSURE,
    DeliveryState.WAITING,
    DeliveryState.HELD,
)
_BY_STATE: Final = {
    DeliveryState.COMPLAINED: Cause.COMPLAINT,
    DeliveryState.UNSURE: Cause.DOUBT,
}
_ENHANCED: Final = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?![\d.])")
_PLAIN: Final = re.compile(r"(?<![\d.])([45]\d\d)(?![\d.])")
_EXACT: Final = {
    ("2", "1"): Cause.NO_SUCH_ADDRESS,
    ("2", "2"): Cause.MAILBOX_FULL,
    ("2", "3"): Cause.TOO_BIG,
    ("3", "4"): Cause.TOO_BIG,
}
_BY_SUBJECT: Final = {"1": Cause.NO_SUCH_ADDRESS, "7": Cause.UNWANTED}
_BY_CODE: Final = {
    "550": Cause.NO_SUCH_ADDRESS,
    "551": Cause.NO_SUCH_ADDRESS,
    "552": Cause.MAILBOX_FULL,
    "553": Cause.NO_SUCH_ADDRESS,
    "554": Cause.UNWANTED,
    "571": Cause.UNWANTED,
}


def cause(state: str, reason: str) -> Cause:
    """What kept this delivery from arriving, as far as its words tell."""
    by_state = _BY_STATE.get(DeliveryState(state))
    if by_state is not None:
        return by_state
    if reason == Because.DEADLINE:
        return Cause.DEADLINE
    enhanced, plain = _ENHANCED.search(reason), _PLAIN.search(reason)
    told = _told(enhanced) if enhanced else _BY_CODE.get(plain[1] if plain else "")
    passes = (enhanced[1] if enhanced else plain[1][0] if plain else "") == "4"
    if told is Cause.MAILBOX_FULL or (told is not None and not passes):
        return told
    return Cause.LATER if passes or state == DeliveryState.WAITING else Cause.OTHER


def _told(code: re.Match[str]) -> Cause | None:
    return _EXACT.get((code[2], code[3])) or _BY_SUBJECT.get(code[2])
