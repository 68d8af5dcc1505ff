"""Runs the office in one process: pages, jobs, or both, until it is told to end."""

import signal
import socket
import threading
from collections.abc import Sequence
from contextlib import closing

import uvicorn
from fastapi import FastAPI

from app.worker import ticking
from core.errors import Unavailable
from core.jobs import Job
from core.log import logger

_log = logger("serve")


def run(
    *, jobs: Sequence[Job], pages: FastAPI | None, host: str = "", port: int = 0
) -> None:
    """Tick *jobs* and serve *pages*; SIGTERM and Ctrl-C end both after what is in flight."""
    if pages is None:
        with ticking(jobs):
            _until_told()
        return
    with closing(_listen(host, port)) as listener:
        address = f"http://{host}:{listener.getsockname()[1]}"
        _log.info("serve.started", at=address, jobs=len(jobs))
        server = uvicorn.Server(
            uvicorn.Config(
                pages,
                log_config=None,
                access_log=False,
                server_header=False,
                timeout_graceful_shutdown=5,
            )
        )
        # In a thread of its own, because uvicorn in the main thread takes the signals and
        # raises them again when it has ended: the exit status would tell of a crash.
        serving = threading.Thread(
            target=server.run, kwargs={"sockets": [listener]}, name="pages"
        )
        with ticking(jobs):
            serving.start()
            _until_told()
            server.should_exit = True
            serving.join()
    _log.info("serve.ended")


def _listen(host: str, port: int) -> socket.socket:
    """Take the port before anything starts, so that a busy one is named at once."""
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(128)
    except OSError as error:
        listener.close()
        raise Unavailable(
            f"Port {port} on {host} cannot be used: {error.strerror}.",
            to="PARUTION_WEB__PORT",
            mend="End the program that uses it, or choose another, as in `make run PORT=8400`.",
        ) from error
    return listener


def _until_told() -> None:
    told = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: told.set())
    told.wait()
