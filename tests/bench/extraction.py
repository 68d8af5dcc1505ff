"""How fast pages are read: quickly, with care, and by trafilatura alone, on one core.

On our own pages; on the public set too when PARUTION_EXTRACTION_SET names its folder.
"""

import gzip
import os
import statistics
import sys
from pathlib import Path
from time import process_time

from trafilatura import bare_extraction

from core.text.charset import decode
from monitor.extract import extract_page, screen

sys.path.append(str(Path(__file__).parents[1] / "quality"))
from page_set import pages

RUNS = 3
URL = "https://www.example.org/a"


def say(name, figure):
    sys.stdout.write(f"{name:<58} {figure}\n")
    sys.stdout.flush()


def measure():
    sets = {"our French and Arabic pages": _own(), "the public set": _public()}
    for name, bodies in sets.items():
        if not bodies:
            say(f"extraction on {name}", "skipped: PARUTION_EXTRACTION_SET is not set")
            continue
        careful = _rate(lambda body: extract_page(body, url=URL), bodies)
        quick = _rate(lambda body: screen(body, url=URL), bodies)
        alone = _rate(_trafilatura, bodies)
        say(f"pages screened a second and core, {name}", f"{quick:.0f}")
        say("  read with care", f"{careful:.0f}")
        say("  by trafilatura alone, without dates and authors", f"{alone:.0f}")
        say("  ratio", f"{careful / alone:.2f}")


def _own():
    return [one.body for language in ("fr", "ar") for one in pages(language)]


def _public():
    folder = os.environ.get("PARUTION_EXTRACTION_SET")
    if not folder:
        return []
    found = sorted((Path(folder) / "html").glob("*.html.gz"))
    return [gzip.decompress(one.read_bytes()) for one in found]


def _trafilatura(body):
    return bare_extraction(decode(body).text, include_comments=False)


def _rate(read, bodies):
    """Pages in a second of CPU; the first page is not counted, it loads models."""
    read(bodies[0])
    rates = []
    for _ in range(RUNS):
        began = process_time()
        for body in bodies:
            read(body)
        rates.append(len(bodies) / (process_time() - began))
    return statistics.median(rates)


if __name__ == "__main__":
    measure()
