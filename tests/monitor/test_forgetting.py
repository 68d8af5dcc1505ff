"""Full texts and old polls are dropped; what may be kept stays (promise L6)."""

from datetime import timedelta

import pytest
from listening_makers import a_source, an_entry, stored
from sqlalchemy import func, select

from core.settings import Retention
from monitor import search
from monitor.forgetting import forget
from monitor.intake import changes
from monitor.models import Article, ArticleVersion, Poll

TEXT = "Le chantier de la vallée du Bouregreg avance. " * 20


@pytest.fixture
def store(each_database, clock):
    def make(outlet="A", **options):
        host = f"{outlet.lower()}.test"
        with each_database.write() as session:
            source_id = a_source(
                session, clock, outlet=outlet, host=host, options=options
            )
            entry = an_entry("1", host=host, summary="Un chantier.", content=TEXT)
            stored(session, clock, source_id, entry)
            row = session.scalars(select(Article).order_by(Article.id.desc())).first()
            changes.retitle(row, "Un autre titre", now=clock.now(), stamp=clock.stamp())
            session.flush()
            search.index(session, [search.of_row(row)])
            return row.id

    return make


@pytest.fixture
def dropped(each_database, clock):
    def run(days=30):
        retention = Retention(full_text_days=days)
        return forget(each_database, retention, now=clock.now())

    return run


def found(database, query):
    with database.read() as session:
        return [hit.article_id for hit in search.search(session, query).hits]


def test_texts_versions_and_their_words_go_and_the_excerpt_stays(
    each_database, clock, store, dropped
):
    article_id = store()
    clock.wait(timedelta(days=29))
    assert dropped() == 0
    assert found(each_database, "Bouregreg") == [article_id]
    clock.wait(timedelta(days=2))
    assert dropped() == 1
    assert dropped() == 0, "it is dropped once"
    with each_database.read() as session:
        row = session.get_one(Article, article_id)
        assert (row.full_text, row.excerpt) == (None, "Un chantier.")
        assert session.scalars(select(ArticleVersion.full_text)).all() == [None]
    assert found(each_database, "Bouregreg") == []
    assert found(each_database, "chantier") == [article_id]


def test_an_outlet_s_licence_keeps_its_texts_until_its_last_day(clock, store, dropped):
    store("A")
    store("B", licence="contract 12/2026")
    store("C", licence="contract 13/2026", licence_until="2027-01-15")
    clock.wait(timedelta(days=52))
    assert clock.now().date().isoformat() == "2027-01-15"
    assert dropped() == 1
    clock.wait(timedelta(days=1))
    assert dropped() == 1
    assert dropped() == 0


def test_polls_that_found_nothing_changed_go_first(
    each_database, clock, store, dropped
):
    store()
    with each_database.write() as session:
        for days in (0, 8, 31):
            for outcome in ("read", "unchanged"):
                began_at = clock.now() - timedelta(days=days)
                session.add(Poll(source_id=1, began_at=began_at, outcome=outcome))
    dropped()
    with each_database.read() as session:
        rows = session.execute(
            select(Poll.outcome, func.count()).group_by(Poll.outcome)
        )
        assert sorted(tuple(row) for row in rows) == [("read", 2), ("unchanged", 1)]
