"""How far a fleet goes: the busiest hour of up to 1,000,000 sources on up to 32 workers.

    python tests/bench/fleet_simulation.py [SOURCES WORKERS]

A discrete-event simulation of the fleet's real rules (ticks, shares, claims, the one lock on
stories) with the CPU costs that `make bench ONLY=fleet` measures. It is the same at each run.
What it assumes stands in `Office`; waiting for sites takes no core and is left out.
"""

import heapq
import itertools
import sys
from collections import deque
from dataclasses import dataclass, field

SECONDS = 3600
MATRIX = (1_000, 10_000, 100_000, 1_000_000)
FLEETS = (1, 2, 4, 8, 16, 32)
# Ticks and claims as in monitor/jobs.py, monitor/pipeline.py, reading.py, sifting.py.
TICK = {"poll": 5, "read": 5, "sift": 2}
CLAIM = {"poll": 50, "read": 50, "sift": 25}
AT_ONCE = {"poll": 2, "read": 2, "sift": 1}


@dataclass(frozen=True)
class Office:
    """What is assumed of the sources, and of the machines."""

    # How many of the sources, and how many entries a day each has. An interval follows the
    # source's own gap, between 15 minutes and a day by day, an hour at night.
    sources: tuple = ((0.05, 60), (0.25, 10), (0.70, 1))
    # How much more than the day's mean falls due in its busiest hour.
    peak: float = 2.0
    postgres_cores: int = 8
    # Milliseconds of PostgreSQL for each claim, whatever it finds.
    claim: float = 5.0
    # CPU milliseconds for each one: of a worker, of PostgreSQL, and while nobody else may.
    poll: tuple = (2.3, 0.7, 0.0)
    read: tuple = (33.0, 1.5, 0.0)
    sift: tuple = (7.5, 3.4, 4.3)

    def polls_a_day(self):
        return sum(
            share * max(1, min(entries, 16 * 4) * 16 / 24 + min(entries / 3, 8))
            for share, entries in self.sources
        )

    def entries_a_day(self):
        return sum(share * entries for share, entries in self.sources)


@dataclass
class Fleet:
    """The state of one hour."""

    office: Office
    sources: int
    workers: int
    shares: int = 16
    # When each is free again, in seconds.
    postgres: list = field(default_factory=list)
    stories: float = 0.0
    busy: dict = field(
        default_factory=lambda: {"workers": 0.0, "postgres": 0.0, "stories": 0.0}
    )
    done: dict = field(default_factory=lambda: {kind: [] for kind in TICK})

    def __post_init__(self):
        self.shares = max(16, 2 * self.workers)
        self.postgres = [0.0] * self.office.postgres_cores
        self.waiting = {kind: [deque() for _ in range(self.shares)] for kind in TICK}
        self.handed = deque()
        self.running = {kind: [0] * self.shares for kind in TICK}
        self.is_handed = {kind: [False] * self.shares for kind in TICK}
        self.idle = self.workers
        self.events = []
        self.number = itertools.count()

    def at(self, time, what, *given):
        heapq.heappush(self.events, (time, next(self.number), what, given))

    def run(self):
        for kind, every in TICK.items():
            self.at(0.0, self.tick, kind, every)
        a_tick = (
            self.sources * self.office.polls_a_day() / 86_400 * self.office.peak
        ) * TICK["poll"]
        self.at(0.0, self.fall_due, a_tick, 0.0)
        while self.events and self.events[0][0] < SECONDS:
            time, _, what, given = heapq.heappop(self.events)
            what(time, *given)
        return self

    def fall_due(self, time, count, rest):
        """So many sources fall due in each tick, spread over the shares in turn."""
        whole = int(count + rest)
        first = int(time / TICK["poll"])
        for share in range(self.shares):
            number = (whole + (share + first) % self.shares) // self.shares
            if number:
                self.waiting["poll"][share].append([time, number])
        self.at(time + TICK["poll"], self.fall_due, count, count + rest - whole)

    def tick(self, time, kind, every):
        for share in range(self.shares):
            if (
                self.waiting[kind][share]
                and not self.is_handed[kind][share]
                and self.running[kind][share] < AT_ONCE[kind]
            ):
                self.is_handed[kind][share] = True
                self.handed.append((kind, share))
        self.take(time)
        self.at(time + every, self.tick, kind, every)

    def take(self, time):
        while self.idle and self.handed:
            kind, share = self.handed.popleft()
            self.is_handed[kind][share] = False
            self.running[kind][share] += 1
            self.idle -= 1
            self.batch(time, kind, share)

    def batch(self, time, kind, share):
        """One claim: what it costs whom, and what comes of it; then the next."""
        claimed = self.claim(kind, share)
        if not claimed:
            self.running[kind][share] -= 1
            self.idle += 1
            self.take(time)
            return
        count = sum(number for _, number in claimed)
        own, asked, alone = (each * count / 1000 for each in getattr(self.office, kind))
        asked += self.office.claim / 1000
        end = max(time + own, self.ask(time, asked))
        if alone:
            begin = max(time + own - alone, self.stories)
            self.stories = begin + alone
            end = max(end, self.stories)
        for name, spent in zip(self.busy, (own, asked, alone), strict=True):
            self.busy[name] += spent
        self.done[kind] += [(end - due, number) for due, number in claimed]
        self.at(end, self.follow, kind, share, count)
        self.at(end, self.batch, kind, share)

    def claim(self, kind, share):
        claimed, room, queue = [], CLAIM[kind], self.waiting[kind][share]
        while queue and room:
            due, number = queue[0]
            taken = min(number, room)
            room -= taken
            claimed.append((due, taken))
            if taken == number:
                queue.popleft()
            else:
                queue[0][1] -= taken
        return claimed

    def ask(self, time, seconds):
        free = heapq.heappop(self.postgres)
        end = max(time, free) + seconds
        heapq.heappush(self.postgres, end)
        return end

    def follow(self, time, kind, share, count):
        """Entries of a poll are pages to read; a page that was read is to be sifted."""
        if kind == "poll":
            entries = count * self.office.entries_a_day() / self.office.polls_a_day()
            self.waiting["read"][share].append([time, max(1, round(entries))])
        elif kind == "read":
            self.waiting["sift"][share].append([time, count])

    def late(self, kind):
        """Below how many seconds 95 of 100 were done."""
        rows = sorted(self.done[kind])
        total, seen = sum(number for _, number in rows), 0
        for delay, number in rows:
            seen += number
            if seen >= 0.95 * total:
                return delay
        return 0.0

    def left(self):
        return sum(
            number
            for kind in TICK
            for queue in self.waiting[kind]
            for _, number in queue
        )

    def shares_of_time(self):
        return {
            "workers": self.busy["workers"] / SECONDS / self.workers,
            "postgres": self.busy["postgres"] / SECONDS / self.office.postgres_cores,
            "stories": self.busy["stories"] / SECONDS,
        }


def row(sources, workers):
    fleet = Fleet(Office(), sources, workers).run()
    shares = fleet.shares_of_time()
    fullest = max(shares, key=shares.get)
    asked = sum(number for _, number in fleet.done["poll"])
    keeps_up = fleet.left() < max(50, asked // 20) and fleet.late("poll") < 60
    return (
        f"{sources:>9} {workers:>7} {asked / SECONDS:>8.1f} {fleet.late('poll'):>9.1f}"
        f" {fleet.late('sift'):>9.1f}"
        + "".join(f" {shares[name]:>9.0%}" for name in shares)
        + f"  {'keeps up' if keeps_up else 'falls behind: ' + fullest}"
    )


def main(*given):
    office = Office()
    print(  # noqa: T201
        f"polls a day and source {office.polls_a_day():.1f}, entries {office.entries_a_day():.1f};"
        f" the busiest hour has {office.peak} times the mean"
    )
    print(  # noqa: T201
        "  sources workers  polls/s  poll p95  sift p95   workers  postgres   stories"
    )
    cells = [tuple(map(int, given))] if given else itertools.product(MATRIX, FLEETS)
    for sources, workers in cells:
        print(row(sources, workers), flush=True)  # noqa: T201


if __name__ == "__main__":
    main(*sys.argv[1:])
