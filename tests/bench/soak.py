"""Twenty days of listening to 2,000 sites, a third of them with faults, in a quarter of an hour.

The oracle is that of `tests/flows/test_listening_soak.py`; here its answers are printed.
"""

import sys
import tempfile
from collections import Counter
from datetime import timedelta
from pathlib import Path
from time import perf_counter

from core import log
from core.zones import pin

sys.path.insert(0, str(Path(__file__).parents[1] / "flows"))
sys.path.insert(0, str(Path(__file__).parents[1] / "doubles"))
import soak_ground
from feed_farm import FarmProcess

DAYS = 20


def measure(say, sites=2000, days=DAYS):
    log.configure(level="error")
    pin()
    sites, days = int(sites), int(days)
    began = perf_counter()
    with (
        FarmProcess(
            feeds=sites,
            entries="12-20",
            rate=6,
            volatile=0.2,
            now=soak_ground.BEGIN.isoformat(),
        ) as farm,
        tempfile.TemporaryDirectory(dir=Path(__file__).parents[2]) as folder,
    ):
        soaked = soak_ground.soak(
            farm,
            farm.feeds,
            {},
            folder,
            days=days,
            step=timedelta(minutes=90),
            seconds=0.7,
            floor_minutes=120,
            day=lambda today, megabytes: say(
                f"  day {today + 1}, after {perf_counter() - began:.0f} s",
                f"{megabytes:.0f} MB",
            ),
        )
    _tell(say, soaked, perf_counter() - began)


def _tell(say, soaked, seconds):
    kept = sum(map(len, soaked.found.values()))
    lost = soak_ground.unnamed_losses(soaked)
    say(f"{soaked.sites} sites, {soaked.days} days", f"{seconds:.0f} s")
    say("  looks, requests", f"{soaked.polls}, {soaked.statistics['requests']}")
    say("  articles published, kept", f"{len(soaked.truth)}, {kept}")
    well = [one for one in soaked.truth if one["site"] not in soaked.afflictions]
    found = {url for urls in soaked.found.values() for url in urls}
    missing = sum(one["url"] not in found for one in well)
    say("  of sites that nothing ailed, published and not kept", missing)
    say("  lost without a word (must be 0)", f"{len(lost)} {lost[:5]}")
    invented = soak_ground.inventions(soaked)
    say("  invented or kept twice (must be 0)", f"{len(invented)} {invented[:5]}")
    wrong = soak_ground.misnamed(soaked)
    say("  lasting faults shown as something else (must be 0)", f"{len(wrong)}")
    for one in wrong[:10]:
        say("    site, fault, shown as", str(one))
    say("  sources due and not asked by their pass (must be 0)", soaked.left_due)
    silence = soak_ground.longest_silence(soaked) / timedelta(hours=1)
    say("  longest silence at a well site", f"{silence:.1f} h")
    most = soaked.statistics["most_in_flight"]
    say("  requests at once at one site (must be 1)", most)
    growth = soaked.resident[-1] - soaked.resident[min(5, soaked.days - 1)]
    say("  memory after the last day beyond that after the fifth", f"{growth:.0f} MB")
    say("  states", str(dict(Counter(state for state, _ in soaked.states.values()))))


if __name__ == "__main__":
    measure(lambda *said: print(f"{said[0]:<64} {said[1]}", flush=True), *sys.argv[1:])  # noqa: T201
