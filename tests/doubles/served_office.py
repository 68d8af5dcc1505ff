"""The office's real pages, served by the real server in a thread of the test."""

import threading
from contextlib import contextmanager

import uvicorn

from app.web import make_app

_PATIENCE = 30  # seconds


class _Server(uvicorn.Server):
    """Tells when it listens."""

    def __init__(self, config):
        super().__init__(config)
        self.listens = threading.Event()

    async def startup(self, sockets=None):
        await super().startup(sockets)
        self.listens.set()


@contextmanager
def served(office, **more):
    """The address it is served at; it ends when the test does. *more* is for `make_app`."""
    server = _Server(
        uvicorn.Config(
            make_app(office, **more),
            host="127.0.0.1",
            port=0,
            log_config=None,
            lifespan="off",
        )
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    assert server.listens.wait(_PATIENCE), "the server did not start"
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(timeout=_PATIENCE)
