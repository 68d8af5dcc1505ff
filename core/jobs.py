"""A job: what a half does by the clock. The plan is rows; a job is an idempotent tick."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta


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
