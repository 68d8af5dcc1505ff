"""Runs the office in one process: pages, jobs, or both, until it is told to end."""

import signal
import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

import uvicorn
from fastapi import FastAPI

from app.worker import ticking
from core.errors import Unavailable
from core.jobs import Job
from core.log import logger
from core.wording import worded

_log = logger("serve")


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
    """Why a run ends: somebody told the process to, or a page wants the office anew."""

    def __init__(self) -> None:
        self._told = threading.Event()
        self._is_over = False

    def end(self) -> None:
        self._is_over = True
        self._told.set()

    def begin_anew(self) -> None:
        self._told.set()

    def wait(self) -> None:
        self._told.wait()

    def is_over(self) -> bool:
        """Whether that was the last run; if not, the next one begins untold."""
        if not self._is_over:
            self._told.clear()
        return self._is_over


def run(
    *, jobs: Sequence[Job], fronts: Sequence[Front], ending: Ending | None = None
) -> None:
    """Tick *jobs* and serve *fronts*; SIGTERM and Ctrl-C end all after what is in flight."""
    ending = ending or Ending()
    with ExitStack() as stack:
        # All ports are taken before anything starts.
        opened = [(front, stack.enter_context(_listening(front))) for front in fronts]
        servings = [_Serving(front, listener) for front, listener in opened]
        for front, listener in opened:
            address = f"http://{front.host}:{listener.getsockname()[1]}"
            _log.info("serve.started", at=address, jobs=len(jobs))
        with ticking(jobs):
            for serving in servings:
                serving.start()
            _until_told(ending)
            for serving in servings:
                serving.end()
    _log.info("serve.ended")


class _Serving:
    """One front in a thread of its own.

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

    def start(self) -> None:
        self._thread.start()

    def end(self) -> None:
        self._server.should_exit = True
        self._thread.join()


@contextmanager
def _listening(front: Front) -> Iterator[socket.socket]:
    """Take the port before anything starts, so that a busy one is named at once."""
    family = socket.AF_INET6 if ":" in front.host else socket.AF_INET
    with socket.socket(family) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((front.host, front.port))
            listener.listen(128)
        except OSError as error:
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
        yield listener


def _until_told(ending: Ending) -> None:
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ending.end())
    ending.wait()
