"""A process that holds a SQLite database's write lock: DATABASE. It says when, and until what.

It takes the lock when it reads a line and gives it back at the next.
"""

import sqlite3
import sys

connection = sqlite3.connect(sys.argv[1], isolation_level=None, timeout=60)
for number, _ in enumerate(sys.stdin):
    connection.execute("COMMIT" if number % 2 else "BEGIN IMMEDIATE")
    print("done", flush=True)  # noqa: T201 - whoever started it waits for this
