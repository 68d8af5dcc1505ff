"""Plain blocking functions over a loop that lives in its own thread.

Asks go over in batches and answers come back in batches: a hand-over between threads costs
as much as a third of a fetch.
"""

import asyncio
import threading
from collections.abc import Coroutine, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, TypeVar
from urllib.parse import urljoin

from core.clock import Timer
from core.errors import AddressRefused, Unreachable
from core.settings import Fetch
from core.web import address
from core.web.courier import Courier
from core.web.gate import Resolve
from core.web.line import Line
from core.web.pace import Pace
from core.web.robots import Rules, Shelf, rules_of
from core.web.turns import Turns, Wait
from core.web.values import Answer, Ask, Fetched, Web
from core.web.visit import Visits
from core.wording import worded

try:
    from uvloop import new_event_loop as _new_loop
except ImportError:  # Not built for this machine: the same, 5 to 10 % slower.
    _new_loop = asyncio.new_event_loop  # type: ignore[assignment]

Given = TypeVar("Given")

# Asks pulled ahead of the connections, so that none idles while the caller works.
_AHEAD = 2
# Asks of one call that may wait for their domain. They are small; a caller with more asks
# to one domain than this holds up its own others.
_WAITING = 20


class AioWeb:
    """The production Web."""

    def __init__(
        self, settings: Fetch, *, timer: Timer, wait: Wait, resolve: Resolve | None
    ) -> None:
        self._settings = settings
        self._timer = timer
        self._shelf = Shelf()
        self._lines: set[Line] = set()
        self._loop: asyncio.AbstractEventLoop = _new_loop()
        self._thread = threading.Thread(
            target=self._loop.run_forever, name="web", daemon=True
        )
        self._thread.start()
        self._call(self._open(wait=wait, resolve=resolve))

    def get(
        self,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        robots: bool = True,
    ) -> Fetched:
        return self._one(Ask(url=url, headers=headers or {}, robots=robots))

    def post(
        self,
        url: str,
        *,
        body: bytes,
        content_type: str,
        headers: Mapping[str, str] | None = None,
    ) -> Fetched:
        said = {**(headers or {}), "Content-Type": content_type}
        return self._one(Ask(url=url, headers=said, robots=False, content=body))

    def each(self, asks: Iterable[Ask]) -> Iterator[Sequence[Answer]]:
        return self._each(asks, is_urgent=False)

    def _one(self, ask: Ask) -> Fetched:
        [[answer]] = self._each((ask,), is_urgent=True)
        if answer.fetched is None:
            assert answer.error is not None
            raise answer.error
        return answer.fetched

    def _each(
        self, asks: Iterable[Ask], *, is_urgent: bool
    ) -> Iterator[Sequence[Answer]]:
        most = self._settings.connections
        line = Line(room=most * _AHEAD, most=most * _WAITING, is_urgent=is_urgent)
        source = iter(asks)
        self._lines.add(line)
        has_more = True
        try:
            while True:
                has_more = has_more and self._feed(line, source)
                if not has_more and line.is_empty():
                    return
                answers = line.take(wants_room=has_more)
                if line.is_stalled:
                    line.is_stalled = False
                    self._loop.call_soon_threadsafe(self._turns.pump)
                if answers:
                    # Before the caller works on these, so that the loop works meanwhile.
                    has_more = has_more and self._feed(line, source)
                    yield answers
        finally:
            self._lines.discard(line)
            if not line.is_empty() and not self._loop.is_closed():
                self._loop.call_soon_threadsafe(self._visits.stop, line)

    def sitemaps(self, url: str) -> Sequence[str]:
        site = address.read(url).site
        place = f"{site}/robots.txt"
        rules = self._shelf.find(site, self._timer.monotonic())
        if rules is None:
            fetched = self.get(place, robots=False)
            rules = rules_of(
                fetched.status, fetched.body, self._settings.user_agent.split("/")[0]
            )
            self._call(self._keep(site, rules))
        rules.require_allowed(place, "")
        return tuple(filter(_is_readable, (urljoin(place, s) for s in rules.sitemaps)))

    def close(self) -> None:
        """Cancel what is under way, and end who still waits for it. Twice does no harm."""
        if self._loop.is_closed():
            return
        for line in tuple(self._lines):
            line.fail(
                Unreachable(
                    worded("The office is closing."),
                    mend=worded("It is asked again after the start."),
                )
            )
        self._call(self._close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(timeout=10)
        self._loop.close()

    def _feed(self, line: Line, source: Iterator[Ask]) -> bool:
        """Pull asks while there is room; whether there may be more."""
        room = line.room()
        if room <= 0:
            return True
        asks = list(islice(source, room))
        if asks:
            line.pulled(len(asks))
            self._loop.call_soon_threadsafe(self._visits.take_in, line, asks)
        return len(asks) == room

    def _broken(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """A fault of ours in the loop goes up to the callers, who would wait for ever."""
        fault = context.get("exception")
        if fault is None or "handle" not in context:
            loop.default_exception_handler(context)
            return
        for line in tuple(self._lines):
            line.fail(fault)

    async def _open(self, *, wait: Wait, resolve: Resolve | None) -> None:
        self._loop.set_exception_handler(self._broken)
        settings = self._settings
        pace = Pace(settings.pace_seconds)
        self._turns = Turns(
            pace, timer=self._timer, wait=wait, most=settings.connections
        )
        self._courier = Courier(settings, resolve=resolve)
        self._visits = Visits(
            settings,
            courier=self._courier,
            pace=pace,
            turns=self._turns,
            shelf=self._shelf,
            timer=self._timer,
        )

    async def _keep(self, site: str, rules: Rules) -> None:
        self._shelf.keep(site, rules, self._timer.monotonic())

    async def _close(self) -> None:
        rest = asyncio.all_tasks() - {asyncio.current_task()}
        for task in rest:
            task.cancel()
        await asyncio.gather(*rest, return_exceptions=True)
        await self._courier.close()

    def _call(self, work: Coroutine[Any, Any, Given]) -> Given:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(10)


def _is_readable(url: str) -> bool:
    try:
        address.read(url)
    except AddressRefused:
        return False
    return True


def open_web(
    settings: Fetch,
    *,
    timer: Timer,
    wait: Wait = asyncio.sleep,
    resolve: Resolve | None = None,
) -> Web:
    """Open the way out. *wait* waits for turns; *resolve* looks names up instead of DNS."""
    return AioWeb(settings, timer=timer, wait=wait, resolve=resolve)
