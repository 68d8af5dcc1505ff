"""Other people's feed readers, each as its own manual has it run, on the feeds we read.

They are taken when they are installed: newsboat and r2e from the PATH, lemon24/reader from
the Python that PARUTION_TEST_READER_PYTHON names (pip install reader sgmllib3k).
"""

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

READER = "PARUTION_TEST_READER_PYTHON"
_THREADS = 20
_LONGEST = 900


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What one process and its children took."""

    cpu: float
    wall: float
    megabytes: float
    said: str = ""


def cost(command, *, folder, **more):
    """Run *command* to its end. Raises when it fails or takes a quarter of an hour."""
    began = perf_counter()
    with (folder / "said").open("w+") as said, (folder / "errors").open("w+") as errors:
        process = subprocess.Popen(
            [str(part) for part in command],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=errors,
            **more,
        )
        # It reports what was used, children included, as no other call does.
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        wall = perf_counter() - began
        said.seek(0)
        errors.seek(0)
        if process.returncode:
            raise RuntimeError(f"{command[0]}: {errors.read()[-2000:]}")
        return Cost(
            cpu=used.ru_utime + used.ru_stime,
            wall=wall,
            megabytes=used.ru_maxrss / 1024,
            said=said.read(),
        )


class Reader:
    """lemon24/reader, 20 threads, its search off."""

    name = "lemon24/reader, 20 threads"
    missing = f"{READER} names no Python with it"

    def __init__(self, folder, feeds):
        self._folder = folder
        self._python = os.environ[READER]
        (folder / "feeds.json").write_text(json.dumps(feeds))
        self._run("add")

    @staticmethod
    def is_here():
        return bool(os.environ.get(READER))

    def poll(self):
        return self._run("update")

    def _run(self, phase):
        code = Path(__file__).with_name("peer_reader.py")
        command = [self._python, code, phase, str(_THREADS)]
        return cost(command, folder=self._folder)


class Newsboat:
    name = "newsboat -x reload, 20 threads"
    missing = "newsboat is not on the PATH"

    def __init__(self, folder, feeds):
        self._folder = folder
        (folder / "urls").write_text("".join(f"{feed}\n" for feed in feeds))
        (folder / "config").write_text(f"reload-threads {_THREADS}\n")

    @staticmethod
    def is_here():
        return shutil.which("newsboat") is not None

    def poll(self):
        files = ("-u", "urls", "-c", "cache.db", "-C", "config")
        home = {"HOME": str(self._folder), "PATH": os.environ["PATH"]}
        return cost(["newsboat", *files, "-x", "reload"], folder=self._folder, env=home)


class Rss2email:
    name = "rss2email: r2e run --no-send"
    missing = "r2e is not on the PATH"

    def __init__(self, folder, feeds):
        self._folder = folder
        lines = ["[DEFAULT]", "from = a@example.org", "to = a@example.org"]
        for number, feed in enumerate(feeds):
            lines += [f"[feed.f{number}]", f"url = {feed}", "to = a@example.org"]
        (folder / "r2e.cfg").write_text("\n".join(lines) + "\n")

    @staticmethod
    def is_here():
        return shutil.which("r2e") is not None

    def poll(self):
        return cost(
            ["r2e", "-c", "r2e.cfg", "-d", "r2e.json", "run", "--no-send"],
            folder=self._folder,
        )


PEERS = (Reader, Newsboat, Rss2email)


def run_to_end(command):
    """Its standard output; for our own processes, which measure themselves."""
    done = subprocess.run(
        [sys.executable, *map(str, command)],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        timeout=_LONGEST,
        cwd=Path(__file__).parents[2],
    )
    return json.loads(done.stdout.splitlines()[-1])
