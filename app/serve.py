"""Runs the office in one process: pages, jobs, or both, until it is told to end.

An office that is opened anew keeps its ports: who asks meanwhile waits a moment, and nobody
is turned away.
"""

import signal
import socket
import threading
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from types import TracebackType
from typing import Final, Self

import uvicorn
from fastapi import FastAPI

from app.worker import ticking
from core.errors import Unavailable
from core.jobs import Job
from core.log import logger
from core.wording import worded

_log = logger("serve")
# How often it is asked whether the office shall be opened anew.
_LOOK_SECONDS: Final = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Front:
    """Pages, and where they are served."""

    pages: FastAPI
    host: str
    port: int
    # Whose word about where a visitor comes from is taken.
    proxies: Sequence[str] = ()
    # What to set when the port is busy.
    setting: str = "PARUTION_WEB__PORT"


class Ending:
    """Why a run ends: somebody told the process to, or the office is to be opened anew.

    It holds the ports from run to run; leaving it gives them back.
    """

    def __init__(self) -> None:
        self._told = threading.Event()
        self._asked = threading.Event()
        self._is_over = False
        self._ports: dict[tuple[str, int], socket.socket] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for listener in self._ports.values():
            listener.close()

    def end(self) -> None:
        self._is_over = True
        self._told.set()

    def begin_anew(self) -> None:
        self._told.set()

    def ask(self) -> None:
        """Read the settings again soon, whatever became of their files."""
        self._asked.set()

    def wait(self, is_due: Callable[[bool], bool] | None = None) -> None:
        """Until it is told; *is_due* says now and then whether to open the office anew."""
        # A signal may come to another thread, as to a process that was stopped and goes on:
        # Python hears of it only when this one, the main one, comes by.
        while not self._told.wait(_LOOK_SECONDS):
            asked = self._asked.is_set()
            self._asked.clear()
            if is_due is not None and is_due(asked):
                return

    def is_over(self) -> bool:
        """Whether that was the last run; if not, the next one begins untold."""
        if not self._is_over:
            self._told.clear()
        return self._is_over

    def leave_others(self, fronts: Sequence[Front]) -> None:
        """Give back the ports that none of *fronts* uses: nobody is served there any more."""
        used = {(front.host, front.port) for front in fronts}
        for place in self._ports.keys() - used:
            self._ports.pop(place).close()

    def port(self, front: Front) -> socket.socket:
        """Where the front listens, taken once. Raises Unavailable."""
        place = front.host, front.port
        if place not in self._ports:
            self._ports[place] = _listening(front)
        return self._ports[place]


def run(
    *,
    jobs: Sequence[Job],
    fronts: Sequence[Front],
    ending: Ending | None = None,
    is_due: Callable[[bool], bool] | None = None,
) -> None:
    """Tick *jobs* and serve *fronts*; SIGTERM and Ctrl-C end all after what is in flight.

    *is_due* says whether the office is to be opened anew; SIGHUP has it asked at once.
    """
    with ExitStack() as stack:
        ending = ending or stack.enter_context(Ending())
        # All ports are taken before anything starts. Those that are left are free before:
        # one on every address keeps its number from a single address.
        ending.leave_others(fronts)
        opened = [(front, ending.port(front)) for front in fronts]
        servings = [_Serving(front, listener.dup()) for front, listener in opened]
        for front, listener in opened:
            address = f"http://{front.host}:{listener.getsockname()[1]}"
            _log.info("serve.started", at=address, jobs=len(jobs))
        with ticking(jobs), ExitStack() as begun:
            for serving in servings:
                begun.enter_context(serving)
            _until_told(ending, is_due)
    _log.info("serve.ended")


class _Serving:
    """One front in a thread of its own, which a run that fails ends too.

    uvicorn in the main thread takes the signals and raises them again when it has ended:
    the exit status would tell of a crash.
    """

    def __init__(self, front: Front, listener: socket.socket) -> None:
        self._server = uvicorn.Server(
            uvicorn.Config(
                front.pages,
                # Reads requests strictly, and headers up to 16 KiB.
                http="h11",
                log_config=None,
                access_log=False,
                server_header=False,
                timeout_graceful_shutdown=5,
                forwarded_allow_ips=list(front.proxies),
            )
        )
        self._thread = threading.Thread(
            target=self._server.run, kwargs={"sockets": [listener]}, name="pages"
        )

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.should_exit = True
        self._thread.join()


def _listening(front: Front) -> socket.socket:
    """Take the port before anything starts, so that a busy one is named at once."""
    family = socket.AF_INET6 if ":" in front.host else socket.AF_INET
    listener = socket.socket(family)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((front.host, front.port))
        listener.listen(128)
    except OSError as error:
        listener.close()
        raise Unavailable(
            worded(
                "Port %(port)s on %(host)s cannot be used: %(strerror)s.",
                port=front.port,
                host=front.host,
                strerror=error.strerror,
            ),
            to=front.setting,
            mend=worded(
                "End the program that uses it, or choose another, as in `make run PORT=8400`."
            ),
        ) from error
    return listener


def _until_told(ending: Ending, is_due: Callable[[bool], bool] | None) -> None:
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ending.end())
    if is_due is not None:
        signal.signal(signal.SIGHUP, lambda *_: ending.ask())
    ending.wait(is_due)
