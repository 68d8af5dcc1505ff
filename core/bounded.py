"""Work under a bound: a function runs in a child process that dies when it costs too much.

Parsers of what others wrote can be made to run for minutes or to eat memory (feedparser: 40
seconds on 1 MB), and no thread can be stopped. So the function runs elsewhere. The child
lives on for the next call; it imports nothing but the function's own module, and gets none
of our environment. It ends by itself after idle time and when its parent is gone.

The bound is against cost. It is no sandbox: answers come back as pickles.
"""

import contextlib
import pickle
import resource
import signal
import socket
import struct
import subprocess
import sys
import threading
import traceback
import weakref
import zoneinfo
from collections.abc import Callable
from dataclasses import dataclass
from queue import LifoQueue
from typing import Any, Final, Self, TypeVar, TypeVarTuple

from core.errors import OfficeError
from core.wording import worded

Given = TypeVarTuple("Given")
Answer = TypeVar("Answer")

_MB: Final = 1024 * 1024
# Importing trafilatura took 1.2 seconds on a busy machine; that is not the document's fault.
_IMPORT_SECONDS: Final = 60
_HEAD: Final = struct.Struct("!Q")
# The child's first words find our code again; it has nothing else of ours.
_BEGIN: Final = (
    "import sys; sys.path[:] = {path!r}; from core.bounded import serve; serve({fd})"
)
# numpy would take memory for a thread per core, glibc an arena per thread.
_ENVIRONMENT: Final = {"OPENBLAS_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "1"}


class TooCostly(OfficeError):
    """The function ran past its time or its memory, and was ended."""

    code = "too-costly"


class Broken(OfficeError):
    """The child died of something else, or its answer cannot be handed over."""

    code = "broken"


class Failed(Broken):
    """The function raised what nobody expected, which is the cause: one document's fault."""

    code = "failed"


class Closed(Broken):
    """The office stops: the work was ended or not begun, and it is not its fault."""

    code = "closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Limits:
    bytes: int
    idle_seconds: float


class Bounded:
    """Runs functions in at most *children* processes, each started when first needed.

    May be called from any thread; callers beyond *children* wait their turn, which is not
    counted against their time.
    """

    def __init__(
        self,
        *,
        children: int = 1,
        most_bytes: int = 1024 * _MB,
        most_tasks: int = 1000,
        idle_seconds: float = 60,
    ) -> None:
        self._limits = _Limits(bytes=most_bytes, idle_seconds=idle_seconds)
        self._most_tasks = most_tasks
        # The last used comes first, so that the others may fall idle.
        self._turns: LifoQueue[_Seat] = LifoQueue()
        self._seats = [_Seat() for _ in range(children)]
        for seat in self._seats:
            self._turns.put(seat)
        self._closed = threading.Event()
        # Whoever forgets to close leaves no process behind.
        self._ending = weakref.finalize(self, _end_all, self._seats)

    def run(
        self, function: Callable[[*Given], Answer], *args: *Given, seconds: float
    ) -> Answer:
        """What *function*, of the top of a module, answers; errors of ours are raised here.

        Raises Failed when it raised another, TooCostly past *seconds* or the memory,
        Broken when the child dies otherwise, Closed when the office stops.
        """
        task = pickle.dumps((seconds, function, args))
        seat = self._turns.get()
        try:
            answer = self._ask(seat, task, seconds)
        finally:
            self._turns.put(seat)
        return _opened(answer)  # type: ignore[no-any-return]

    def close(self) -> None:
        """End every child, also one at work. Afterwards every call is Closed."""
        self._closed.set()
        self._ending()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _ask(self, seat: "_Seat", task: bytes, seconds: float) -> bytes:
        while True:
            child = self._child(seat)
            try:
                return child.ask(task, seconds)
            except _Gone:
                child.end()
                if self._closed.is_set():
                    raise Closed(
                        worded("The work was ended because the office stops.")
                    ) from None
                if child.process.returncode == 0:
                    # It fell idle in the very moment it was asked: no fault of the task.
                    continue
                raise _death(child.process.returncode, seconds) from None

    def _child(self, seat: "_Seat") -> "_Child":
        if self._closed.is_set():
            raise Closed(worded("The work was not begun because the office stops."))
        child = seat.child
        if child is not None and child.is_alive() and child.tasks < self._most_tasks:
            return child
        if child is not None:
            child.end()
        seat.child = _Child(self._limits)
        if self._closed.is_set():
            seat.child.end()
        return seat.child


class _Seat:
    """Where one child is, if any."""

    def __init__(self) -> None:
        self.child: _Child | None = None


class _Gone(Exception):
    """The child hung up."""


class _Child:
    """A process that answers one task after the other."""

    def __init__(self, limits: _Limits) -> None:
        self.tasks = 0
        self._line, theirs = socket.socketpair()
        with theirs:
            # A session of its own: a Ctrl-C at the terminal is for the office alone.
            self.process = subprocess.Popen(  # noqa: S603 - our own interpreter and words
                [
                    sys.executable,
                    *("-I", "-X", "utf8", *_compiled(), "-c"),
                    _BEGIN.format(path=sys.path, fd=theirs.fileno()),
                ],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env=_ENVIRONMENT,
                start_new_session=True,
            )
        # It may end at any time by itself; somebody must be there to bury it.
        self._reaper = threading.Thread(
            target=self.process.wait, name="bounded-reaper", daemon=True
        )
        self._reaper.start()
        with contextlib.suppress(OSError):
            _send(self._line, pickle.dumps((limits, zoneinfo.TZPATH)))

    def is_alive(self) -> bool:
        return self.process.returncode is None

    def ask(self, task: bytes, seconds: float) -> bytes:
        """Its answer. Raises _Gone when there is none."""
        self.tasks += 1
        try:
            # The child's own alarm comes first; this is for a child that cannot hear it.
            self._line.settimeout(seconds + _IMPORT_SECONDS)
            _send(self._line, task)
            return _receive(self._line)
        except (OSError, EOFError) as error:
            raise _Gone from error

    def end(self) -> None:
        """Kill it, bury it and hang up. It holds nothing that could be lost."""
        with contextlib.suppress(ProcessLookupError):
            self.process.kill()
        self._reaper.join()
        self._line.close()


def _compiled() -> list[str]:
    """Where our own compiled code is, for a child that reads no environment finds it so."""
    if sys.pycache_prefix is None:
        return []
    return ["-X", f"pycache_prefix={sys.pycache_prefix}"]


def _end_all(seats: list[_Seat]) -> None:
    for seat in seats:
        if seat.child is not None:
            seat.child.end()


def _death(code: int | None, seconds: float) -> OfficeError:
    if code == -signal.SIGALRM:
        return TooCostly(
            worded(
                "The work took longer than %(seconds)s seconds.", seconds=f"{seconds:g}"
            )
        )
    if code == -signal.SIGKILL:
        return TooCostly(
            worded("The work took too long or too much memory, and was killed.")
        )
    name = f"signal {-code}" if code is not None and code < 0 else f"code {code}"
    return Broken(
        worded("The process that did the work ended with %(name)s.", name=name)
    )


def _opened(answer: bytes) -> Any:
    kind, value = pickle.loads(answer)  # noqa: S301 - written by our own child
    if kind == "answer":
        return value
    if kind == "memory":
        raise TooCostly(worded("The work took too much memory."))
    if kind == "unpicklable":
        raise Broken(
            worded("The answer cannot be handed over: %(value)s.", value=value)
        )
    type_, args, held, note = value
    error = type_.__new__(type_, *args)
    vars(error).update(held)
    error.add_note(note)
    if isinstance(error, OfficeError):
        raise error
    raise Failed(
        worded("The work failed: %(name)s: %(error)s", name=type_.__name__, error=error)
    ) from error


def _send(line: socket.socket, message: bytes) -> None:
    line.sendall(_HEAD.pack(len(message)) + message)


def _receive(line: socket.socket) -> bytes:
    (size,) = _HEAD.unpack(_exactly(line, _HEAD.size))
    return _exactly(line, size)


def _exactly(line: socket.socket, size: int) -> bytes:
    found = bytearray()
    while len(found) < size:
        part = line.recv(min(size - len(found), _MB))
        if not part:
            raise EOFError
        found += part
    return bytes(found)


# What follows runs in the child.


def serve(fd: int) -> None:
    """Answer what comes on *fd* until it is closed or idle for too long."""
    with socket.socket(fileno=fd) as line, contextlib.suppress(OSError, EOFError):
        limits, zones = pickle.loads(_receive(line))  # noqa: S301 - from our parent
        # Times must mean here what they mean there: the pinned zone data decides.
        zoneinfo.reset_tzpath(to=zones)
        resource.setrlimit(resource.RLIMIT_AS, (limits.bytes, limits.bytes))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        line.settimeout(limits.idle_seconds)
        while True:
            task = _receive(line)
            _send(line, _answer(task))
            signal.setitimer(signal.ITIMER_REAL, 0)


def _answer(task: bytes) -> bytes:
    # Nobody handles the alarm, so that the kernel ends us even inside a C function.
    signal.setitimer(signal.ITIMER_REAL, _IMPORT_SECONDS)
    try:
        seconds, function, args = pickle.loads(task)  # noqa: S301 - from our parent
        signal.setitimer(signal.ITIMER_REAL, seconds)
        answer = "answer", function(*args)
    except MemoryError:
        answer = "memory", None
    except Exception as error:  # noqa: BLE001 - whatever it is, it is raised in the parent
        note = "In the bounded child:\n" + traceback.format_exc()
        answer = "error", (type(error), error.args, vars(error), note)
    try:
        return pickle.dumps(answer)
    except MemoryError:
        return pickle.dumps(("memory", None))
    except Exception as error:  # noqa: BLE001 - pickle raises what it likes
        return pickle.dumps(("unpicklable", repr(error)))
