"""The pool: lines that are kept open between the turns of a worker."""

import threading
import weakref
from collections.abc import Callable
from dataclasses import dataclass

from core.clock import Timer
from distributor.channels.smtp.conversation import Conversation

# Past it the server is asked whether it still listens, and past the longer one we part:
# servers hang up after a few minutes.
_FRESH_FOR = 5.0
_IDLE_FOR = 60.0


@dataclass(frozen=True, slots=True)
class _Kept:
    conversation: Conversation
    since: float


class Pool:
    """Safe to use from many threads. Raises what opening raises."""

    def __init__(self, opening: Callable[[], Conversation], *, timer: Timer) -> None:
        self._opening = opening
        self._timer = timer
        self._guard = threading.Lock()
        self._kept: list[_Kept] = []
        # A channel is not closed by anybody; its lines go when it goes.
        weakref.finalize(self, _hang_up, self._kept)

    def take(self) -> Conversation:
        """A living line: the one used last, or a new one."""
        while (kept := self._last()) is not None:
            if self._timer.monotonic() - kept.since < _FRESH_FOR:
                return kept.conversation
            if kept.conversation.is_alive():
                return kept.conversation
            kept.conversation.close()
        return self._opening()

    def open(self) -> Conversation:
        """A new line, whatever is kept."""
        return self._opening()

    def give_back(self, conversation: Conversation) -> None:
        if not conversation.is_at_rest:
            conversation.close()
            return
        self._part_from_idle()
        with self._guard:
            self._kept.append(_Kept(conversation, self._timer.monotonic()))

    def _last(self) -> _Kept | None:
        self._part_from_idle()
        with self._guard:
            return self._kept.pop() if self._kept else None

    def _part_from_idle(self) -> None:
        before = self._timer.monotonic() - _IDLE_FOR
        with self._guard:
            idle = [kept for kept in self._kept if kept.since < before]
            self._kept[:] = [kept for kept in self._kept if kept.since >= before]
        for kept in idle:
            kept.conversation.close()


def _hang_up(kept: list[_Kept]) -> None:
    for one in kept:
        one.conversation.hang_up()
