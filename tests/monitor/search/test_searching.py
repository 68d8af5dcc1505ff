"""Search finds the same on both databases, and what it should."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from query_makers import articles, judge, nodes

from app.tables import metadata
from core.db import open_database
from core.errors import BadInput
from core.models import Outlet
from monitor import search
from monitor.models import Article
from monitor.query.printing import text_of
from monitor.query.reading import parse
from monitor.search import Order, Within

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)

# The table of the study: what is written, what is looked for, whether it is found.
CASES = [
    ("Énergies Solaris a réagi", "energies solaris", True),
    ("Énergies Solaris a réagi", "énergie solaris", True),
    ("le Palais de l’Élysée", "elysee", True),
    ("le Palais de l'Élysée", "Élysée", True),
    ("une œuvre majeure", "oeuvre", True),
    ("une oeuvre majeure", "œuvre", True),
    ("la Croix-Bleue publie", "croix bleue", True),
    ("les écoles rénovées", "école", True),
    ("il a déclaré", "déclaration", False),
    ("STRASSE / straße", "strasse", True),
    ("E\u0301nergies", "énergies", True),
    ("l’Institut Nahda", "institut", True),
    ("aujourd’hui", "aujourd'hui", True),
    ("C++ et .NET", "c++", True),
    ("قالت الوزارة إن", "وزارة", True),
    ("وقالت والوزارة", "وزارة", True),
    ("بالوزارة الجديدة", "وزارة", True),
    ("وزارة الصحة", "الصحه", True),
    ("أحمد بن علي", "احمد", True),
    ("إدارة الأمن", "ادارة", True),
    ("مستشفى المدينة", "مستشفي", True),
    ("محمّد الخامس", "محمد", True),
    ("مُحَمَّدٌ", "محمد", True),
    ("محـــمد", "محمد", True),
    ("عام ٢٠٢٦", "2026", True),
    ("رئیس الوزراء", "رئيس", True),
    ("شركة الأفق", "الافق", True),
    ("للشركة", "شركة", True),
    ("مدارس", "مدرسة", False),
    ("سولاريس؟", "سولاريس", True),
    ("آفاق جديدة", "افاق", True),
    ("ﻻﺋﺤﺔ", "لائحة", True),
    ("مسؤول كبير", "مسئول", True),
    # Beyond the study.
    ("إلى ووزارة الصحة", "وزارة الصحة", True),
    ("وفد لوزارة الداخلية", '"وزارة الداخلية"', True),
    ("أعضاء للجنة", "لجنة", True),
    ("بطاقة وطنية", "طاقة", False),
    ("au cours de la visite", "cour", False),
    ("les régions", "region", True),
    ("les travaux nationaux", "national", True),
    ("Écoles à Fès", "=écoles", False),
    ("Écoles à Fès", "=Écoles", True),
]


def store(session, rows):
    """Store and index *rows*, one article each, as the sifting does."""
    outlets = {}
    kept = []
    for number, row in enumerate(rows, 1):
        name = row.get("outlet", "Le Matin")
        if name not in outlets:
            outlets[name] = Outlet(name=name)
            session.add(outlets[name])
        article = Article(
            outlet=outlets[name],
            url=f"https://journal.test/{number}",
            address_hash=number,
            title=row.get("title", ""),
            title_hash=number,
            full_text=row.get("body", ""),
            author=row.get("author", ""),
            language=row.get("language", "fr"),
            first_seen_at=NOON + timedelta(minutes=number),
        )
        session.add(article)
        kept.append(article)
    session.flush()
    search.index(session, [search.of_row(article) for article in kept])
    return [article.id for article in kept]


def found(session, query, **options):
    return [hit.article_id for hit in search.search(session, query, **options).hits]


def test_the_cases_of_the_study_are_found_alike(each_database):
    with each_database.write() as session:
        ids = store(session, [{"body": written} for written, _, _ in CASES])
        for (written, query, wanted), article_id in zip(CASES, ids, strict=True):
            hits = found(session, query, limit=100)
            assert (article_id in hits) is wanted, (written, query)


@pytest.fixture
def two_databases(database, postgres_url):
    shared = open_database(postgres_url)
    metadata.create_all(shared.engine)
    yield database, shared
    shared.close()


@pytest.mark.postgres
@settings(
    max_examples=80,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.lists(articles(), min_size=1, max_size=12), st.lists(nodes(), max_size=12))
def test_both_databases_agree_with_trying_every_word(two_databases, rows, queries):
    answers = []
    for one in two_databases:
        with one.read() as session:
            ids = store(session, rows)
            answers.append(
                [
                    [ids.index(hit) for hit in found(session, text_of(node))]
                    for node in queries
                ]
            )
            session.rollback()
    wanted = [
        [at for at, row in reversed(list(enumerate(rows))) if judge(node, row)]
        for node in queries
    ]
    assert answers[0] == wanted
    assert answers[1] == wanted


def test_the_newest_come_first_and_the_next_page_goes_on(each_database):
    with each_database.write() as session:
        ids = store(session, [{"body": "santé"} for _ in range(700)])
        first = search.search(session, "santé", limit=20)
        assert [hit.article_id for hit in first.hits] == ids[:-21:-1]
        second = search.search(session, "santé", limit=20, after=first.after)
        assert [hit.article_id for hit in second.hits] == ids[-21:-41:-1]
        seen, after = [], None
        while True:
            page = search.search(session, "santé", limit=90, after=after)
            seen += [hit.article_id for hit in page.hits]
            if page.after is None:
                break
            after = page.after
        assert seen == ids[::-1]


def test_what_is_rare_is_found_however_old_it_is(each_database):
    with each_database.write() as session:
        rows = [{"body": "rareté"}, *({"body": "santé"} for _ in range(3000))]
        ids = store(session, rows)
        assert found(session, "rareté") == [ids[0]]
        assert found(session, "rare*") == [ids[0]]
        assert found(session, "santé rareté") == []


def test_no_article_is_passed_over_between_lots_and_strides(each_database):
    with each_database.write() as session:
        every = {"santé": 1, "école": 7, "lycée": 90, "rareté": 1700}
        rows = [
            {"body": " ".join(word for word, by in every.items() if number % by == 0)}
            for number in range(3500)
        ]
        ids = store(session, rows)
        for word, by in every.items():
            wanted = ids[::by][::-1]
            assert list(search.article_ids(session, parse(word))) == wanted
            before, since = ids[3000], ids[180]
            asked = search.article_ids(session, parse(word), before=before, since=since)
            assert list(asked) == [one for one in wanted if since <= one < before]


@pytest.mark.parametrize(
    ("near", "far", "query"),
    [
        ("de la ville", "la ville, et bien loin de", '"de la" NEAR/2 ville'),
        ("villa au projet", "villa une deux trois projet", "vill* NEAR/2 proj*"),
        ("وزارة ثم مدينة", "وزارة و و و و مدينة", "وزارة NEAR/2 مدينة"),
    ],
)
def test_what_stands_near_is_found_behind_many_where_it_does_not(
    each_database, near, far, query
):
    with each_database.write() as session:
        ids = store(session, [{"body": near}, *({"body": far} for _ in range(400))])
        answer = search.search(session, query)
        assert [hit.article_id for hit in answer.hits] == [ids[0]]
        assert answer.is_whole


def test_a_search_is_limited_in_time_outlet_and_language(each_database):
    with each_database.write() as session:
        rows = [
            {"body": "santé", "outlet": outlet, "language": language}
            for outlet in ("Hespress", "Le Matin")
            for language in ("fr", "ar")
        ]
        ids = store(session, rows)
        later = NOON + timedelta(minutes=3)
        assert found(session, "santé", within=Within(since=later)) == [ids[3], ids[2]]
        assert found(session, "santé", within=Within(until=later)) == [ids[1], ids[0]]
        assert found(session, "santé", within=Within(outlet="matin")) == ids[:1:-1]
        assert found(session, "santé", within=Within(language="ar")) == [ids[3], ids[1]]
        assert found(session, "santé outlet:personne") == []
        assert found(session, "santé -outlet:personne") == ids[::-1]
        after_all = NOON + timedelta(days=3)
        assert found(session, "santé", within=Within(since=after_all)) == []


def test_the_best_come_first_when_asked(each_database):
    with each_database.write() as session:
        filler = " ".join(["mot"] * 60)
        ids = store(
            session,
            [
                {"title": "Santé publique", "body": f"santé santé {filler}"},
                {"title": "Sport", "body": f"santé {filler}"},
                {"title": "Sport", "body": filler},
            ],
        )
        answer = search.search(session, "santé", order=Order.RANK)
        assert [hit.article_id for hit in answer.hits] == ids[:2]
        assert (answer.ranked, answer.is_whole) == (2, True)


def test_an_article_is_found_by_what_it_says_now(each_database):
    with each_database.write() as session:
        (one,) = store(session, [{"title": "Titre", "body": "santé"}])
        article = session.get_one(Article, one)
        article.full_text = "école"
        search.index(session, [search.of_row(article)])
        assert found(session, "santé") == []
        assert found(session, "école") == [one]
        search.remove(session, [one])
        assert found(session, "école") == []


def test_a_forgotten_text_is_searched_in_title_and_excerpt_and_says_so(each_database):
    with each_database.write() as session:
        (one,) = store(session, [{"title": "Titre", "body": "santé école"}])
        article = session.get_one(Article, one)
        article.full_text, article.excerpt = None, "santé …"
        search.index(session, [search.of_row(article)])
        (hit,) = search.search(session, "santé").hits
        assert (hit.is_full, hit.body) == (False, "santé …")
        assert found(session, "école") == []


def test_the_passages_are_offsets_in_what_is_shown(each_database):
    with each_database.write() as session:
        store(session, [{"title": "Écoles", "body": "Les « écoles »."}])
        (hit,) = search.search(session, "école").hits
        shown = {"title": hit.title, "body": hit.body}
        assert [shown[one.field][one.start : one.end] for one in hit.passages] == [
            "écoles",
            "Écoles",
        ]


def test_words_of_any_script_and_length_are_indexed(each_database):
    with each_database.write() as session:
        odd = ["ⵜⴰⵎⴰⵣⵉⵖⵜ", "x" * 5000, "中文", "a'b\\c", "ǅungla", "٣٫٥", "d’o'c\"u"]
        ids = store(session, [{"body": word, "title": word} for word in odd])
        for word, article_id in zip(odd, ids, strict=True):
            quoted = word.replace('"', " ")[:3000]
            assert article_id in found(session, f"« {quoted} »")


def test_a_very_long_article_is_indexed(each_database):
    with each_database.write() as session:
        body = " ".join(f"mot{number % 7000}" for number in range(40_000))
        (one,) = store(session, [{"title": "t " * 2000, "body": body}])
        assert found(session, '"mot6998 mot6999"') == [one]


def test_a_text_of_nothing_but_long_and_rare_words_is_indexed(each_database):
    with each_database.write() as session:
        body = " ".join("𠀀" * 60 + str(number) for number in range(15_000))
        author = " ".join(f"nom{number}" for number in range(20_000))
        (one,) = store(session, [{"title": "x", "body": body, "author": author}])
        assert found(session, "𠀀" * 60 + "7") == [one]


def test_a_fault_in_a_query_reaches_nobody(each_database):
    with each_database.read() as session, pytest.raises(BadInput, match="not closed"):
        search.search(session, '"santé')
