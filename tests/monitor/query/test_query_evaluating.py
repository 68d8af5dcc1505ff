"""Whether an article answers, and where the words stand."""

import pytest
from hypothesis import given, settings
from query_makers import articles, judge, nodes

from monitor.query.article import indexed_article
from monitor.query.evaluating import evidence, question
from monitor.query.reading import parse


@settings(max_examples=600, deadline=None)
@given(nodes(), articles())
def test_evaluating_agrees_with_trying_every_word_at_every_place(node, article):
    found = question(node).holds(indexed_article(**article))
    assert found == judge(node, article)


@pytest.mark.parametrize(
    ("query", "passages"),
    [
        ("école", ["Écoles", "écoles"]),
        ('"écoles rénovées"', ["écoles rénovées"]),
        ("title:école", ["Écoles"]),
        ("=écoles", ["écoles"]),
        ("rénov* OR absent", ["rénovées"]),
        ("écoles NEAR/1 rénovées", ["rénovées", "écoles"]),
        ("language:fr outlet:matin", []),
        ("وزارة", ["للوزارة"]),
    ],
)
def test_the_evidence_says_where_it_stands(query, passages):
    article = indexed_article(
        title="Écoles de Fès",
        body="Les écoles rénovées, «\u00a0للوزارة\u00a0»",
        outlet="Le Matin",
        language="fr",
    )
    texts = {
        "title": "Écoles de Fès",
        "body": "Les écoles rénovées, «\u00a0للوزارة\u00a0»",
    }
    found = evidence(question(parse(query)), article)
    assert sorted(texts[one.field][one.start : one.end] for one in found) == passages


def test_there_is_no_evidence_without_a_match():
    article = indexed_article(title="Écoles", body="")
    assert evidence(question(parse("santé")), article) is None


def test_what_repeats_two_words_without_end_is_answered():
    article = indexed_article(title="", body="a b " * 20_000)
    assert evidence(question(parse("a NEAR/2 c")), article) is None
    assert evidence(question(parse("a NEAR/2 b")), article)
