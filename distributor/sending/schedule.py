"""Schedule: whether a dispatch may leave now, and when a delivery is tried again."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

# Greylisting servers accept after 1 to 15 minutes; an outage of theirs lasts hours.
_FIRST_BACK_OFF = timedelta(minutes=2)
_LONGEST_BACK_OFF = timedelta(hours=2)


class Step(StrEnum):
    WAIT = "wait"
    START = "start"
    HOLD = "hold"


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    step: Step
    reason: str = ""


def decide(plan: Plan, *, now: datetime, grace: timedelta) -> Decision:
    """Start only what is due, sealed, approved, out of embargo and not too late."""
    if plan.due_by_rules != plan.due_at:
        return Decision(
            step=Step.HOLD,
            reason=f"The clocks of its zone were changed: {plan.due_at:%Y-%m-%d %H:%M} UTC "
            f"is now {plan.due_by_rules:%Y-%m-%d %H:%M} UTC. Resume it if that is right.",
        )
    if now < plan.due_at:
        return Decision(step=Step.WAIT)
    doubt = doubt_of(plan, now=now)
    if doubt:
        return Decision(step=Step.HOLD, reason=doubt)
    if now > plan.due_at + grace:
        minutes = int((now - plan.due_at).total_seconds() // 60)
        return Decision(
            step=Step.HOLD,
            reason=f"It is {minutes} minutes late. Resume it to send it now, or stop it.",
        )
    return Decision(step=Step.START)


def doubt_of(plan: Plan, *, now: datetime) -> str:
    """Why even a person may not start this now; empty when they may."""
    if plan.embargo_at is not None and now < plan.embargo_at:
        return "Its embargo has not ended. Resume it after the embargo."
    if not plan.sealed:
        return (
            "The release, the mail templates or the sender changed after it was planned. "
            "Stop it and plan it again."
        )
    if not plan.approved:
        return "Nobody approved it. Have a second person approve it, then resume it."
    if not plan.channel_open:
        return "Its channel is not set up here. Set it up, then resume it."
    return ""


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
