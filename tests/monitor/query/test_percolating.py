"""Asking all watches at once answers as asking each."""

from hypothesis import given, settings
from hypothesis import strategies as st
from query_makers import articles, judge, nodes

from monitor.query.article import indexed_article
from monitor.query.percolating import Percolator
from monitor.query.reading import parse


@settings(max_examples=300, deadline=None)
@given(st.lists(nodes(), max_size=20), articles())
def test_asking_all_at_once_answers_as_asking_each(queries, article):
    percolator = Percolator(dict(enumerate(queries)))
    found = [key for key, _ in percolator.matches(indexed_article(**article))]
    assert found == [key for key, node in enumerate(queries) if judge(node, article)]


def test_only_queries_whose_words_are_there_are_evaluated():
    queries = {name: parse(name) for name in ("santé", "école OR sport", "urban*")}
    percolator = Percolator(queries)
    article = indexed_article(title="Urbanisme", body="Une école")
    assert percolator.candidates(article) == {1, 2}
    assert len(percolator) == 3


def test_a_query_is_filed_under_what_is_rarest_in_it():
    percolator = Percolator({1: parse("language:fr de rénovation")})
    article = indexed_article(title="De la santé", body="", language="fr")
    assert percolator.candidates(article) == set()
