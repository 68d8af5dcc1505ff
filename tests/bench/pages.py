"""Every page of a large office, asked by thirty people while it sends and polls.

`make bench ONLY="pages 100000 60"`: so many articles, so many seconds. The office runs as
`parution serve` in a process of its own, or, with the word `apart`, as `parution web` beside
`parution worker`; the people are threads of this one. Each opens a
page, looks at it for a while and opens another. A page is whatever GET there is: new
pages are measured without being named here.
"""

import json
import os
import random
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import defaultdict
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection, HTTPException
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count as counting
from pathlib import Path

import pages_ground
from fastapi.routing import iter_route_contexts
from pages_ground import APART, DELIVERIES, DISPATCHES, LINES, LIST, RELEASES, SOURCES
from sqlalchemy import func, insert, select

from app.bootstrap import open_office
from app.web import make_app
from core.db import open_database
from core.models import Outlet
from core.settings import Settings
from distributor.models import Delivery
from distributor.sending.freezing import Terms
from distributor.sending.plan import plan
from monitor.models import Poll, Source

ROOT = Path(__file__).parents[2]
COUNT = 1_000_000
SECONDS = 60
PEOPLE = 30
# How long somebody looks at a page before the next.
LOOK = (0.5, 2.5)
SENDING = 12
FEEDS = 60
LIMIT = 100.0
PATIENCE = 120
COMMANDS = {"together": ("serve",), "apart": ("web", "worker")}
# What is no page: files made anew, answers for programs, forms that end a session.
LEFT_OUT = re.compile(
    r"/file/|/files/|/api/|/static/|/language/|\.csv$|\.json$|\.zip$|\.xml$|\.txt$"
    r"|/health/|/metrics|/hooks/|/rehearsal|^/[apru]/\{token\}|/logout|/login"
)


def measure(say, count=COUNT, seconds=SECONDS, how="together"):
    count, seconds = int(count), float(seconds)
    began = time.perf_counter()
    kept = pages_ground.kept(count)
    say(
        f"an office of {count} articles", f"made in {time.perf_counter() - began:.0f} s"
    )
    with tempfile.TemporaryDirectory() as folder, _feeds() as port:
        shutil.copy(kept / "parution.db", f"{folder}/parution.db")
        paths = _prepare(Path(folder), count, port)
        with _serving(folder, port, COMMANDS[how]) as (address, office):
            used = [_cpu(one) for one in office]
            times, sizes, wrong = _people(address, paths, seconds)
            used = [
                _cpu(one) - before for one, before in zip(office, used, strict=True)
            ]
        _tell(say, times, sizes, wrong)
        for command, seconds_used in zip(COMMANDS[how], used, strict=True):
            say(f"  CPU of `parution {command}` meanwhile", f"{seconds_used:.0f} s")
        _tell_work(say, folder, seconds)


def _settings(folder, port):
    return {
        "data_dir": str(folder),
        "log_level": "error",
        "organisation": {"name": "Ministère", "from": "presse@ministere.test"},
        "channels": {"outbox": {"folder": f"{folder}/outbox"}},
        "sending": {"connections": 1, "undo_minutes": 0},
        "newsroom": {"enabled": True},
        "polling": {"floor_minutes": 1, "pages": "candidates"},
        "fetch": {
            "allow_networks": ["127.0.0.0/8"],
            "pace_seconds": 0,
            "hosts": {f"f{one}.test": f"127.0.0.1:{port}" for one in range(FEEDS)},
        },
        "web": {"port": 0, "sign_in_as": pages_ground.WHO},
    }


def _prepare(folder, count, port):
    """Plan what is sent and add what is polled; every page's path with ways to fill it."""
    given = Settings.model_validate(_settings(folder, port))
    with open_office(given) as office:
        now = office.clock.now()
        with office.database.write() as session:
            for one in range(SENDING):
                plan(
                    session,
                    release_id=RELEASES - one,
                    list_name=LIST,
                    wall=None,
                    zone="Africa/Casablanca",
                    channel="outbox",
                    settings=given,
                    zone_rules=office.zone_rules,
                    ids=office.ids,
                    now=now,
                    terms=Terms(again=True),
                )
            outlets = session.scalars(
                insert(Outlet).returning(Outlet.id),
                [{"name": f"Fil {one}"} for one in range(FEEDS)],
            ).all()
            session.execute(
                insert(Source),
                [
                    {
                        "outlet_id": outlet,
                        "kind": "feed",
                        "url": f"http://f{one}.test/feed",
                        "domain": f"f{one}.test",
                        "options": {},
                        "state": "ok",
                        "state_since": now,
                        "interval_seconds": 60,
                        "next_poll_at": now + timedelta(seconds=one),
                    }
                    for one, outlet in enumerate(outlets)
                ],
            )
        return _paths(make_app(office), count, now)


def _paths(app, count, now):
    """Each page with its fillers; a place nobody here can fill is said."""
    day = (now - timedelta(days=1)).date().isoformat()
    fill = {
        "article_id": lambda chance: chance.randint(count - 60_000 // APART, count),
        "coverage_id": lambda chance: chance.randint(1, RELEASES * LINES),
        "release_id": lambda chance: chance.randint(1, RELEASES),
        "dispatch_id": lambda chance: chance.randint(1, DISPATCHES + SENDING),
        "source_id": lambda chance: chance.randint(1, SOURCES),
        "contact_id": lambda chance: chance.randint(1, pages_ground.CONTACTS),
        "list_id": lambda _: 1,
        "watch_id": lambda chance: chance.randint(1, pages_ground.WATCHES),
        "day": lambda _: day,
        "name": lambda _: "morning",
        "slug": lambda chance: f"{chance.randint(1, RELEASES)}-2026",
    }
    found = {}
    for route in iter_route_contexts(app.routes):
        if "GET" not in (route.methods or ()) or LEFT_OUT.search(route.path):
            continue
        places = re.findall(r"\{(\w+)", route.path)
        known = fill | (
            {"language": lambda chance: chance.choice(("fr", "ar"))}
            if route.path.startswith("/n/")
            else {}
        )
        if all(place in known for place in places):
            found[route.path] = _filler(route.path, known)
    delivery = "/dispatches/{dispatch_id}/deliveries/{delivery_id}"
    found[delivery] = lambda chance: (
        f"/dispatches/{(one := chance.randint(1, DISPATCHES))}/deliveries/"
        f"{(one - 1) * DELIVERIES + chance.randint(1, DELIVERIES)}"
    )
    found["/search?q="] = lambda chance: chance.choice(
        ("/search?q=agence", "/search?q=zellige", "/search?q=%22Grand+Prix%22")
    )
    found["/n/{language}?q="] = lambda _: "/n/fr?q=ministre"
    return found


def _filler(path, known):
    def filled(chance):
        return re.sub(r"\{(\w+)[^}]*\}", lambda one: str(known[one[1]](chance)), path)

    return filled


@contextmanager
def _serving(folder, port, commands):
    """The office on a free port."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        free = taken.getsockname()[1]
    given = _settings(folder, port)
    given["web"]["port"] = free
    processes = [
        subprocess.Popen(
            [sys.executable, "-m", "app.cli", command],
            cwd=ROOT,
            env=os.environ | _variables(given),
        )
        for command in commands
    ]
    try:
        for _ in range(PATIENCE * 10):
            if any(process.poll() is not None for process in processes):
                raise RuntimeError("the office did not start")
            try:
                with socket.create_connection(("127.0.0.1", free), 1):
                    break
            except OSError:
                time.sleep(0.1)
        yield ("127.0.0.1", free), [process.pid for process in processes]
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.wait()


def _cpu(process):
    """Seconds, by Linux's own count."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _variables(given, before="PARUTION"):
    found = {}
    for name, value in given.items():
        key = f"{before}_{name}" if before == "PARUTION" else f"{before}__{name}"
        if isinstance(value, dict) and name != "hosts":
            found |= _variables(value, key)
        else:
            plain = isinstance(value, str | int | float) and not isinstance(value, bool)
            found[key.upper()] = str(value) if plain else json.dumps(value)
    return found


@contextmanager
def _feeds():
    """Feeds that say something new each time."""
    numbers = counting(1)

    class Feed(BaseHTTPRequestHandler):
        def do_GET(self):
            if not self.path.startswith("/feed"):
                self.send_error(404)
                return
            at = datetime.now(UTC).strftime("%a, %d %b %Y %H:%M:%S GMT")
            items = "".join(
                f"<item><title>Actualité {(n := next(numbers))}</title>"
                f"<link>http://{self.headers['Host']}/{n}</link><guid>{n}</guid>"
                f"<pubDate>{at}</pubDate><description>Une agence urbaine annonce {n} "
                "conventions pour les communes.</description></item>"
                for _ in range(5)
            )
            body = (
                f"<rss version='2.0'><channel><title>x</title>{items}</channel></rss>"
            )
            self.send_response(200)
            self.send_header("Content-Type", "application/rss+xml")
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *_):
            """Nothing: thousands of lines help nobody."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Feed)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()


def _people(address, paths, seconds):
    times, sizes, wrong = defaultdict(list), {}, defaultdict(int)
    lock = threading.Lock()
    # Whoever comes first in the morning waits for templates: not what is measured.
    line = HTTPConnection(*address, timeout=60)
    for path in paths.values():
        _ask(line, path(random.Random(1)))
    ends = time.perf_counter() + seconds

    def person(seed):
        chance = random.Random(seed)
        line = HTTPConnection(*address, timeout=60)
        time.sleep(chance.uniform(0, LOOK[1]))
        turns = list(paths)
        chance.shuffle(turns)
        while time.perf_counter() < ends:
            name = turns.pop()
            turns = turns or chance.sample(list(paths), len(paths))
            status, size, taken = _ask(line, paths[name](chance))
            with lock:
                sizes[name] = max(size, sizes.get(name, 0))
                if status < 400:
                    times[name].append(taken)
                else:
                    wrong[name, status] += 1
            time.sleep(chance.uniform(*LOOK))

    people = [threading.Thread(target=person, args=(one,)) for one in range(PEOPLE)]
    for one in people:
        one.start()
    for one in people:
        one.join()
    return times, sizes, wrong


def _ask(line, path):
    began = time.perf_counter()
    try:
        line.request("GET", path, headers={"Accept-Encoding": "gzip"})
        answer = line.getresponse()
        content = answer.read()
        status = answer.status
    except (OSError, HTTPException):
        line.close()
        return 599, 0, (time.perf_counter() - began) * 1000
    return status, len(content), (time.perf_counter() - began) * 1000


def _tell(say, times, sizes, wrong):
    every = sorted(one for taken in times.values() for one in taken)
    if not every:
        say("pages", f"none answered: {dict(wrong)}")
        return
    say(
        f"pages, {PEOPLE} people at once, p50 / p95 / most",
        f"{_at(every, 0.5)} / {_at(every, 0.95)} / {every[-1]:.0f} ms of {len(every)}",
    )
    for name in sorted(times, key=lambda one: -_quantile(times[one], 0.95)):
        taken = sorted(times[name])
        over = "  OVER" if _quantile(taken, 0.95) > LIMIT else ""
        say(
            f"  {name}",
            f"{_at(taken, 0.5)} / {_at(taken, 0.95)} ms, {sizes[name] / 1000:.0f} kB, "
            f"{len(taken)} times{over}",
        )
    for (name, status), times_wrong in wrong.items():
        say(f"  {name}", f"answered {status} {times_wrong} times")
    say("  machine's load meanwhile", f"{os.getloadavg()[0]:.1f}")


def _tell_work(say, folder, seconds):
    database = open_database(f"sqlite:///{folder}/parution.db")
    with database.read() as session:
        sent = session.scalar(
            select(func.count()).where(
                Delivery.dispatch_id > DISPATCHES, Delivery.state == "accepted"
            )
        )
        left = session.scalar(
            select(func.count()).where(
                Delivery.dispatch_id > DISPATCHES, Delivery.state == "waiting"
            )
        )
        polls = session.scalar(select(func.count()).where(Poll.source_id > SOURCES))
    database.close()
    say("  meanwhile", f"{sent} deliveries, {left} to go, {polls} polls")


def _at(times, share):
    return f"{_quantile(times, share):.0f}"


def _quantile(times, share):
    if len(times) < 2:
        return times[0]
    return statistics.quantiles(times, n=100, method="inclusive")[int(share * 100) - 1]
