"""Each noise of the trade costs detection, labels and passages next to nothing."""

import sys
from dataclasses import replace
from pathlib import Path

import pytest
from noises import NOISES, noised
from score import evaluate, read_lines, table

from monitor.detect import detect, read_articles, read_releases

GOLD = Path(__file__).parents[1] / "data" / "gold"
COST = 0.02


@pytest.fixture(scope="module")
def releases():
    return read_releases(GOLD / "releases.jsonl")


@pytest.fixture(scope="module")
def articles():
    return list(read_articles(GOLD / "articles.jsonl"))


@pytest.fixture(scope="module")
def gold():
    return read_lines(GOLD / "articles.jsonl")


@pytest.fixture(scope="module")
def clean(releases, articles, gold):
    return evaluate(gold, list(detect(releases, articles)))


@pytest.mark.parametrize("name", NOISES)
def test_a_noise_costs_next_to_nothing(  # noqa: PLR0917 - fixtures
    name, releases, articles, gold, clean, capsys
):
    bodies = {one.id: noised(name, one.body, one.id) for one in articles}
    dirty = [
        replace(
            one,
            body=bodies[one.id].text,
            title=noised(name, one.title, one.id).text,
        )
        for one in articles
    ]
    labelled = [_moved(row, bodies[row["id"]]) for row in gold]
    found = evaluate(labelled, list(detect(releases, dirty)))
    with capsys.disabled():
        sys.stdout.write(f"\n{table({name: found})}")
    assert found.detection.f1 >= clean.detection.f1 - COST
    assert found.macro_f1 >= clean.macro_f1 - COST
    assert found.passages.f1 >= clean.passages.f1 - COST
    assert found.attribution >= clean.attribution - COST
    assert found.clusters.f1 >= clean.clusters.f1 - COST


def _moved(row, body):
    return {
        **row,
        "body": body.text,
        "lifted": [
            {
                **one,
                "start": body.places[one["start"]],
                "end": body.places[one["end"]],
            }
            for one in row["lifted"]
        ],
    }
