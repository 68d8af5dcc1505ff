"""A farm of feeds on this machine: thousands of outlets, true ones and hostile ones.

    python tests/doubles/feed_farm.py --port 8090 --feeds 2000 --validators etag

Each site has an address of its own, 127.16.0.1 and on, and a name, site-0.test and on, so
that pace and politeness can be watched for each. It serves on loopback only. In a test:

    with FeedFarm(feeds=20) as farm:
        farm.tick(new=2)
        assert farm.statistics()["most_in_flight"] == 1

Paths of each site: /feed, /a/NUMBER, /robots.txt, and /x/NAME for each name of `HOSTILE`.
On 127.0.0.1 itself /_farm/... tells the truth and takes orders, for a farm in a process of
its own: `FarmProcess` has the same methods as `FeedFarm`.
"""

import argparse
import asyncio
import json
import socket
import struct
import subprocess
import sys
import threading
from collections import Counter
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from itertools import count
from pathlib import Path
from urllib.parse import parse_qsl, urlencode

from farm_hostile import HOSTILE, answer, find
from farm_sites import Site

try:
    from uvloop import new_event_loop
except ImportError:
    from asyncio import new_event_loop

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
MIXED = ("etag", "etag", "both", "last-modified", "none", "etag", "none", "lying")
_MOST_HEAD = 65_536
_MOST_AGENTS = 20


def address_of(index):
    return f"127.{16 + index // 50_000}.{index // 250 % 200}.{index % 250 + 1}"


class Farm:
    """The sites and what was asked of them; knows nothing of sockets."""

    def __init__(
        self,
        *,
        feeds=100,
        port=0,
        now=NOON,
        validators="mixed",
        volatile=0.2,
        entries=(30, 50),
        rate=0,
        latency=0.0,
        names=False,
        robots="",
    ):
        self.now = now
        self.latency = latency
        self.port = port
        self.robots = robots.encode()
        self.clear()
        self.sites = []
        least, most = entries
        for index in range(feeds):
            site = Site(
                index=index,
                host=f"site-{index}.test" if names else address_of(index),
                # A name is led to this port by the reader's own table.
                port=80 if names else port,
                entries=least + index * 7 % (most - least + 1),
                validators=MIXED[index % 8] if validators == "mixed" else validators,
                volatile=index % 100 < volatile * 100,
                rate=rate and 1 + index * 5 % (2 * rate),
            )
            self.sites.append(site)
        self.by_host = {site.host: site for site in self.sites}
        self.by_host |= {address_of(site.index): site for site in self.sites}

    def fill(self):
        """Each site begins with a full feed, an entry an hour up to now."""
        for site in self.sites:
            for number in range(site.entries):
                site.publish(self.now - timedelta(hours=site.entries - number))
            site.next_at = None
            site.advance(self.now)

    def clear(self):
        """Forget what was asked, not what was published."""
        self.number = 0
        self.requests = Counter()
        self.feed_requests = Counter()
        self.statuses = Counter()
        self.in_flight = Counter()
        self.most_in_flight = Counter()
        self.begun = {}
        self.least_gap = {}
        self.agents = set()

    # -- orders -------------------------------------------------------------------------

    def tick(self, *, new=1, sites=1.0):
        """A share of the sites publishes *new* entries now."""
        first = round(len(self.sites) * sites)
        made = [
            site.publish(self.now) for site in self.sites[:first] for _ in range(new)
        ]
        return {"published": len(made)}

    def advance(self, to):
        """Move time on; each site publishes at its own rate on the way."""
        self.now = datetime.fromisoformat(to) if isinstance(to, str) else to
        return {"published": sum(len(site.advance(self.now)) for site in self.sites)}

    def spoil(self, site, fault="", *, dates=""):
        """From now on, *site* answers in the way called *fault*; empty mends it."""
        if fault and find(fault) is None:
            raise ValueError(f"no such fault: {fault}")
        self.sites[int(site)].fault = fault
        self.sites[int(site)].dates = dates
        return {}

    def truth(self):
        """All that was published, oldest first on each site."""
        return [
            {
                "site": one.site,
                "number": one.number,
                "url": one.url,
                "title": one.title,
                "at": one.at.isoformat(),
            }
            for site in self.sites
            for one in site.published
        ]

    def statistics(self):
        return {
            "requests": sum(self.requests.values()),
            "by_host": dict(self.requests),
            "feeds": dict(self.feed_requests),
            "statuses": dict(self.statuses),
            "most_in_flight": max(self.most_in_flight.values(), default=0),
            "least_gap": min(self.least_gap.values(), default=None),
            "agents": sorted(self.agents),
        }

    def order(self, name, query):
        """What came by the control address."""
        if name == "truth":
            return self.truth()
        if name == "statistics":
            return self.statistics()
        if name == "tick":
            return self.tick(
                new=int(query.get("new", 1)), sites=float(query.get("sites", 1))
            )
        orders = {"advance": self.advance, "spoil": self.spoil, "clear": self.clear}
        return orders[name](**query) or {}

    # -- answers ------------------------------------------------------------------------

    def began(self, host, now, agent):
        self.number += 1
        self.requests[host] += 1
        flying = self.in_flight[host] + 1
        self.in_flight[host] = flying
        self.most_in_flight[host] = max(self.most_in_flight[host], flying)
        last = self.begun.get(host)
        if last is not None and now - last < self.least_gap.get(host, 1e9):
            self.least_gap[host] = now - last
        self.begun[host] = now
        if agent not in self.agents and len(self.agents) < _MOST_AGENTS:
            self.agents.add(agent)

    def ended(self, host):
        self.in_flight[host] -= 1

    def answer(self, host, path, headers):
        """Bytes, or a hostile answer with its site and size."""
        site = self.by_host.get(host)
        if path.startswith("/x/"):
            kind = find(path[3:].partition("?")[0])
            return (*kind, site) if kind else answer(404)
        if site is None:
            return answer(404)
        if path == "/feed":
            self.feed_requests[site.index] += 1
            if site.fault:
                return (*find(site.fault), site)
        return self._plain(site, path, headers)

    def _plain(self, site, path, headers):
        if path in {"/feed", "/feed-true", "/feed-moved"}:
            return self._feed(site, headers)
        if path == "/robots.txt":
            body = site.robots or self.robots
            return answer(200, body, "text/plain") if body else answer(404)
        if path.startswith("/a/"):
            number = path[3:].partition("?")[0]
            if number.isdecimal() and int(number) < len(site.published):
                kind = f"text/html; charset={site.encoding}"
                return answer(200, site.page(int(number)), kind)
        return answer(404)

    def _feed(self, site, headers):
        if site.is_known(headers):
            self.statuses["304"] += 1
            said = "".join(f"{k}: {v}\r\n" for k, v in site.headers().items())
            return f"HTTP/1.1 304 Not Modified\r\n{said}\r\n".encode()
        self.statuses["200"] += 1
        packed = "gzip" in headers.get("accept-encoding", "")
        body = site.body(gzip=packed, number=self.number)
        more = site.headers() | ({"Content-Encoding": "gzip"} if packed else {})
        return answer(200, body, site.media_type(), **more)


class Wire(asyncio.Protocol):
    """One connection: HTTP/1.1, GET only, kept open."""

    def __init__(self, farm, loop, wires):
        self.farm = farm
        self._wires = wires
        self._loop = loop
        self._buffer = bytearray()
        self._host = ""
        self._task = None
        self._flows = asyncio.Event()
        self._flows.set()
        self._closed = loop.create_future()

    @property
    def number(self):
        return self.farm.number

    def connection_made(self, transport):
        self._transport = transport
        self._wires.add(self)
        # Listening on all addresses is the one way to have all of 127.0.0.0/8.
        if not transport.get_extra_info("sockname")[0].startswith("127."):
            transport.abort()

    def connection_lost(self, error):
        self._wires.discard(self)
        self._flows.set()
        if not self._closed.done():
            self._closed.set_result(None)
        if self._host:
            self.farm.ended(self._host)
            self._host = ""
        if self._task:
            self._task.cancel()

    def pause_writing(self):
        self._flows.clear()

    def resume_writing(self):
        self._flows.set()

    def data_received(self, data):
        self._buffer += data
        if len(self._buffer) > _MOST_HEAD:
            self._transport.abort()
        elif not self._host:
            self._next()

    def _next(self):
        while not self._host:
            end = self._buffer.find(b"\r\n\r\n")
            if end < 0:
                return
            head = self._buffer[:end].decode("latin-1")
            del self._buffer[: end + 4]
            self._asked(head)

    def _asked(self, head):
        first, *lines = head.split("\r\n")
        headers = {}
        for line in lines:
            name, _, value = line.partition(":")
            headers[name.lower()] = value.strip()
        path = first.split(" ")[1] if first.count(" ") == 2 else ""
        host = headers.get("host", "").partition(":")[0]
        if host == "127.0.0.1" and path.startswith("/_farm/"):
            self._control(path[7:])
            return
        self._host = host
        self.farm.began(host, self._loop.time(), headers.get("user-agent", ""))
        made = self.farm.answer(host, path, headers)
        if not isinstance(made, bytes):
            kind, size, site = made
            made = kind(self, site, size)
        if not isinstance(made, bytes):
            self._task = self._loop.create_task(self._slowly(made))
        elif self.farm.latency:
            self._loop.call_later(self.farm.latency, self._done, made)
        else:
            self._done(made)

    def _done(self, made):
        if self._host:
            self.farm.ended(self._host)
            self._host = ""
            self._transport.write(made)
            self._next()

    async def _slowly(self, made):
        with suppress(ConnectionError):
            await made
        self._transport.close()

    def _control(self, what):
        name, _, query = what.partition("?")
        try:
            told = self.farm.order(name, dict(parse_qsl(query)))
            body, code = json.dumps(told).encode(), 200
        except (KeyError, ValueError, TypeError, IndexError) as error:
            body, code = repr(error).encode(), 400
        self._transport.write(answer(code, body, "application/json"))

    # -- what hostile answers do ----------------------------------------------------------

    def write(self, data):
        self._transport.write(data)

    async def send(self, data):
        """Write, and wait until it is taken. Raises ConnectionError when nobody does."""
        if self._transport.is_closing():
            raise ConnectionResetError
        self._transport.write(data)
        # A full pipe is waited for; an empty one must not keep the others from their turn.
        await asyncio.sleep(0)
        await self._flows.wait()

    async def pause(self, seconds):
        with suppress(TimeoutError):
            await asyncio.wait_for(asyncio.shield(self._closed), seconds)
        if self._closed.done():
            raise ConnectionResetError

    async def gone(self):
        """Wait until the other side gives up."""
        await asyncio.shield(self._closed)

    def close(self):
        self._transport.close()

    def reset(self):
        """End the connection without a farewell."""
        line = self._transport.get_extra_info("socket")
        with suppress(OSError):
            line.setsockopt(
                socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0)
            )
        self._transport.abort()


def listening(port):
    made = socket.socket()
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    made.bind(("0.0.0.0", port))  # noqa: S104 - refused above unless it came by loopback
    made.listen(4096)
    made.setblocking(False)
    return made


class FeedFarm:
    """A farm in a thread of this process: `with FeedFarm(feeds=20) as farm:`."""

    def __init__(self, **options):
        self._options = options

    def __enter__(self):
        self._socket = listening(self._options.pop("port", 0))
        self.port = self._socket.getsockname()[1]
        self.farm = Farm(port=self.port, **self._options)
        self.farm.fill()
        self._loop = new_event_loop()
        self._wires = set()
        self._server = self._loop.run_until_complete(
            self._loop.create_server(
                lambda: Wire(self.farm, self._loop, self._wires), sock=self._socket
            )
        )
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_):
        asyncio.run_coroutine_threadsafe(self._end(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()
        self._socket.close()

    async def _end(self):
        ours = asyncio.all_tasks() - {asyncio.current_task()}
        for task in ours:
            task.cancel()
        await asyncio.gather(*ours, return_exceptions=True)
        self._server.close()
        open_ones = tuple(self._wires)
        for wire in open_ones:
            wire.reset()
        # A closed connection is told so in a later turn of the loop; uvloop waits for it.
        for wire in open_ones:
            await wire.gone()

    @property
    def sites(self):
        return self.farm.sites

    @property
    def feeds(self):
        return [site.feed_url for site in self.sites]

    @property
    def hosts(self):
        """For PARUTION_FETCH__HOSTS: the names of all sites lead here."""
        return {
            f"site-{site.index}.test": f"127.0.0.1:{self.port}" for site in self.sites
        }

    def hostile(self, name, site=0):
        return f"{self.sites[site].home}x/{name}"

    def tick(self, **given):
        return self._ordered(lambda: self.farm.tick(**given))

    def advance(self, to):
        return self._ordered(lambda: self.farm.advance(to))

    def spoil(self, site, fault="", **more):
        return self._ordered(lambda: self.farm.spoil(site, fault, **more))

    def truth(self):
        return self._ordered(self.farm.truth)

    def statistics(self):
        return self._ordered(self.farm.statistics)

    def clear(self):
        return self._ordered(self.farm.clear)

    def _ordered(self, work):
        """In the loop's own thread, between two answers."""

        async def between():
            return work()

        return asyncio.run_coroutine_threadsafe(between(), self._loop).result(60)


class FarmProcess:
    """A farm in a process of its own, so that its work is nobody else's.

    Options are those of the command line, with underscores.
    """

    def __init__(self, **options):
        self._options = options

    def __enter__(self):
        given = [
            part
            for name, value in self._options.items()
            for part in (f"--{name.replace('_', '-')}", str(value))
        ]
        self._process = subprocess.Popen(
            [sys.executable, Path(__file__), *given],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        told = json.loads(self._process.stdout.readline())
        self.port, self.feeds, self.hosts = told["port"], told["feeds"], told["hosts"]
        self.id = self._process.pid
        return self

    def __exit__(self, *_):
        # It ends when its standard input does, also when we are killed.
        self._process.stdin.close()
        self._process.wait(60)
        self._process.stdout.close()

    def _ask(self, name, **query):
        line = HTTPConnection("127.0.0.1", self.port, timeout=120)
        line.request("GET", f"/_farm/{name}?{urlencode(query)}")
        with line.getresponse() as got:
            told = got.read()
        line.close()
        if got.status != 200:
            raise ValueError(told.decode())
        return json.loads(told)

    def hostile(self, name, site=0):
        return self.feeds[site].removesuffix("feed") + f"x/{name}"

    def tick(self, **given):
        return self._ask("tick", **given)

    def advance(self, to):
        return self._ask("advance", to=to.isoformat())

    def spoil(self, site, fault="", *, dates=""):
        return self._ask("spoil", site=site, fault=fault or "", dates=dates)

    def truth(self):
        return self._ask("truth")

    def statistics(self):
        return self._ask("statistics")

    def clear(self):
        return self._ask("clear")


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--feeds", type=int, default=2000)
    parser.add_argument("--entries", default="30-50", help="least-most in one feed")
    parser.add_argument(
        "--validators", default="mixed", help=", ".join(sorted(set(MIXED)))
    )
    parser.add_argument(
        "--volatile", type=float, default=0.2, help="share of the sites"
    )
    parser.add_argument(
        "--rate", type=int, default=0, help="articles a day, in the mean"
    )
    parser.add_argument(
        "--latency", type=float, default=0.0, help="seconds, each answer"
    )
    parser.add_argument("--robots", default="", help="every site's robots.txt")
    parser.add_argument("--now", default=NOON.isoformat(), help="when it begins")
    parser.add_argument("--names", type=int, default=0, help="1: site-0.test and on")
    parser.add_argument("--faults", action="store_true", help="name the hostile paths")
    given = vars(parser.parse_args())
    if given.pop("faults"):
        sys.stdout.write("\n".join(HOSTILE) + "\n")
        return
    given["now"] = datetime.fromisoformat(given["now"])
    given["entries"] = tuple(int(part) for part in given["entries"].split("-"))
    with FeedFarm(**given) as farm:
        # Feeds are packed before anybody asks, so that no client's wait is ours.
        for site in farm.sites:
            site.body(gzip=True, number=0)
        told = {"port": farm.port, "feeds": farm.feeds, "hosts": farm.hosts}
        sys.stdout.write(json.dumps(told) + "\n")
        sys.stdout.flush()
        for _ in count():
            if not sys.stdin.readline():
                return


if __name__ == "__main__":
    main()
