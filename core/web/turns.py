"""Who may ask next: one at a time for each domain, so many at once in all.

Lives in the loop's thread. Whoever waits for a domain takes no place from another; lines
(calls of `each`) take turns, so that one with thousands of asks does not hold up another.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable

from core.clock import Timer
from core.web.line import Job, Line
from core.web.pace import Pace

Wait = Callable[[float], Awaitable[None]]


class Turns:
    def __init__(self, pace: Pace, *, timer: Timer, wait: Wait, most: int) -> None:
        self._pace = pace
        self._timer = timer
        self._wait = wait
        self._most = most
        self._active = 0
        # The domains somebody is at or goes to next, and who waits behind.
        self._behind: dict[str, deque[Job]] = {}
        # Domains where somebody of another line waits behind.
        self._pressed: set[str] = set()
        self._lines: deque[Line] = deque()
        self._waits: set[asyncio.Task[None]] = set()

    def queue(self, job: Job) -> None:
        """Let *job* know when it is its turn."""
        seconds = self._pace.resting_for(job.domain, self._timer.monotonic())
        if seconds > 0:
            job.rested(seconds)
            return
        behind = self._behind.get(job.domain)
        if behind is None:
            self._behind[job.domain] = deque()
            self._plan(job)
        else:
            job.line.asleep += 1
            self._line_up(behind, job)

    def end(self, domain: str) -> None:
        """The turn at *domain* is over."""
        self._active -= 1
        self._next(domain)
        self.pump()

    def is_wanted(self, domain: str) -> bool:
        """Whether somebody waits behind."""
        return bool(self._behind.get(domain))

    def rest(self, domain: str, asked: float | None) -> None:
        """Nobody else asks *domain* for a while: it said 429."""
        now = self._timer.monotonic()
        self._pace.rest(domain, now, asked)
        behind = self._behind.get(domain)
        seconds = self._pace.resting_for(domain, now)
        while behind:
            job = behind.popleft()
            job.line.asleep -= 1
            if not job.is_dead:
                job.rested(seconds)

    def pump(self) -> None:
        """Start whoever is ready, as long as there is a place."""
        stalled = 0
        while self._active < self._most and stalled < len(self._lines):
            line = self._lines[0]
            self._lines.rotate(-1)
            job = self._ready_of(line)
            if job is None:
                stalled += 1
                continue
            stalled = 0
            if not line.ready:
                self._lines.pop()
            self._start(job)

    def close(self) -> None:
        for wait in self._waits:
            wait.cancel()

    def _line_up(self, behind: deque[Job], job: Job) -> None:
        if job.line.is_urgent:
            # A person, or the caller of a line, waits for this one alone.
            behind.appendleft(job)
        else:
            behind.append(job)
        self._pressed.add(job.domain)

    def _ready_of(self, line: Line) -> Job | None:
        """The next of *line* that may start; none when the caller must take bodies first."""
        if not line.is_full() or line.is_stopped:
            return line.ready.popleft()
        line.is_stalled = True
        if not line.is_full():
            # The caller took some meanwhile: it wakes us only after this flag.
            return line.ready.popleft()
        for job in line.ready:
            # It bars its domain. The one behind may be what the caller of this very line
            # waits for before it takes more: neither would ever go on.
            if job.domain in self._pressed:
                line.ready.remove(job)
                return job
        return None

    def _start(self, job: Job) -> None:
        if job.is_dead:
            self._next(job.domain)
            return
        self._active += 1
        self._pace.begin(job.domain, self._timer.monotonic())
        job.granted()

    def _next(self, domain: str) -> None:
        behind = self._behind[domain]
        while behind:
            job = behind.popleft()
            job.line.asleep -= 1
            if not job.is_dead:
                self._plan(job)
                return
        del self._behind[domain]
        self._pressed.discard(domain)

    def _plan(self, job: Job) -> None:
        seconds = self._pace.ready_in(job.domain, self._timer.monotonic())
        if seconds <= 0 or not job.is_paced:
            self._ready(job)
            return
        job.line.asleep += 1
        wait = asyncio.ensure_future(self._later(job, seconds))
        self._waits.add(wait)
        wait.add_done_callback(self._waits.discard)

    async def _later(self, job: Job, seconds: float) -> None:
        await self._wait(seconds)
        job.line.asleep -= 1
        self._ready(job)
        self.pump()

    def _ready(self, job: Job) -> None:
        line = job.line
        if not line.ready:
            self._lines.append(line)
        line.ready.append(job)
