"""An article finds its story among 50,000 of the last week, beside rapidfuzz on a sample.

Texts of real length in French and Arabic, written from the words of stories on everything;
one in five is a copy with some words changed.
"""

import gc
import resource
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import process_time

import numpy as np
from rapidfuzz import fuzz

from monitor.matching.stories import Kinship, StoryIndex, is_long_enough, runs

DATA = Path(__file__).parents[1] / "data"
COUNT = 50_000
ASKED = 2_000
WORDS = (150, 600)
COPIES = 0.2
EDITED = 0.04  # of the words of a copy
NOW = datetime(2026, 11, 24, tzinfo=UTC)
SAMPLE = 200  # leaders a peer compares one article with


def measure(say, count=COUNT):
    count = int(count)
    writer = Writer()
    kept = {}
    index = StoryIndex(lambda leaders: {one: kept[one] for one in leaders})
    gc.collect()
    before = _resident()
    for number in range(count):
        held = runs(writer.text(number))
        at = NOW + timedelta(days=7) * number / count
        kin = index.nearest(held, at=at)
        if kin is None or kin.kinship is not Kinship.COPY:
            index.add(number, held, at=at)
            kept[number] = held
    texts = [writer.text(count + number) for number in range(ASKED)]
    gc.collect()
    say(f"{count} articles of a week: stories", f"{len(kept)}")
    say(
        "  held here, of which the index",
        f"{_resident() - before:.0f} MB, {index_bytes(index) / 2**20:.0f} MB"
        " (an office keeps the sketches as rows)",
    )
    at = NOW + timedelta(days=7)
    began = process_time()
    sketches = [runs(text) for text in texts]
    sketched = process_time()
    met = [index.nearest(one, at=at) for one in sketches if is_long_enough(one)]
    ended = process_time()
    say(
        "  one article finds its story (cutting and hashing its words)",
        f"{(ended - sketched) / ASKED * 1000:.3f} ms ({(sketched - began) / ASKED * 1000:.3f}"
        " ms) of CPU",
    )
    copies = sum(kin is not None and kin.kinship is Kinship.COPY for kin in met)
    say(
        "  of copies found",
        f"{copies / sum(writer.is_copy(count + one) for one in range(ASKED)):.3f}",
    )
    leaders = [writer.text(number) for number in list(kept)[:SAMPLE]]
    began = process_time()
    for text in texts[:5]:
        for leader in leaders:
            fuzz.token_set_ratio(text, leader)
    theirs = (process_time() - began) / 5 / SAMPLE * 1000
    say(
        "  beside rapidfuzz, token_set_ratio of one pair",
        f"{theirs:.3f} ms: {theirs * len(kept):.0f} ms an article",
    )


def index_bytes(index):
    """Bytes of the arrays that hold the samples."""
    return sum(
        part.keys.nbytes + part.owners.nbytes
        for generation in (index._young, index._old)
        for part in generation._samples._segments
    )


class Writer:
    """Texts by number, the same each time; a copy repeats an earlier one that is none."""

    def __init__(self):
        self._words = [
            np.array(
                (DATA / f"extraction-{one}" / "stories.txt").read_text("utf-8").split()
            )
            for one in ("fr", "ar")
        ]

    def text(self, number):
        if self.is_copy(number):
            dice = np.random.default_rng(number)
            # One of the thousand before those that are asked.
            first = max(0, number - ASKED - 1 - int(dice.integers(1000)))
            while self.is_copy(first):
                first -= 1
            words = self._own(first)
            changed = dice.random(len(words)) < EDITED
            words[changed] = "autre"
            return " ".join(words.tolist())
        return " ".join(self._own(number).tolist())

    def is_copy(self, number):
        return (
            number > 0 and np.random.default_rng(2 * 10**9 + number).random() < COPIES
        )

    def _own(self, number):
        dice = np.random.default_rng(10**9 + number)
        pool = self._words[number % 2]
        return dice.choice(pool, size=int(dice.integers(*WORDS)))


def _resident():
    with Path("/proc/self/statm").open(encoding="ascii") as file:
        return int(file.read().split()[1]) * resource.getpagesize() / 2**20


if __name__ == "__main__":
    measure(lambda *said: sys.stdout.write(f"{said[0]:<62} {said[1]}\n"), *sys.argv[1:])
