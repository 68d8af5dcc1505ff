"""Detection on the labelled development set keeps its floors.

Floors stand a little under what is reached and are lowered only with a measured reason in
the commit. Leave-one-out lines are printed beside, so that tuning to the set would show:
`alone` knows only that release, `without` knows all but that one.
"""

import json
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from score import evaluate, read_lines, table

from monitor.detect import detect, read_articles, read_releases

GOLD = Path(__file__).parents[1] / "data" / "gold"
OTHER = GOLD.parent / "other-subjects"
OFFICES = GOLD.parent / "other-offices"
RELEASES = GOLD / "releases.jsonl"
ARTICLES = GOLD / "articles.jsonl"

FLOORS = {
    "detection": 0.94,
    "macro": 0.92,
    "passages": 0.97,
    "attribution": 0.95,
    "clusters": 0.98,
}
# Each language apart; the English articles are seven.
LANGUAGE_FLOOR = {"fr": 0.90, "ar": 0.94, "en": 0.85}
# With one release known or one unknown; R1 alone cannot know what R2 repeats from it.
HELD_OUT_FLOOR = 0.85
# Rewrites and mentions only, on other subjects.
OTHER_FLOOR = 0.93
# Written apart, and harder: columns and letters that name neither office nor event.
OFFICES_FLOORS = {"detection": 0.80, "macro": 0.76, "passages": 0.98, "clusters": 0.98}
# A release with one language only, or as plain text without its parts named.
POORER_FLOORS = {"french only": 0.90, "arabic only": 0.85, "text alone": 0.93}


@pytest.fixture(scope="module")
def releases():
    return read_releases(RELEASES)


@pytest.fixture(scope="module")
def articles():
    return read_articles(ARTICLES)


@pytest.fixture(scope="module")
def gold():
    return read_lines(ARTICLES)


def test_the_development_set_is_read_right(releases, articles, gold, capsys):
    predictions = list(detect(releases, articles))
    scores = {"all": evaluate(gold, predictions)}
    for language in LANGUAGE_FLOOR:
        some = [one for one in gold if one["language"] == language]
        scores[language] = evaluate(some, predictions)
    _show(scores, capsys)
    every = scores["all"]
    assert every.detection.f1 >= FLOORS["detection"]
    assert every.macro_f1 >= FLOORS["macro"]
    assert every.passages.f1 >= FLOORS["passages"]
    assert every.attribution >= FLOORS["attribution"]
    assert every.clusters.f1 >= FLOORS["clusters"]
    for language, floor in LANGUAGE_FLOOR.items():
        assert scores[language].detection.f1 >= floor, language


def test_a_release_is_found_alone_and_with_its_twins_unknown(
    releases, articles, gold, capsys
):
    scores = {}
    for release in releases:
        others = [one for one in releases if one.id != release.id]
        for name, known in (("alone", [release]), ("without", others)):
            predictions = list(detect(known, articles))
            scores[f"{name} {release.id}"] = evaluate(
                gold, predictions, {one.id for one in known}
            )
    _show(scores, capsys)
    for name, one in scores.items():
        assert one.detection.f1 >= HELD_OUT_FLOOR, name


def test_a_poorer_release_is_still_found(releases, articles, gold, capsys):
    poorer = {
        "french only": [_only(one, "fr") for one in releases],
        "arabic only": [_only(one, "ar") for one in releases],
        "text alone": [_text_alone(one) for one in releases],
    }
    scores = {
        name: evaluate(gold, list(detect(known, articles)))
        for name, known in poorer.items()
    }
    _show(scores, capsys)
    for name, floor in POORER_FLOORS.items():
        assert scores[name].detection.f1 >= floor, name


def test_other_subjects_are_read_too(capsys):
    predictions = list(
        detect(
            read_releases(OTHER / "releases.jsonl"),
            read_articles(OTHER / "articles.jsonl"),
        )
    )
    scores = {
        "other subjects": evaluate(read_lines(OTHER / "articles.jsonl"), predictions)
    }
    _show(scores, capsys)
    assert scores["other subjects"].detection.f1 >= OTHER_FLOOR


def test_other_offices_are_read_too(capsys):
    predictions = list(
        detect(
            read_releases(OFFICES / "releases.jsonl"),
            read_articles(OFFICES / "articles.jsonl"),
        )
    )
    found = evaluate(read_lines(OFFICES / "articles.jsonl"), predictions)
    _show({"other offices": found}, capsys)
    assert found.detection.f1 >= OFFICES_FLOORS["detection"]
    assert found.macro_f1 >= OFFICES_FLOORS["macro"]
    assert found.passages.f1 >= OFFICES_FLOORS["passages"]
    assert found.clusters.f1 >= OFFICES_FLOORS["clusters"]
    # Whoever prints the text is never missed.
    assert found.labels["reprint"] >= OFFICES_FLOORS["passages"]
    assert found.labels["partial"] >= OFFICES_FLOORS["passages"]


def _show(scores, capsys):
    labels = next(iter(scores.values())).labels
    with capsys.disabled():
        sys.stdout.write(f"\n{table(scores)}\n")
        sys.stdout.write("  ".join(f"{name} {f1:.3f}" for name, f1 in labels.items()))


def _only(release, language):
    return replace(release, versions={language: release.versions[language]})


def _text_alone(release):
    versions = {
        language: replace(version, kicker="", dateline="", boilerplate="", contact="")
        for language, version in release.versions.items()
    }
    return replace(release, official_names=(), event_days=(), versions=versions)


def test_labels_are_not_read(tmp_path, releases, articles):
    blind = tmp_path / "articles.jsonl"
    asked = ("id", "language", "title", "body", "published", "outlet", "url")
    blind.write_text(
        "\n".join(
            json.dumps({name: row[name] for name in asked})
            for row in read_lines(ARTICLES)
        ),
        "utf-8",
    )
    assert list(detect(releases, read_articles(blind))) == list(
        detect(releases, articles)
    )
