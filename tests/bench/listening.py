"""Reading 2,000 feeds beside other feed readers, on a farm in a process of its own.

Three cases, each the whole of one pass: all feeds new, all unchanged by their validators
(304), all sent again with other bytes around the same entries. A peer's turn follows ours
on the same farm; quote the ratios. Peers that are not installed are named.

What a reader of feeds does not do is kept out of the pass: robots.txt of each site (once a
day) is read before it and told apart, article pages are read afterwards.
"""

import json
import statistics
import sys
import tempfile
from pathlib import Path

import due_sources
from peers import PEERS, run_to_end

sys.path.insert(0, str(Path(__file__).parents[1] / "doubles"))
import hostile_costs
from feed_farm import FarmProcess

HERE = Path(__file__).parent
FEEDS = 2000
_OURS = 3
# Each feed: an ETag and the same bytes; or no validator and other bytes each time.
STEADY = {"validators": "etag", "volatile": 0}
VOLATILE = {"validators": "none", "volatile": 1}


class Ours:
    """Our own pass over the feeds, in a process of its own."""

    name = "Parution"

    def __init__(self, folder, feeds, settings=None):
        self._folder = folder
        told = {"feeds": feeds, "settings": settings or {}}
        (folder / "given.json").write_text(json.dumps(told))
        self._run("add")

    def poll(self):
        self._run("due")
        return self._run("poll")

    def _run(self, phase):
        return run_to_end(
            [HERE / "one_poll.py", phase, self._folder, self._folder / "given.json"]
        )


def measure(say, feeds=FEEDS, peers=1, *, with_due=True):
    """Print every figure; *peers* is how many turns each peer gets."""
    feeds, peers = int(feeds), int(peers)
    cold, known = _steady(say, feeds, peers)
    again = _volatile(say, feeds, peers)
    for what, ours, limit in (
        ("all new", cold, 9.0),
        ("all 304", known, 1.5),
        ("all 200 and unchanged", again, 7.0),
    ):
        cpu = statistics.median(one["cpu"] for one in ours)
        share = feeds / FEEDS
        within = "within" if cpu <= limit * share else "BEYOND"
        say(f"  {what}: {within} the target of", f"{limit * share:.2f} s CPU")
    hostile_costs.measure(say)
    if with_due:
        due_sources.measure(say)


def _steady(say, feeds, peers):
    with _ground(feeds, STEADY) as (farm, place):
        cold, known = [], []
        for turn in range(_OURS):
            ours = Ours(place(f"ours-{turn}"), farm.feeds)
            cold.append(ours.poll())
            _check(say, cold[-1], farm)
            known.append(ours.poll())
        theirs = _peers(farm, place, peers, ("all new", "all 304"))
    _say(say, f"{feeds} feeds, all new", cold, theirs["all new"], feeds)
    _say(say, f"{feeds} feeds, all 304", known, theirs["all 304"], feeds)
    robots = statistics.median(one["robots_cpu"] for one in cold)
    say(f"  robots.txt and one page of {feeds} sites, apart", f"{robots:.1f} s CPU")
    return cold, known


def _volatile(say, feeds, peers):
    what = "all 200 and unchanged"
    with _ground(feeds, VOLATILE) as (farm, place):
        again = []
        ours = Ours(place("ours"), farm.feeds)
        ours.poll()
        again = [ours.poll() for _ in range(_OURS)]
        if any(one["new"] for one in again):
            say("  SOMETHING WAS TAKEN FOR NEW", str(again))
        theirs = _peers(farm, place, peers, ("", what))
    _say(say, f"{feeds} feeds, {what}", again, theirs[what], feeds)
    return again


class _ground:  # noqa: N801 - used like a function
    """A farm, and folders for whoever reads it."""

    def __init__(self, feeds, options):
        self._farm = FarmProcess(feeds=feeds, **options)
        self._folder = tempfile.TemporaryDirectory(dir=HERE.parents[1])

    def __enter__(self):
        def place(name):
            made = Path(self._folder.name) / name
            made.mkdir()
            return made

        return self._farm.__enter__(), place

    def __exit__(self, *failure):
        self._farm.__exit__(*failure)
        self._folder.cleanup()


def _peers(farm, place, turns, cases):
    """What each peer that is here took, case after case; the first is not always asked."""
    found = {case: {} for case in cases}
    for peer in PEERS:
        if not peer.is_here():
            continue
        for turn in range(turns):
            read = peer(place(f"{peer.__name__}-{turn}"), farm.feeds)
            for case in cases:
                found[case].setdefault(peer, []).append(read.poll())
    return found


def _check(say, ours, farm):
    """Everything that was published is stored, and nothing twice."""
    published = sum(1 for _ in farm.truth())
    shown = min(published, ours["articles"])
    if ours["articles"] != published:
        say("  NOT ALL IS STORED", f"{shown} of {published}; {ours['outcomes']}")


def _say(say, what, ours, theirs, feeds):
    cpu = statistics.median(one["cpu"] for one in ours)
    wall = statistics.median(one["wall"] for one in ours)
    say(what, f"{cpu:.2f} s CPU, {feeds / wall:.0f} feeds/s")
    start = statistics.median(one["start_cpu"] for one in ours)
    say("  of it, starting the process and its imports", f"{start:.2f} s")
    say("  peak memory, children included", f"{ours[-1]['megabytes']:.0f} MB")
    for peer in PEERS:
        if peer not in theirs:
            say(f"  beside {peer.name}", f"skipped: {peer.missing}")
            continue
        their_cpu = statistics.median(one.cpu for one in theirs[peer])
        their_wall = statistics.median(one.wall for one in theirs[peer])
        say(
            f"  beside {peer.name}: CPU, wall, ratio of CPU",
            f"{their_cpu:.1f} s, {their_wall:.1f} s, {cpu / their_cpu:.3f}",
        )


if __name__ == "__main__":
    measure(lambda *said: print(f"{said[0]:<74} {said[1]}"), *sys.argv[1:])  # noqa: T201
