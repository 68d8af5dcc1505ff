"""lemon24/reader, run by a Python that has it: add THREADS | update THREADS.

It stands alone: the Python that runs it need have nothing of ours.
"""

import json
import sys
from pathlib import Path


def main(phase, threads):
    from reader import make_reader  # noqa: PLC0415 - not ours, not installed with us

    opened = make_reader("reader.db", search_enabled=False)
    if phase == "add":
        for feed in json.loads(Path("feeds.json").read_text()):
            opened.add_feed(feed)
        return
    broken = 0
    for one in opened.update_feeds_iter(workers=int(threads), scheduled=False):
        broken += isinstance(one.value, Exception)
    sys.stdout.write(json.dumps({"broken": broken}) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
