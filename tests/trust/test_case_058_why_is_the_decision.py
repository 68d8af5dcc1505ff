"""Case 58: nothing is read beyond the text that is shown, and the marks are the decision.

Without what is marked there is no coverage, and of it the figures are told.
"""

from dataclasses import replace
from pathlib import Path

import pytest

from core.text.tokens import words
from monitor.detect import read_articles, read_releases
from monitor.matching.attribute import ReleaseIndex, attribute
from monitor.matching.explaining import explain
from monitor.matching.marks import MarkKind, pieces
from monitor.matching.values import Label, ReasonCode

GOLD = Path(__file__).parents[1] / "data" / "gold"
RELEASES = {one.id: one for one in read_releases(GOLD / "releases.jsonl")}
INDEX = ReleaseIndex(RELEASES.values())
FOUND = [
    (article, found)
    for article in read_articles(GOLD / "articles.jsonl")
    for found in attribute(article, INDEX)
]
BY_TEXT = [pair for pair in FOUND if pair[1].passages]
BY_EVENT = [pair for pair in FOUND if not pair[1].passages]


def without(article, spans):
    """The article with some of its text taken out."""
    body, at = [], 0
    for start, end in sorted(spans):
        body.append(article.body[at:start])
        at = max(at, end)
    return replace(article, body=" ".join([*body, article.body[at:]]))


def label(article, release_id):
    found = {one.release_id: one.label for one in attribute(article, INDEX)}
    return found.get(release_id, Label.UNRELATED)


def test_a_passage_holds_the_same_words_in_both_texts():
    for article, found in BY_TEXT:
        release = RELEASES[found.release_id]
        for one in found.passages:
            here = set(words(article.body[one.start : one.end]))
            there = set(
                words(
                    release.versions[one.language].text[
                        one.release_start : one.release_end
                    ]
                )
            )
            assert len(here & there) >= 0.6 * len(here)


def test_without_its_passages_an_article_is_no_reprint_and_no_partial():
    for article, found in BY_TEXT:
        left = without(article, [(one.start, one.end) for one in found.passages])
        assert label(left, found.release_id) not in {Label.REPRINT, Label.PARTIAL}


def test_the_share_that_is_told_is_the_share_that_is_marked():
    for article, found in BY_TEXT:
        if found.label is not Label.REPRINT:
            continue
        told = next(
            int(one.fields["percent"])
            for one in found.reasons
            if one.code is ReasonCode.SHARE_OF_ARTICLE
        )
        marked = sum(
            len(words(article.body[one.start : one.end])) for one in found.passages
        )
        # Words of menus are no text: the share is of the sentences.
        assert told >= 100 * marked / max(1, len(words(article.body))) - 15


def test_without_what_is_marked_a_rewrite_is_not_found():
    """The title speaks as well, and may not be cut: it is left out of this count."""
    kept = []
    for article, found in BY_EVENT:
        plain = replace(article, title="")
        if label(plain, found.release_id) is Label.UNRELATED:
            continue
        marks = explain(plain, RELEASES[found.release_id]).article
        assert marks, article.id
        left = without(plain, [(one.start, one.end) for one in marks])
        if label(left, found.release_id) is not Label.UNRELATED:
            kept.append(article.id)
    assert kept == []


@pytest.mark.parametrize("pair", BY_EVENT[:12], ids=lambda pair: pair[0].id)
def test_what_a_reason_names_is_marked(pair):
    article, found = pair
    whole = replace(article, title="", body=f"{article.title}\n\n{article.body}")
    marks = explain(whole, RELEASES[found.release_id]).article
    kinds = {one.kind for one in marks}
    codes = {one.code for one in found.reasons}
    if ReasonCode.NAMES_DAY in codes:
        assert MarkKind.DAY in kinds
    if ReasonCode.NAMES in codes:
        assert MarkKind.NAME in kinds
    if ReasonCode.FIGURES in codes:
        assert MarkKind.FIGURE in kinds


def test_marks_lie_inside_the_text_that_is_shown():
    for article, found in FOUND:
        explained = explain(article, RELEASES[found.release_id])
        texts = {
            language: version.text
            for language, version in RELEASES[found.release_id].versions.items()
        }
        for text, marks in (
            (article.body, explained.article),
            *((texts[language], some) for language, some in explained.versions.items()),
        ):
            assert all(0 <= one.start < one.end <= len(text) for one in marks)
            assert "".join(one.text for one in pieces(text, marks)) == text


def test_what_stands_behind_the_text_given_is_never_read():
    """An excerpt is judged as an excerpt, whatever the whole article would have said."""
    for article, found in BY_TEXT[:10]:
        first = min(one.start for one in found.passages)
        cut = replace(article, body=article.body[:first])
        for one in attribute(cut, INDEX):
            assert all(part.end <= first for part in one.passages)
