"""Case 57: whoever prints a release is found among near misses, and every miss is explained."""

import json
from pathlib import Path

import pytest

from monitor.detect import read_articles, read_releases
from monitor.matching.attribute import ReleaseIndex, attribute
from monitor.matching.values import Label

DATA = Path(__file__).parents[1] / "data"
SETS = ["gold", "other-subjects", "other-offices"]
PRINTED = {Label.REPRINT, Label.PARTIAL}


@pytest.fixture(scope="module")
def judged():
    """Each labelled pair of every set: its label, and what was said of it."""
    pairs = []
    for name in SETS:
        index = ReleaseIndex(read_releases(DATA / name / "releases.jsonl"))
        text = (DATA / name / "articles.jsonl").read_text("utf-8")
        rows = [json.loads(line) for line in text.split("\n") if line]
        labels = {row["id"]: row["labels"] for row in rows}
        for article in read_articles(DATA / name / "articles.jsonl"):
            found = {
                one.release_id: one
                for one in attribute(article, index, with_unrelated=True)
            }
            pairs += [
                (Label(label), found.get(release), article)
                for release, label in labels[article.id].items()
            ]
    return pairs


def test_the_sets_are_large_enough_and_hold_near_misses(judged):
    assert len({article.id for _, _, article in judged}) >= 250
    assert sum(label is Label.UNRELATED for label, _, _ in judged) >= 1_000


def test_who_prints_the_text_is_found(judged):
    wanted = [found for label, found, _ in judged if label in PRINTED]
    got = [one for one in wanted if one is not None and one.label.covers]
    assert len(got) >= 0.98 * len(wanted)


def test_what_is_proposed_by_its_text_is_right(judged):
    proposed = [label for label, found, _ in judged if found and found.label in PRINTED]
    assert sum(label.covers for label in proposed) >= 0.95 * len(proposed)


def test_what_is_proposed_at_all_is_right_nine_times_in_ten(judged):
    proposed = [label for label, found, _ in judged if found and found.label.covers]
    assert sum(label.covers for label in proposed) >= 0.9 * len(proposed)


def test_what_was_considered_and_not_proposed_says_why(judged):
    for _, found, _ in judged:
        if found is not None and not found.label.covers:
            assert found.reasons
            assert all(one.english for one in found.reasons)


def test_a_proposal_always_says_why(judged):
    for _, found, _ in judged:
        if found is not None and found.label.covers:
            assert found.reasons
