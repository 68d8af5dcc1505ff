"""Schedule: whether a dispatch may leave now, and when a delivery is tried again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from core.wording import worded

# Greylisting servers accept after 1 to 15 minutes; an outage of theirs lasts hours.
_FIRST_BACK_OFF = timedelta(minutes=2)
_LONGEST_BACK_OFF = timedelta(hours=2)


class Step(StrEnum):
    WAIT = "wait"
    START = "start"
    HOLD = "hold"


_BROKEN = worded(
    "The release, the mail templates or the sender changed after it was planned. "
    "Stop it and plan it again."
)
_BROKEN_BODY = worded(
    "What it sends, the sender or its recipients changed after it was planned. "
    "Stop it and send it anew."
)
UNAPPROVED = worded(
    "Nobody approved it. Have a second person approve it, and it leaves when its undo "
    "window ends."
)
RESTORED = worded(
    "The database is older than what this office has sent: it was restored from a backup. "
    "Compare with the mail server's or the provider's log, then resume or stop this dispatch."
)
# Planned mode (S7): how early a provider is given what it is to send, and until when; ten
# minutes before its hour a batch can no longer be called back.
HAND_OVER_BEFORE = timedelta(hours=24)
HAND_OVER_UNTIL = timedelta(minutes=15)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is known of a planned dispatch. `approved` is true where approval is off."""

    due_at: datetime
    embargo_at: datetime | None
    sealed: bool
    approved: bool
    # Where the newest zone rules put the same wall time.
    due_by_rules: datetime
    channel_open: bool
    # Nothing leaves before, and waiting for it is not being late.
    undo_until: datetime | None = None
    # The amber findings that nobody has accepted.
    unwaived: Sequence[str] = ()
    rules_current: bool = True
    # Whether anybody is left to send it to.
    reaches: bool = True
    # Handed to a provider early, with the hour to send it at.
    early: bool = False
    # An edition or a notice: what it sends is its own, and no release.
    composed: bool = False
    # When the office was last restored from a backup.
    restored_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    step: Step
    reason: str = ""


def decide(plan: Plan, *, now: datetime, grace: timedelta) -> Decision:
    """Start only what is due, sealed, approved, out of embargo and not too late."""
    if plan.due_by_rules != plan.due_at:
        return Decision(
            step=Step.HOLD,
            reason=worded(
                "The clocks of its zone were changed: %(was)s UTC is now %(moved)s UTC. Resume it if that is right.",
                was=f"{plan.due_at:%Y-%m-%d %H:%M}",
                moved=f"{plan.due_by_rules:%Y-%m-%d %H:%M}",
            ),
        )
    early = plan.early and may_hand_over(plan.due_at, now=now)
    opens_at = max(plan.due_at, plan.undo_until or plan.due_at)
    if now < (plan.undo_until or now) or (now < opens_at and not early):
        return Decision(step=Step.WAIT)
    doubt = doubt_of(plan, now=now)
    if doubt:
        # Until its own hour, an early one waits for what is missing.
        return (
            Decision(step=Step.WAIT)
            if early
            else Decision(step=Step.HOLD, reason=doubt)
        )
    may_have_left = _may_have_left(plan)
    if may_have_left or now > opens_at + grace:
        reason = RESTORED if may_have_left else lateness(plan.due_at, now=now)
        return Decision(step=Step.HOLD, reason=reason)
    return Decision(step=Step.START)


def _may_have_left(plan: Plan) -> bool:
    """Planned anew after a restore, for an hour at which the lost database may have sent it."""
    if plan.restored_at is None:
        return False
    earliest = plan.due_at - HAND_OVER_BEFORE if plan.early else plan.due_at
    return earliest <= plan.restored_at


def lateness(due_at: datetime, *, now: datetime) -> str:
    minutes = int((now - due_at).total_seconds() // 60)
    return worded(
        "It is %(minutes)s min late. Resume it to send it now, or stop it.",
        minutes=minutes,
    )


def may_hand_over(due_at: datetime, *, now: datetime) -> bool:
    """Whether a provider may be given now what it is to send at *due_at*."""
    return due_at - HAND_OVER_BEFORE <= now <= due_at - HAND_OVER_UNTIL


def doubt_of(plan: Plan, *, now: datetime) -> str:
    """Why even a person may not start this now; empty when they may."""
    leaves_at = max(now, plan.due_at) if plan.early else now
    doubts = (
        (
            plan.embargo_at is not None and leaves_at < plan.embargo_at,
            worded("Its embargo has not ended. Resume it after the embargo."),
        ),
        (
            not plan.sealed,
            _BROKEN_BODY if plan.composed else _BROKEN,
        ),
        (
            not plan.approved,
            UNAPPROVED,
        ),
        (
            bool(plan.unwaived),
            worded(
                "Nobody accepted what the checks found: %(checks)s. Accept it with `parution dispatch waive`, then resume it.",
                checks=", ".join(plan.unwaived),
            ),
        ),
        (
            not plan.channel_open,
            worded("Its channel is not set up here. Set it up, then resume it."),
        ),
        (
            not plan.rules_current,
            worded(
                "The time-zone data is too old to send by. Install newer data, then resume it."
            ),
        ),
        (
            not plan.reaches,
            worded(
                "Nobody is left to send it to: all were suppressed meanwhile. Stop it."
            ),
        ),
    )
    return next((sentence for is_so, sentence in doubts if is_so), "")


def back_off(attempts: int, *, chance: float) -> timedelta:
    """How long to wait after so many attempts: doubling, with a quarter of jitter."""
    doubled = min(_FIRST_BACK_OFF * (1 << min(attempts - 1, 10)), _LONGEST_BACK_OFF)
    return doubled * (0.75 + chance / 2)


def next_try(
    attempts: int, *, now: datetime, deadline_at: datetime, chance: float
) -> datetime | None:
    """When to try again; None when that would be past the deadline."""
    due_at = now + back_off(attempts, chance=chance)
    return due_at if due_at < deadline_at else None
