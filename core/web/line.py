"""One call of `each`: asks go in from the caller's thread, answers come out of the loop's.

Counters are written by one thread each and read by both, so that an ask costs no lock; the
condition is only for waiting.
"""

import threading
from collections import deque
from collections.abc import Sequence
from typing import Protocol

from core.web.values import Answer

# Fetches wait to start while so many bytes lie here that the caller has not taken: 60 feeds
# of the usual size. Four times as much cost 10 MB more and made nothing quicker.
MOST_HELD = 4 * 1024 * 1024


class Job(Protocol):
    """Somebody who waits for a turn at `domain`, and is told."""

    domain: str
    line: "Line"
    # It went away while it waited.
    is_dead: bool
    # It keeps the pause between visits to one domain.
    is_paced: bool

    def granted(self) -> None: ...

    def stop(self) -> None: ...

    def rested(self, seconds: float) -> None:
        """The domain rests for *seconds*: there will be no turn."""


class Line:
    def __init__(
        self, *, room: int, most: int, is_urgent: bool = False, held: int = MOST_HELD
    ) -> None:
        self._room = room
        self._most = most
        self._held = held
        self.is_urgent = is_urgent
        self._condition = threading.Condition()
        self._done: list[tuple[Answer, int]] = []
        self._fault: BaseException | None = None
        # The caller's thread writes these.
        self._pulled = 0
        self._eaten = 0
        # The loop's thread writes these.
        self.grown = 0
        self.finished = 0
        self.asleep = 0
        self.ready: deque[Job] = deque()
        self.jobs: set[Job] = set()
        self.fresh: list[tuple[Answer, int]] = []
        self.is_stalled = False
        self.is_stopped = False

    def is_full(self) -> bool:
        """Whether the caller must take some bodies before more are fetched."""
        return self.grown - self._eaten > self._held

    def room(self) -> int:
        """How many asks may be pulled: those that wait for their domain take no room."""
        inside = self._pulled - self.finished
        return min(self._room - (inside - self.asleep), self._most - inside)

    def pulled(self, count: int) -> None:
        self._pulled += count

    def is_empty(self) -> bool:
        """Whether all that was pulled was taken. Asked by the caller between two takes."""
        return self._pulled == self.finished and not self._done

    def take(self, *, wants_room: bool) -> Sequence[Answer]:
        """Wait for answers and take them all; none when there is room for more asks."""
        with self._condition:
            while not self._done and self._fault is None:
                if wants_room and self.room() > 0:
                    return ()
                self._condition.wait()
            if self._fault is not None:
                raise self._fault
            done, self._done = self._done, []
        self._eaten += sum(weight for _, weight in done)
        return [answer for answer, _ in done]

    def hand_over(self) -> None:
        """Give the caller what is fresh, once for many answers."""
        fresh, self.fresh = self.fresh, []
        with self._condition:
            self._done += fresh
            self.finished += len(fresh)
            self._condition.notify()

    def tell_room(self) -> None:
        with self._condition:
            self._condition.notify()

    def fail(self, fault: BaseException) -> None:
        with self._condition:
            self._fault = fault
            self._condition.notify()
