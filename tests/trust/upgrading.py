"""Upgrades a database in processes of its own, told line by line: URL; then `die N`, `go` or `two`.

Each is forked, so that one import serves them all. `die N` kills itself with SIGKILL at the
N-th statement, `die commit` just before the commit, and tells how many statements there were.
Answers each child's end, in one line.
"""

import os
import signal
import sys

from sqlalchemy import event

from app.migrations import history
from core.db import open_database


def end():
    os.kill(os.getpid(), signal.SIGKILL)


def upgrade(url, die):
    database = open_database(url)
    seen = 0

    def count(*_):
        nonlocal seen
        seen += 1
        if str(seen) == die:
            end()

    def committing(*_):
        sys.stdout.write(f"{seen} ")
        sys.stdout.flush()
        end()

    event.listen(database.engine, "before_cursor_execute", count)
    if die == "commit":
        event.listen(database.engine, "commit", committing)
    steps = history.upgrade(database)
    os._exit(10 + len(steps))


def forked(url, die=""):
    child = os.fork()
    if child == 0:
        try:
            upgrade(url, die)
        finally:
            os._exit(1)
    return child


for line in sys.stdin:
    word, _, die = line.strip().partition(" ")
    children = [forked(sys.argv[1], die) for _ in range(2 if word == "two" else 1)]
    ends = sorted(
        os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children
    )
    sys.stdout.write(" ".join(map(str, ends)) + "\n")
    sys.stdout.flush()
