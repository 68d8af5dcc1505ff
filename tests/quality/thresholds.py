"""What other thresholds would do on the labelled sets: the evidence of docs/matching.md.

`python tests/quality/thresholds.py` prints the tables; nothing is asserted here.
"""

import sys
from pathlib import Path

from score import evaluate, read_lines

from monitor.detect import read_articles, read_releases
from monitor.matching.attribute import ReleaseIndex, attribute
from monitor.matching.values import Thresholds

DATA = Path(__file__).parents[1] / "data"
SETS = ("gold", "other-subjects", "other-offices")
TRIED = {
    "reprint_share": (0.4, 0.5, 0.6, 0.7, 0.8),
    "own_words": (4, 5, 7, 10, 15, 25),
    "belief": (0.3, 0.4, 0.5, 0.6, 0.7, 0.8),
}


def main():
    sets = {
        name: (
            ReleaseIndex(read_releases(DATA / name / "releases.jsonl")),
            list(read_articles(DATA / name / "articles.jsonl")),
            read_lines(DATA / name / "articles.jsonl"),
        )
        for name in SETS
    }
    for field, values in TRIED.items():
        sys.stdout.write(f"\n| {field} | {' | '.join(SETS)} |\n|---|---|---|---|\n")
        for value in values:
            cells = [
                _cell(_scored(*known, Thresholds(**{field: value})))
                for known in sets.values()
            ]
            sys.stdout.write(f"| {value} | {' | '.join(cells)} |\n")


def _scored(index, articles, labelled, thresholds):
    predictions = [
        {
            "article_id": one.article_id,
            "release_id": one.release_id,
            "label": one.label.value,
            "score": one.score,
            "passages": [[part.start, part.end] for part in one.passages],
            "cluster_id": None,
        }
        for article in articles
        for one in attribute(article, index, thresholds=thresholds)
    ]
    return evaluate(labelled, predictions)


def _cell(found):
    rate = found.detection
    return f"{rate.precision:.3f} / {rate.recall:.3f} / {found.macro_f1:.3f}"


if __name__ == "__main__":
    main()
