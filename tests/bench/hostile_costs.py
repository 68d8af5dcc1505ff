"""What each hostile answer costs us: seconds, and memory at its peak beyond what was held.

One process polls one hostile source after the other, with the settings an office begins
with. Its children's memory counts as its own.
"""

import json
import sys
import tempfile
from pathlib import Path
from time import perf_counter

import one_poll
from peers import run_to_end
from sqlalchemy import select

from app.bootstrap import open_office
from core import log
from monitor.models import Source

sys.path.insert(0, str(Path(__file__).parents[1] / "doubles"))
from farm_hostile import HOSTILE
from feed_farm import FarmProcess

MOST_SECONDS = 15
MOST_MEGABYTES = 50
# Sizes beyond the ones they have by themselves.
MORE = (
    "status-403",
    "status-404",
    "status-500",
    "gzip-bomb-10000",
    "redirect-chain-30",
)


def names():
    return ["redirect-private-1", *MORE, *(one for one in HOSTILE if one != "status")]


def _status(pid):
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    held = dict(line.split(":", 1) for line in lines)
    return {
        name: int(held[name].split()[0]) / 1024
        for name in ("VmHWM", "VmRSS")
        if name in held
    }


def _family():
    found = ["self"]
    for task in Path("/proc/self/task").iterdir():
        try:
            found += (task / "children").read_text().split()
        except OSError:
            continue
    return found


class Peak:
    """Memory beyond what was held before, of this process and its children."""

    def __enter__(self):
        self._before = {}
        for pid in _family():
            Path(f"/proc/{pid}/clear_refs").write_text("5")
            self._before[pid] = _status(pid).get("VmRSS", 0)
        return self

    def __exit__(self, *_):
        self.megabytes = sum(
            _status(pid).get("VmHWM", 0) - self._before.get(pid, 0) for pid in _family()
        )


def each(office, warm):
    pipeline = one_poll.line_of(office).pipeline
    with office.database.read() as session:
        sources = session.execute(select(Source.id, Source.url).order_by(Source.id))
        rows = sources.all()
    found = {}
    for number, (source_id, url) in enumerate(rows):
        began = perf_counter()
        with Peak() as peak:
            report = pipeline.run_one(source_id)
        if number < warm:
            continue
        found[url.rpartition("/")[2]] = {
            "seconds": perf_counter() - began,
            "megabytes": peak.megabytes,
            "outcome": report.outcome,
            "fault": report.fault,
            "entries": report.entries,
        }
    return found


def alone(folder, farm, chosen):
    """Poll the farm's hostile paths in a process of its own, true feeds first."""
    warm = ["xml-ampersand", "xml-warning-first", "xml-cut"]
    urls = [*farm.feeds[:5]]
    urls += [farm.hostile(name, 5 + n) + "?warm" for n, name in enumerate(warm)]
    urls += [farm.hostile(name, 10 + n) for n, name in enumerate(chosen)]
    given = Path(folder) / "given.json"
    given.write_text(json.dumps({"feeds": urls, "settings": {}, "warm": len(warm) + 5}))
    return run_to_end([__file__, folder, given])


def measure(say):
    chosen = names()
    with (
        FarmProcess(feeds=len(chosen) + 10) as farm,
        tempfile.TemporaryDirectory() as folder,
    ):
        found = alone(folder, farm, chosen)
    slowest = max(found, key=lambda name: found[name]["seconds"])
    largest = max(found, key=lambda name: found[name]["megabytes"])
    say(
        f"{len(found)} hostile answers: the slowest, {slowest}",
        f"{found[slowest]['seconds']:.1f} s",
    )
    say(
        f"  the one that takes most memory, {largest}",
        f"{found[largest]['megabytes']:.0f} MB",
    )
    for name, one in found.items():
        if round(one["seconds"], 1) > MOST_SECONDS or one["megabytes"] > MOST_MEGABYTES:
            say(f"  BEYOND {MOST_SECONDS} s or {MOST_MEGABYTES} MB: {name}", str(one))
    return found


def main(folder, given):
    log.configure(level="error")
    told = json.loads(Path(given).read_text())
    with open_office(one_poll.settings(folder, told["settings"])) as office:
        one_poll.add(office, told["feeds"])
        figures = each(office, told["warm"])
    sys.stdout.write(json.dumps(figures) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
