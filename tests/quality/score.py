"""The score of predictions against a labelled folder, as the set's README defines it.

detection    over (article, release) pairs; covered is any label but unrelated
labels       macro-F1 over pairs
passages     over the letters and digits of the body; standing text counts for nothing
attribution  the release ranked first is the one with the strongest label
clusters     pairs of articles in one cluster
"""

import json
from collections import Counter, defaultdict
from dataclasses import dataclass

LABELS = ["reprint", "partial", "rewrite", "mention", "unrelated"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    precision: float
    recall: float

    @property
    def f1(self):
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    pairs: int
    detection: Rate
    macro_f1: float
    labels: dict
    passages: Rate
    attribution: float
    clusters: Rate
    average_precision: float


def read_lines(path):
    return [json.loads(line) for line in path.read_text("utf-8").split("\n") if line]


def rate(right, false, missed):
    return Rate(
        precision=right / (right + false) if right + false else 1.0,
        recall=right / (right + missed) if right + missed else 1.0,
    )


def evaluate(articles, predictions, releases=None):
    """Score *predictions*; only pairs with *releases* when these are given."""
    predicted = {(one["article_id"], one["release_id"]): one for one in predictions}
    pairs = [
        (article, release, label, predicted.get((article["id"], release), {}))
        for article in articles
        for release, label in article["labels"].items()
        if releases is None or release in releases
    ]
    confusion = Counter(
        (label, found.get("label", "unrelated")) for _, _, label, found in pairs
    )
    return Score(
        pairs=len(pairs),
        detection=_detection(confusion),
        labels=_labels(confusion),
        macro_f1=_macro(_labels(confusion)),
        passages=_passages(pairs),
        attribution=_attribution(pairs),
        clusters=_clusters(articles, predictions),
        average_precision=_average_precision(
            [
                (found.get("score", 0.0), label != "unrelated")
                for _, _, label, found in pairs
            ]
        ),
    )


def _detection(confusion):
    def total(covered, found):
        return sum(
            count
            for (label, guess), count in confusion.items()
            if (label != "unrelated") is covered and (guess != "unrelated") is found
        )

    return rate(total(True, True), total(False, True), total(True, False))


def _labels(confusion):
    found = {}
    for label in LABELS:
        right = confusion[label, label]
        false = sum(confusion[other, label] for other in LABELS if other != label)
        missed = sum(confusion[label, other] for other in LABELS if other != label)
        if right + false + missed:
            found[label] = 2 * right / (2 * right + false + missed)
    return found


def _macro(labels):
    return sum(labels.values()) / len(labels) if labels else 0.0


def _letters(body, spans):
    return {
        place
        for start, end in spans
        for place in range(max(0, start), min(len(body), end))
        if body[place].isalnum()
    }


def _passages(pairs):
    right = false = missed = 0
    for article, release, _, found in pairs:
        body = article["body"]
        lifted = [one for one in article["lifted"] if one["release_id"] == release]
        counted = [one for one in lifted if one["part"] in {"title", "body"}]
        wanted = _letters(body, [(one["start"], one["end"]) for one in counted])
        standing = (
            _letters(body, [(one["start"], one["end"]) for one in lifted]) - wanted
        )
        covered = found.get("label", "unrelated") != "unrelated"
        got = _letters(body, found["passages"]) - standing if covered else set()
        right += len(wanted & got)
        false += len(got - wanted)
        missed += len(wanted - got)
    return rate(right, false, missed)


def _attribution(pairs):
    by_article = defaultdict(list)
    for article, release, label, found in pairs:
        by_article[article["id"]].append((release, label, found))
    outcomes = []
    for rows in by_article.values():
        strongest = min((label for _, label, _ in rows), key=LABELS.index)
        if strongest == "unrelated":
            continue
        right = {release for release, label, _ in rows if label == strongest}
        ranked = [
            (found["score"], release)
            for release, _, found in rows
            if found.get("label", "unrelated") != "unrelated"
        ]
        best = [release for score, release in ranked if score == max(ranked)[0]]
        outcomes.append(len(right & set(best)) / len(best) if best else 0.0)
    return sum(outcomes) / len(outcomes) if outcomes else 1.0


def _clusters(articles, predictions):
    given = {}
    known = {one["id"] for one in articles}
    for one in predictions:
        if one["cluster_id"] is not None and one["article_id"] in known:
            given.setdefault(one["article_id"], one["cluster_id"])
    gold = _pairs_of({one["id"]: one["cluster_id"] for one in articles})
    found = _pairs_of(given)
    return rate(len(gold & found), len(found - gold), len(gold - found))


def _pairs_of(clusters):
    return {
        (one, other)
        for one, cluster in clusters.items()
        for other, second in clusters.items()
        if one < other and cluster is not None and cluster == second
    }


def _average_precision(ranked):
    positives = sum(right for _, right in ranked)
    by_score = defaultdict(Counter)
    for score, right in ranked:
        by_score[score][right] += 1
    total = right_so_far = precision = 0
    for score in sorted(by_score, reverse=True):
        right_so_far += by_score[score][True]
        total += by_score[score].total()
        precision += by_score[score][True] / positives * right_so_far / total
    return precision


def table(scores):
    """One line for each named score."""
    heads = ("pairs", "P", "R", "F1", "macro", "passage", "attrib", "cluster", "AP")
    lines = [" " * 22 + "".join(f"{head:>8}" for head in heads)]
    lines += [
        f"{name:22}{one.pairs:8}"
        + "".join(
            f"{value:8.3f}"
            for value in (
                one.detection.precision,
                one.detection.recall,
                one.detection.f1,
                one.macro_f1,
                one.passages.f1,
                one.attribution,
                one.clusters.f1,
                one.average_precision,
            )
        )
        for name, one in scores.items()
    ]
    return "\n".join(lines)
