"""Search in a million articles, and watches against each article.

`make bench ONLY=search` builds both databases, which takes half an hour; a smaller count
may follow. `python tests/bench/searching.py URL…` asks databases that are built.
"""

import gc
import json
import random
import statistics
import sys
import tempfile
from pathlib import Path
from time import perf_counter, process_time

sys.path.insert(0, str(Path(__file__).parents[1] / "doubles"))

from postgres_server import WANTED, postgres_server, programs
from searching_ground import COUNT, GOLD, LETTERS, Writer, build
from sqlalchemy import text

from core.db import open_database
from core.text.index_words import index_words
from core.text.tokens import tokens
from monitor import search
from monitor.models.search_index import TABLE
from monitor.query.article import indexed_article
from monitor.query.percolating import Percolator
from monitor.query.reading import parse
from monitor.search.looks import looks
from monitor.search.writing import fts5, tsquery

ROUNDS = 5
WATCHES = 1_000
TERMS = 10
ARTICLES = 600
SIZE = 3_000
INDEXED = 1_000
LOT = 25  # as the sifting does
NEW = 2_000_000_000

# What people look for, and what they should not: frequent words that never meet.
QUESTIONS = [
    '"Grand Prix Zellige"',
    "zellige",
    "zellige NOT agence",
    "ong OR zellige",
    '"agence urbaine" OR zellige',
    "title:zellige",
    "absentissime",
    "agence",
    "agence urbaine",
    '"agence urbaine"',
    "agence NOT urbaine",
    "agence NEAR/3 urbaine",
    "ministre NEAR/5 logement",
    "title:urbaine",
    "title:agence title:urbaine",
    "outlet:journal5 agence",
    "language:ar وكالة",
    "وزارة",
    '"وزارة الصحة"',
    "الوكالة الحضرية",
    "وزارة NEAR/5 السكنى",
    "urban*",
    "con*",
    "الوك*",
    "de",
    "de la",
    '"de la"',
    '"la les"',
    "de NEAR/3 la",
    "من في",
    "la NOT de",
    "language:ar de",
    "=ONU",
]
NAMES = ['"Grand Prix Zellige"', "zellige", '"agence urbaine"', '"وزارة الصحة"']


def measure(count=COUNT):
    measure_watches()
    with tempfile.TemporaryDirectory() as folder:
        _built(f"sqlite:///{folder}/articles.db", int(count))
    if programs() is None:
        say("search on PostgreSQL", f"skipped. {WANTED}")
        return
    with postgres_server("shared_buffers=512MB", "max_wal_size=4GB") as url:
        _built(f"{url}/postgres", int(count))


def _built(url, count):
    began = perf_counter()
    database = build(url, count)
    say(
        f"{database.engine.dialect.name}: {count} articles stored and indexed",
        f"{perf_counter() - began:.0f} s",
    )
    # What writing left behind is nothing for a search to tidy up.
    gc.collect()
    gc.freeze()
    ask(database)
    database.close()


def ask(database):
    """Whole answers of 20 hits, with their passages; and the plain statement beside."""
    name = database.engine.dialect.name
    taken = {
        query: _times(
            database, lambda session, query=query: search.search(session, query)
        )
        for query in QUESTIONS
    }
    every = [time for times in taken.values() for time in times[1:]]
    say(
        f"{name}: newest first, {len(QUESTIONS)} queries x {ROUNDS}, p50 / p95 / most",
        _spread([wall for wall, _ in every]),
    )
    say("  CPU, the server's too", _spread([cpu for _, cpu in every]))
    say("  each for the first time", _spread([one[0][0] for one in taken.values()]))
    medians = {query: _median(times) for query, times in taken.items()}
    for query in sorted(medians, key=lambda one: -medians[one][1])[:6]:
        say(f"  slowest: {query}", _both(medians[query]))
    for query in (*NAMES, "agence"):
        times = _times(
            database,
            lambda session, query=query: search.search(
                session, query, order=search.Order.RANK
            ),
        )
        say(f"{name}: ranked, {query}", _both(_median(times)))
    _indexing(database)
    _beside(database)


def _indexing(database):
    """Articles put into the index that is there, words cut; and taken out again."""
    rows = list(Writer().rows(1, INDEXED + 1))
    ids = range(NEW, NEW + INDEXED)
    servers = _servers(database)
    began, used = perf_counter(), _cpu(servers)
    for first in range(0, INDEXED, LOT):
        held = [
            indexed_article(
                id=ids[at],
                outlet_id=rows[at]["outlet_id"],
                title=rows[at]["title"],
                body=rows[at]["full_text"],
                language=rows[at]["language"],
            )
            for at in range(first, first + LOT)
        ]
        with database.write() as session:
            search.index(session, held)
    wall, cpu = perf_counter() - began, _cpu(servers) - used
    with database.write() as session:
        search.remove(session, ids)
    say(
        f"{database.engine.dialect.name}: indexed in lots of {LOT}",
        f"{INDEXED / wall:.0f} articles/s, {INDEXED / cpu:.0f} a second of CPU",
    )


def _spread(times):
    times = sorted(times)
    p95 = times[min(int(len(times) * 0.95), len(times) - 1)]
    return f"{times[len(times) // 2]:.1f} / {p95:.1f} / {times[-1]:.1f} ms"


def _median(times):
    return tuple(statistics.median(one) for one in zip(*times, strict=True))


def _both(times):
    return f"{times[0]:.1f} ms, CPU {times[1]:.1f}"


def _times(database, act):
    """By the clock and of CPU, in milliseconds; the first is cold.

    The CPU is what an idle machine's clock would show: this process's, where SQLite works,
    and that of PostgreSQL's process for us.
    """
    times = []
    servers = _servers(database)
    for _ in range(ROUNDS + 1):
        with database.read() as session:
            began, used = perf_counter(), _cpu(servers)
            act(session)
            times.append((_since(began, perf_counter()), _since(used, _cpu(servers))))
    return times


def _since(began, ended):
    return (ended - began) * 1000


def _servers(database):
    """Where Linux says what PostgreSQL's process for us has used, if it runs here."""
    if database.engine.dialect.name != "postgresql":
        return []
    with database.read() as session:
        number = session.scalar(text("SELECT pg_backend_pid()"))
    return [one for one in [Path(f"/proc/{number}/schedstat")] if one.exists()]


def _cpu(servers):
    return process_time() + sum(
        int(one.read_text().split()[0]) / 1e9 for one in servers
    )


def _beside(database):
    """What one statement takes that orders by id, as one would write it first: ids only."""
    shared = database.engine.dialect.name == "postgresql"
    statement = text(
        f"SELECT article_id FROM {TABLE} WHERE words @@ CAST(:query AS tsquery)"  # noqa: S608
        " ORDER BY article_id DESC LIMIT 20"
        if shared
        else f"SELECT rowid FROM {TABLE} WHERE {TABLE} MATCH :query"  # noqa: S608
        " ORDER BY rowid DESC LIMIT 20"
    )
    taken = []
    for query in QUESTIONS:
        look = looks(parse(query), lambda _: (5,))
        asked = {"query": (tsquery if shared else fts5)(look)}
        times = _times(
            database,
            lambda session, asked=asked: session.execute(statement, asked).all(),
        )
        taken += [wall for wall, _ in times[1:]]
    say(
        "  beside: one statement in order of id, ids only, p50 / p95 / most",
        _spread(taken),
    )


def measure_watches():
    """CPU, not the clock: other processes do not count."""
    articles, words, chance = _articles()
    queries = dict(enumerate(_queries(words, chance)))
    percolator = Percolator(queries)
    began = process_time()
    for one in articles:
        index_words(one["body"])
    say(
        "index words of 3,000 characters, a core",
        f"{ARTICLES / (process_time() - began):.0f} articles/s",
    )
    began = process_time()
    cut = [indexed_article(**one) for one in articles]
    cutting = process_time() - began
    began = process_time()
    hits = sum(len(list(percolator.matches(one))) for one in cut)
    asking = process_time() - began
    say(
        f"{WATCHES} watches, {WATCHES * TERMS} terms, words cut, a core",
        f"{ARTICLES / asking:.0f} articles/s, {hits / ARTICLES:.1f} hits each",
    )
    say(
        "  and with cutting, which indexing shares",
        f"{ARTICLES / (asking + cutting):.0f} articles/s",
    )


def _articles():
    chance = random.Random(2)
    gold = [json.loads(line) for line in GOLD.read_text().splitlines()]
    texts = {lang: [one for one in gold if one["language"] == lang] for lang in LETTERS}
    articles = []
    for number in range(ARTICLES):
        lang = "ar" if number % 3 == 0 else "fr"
        body = ""
        while len(body) < SIZE:
            body += " " + chance.choice(texts[lang])["body"]
        articles.append(
            {
                "title": chance.choice(texts[lang])["title"],
                "body": body[:SIZE],
                "language": lang,
                "outlet": "Le Matin",
            }
        )
    words = {
        lang: sorted(
            {
                word
                for one in held
                for word in tokens(one["body"]).words
                if len(word) > 4
            }
        )
        for lang, held in texts.items()
    }
    return articles, words, chance


def _queries(words, chance):
    """Of ten terms each: alternatives, phrases, NEAR, prefixes, titles, absent words."""

    def word(lang):
        if chance.random() < 0.03:
            return chance.choice(words[lang])
        return "".join(chance.choices(LETTERS[lang], k=chance.randint(5, 9)))

    shapes = [
        "0 OR 1 OR 2 OR 3 OR 4 OR 5 OR 6 OR 7 OR 8 OR 9",
        '("0 1" OR "2 3" OR 4) AND (5 OR 6 OR 7) -8 -9',
        "title:(0 OR 1 OR 2 OR 3) OR (4 NEAR/5 5) OR 6* OR 7 OR 8 OR 9",
        "(0 OR 1 OR 2 OR 3) AND (4 OR 5 OR 6) AND (7 OR 8 OR 9)",
        "0 OR 1 OR 2 OR 3 OR 4 OR 5 OR 6 OR 7 OR ((8 OR 9) AND language:fr)",
    ]
    for number in range(WATCHES):
        lang = "ar" if number % 3 == 0 else "fr"
        shape = shapes[number % len(shapes)].replace("NEAR/5 5", "NEAR/٥ 5")
        yield parse(
            "".join(
                word(lang) if sign.isascii() and sign.isdigit() else sign
                for sign in shape
            ).replace("٥", "5")
        )


def say(name, figure):
    sys.stdout.write(f"{name:<66} {figure}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    for address in sys.argv[1:]:
        ask(open_database(address))
    if not sys.argv[1:]:
        measure_watches()
