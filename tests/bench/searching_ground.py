"""A million stored and indexed articles, on SQLite and on PostgreSQL.

DISTINCT are written, with words as frequent as in real ones; the databases copy them. On
PostgreSQL the index is made last, which is quicker than article by article.
"""

import json
import random
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
from sqlalchemy import insert, text

from app.tables import metadata
from core.db import open_database
from core.models import Outlet
from core.text.index_words import index_word
from core.text.normalise import fold
from core.text.tokens import tokens
from monitor.models import Article
from monitor.models.search_index import INDEX, TABLE
from monitor.query.article import IndexedArticle, Part
from monitor.query.tree import Field
from monitor.search import sqlite
from monitor.search.words import BUCKETS, as_vector

GOLD = Path(__file__).parents[1] / "data" / "gold" / "articles.jsonl"
COUNT = 1_000_000
DISTINCT = 25_000
WORDS = 460  # about 3,000 characters
OUTLETS = 120
DICTIONARY = 150_000
LOT = 1_000
BEGAN = datetime(2025, 1, 1, tzinfo=UTC)
# Each 2,003rd article names this, as an office's own name would be.
NAME = ["Grand", "Prix", "Zellige"]
LETTERS = {
    "fr": "abcdefghijklmnopqrstuvwxyz",
    "ar": "ابتثجحخدذرزسشصضطظعغفقكلمنهوي",
}


class Writer:
    """Articles of words as frequent as in real ones, and rare ones beside them."""

    def __init__(self):
        self._chance = np.random.default_rng(5)
        self._dictionaries = {lang: _dictionary(lang) for lang in LETTERS}
        self.names = {
            word: index_word(fold(word))
            for words in (*self._dictionaries.values(), NAME, LETTERS)
            for word in words
        }
        rank = np.arange(1, DICTIONARY + 1)
        share = 1 / (rank + 2.7) ** 1.05
        self._cumulated = np.cumsum(share / share.sum())

    def rows(self, first, last):
        drawn = self._chance.random((last - first, WORDS))
        for number, places in enumerate(np.searchsorted(self._cumulated, drawn), first):
            lang = "ar" if number % 3 == 0 else "fr"
            dictionary = self._dictionaries[lang]
            words = [dictionary[place] for place in places]
            if number % 2003 == 0:
                words[100:103] = NAME
            yield {
                "id": number,
                "outlet_id": number % OUTLETS + 1,
                "url": f"https://journal.test/{number}",
                "title": " ".join(words[:10]),
                "address_hash": number,
                "title_hash": number,
                "full_text": " ".join(words[10:]),
                "excerpt": " ".join(words[10:50]),
                "language": lang,
                "published_at": BEGAN + timedelta(seconds=40 * number),
                "first_seen_at": BEGAN + timedelta(seconds=40 * number),
            }


def _dictionary(lang):
    counted = Counter()
    for line in GOLD.read_text().splitlines():
        article = json.loads(line)
        if article["language"] == lang:
            counted.update(tokens(f"{article['title']} {article['body']}").words)
    words = [word for word, _ in counted.most_common()]
    seen, chance = set(words), random.Random(3)
    while len(words) < DICTIONARY:
        word = "".join(chance.choices(LETTERS[lang], k=chance.randint(4, 9)))
        if word not in seen:
            seen.add(word)
            words.append(word)
    return words


def indexed(row, name):
    """The row as `indexed_article` makes it, without cutting words that are cut."""
    return IndexedArticle(
        id=row["id"],
        outlet_id=row["outlet_id"],
        parts={
            Field.TITLE: _part(row["title"], name),
            Field.AUTHOR: _part("", name),
            Field.LANGUAGE: _part(row["language"], name),
        },
        body=_part(row["full_text"], name),
    )


def _part(written, name):
    words = [name[word] for word in written.split()]
    return Part(text=written, words=words, starts=(), ends=(), places={})


def build(url, count):
    """Store and index *count* articles."""
    database = open_database(url)
    metadata.create_all(database.engine)
    shared = database.engine.dialect.name == "postgresql"
    with database.write() as session:
        if shared:
            session.execute(text(f"DROP INDEX ix_{TABLE}_words"))
        session.execute(
            insert(Outlet),
            [{"name": f"Journal{one}"} for one in range(1, OUTLETS + 1)],
        )
    distinct = min(count, DISTINCT)
    _write(database, distinct, shared=shared)
    copies = range(distinct, count, distinct)

    def copy(first):
        with database.write() as session:
            for statement in _copy(distinct, first, shared=shared):
                session.execute(text(statement))

    # PostgreSQL writes two lots at once; SQLite lets one in at a time.
    with ThreadPoolExecutor(2 if shared else 1) as workers:
        list(workers.map(copy, copies))
    if shared:
        _index(database)
    return database


def _index(database):
    alone = database.engine.execution_options(isolation_level="AUTOCOMMIT")
    with alone.connect() as connection:
        for statement in (
            "SET maintenance_work_mem = '2GB'",
            INDEX,
            f"VACUUM ANALYZE {TABLE}",
            "VACUUM ANALYZE article",
        ):
            connection.exec_driver_sql(statement)


def _write(database, count, *, shared):
    writer = Writer()
    for first in range(1, count + 1, LOT):
        rows = list(writer.rows(first, min(first + LOT, count + 1)))
        with database.write() as session:
            session.execute(insert(Article.__table__), rows)
            if not shared:
                sqlite.index(session, [indexed(row, writer.names) for row in rows])
                continue
            cursor = session.connection().connection.cursor()
            with cursor.copy(f"COPY {TABLE} (article_id, words) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row((row["id"], as_vector(indexed(row, writer.names))))


def _copy(count, by, *, shared):
    """The first *count* articles again, *by* ids later and as much later in time."""
    moved = {
        "id": f"id + {by}",
        "url": f"'https://journal.test/' || (id + {by})",
        "address_hash": f"id + {by}",
    }
    for name in ("first_seen_at", "published_at"):
        moved[name] = (
            f"{name} + interval '{40 * by} seconds'"
            if shared
            else f"strftime('%Y-%m-%d %H:%M:%S.000000', {name}, '+{40 * by} seconds')"
        )
    names = [column.name for column in Article.__table__.columns]
    said = ", ".join(moved.get(name, name) for name in names)
    rows = (
        f"INSERT INTO article ({', '.join(names)})"  # noqa: S608 - our own names
        f" SELECT {said} FROM article WHERE id <= {count}"
    )
    return rows, _index_copy(count, by, shared=shared)


def _index_copy(count, by, *, shared):
    if not shared:
        return (
            f"INSERT INTO {TABLE} (rowid, title, body, marks)"  # noqa: S608
            f" SELECT rowid + {by}, title, body, marks FROM {TABLE}"
            f" WHERE rowid <= {count}"
        )
    old = ", ".join(f"'{sign}' || (article_id >> {shift})" for shift, sign in BUCKETS)
    new = ", ".join(
        f"'{sign}' || ((article_id + {by}) >> {shift})" for shift, sign in BUCKETS
    )
    return (
        f"INSERT INTO {TABLE} SELECT article_id + {by},"  # noqa: S608
        f" ts_delete(words, ARRAY[{old}]) || array_to_tsvector(ARRAY[{new}])"
        f" FROM {TABLE} WHERE article_id <= {count}"
    )
