"""The frequency cap: when a contact was mailed -> whether one more message is too many."""

from collections.abc import Sequence
from datetime import datetime, timedelta


def too_often(
    sent_at: Sequence[datetime], *, now: datetime, cap_messages: int, cap_days: int
) -> bool:
    """Whether a message at *now* would be more than *cap_messages* in *cap_days*; 0 caps none."""
    if not cap_messages:
        return False
    since = now - timedelta(days=cap_days)
    return sum(since < moment <= now for moment in sent_at) >= cap_messages
