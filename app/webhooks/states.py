"""What may become of a call, and when it is tried again. Decides."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final


class CallState(StrEnum):
    WAITING = "waiting"
    DONE = "done"
    # Not taken for a day, or its webhook was ended.
    FAILED = "failed"


GIVEN_UP_AFTER: Final = timedelta(hours=24)
# After the first, second ... attempt; the last one again and again.
_PAUSES: Final = tuple(
    timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 120, 240)
)
# Half a pause more or less, so that what failed together does not come back together.
_JITTER: Final = 0.5


def next_try(
    *, attempts: int, made_at: datetime, now: datetime, chance: float
) -> datetime | None:
    """When to try again after *attempts*; None when it is given up."""
    pause = _PAUSES[min(attempts, len(_PAUSES)) - 1]
    at = now + pause * (1 - _JITTER / 2 + _JITTER * chance)
    return at if at - made_at < GIVEN_UP_AFTER else None
