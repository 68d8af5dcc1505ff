"""What one ask causes: its turn, the robots file, the page, its redirects.

Lives in the loop's thread. A visit never waits for another while it has a turn, so that two
domains whose files redirect to each other cannot lock.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from core.clock import Timer
from core.errors import (
    FetchFailed,
    FetchRefused,
    Resting,
    TimedOut,
    TooManyRedirects,
)
from core.settings import Fetch
from core.web import address, robots
from core.web.address import Target
from core.web.body import Cap
from core.web.courier import REDIRECTS, Courier
from core.web.errand import Errand, headers_for, joined
from core.web.line import Line
from core.web.pace import Pace, retry_after
from core.web.robots import Rules, Shelf, rules_of
from core.web.turns import Turns
from core.web.values import Answer, Ask, Fetched, Hop
from core.wording import worded

_MOST_HOPS = 5
_TOO_MANY = 429


class _Visit:
    """One ask on its way. `domain` is where it waits or is."""

    def __init__(self, visits: "Visits", ask: Ask, line: Line) -> None:
        self._visits = visits
        self.ask = ask
        self.line = line
        self.domain = ""
        self.is_dead = False
        self.is_paced = ask.content is None
        # It has the turn at its domain.
        self.is_there = False
        self.left = visits.settings.total_seconds
        self.spent = 0.0
        # Bytes of bodies read for it; its caller takes them with the answer.
        self.weight = 0
        self.home: Target | None = None
        self.task: asyncio.Task[Fetched] | None = None
        self.turn: asyncio.Future[None] | None = None

    def weigh(self, size: int) -> None:
        self.weight += size
        self.line.grown += size

    def granted(self) -> None:
        self.is_there = True
        if self.turn is None:
            self._visits.begin(self)
        elif not self.turn.done():
            self.turn.set_result(None)

    def stop(self) -> None:
        self.is_dead = True
        if self.task is not None:
            self.task.cancel()

    def rested(self, seconds: float) -> None:
        error = _resting(self.ask.url, self.domain, seconds)
        if self.turn is None:
            self._visits.finish(self, error=error)
        elif not self.turn.done():
            self.turn.set_exception(error)


class Visits:
    def __init__(
        self,
        settings: Fetch,
        *,
        courier: Courier,
        pace: Pace,
        turns: Turns,
        shelf: Shelf,
        timer: Timer,
    ) -> None:
        self.settings = settings
        self._agent = settings.user_agent.split("/", maxsplit=1)[0]
        self._courier = courier
        self._pace = pace
        self._turns = turns
        self._shelf = shelf
        self._timer = timer
        self._loop = asyncio.get_running_loop()
        self._reading: dict[str, asyncio.Future[None]] = {}

    def take_in(self, line: Line, asks: Sequence[Ask]) -> None:
        for ask in asks:
            visit = _Visit(self, ask, line)
            line.jobs.add(visit)
            try:
                visit.home = self._target(ask.url)
            except FetchRefused as error:
                self.finish(visit, error=error)
                continue
            visit.domain = visit.home.domain
            self._turns.queue(visit)
        self._turns.pump()
        if line.asleep:
            line.tell_room()

    def begin(self, visit: _Visit) -> None:
        visit.task = self._loop.create_task(self._page(visit))
        visit.task.add_done_callback(partial(self._ended, visit))

    def finish(
        self,
        visit: _Visit,
        *,
        fetched: Fetched | None = None,
        error: FetchRefused | FetchFailed | None = None,
    ) -> None:
        line = visit.line
        line.jobs.discard(visit)
        answer = Answer(
            ask=visit.ask, fetched=fetched, error=error, seconds=visit.spent
        )
        line.fresh.append((answer, visit.weight))
        if len(line.fresh) == 1:
            self._loop.call_soon(line.hand_over)

    def stop(self, line: Line) -> None:
        """The caller left: cancel what is under way for it."""
        line.is_stopped = True
        for visit in tuple(line.jobs):
            visit.stop()
        self._turns.pump()

    async def _page(self, visit: _Visit) -> Fetched:
        home = visit.home
        assert home is not None
        return await self._followed(
            visit,
            Errand(
                home=home,
                cap=Cap(most=visit.ask.most_bytes or self.settings.most_bytes),
                headers=visit.ask.headers,
                is_ruled=visit.ask.robots,
                content=visit.ask.content,
            ),
        )

    async def _followed(self, visit: _Visit, errand: Errand) -> Fetched:
        """Follow redirects by hand: each stop is vetted like the first."""
        target, hops = errand.home, list[Hop]()
        while True:
            await self._at(visit, target.domain)
            if errand.is_ruled:
                await self._require_allowed(visit, target)
            fetched = await self._once(visit, target, errand)
            onward = fetched.headers.get("location", "")
            is_led_on = fetched.status in REDIRECTS and onward
            if not is_led_on or errand.content is not None:
                return replace(fetched, hops=tuple(hops)) if hops else fetched
            hops.append(Hop(url=target.url, status=fetched.status))
            if len(hops) > _MOST_HOPS:
                raise TooManyRedirects(
                    worded(
                        "The address redirects more than %(most_hops)s times.",
                        most_hops=_MOST_HOPS,
                    ),
                    to=errand.home.url,
                    mend=worded("Give the address it should end at."),
                )
            target = self._target(joined(target.url, onward))

    async def _once(self, visit: _Visit, target: Target, errand: Errand) -> Fetched:
        if visit.left <= 0:
            raise TimedOut(
                worded(
                    "No whole answer came within %(total_seconds)s s.",
                    total_seconds=f"{self.settings.total_seconds:.0f}",
                ),
                to=target.url,
                mend=worded("It is asked again at the next poll."),
            )
        self._pace.count(target.domain)
        began = self._timer.monotonic()
        try:
            fetched = await self._courier.bring(
                target,
                headers_for(errand, target),
                content=errand.content,
                cap=errand.cap,
                seconds=visit.left,
                weigh=visit.weigh,
                is_last=not errand.is_first
                and not self._turns.is_wanted(target.domain),
            )
        finally:
            spent = self._timer.monotonic() - began
            visit.left -= spent
            visit.spent += spent
        if fetched.status == _TOO_MANY:
            asked = retry_after(
                fetched.headers.get("retry-after", ""), self._timer.stamp()
            )
            self._turns.rest(target.domain, asked)
        else:
            self._pace.well(target.domain)
        return fetched

    async def _require_allowed(self, visit: _Visit, target: Target) -> None:
        rules = self._shelf.find(target.site, self._timer.monotonic())
        while rules is None:
            reading = self._reading.get(target.site)
            if reading is None:
                rules = await self._read_rules(visit, target)
            else:
                # Its file was redirected, so another visit reads it from elsewhere.
                self._leave(visit)
                await asyncio.wait((reading,))
                rules = self._shelf.find(target.site, self._timer.monotonic())
            await self._at(visit, target.domain)
        if rules.delay:
            self._pace.slow(target.domain, rules.delay)
        rules.require_allowed(target.url, self._agent)

    async def _read_rules(self, visit: _Visit, target: Target) -> Rules:
        """Read the site's robots.txt and keep what it says."""
        reading = self._loop.create_future()
        self._reading[target.site] = reading
        is_fresh = visit.spent == 0
        try:
            rules = await self._rules(visit, target)
        except TooManyRedirects:
            # The RFC takes it for a site without rules.
            rules = Rules()
        except Resting:
            raise
        except (FetchRefused, FetchFailed) as error:
            if isinstance(error, TimedOut) and not is_fresh:
                # The page before it took the time; that is not this site's fault.
                raise
            rules = Rules(fault=error)
        finally:
            del self._reading[target.site]
            reading.set_result(None)
        self._shelf.keep(target.site, rules, self._timer.monotonic())
        return rules

    async def _rules(self, visit: _Visit, target: Target) -> Rules:
        url = f"{target.site}/robots.txt"
        fetched = await self._followed(
            visit,
            Errand(
                home=self._target(url),
                cap=Cap(most=robots.MOST_BYTES, is_cut=True),
                headers={},
                is_ruled=False,
                is_first=True,
            ),
        )
        if fetched.status == _TOO_MANY:
            now = self._timer.monotonic()
            domain = address.read(fetched.url).domain
            raise _resting(url, domain, self._pace.resting_for(domain, now))
        return rules_of(fetched.status, fetched.body, self._agent)

    async def _at(self, visit: _Visit, domain: str) -> None:
        """Have the turn at *domain*."""
        if visit.is_there and visit.domain == domain:
            return
        self._leave(visit)
        visit.domain = domain
        visit.turn = self._loop.create_future()
        self._turns.queue(visit)
        self._turns.pump()
        await visit.turn

    def _leave(self, visit: _Visit) -> None:
        if visit.is_there:
            visit.is_there = False
            self._turns.end(visit.domain)

    def _ended(self, visit: _Visit, task: "asyncio.Task[Fetched]") -> None:
        visit.is_dead = True
        self._leave(visit)
        if task.cancelled():
            visit.line.jobs.discard(visit)
            return
        error = task.exception()
        if error is None:
            self.finish(visit, fetched=task.result())
        elif isinstance(error, FetchRefused | FetchFailed):
            self.finish(visit, error=error)
        else:
            error.add_note(f"while asking {visit.ask.url[:200]}")
            visit.line.fail(error)

    def _target(self, url: str) -> Target:
        target = address.read(url)
        self._courier.vet(target)
        return target


def _resting(url: str, domain: str, seconds: float) -> Resting:
    return Resting(
        worded(
            "%(domain)s said that it is asked too often and rests for %(seconds)s s.",
            domain=domain,
            seconds=f"{seconds:.0f}",
        ),
        to=url,
        mend=worded("It is asked again after its rest."),
        seconds=seconds,
    )
