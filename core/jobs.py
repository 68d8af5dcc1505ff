"""A job: what a half does by the clock. The plan is rows; a job is an idempotent tick."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Share:
    """One of *of* parts of what a job has to do, counted from 0."""

    number: int
    of: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Shares:
    """How several workers do one job side by side. Leases keep them apart at any rate."""

    # Which of so many shares have something due that nobody does yet.
    due: Callable[[int], Collection[int]]
    # Does what is due of one share; answers how much it did.
    run: Callable[[Share], int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """Any number of workers may run it, any restart may cut it off, and no harm is done."""

    name: str
    # Machine time between two ticks.
    every: timedelta
    # Does what is due; answers how much it did.
    run: Callable[[], int]
    # Office time at which something falls due next; the past when something is due or in
    # progress now, None when nothing is planned. A rehearsal's clock never runs past it.
    next_due: Callable[[], datetime | None]
    # How many ticks may run at once in one process: a second one begins while the first
    # waits for a site that does not answer.
    at_once: int = 1
    # Asks a tick that is running to end with what is in progress, and to begin no more.
    end: Callable[[], None] = lambda: None
    # What a fleet hands out of it; None when one worker does it whole.
    shares: Shares | None = None
