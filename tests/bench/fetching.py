"""What one fetch costs beside a bare aiohttp session: 2,000 addresses, all 304.

`python tests/bench/fetching.py` prints the CPU of the client for each ask, ours and theirs
in turn, each in its own process, against a server on this machine in a third. Robots files
were read before; nothing paces.
"""

import asyncio
import contextlib
import resource
import statistics
import subprocess
import sys
from pathlib import Path

import aiohttp

try:
    from uvloop import run
except ImportError:
    from asyncio import run

sys.path.insert(0, str(Path(__file__).parents[2]))
from core.clock import SystemTimer
from core.settings import Fetch
from core.web import Ask, open_web

ASKS = 2_000
_ROUNDS = 3
_CONNECTIONS = 100
_HEADERS = {
    "If-None-Match": '"abc"',
    "If-Modified-Since": "Sat, 21 Nov 2026 10:00:00 GMT",
}
_UNCHANGED = b'HTTP/1.1 304 Not Modified\r\nETag: "abc"\r\nServer: bench\r\n\r\n'
_RULES = b"User-agent: *\nDisallow: /wp-admin/\nAllow: /wp-admin/admin-ajax.php\n"
_ROBOTS = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(_RULES), _RULES)


class _Answering(asyncio.Protocol):
    def connection_made(self, transport):
        self._transport = transport
        self._came = b""

    def data_received(self, data):
        self._came += data
        while b"\r\n\r\n" in self._came:
            asked, _, self._came = self._came.partition(b"\r\n\r\n")
            is_robots = asked.startswith(b"GET /robots.txt")
            self._transport.write(_ROBOTS if is_robots else _UNCHANGED)
            if b"Connection: close" in asked:
                self._transport.close()


async def serve():
    loop = asyncio.get_running_loop()
    server = await loop.create_server(_Answering, "0.0.0.0", 0, backlog=2_000)  # noqa: S104
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await server.serve_forever()


def addresses(port):
    return [
        f"http://127.1.{number // 250}.{1 + number % 250}:{port}/feed"
        for number in range(ASKS)
    ]


def cpu():
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def ours(urls):
    """Microseconds of CPU for each ask, once the robots files are known."""
    settings = Fetch(
        pace_seconds=0, allow_networks=("127.0.0.0/8",), connections=_CONNECTIONS
    )
    web = open_web(settings, timer=SystemTimer())
    took = []
    for _ in range(_ROUNDS + 1):
        began = cpu()
        asks = (Ask(url=url, headers=_HEADERS) for url in urls)
        answers = [answer for batch in web.each(asks) for answer in batch]
        took.append((cpu() - began) / ASKS * 1e6)
        assert [answer.fetched.status for answer in answers] == [304] * ASKS
    web.close()
    return statistics.median(took[1:])


async def bare(urls):
    """The same without vetting, robots, pace or hand-over between threads."""
    connector = aiohttp.TCPConnector(limit=0, force_close=True)
    async with aiohttp.ClientSession(connector=connector) as session:

        async def follow(left):
            for url in left:
                async with session.get(url, headers=_HEADERS) as answer:
                    await answer.read()

        took = []
        for _ in range(_ROUNDS):
            left, began = iter(urls), cpu()
            await asyncio.gather(*(follow(left) for _ in range(_CONNECTIONS)))
            took.append((cpu() - began) / ASKS * 1e6)
    return statistics.median(took)


def _child(*words):
    command = [sys.executable, __file__, *words]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def measure_fetching():
    server = _child("serve")
    port = server.stdout.readline().strip()
    found = {"ours": [], "bare": []}
    try:
        for _ in range(3):
            for who, figures in found.items():
                with _child(who, port) as process:
                    figures.append(float(process.stdout.read()))
    finally:
        server.terminate()
        server.wait()
    mine, theirs = (statistics.median(found[who]) for who in ("ours", "bare"))
    lines = {
        f"a fetch that is unchanged, {ASKS} addresses, CPU": f"{mine:.0f} us",
        "  a bare aiohttp session, same server, in turn": f"{theirs:.0f} us",
        "  ratio": f"{mine / theirs:.2f}",
    }
    for name, figure in lines.items():
        sys.stdout.write(f"{name:<58} {figure}\n")


def main():
    who, *rest = sys.argv[1:] or ["measure"]
    if who == "measure":
        measure_fetching()
    elif who == "serve":
        with contextlib.suppress(KeyboardInterrupt):
            run(serve())
    else:
        urls = addresses(rest[0])
        took = ours(urls) if who == "ours" else run(bare(urls))
        sys.stdout.write(f"{took}\n")


if __name__ == "__main__":
    main()
