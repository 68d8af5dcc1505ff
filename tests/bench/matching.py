"""One article against 1, 1,000 and 100,000 releases, beside rapidfuzz and difflib.

The articles are the labelled ones; the releases beside the labelled ones are written from
the words of stories on everything, as long as they are, in French and Arabic, sent over ten
years. A release is written again when it is asked for: the index holds no texts.
"""

import gc
import json
import resource
import sys
from datetime import UTC, date, datetime, timedelta
from difflib import SequenceMatcher
from pathlib import Path
from time import perf_counter, process_time

import numpy as np
from rapidfuzz import fuzz

from core.text.tokens import words
from monitor.detect import read_articles, read_releases
from monitor.matching.attribute import attribute
from monitor.matching.index import ReleaseIndex
from monitor.matching.values import ReleaseText, VersionText

DATA = Path(__file__).parents[1] / "data"
GOLD = DATA / "gold"
COUNTS = (1, 1_000, 100_000)
PARAGRAPHS = {"fr": (8, 32), "ar": (7, 26)}  # how many, and words in each
ISSUERS = 40
SUBJECT = 25  # words that a release keeps coming back to
FIRST = date(2013, 1, 1)
DAYS = 3_650
LOT = 1_000
PAIRS = 40  # asked of the peers, who take long


def measure(say, *given):
    counts = [int(one) for one in given] or COUNTS
    releases = read_releases(GOLD / "releases.jsonl")
    articles = list(read_articles(GOLD / "articles.jsonl"))
    writer = Writer()
    lengths = [len(words(f"{one.title} {one.body}")) for one in articles]
    say("words of an article", f"{np.mean(lengths):.0f} (most {max(lengths)})")
    for count in counts:
        _one_size(say, count, releases, articles, writer)
    _peers(say, releases[0], articles)


def _one_size(say, count, releases, articles, writer):
    known = releases if count > 1 else releases[:1]
    index = ReleaseIndex(
        load=lambda owners: [_text(known, writer, one) for one in owners]
    )
    gc.collect()
    before, began = _resident(), perf_counter()
    index.extend(known)
    for start in range(len(known), count, LOT):
        index.extend(
            writer.release(one) for one in range(start, min(start + LOT, count))
        )
    seconds = perf_counter() - began
    gc.collect()
    held = _resident() - before
    covering, others = _by_label(articles)
    taken = {
        name: _milliseconds(some, index)
        for name, some in (
            ("all", articles),
            ("covering", covering),
            ("others", others),
        )
    }
    say(
        f"one article against {count} releases (covering, unrelated)",
        f"{taken['all']:.2f} ms ({taken['covering']:.2f}, {taken['others']:.2f}) of CPU",
    )
    if count > 1:
        say("  index, resident; built in", f"{held:.0f} MB; {seconds:.0f} s")


def _text(known, writer, number):
    return known[number] if number < len(known) else writer.release(number)


def _by_label(articles):
    labelled = {
        row["id"]: bool(row["release_ids"])
        for line in (GOLD / "articles.jsonl").read_text("utf-8").splitlines()
        for row in [json.loads(line)]
    }
    return (
        [one for one in articles if labelled[one.id]],
        [one for one in articles if not labelled[one.id]],
    )


def _milliseconds(articles, index, rounds=3):
    """CPU an article, when what it is compared with was needed once before."""
    for one in articles:
        attribute(one, index)
    began = process_time()
    for _ in range(rounds):
        for one in articles:
            attribute(one, index)
    return (process_time() - began) / rounds / len(articles) * 1000


def _peers(say, release, articles):
    """The same labelled articles against one release, text with text, no language known."""
    text = release.versions["fr"].text
    some = [f"{one.title}\n\n{one.body}" for one in articles[:PAIRS]]
    index = ReleaseIndex([release])
    ours = _milliseconds(articles[:PAIRS], index)
    for name, ask in (
        ("rapidfuzz, partial_ratio", lambda one: fuzz.partial_ratio(text, one)),
        ("rapidfuzz, token_set_ratio", lambda one: fuzz.token_set_ratio(text, one)),
        (
            "difflib, on words",
            lambda one: SequenceMatcher(None, text.split(), one.split()).ratio(),
        ),
    ):
        began = process_time()
        for one in some:
            ask(one)
        theirs = (process_time() - began) / len(some) * 1000
        say(
            f"  beside {name}: theirs, ours to theirs",
            f"{theirs:.2f} ms, {ours / theirs:.2f}",
        )


class Writer:
    """Releases by number, the same each time."""

    def __init__(self):
        self._words = {
            language: np.array(
                (DATA / f"extraction-{language}" / "stories.txt")
                .read_text("utf-8")
                .split()
            )
            for language in PARAGRAPHS
        }
        self._names = [f"Office numéro {one} du royaume" for one in range(ISSUERS)]

    def release(self, number):
        dice = np.random.default_rng(number)
        sent = FIRST + timedelta(days=int(dice.integers(DAYS)))
        issuer = self._names[number % ISSUERS]
        return ReleaseText(
            id=f"b{number}",
            issuer=issuer,
            official_names=(issuer,),
            published_at=datetime(sent.year, sent.month, sent.day, 9, tzinfo=UTC),
            event_days=(sent + timedelta(days=3),),
            versions={
                language: self._version(language, issuer, dice)
                for language in PARAGRAPHS
            },
        )

    def _version(self, language, issuer, dice):
        count, length = PARAGRAPHS[language]
        # Three words in four are everybody's; the fourth is of what it alone speaks of.
        drawn = dice.choice(self._words[language], size=(count + 1) * length)
        own = dice.random(len(drawn)) < 1 / 4
        subject = [
            f"{word}{number:x}"
            for word, number in zip(
                dice.choice(self._words[language], size=SUBJECT).tolist(),
                dice.integers(16**5, size=SUBJECT).tolist(),
                strict=True,
            )
        ]
        spelled = [
            subject[number] if one else word
            for word, one, number in zip(
                drawn.tolist(),
                own,
                dice.integers(SUBJECT, size=len(drawn)),
                strict=True,
            )
        ]
        lines = [
            " ".join(spelled[at : at + length]) for at in range(0, len(spelled), length)
        ]
        return VersionText(
            language=language,
            title=" ".join(lines[0].split()[:12]),
            paragraphs=tuple(lines[1:]),
            boilerplate=f"À propos. {issuer} veille sur ce qui est confié à ses soins.",
            contact=f"{issuer}\nTél. 05 37 00 00 00",
        )


def _resident():
    """Megabytes this process holds now."""
    with Path("/proc/self/statm").open(encoding="ascii") as file:
        pages = int(file.read().split()[1])
    return pages * resource.getpagesize() / 2**20


if __name__ == "__main__":
    measure(lambda *said: sys.stdout.write(f"{said[0]:<58} {said[1]}\n"), *sys.argv[1:])
