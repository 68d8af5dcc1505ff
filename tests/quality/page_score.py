"""How near extracted texts are to the true ones: 4-token shingles, each page alike.

The measure of scrapinghub/article-extraction-benchmark: shingles are counted on each page,
precision and recall are averaged over pages, and F1 is taken of the two averages.
"""

import re
from collections import Counter
from dataclasses import dataclass

SHINGLE = 4
_TOKEN = re.compile(r"\w+")


@dataclass(frozen=True, slots=True, kw_only=True)
class PageScore:
    pages: int
    precision: float
    recall: float

    @property
    def f1(self):
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0


def shingles(text):
    tokens = _TOKEN.findall(text or "")
    count = max(1, len(tokens) - SHINGLE + 1)
    found = (tuple(tokens[place : place + SHINGLE]) for place in range(count))
    return Counter(one for one in found if one)


def page_rate(true, found):
    """Precision and recall of one page; None where there is nothing to divide by."""
    wanted, got = shingles(true), shingles(found)
    right = (wanted & got).total()
    precision = right / got.total() if got else None
    recall = right / wanted.total() if wanted else None
    return precision, recall


def score(pairs):
    """The score of (true, found) texts."""
    rates = [page_rate(true, found) for true, found in pairs]
    precisions = [one for one, _ in rates if one is not None]
    recalls = [one for _, one in rates if one is not None]
    return PageScore(
        pages=len(rates),
        precision=sum(precisions) / len(precisions) if precisions else 0.0,
        recall=sum(recalls) / len(recalls) if recalls else 0.0,
    )


def table(scores):
    """One line for each named score."""
    lines = [f"{'':34}{'pages':>7}{'P':>8}{'R':>8}{'F1':>8}"]
    lines += [
        f"{name:34}{one.pages:7}{one.precision:8.4f}{one.recall:8.4f}{one.f1:8.4f}"
        for name, one in scores.items()
    ]
    return "\n".join(lines)
