"""How each job runs in a fleet: the one table, and what it makes of a tick."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final

from core.settings import Fleet, Settings


class Where(StrEnum):
    """Who does what a tick finds."""

    # Whoever is free: in shares, as many at once as there are.
    SPREAD = "spread"
    # One worker of the fleet, once in each `every`.
    ONCE = "once"
    # Each worker for itself: what it does is about this process or this host.
    HERE = "here"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    where: Where
    # Into how many shares the fleet's settings divide it.
    shares: Callable[[Fleet], int] = lambda _: 1
    # How many runs of one share may go on at once: a second one begins while the first
    # waits for a site that does not answer.
    at_once: int = 1
    # Whether it begins as soon as it is handed out, and not within a second.
    urgent: bool = False
    # Whether this host is one that can do it.
    able: Callable[[Settings], bool] = lambda _: True


_ONCE: Final = Rule(where=Where.ONCE)

RULES: Final[Mapping[str, Rule]] = {
    # A dispatch is shared by all who send: each takes leases on what nobody holds.
    "send": Rule(where=Where.SPREAD, shares=lambda fleet: fleet.senders, urgent=True),
    # A share of these is some outlets, so that a site is asked by one worker at a time.
    "poll": Rule(where=Where.SPREAD, shares=lambda fleet: fleet.shares, at_once=2),
    "read": Rule(where=Where.SPREAD, shares=lambda fleet: fleet.shares, at_once=2),
    "sift": Rule(where=Where.SPREAD, shares=lambda fleet: fleet.shares),
    "look-back": _ONCE,
    "by-lines": _ONCE,
    "alert": _ONCE,
    "forget": _ONCE,
    # One mailbox, one reader.
    "letters": _ONCE,
    "bounces": _ONCE,
    "corrections": _ONCE,
    "withdrawals": _ONCE,
    "suppressions": _ONCE,
    "forget-guests": _ONCE,
    # Editions and notices are claimed by rows as well; once saves composing them twice.
    "review": _ONCE,
    "notices": _ONCE,
    "journal": _ONCE,
    "retention": _ONCE,
    "legal": _ONCE,
    "webhook-events": _ONCE,
    "webhooks": Rule(where=Where.ONCE, at_once=3),
    # A folder is this host's: who has none neither makes the backup nor is asked to.
    "backup": Rule(
        where=Where.ONCE,
        able=lambda settings: bool(
            settings.backup.folder or settings.backup.store.bucket
        ),
    ),
    # Each host keeps the ledger of the erased in its own data folder.
    "ledgers": Rule(where=Where.HERE),
    # What this process did, and how this machine is.
    "pulse": Rule(where=Where.HERE),
    "standing": Rule(where=Where.HERE),
    "ping": Rule(where=Where.HERE),
}
# One that nobody wrote down is safe anywhere: any number of workers may tick.
ANY: Final = Rule(where=Where.HERE)


@dataclass(frozen=True, slots=True)
class Queued:
    """A share that was handed out: it waits for a worker, or one is at it."""

    share: int
    is_running: bool


def to_hand_out(
    due: Collection[int], queued: Sequence[Queued], *, at_once: int
) -> Sequence[int]:
    """The due shares that nobody waits to take, and that fewer than *at_once* are at."""
    waiting = {one.share for one in queued if not one.is_running}
    running = [one.share for one in queued if one.is_running]
    return [
        share
        for share in sorted(due)
        if share not in waiting and running.count(share) < at_once
    ]


def end_of_turn(stamp: datetime, every: timedelta) -> datetime:
    """When the stretch of *every* ends that *stamp* is in: the same for every host.

    Whoever ticks in it hands out the same run, so that a fleet does it once.
    """
    began = datetime(1970, 1, 1, tzinfo=UTC)
    return began + ((stamp - began) // every + 1) * every


@dataclass(frozen=True, slots=True)
class Run:
    """A run as the queue knows it: which one, and who is said to be at it."""

    id: int
    worker: int | None


def left_lying(
    running: Sequence[Run],
    *,
    workers: Collection[int],
    at_it: Collection[int],
    seen: Collection[int],
) -> tuple[Sequence[Run], Collection[int]]:
    """The runs that this process's *workers* are said to be at and are not, and all such.

    A run is begun in the rows before this process knows of it, and ended here before it is
    ended there: only one that was *seen* so before, too, was left lying. That happens when
    the database goes away at the moment in which its end is written.
    """
    strange = [run for run in running if run.worker in workers and run.id not in at_it]
    return [run for run in strange if run.id in seen], {run.id for run in strange}
