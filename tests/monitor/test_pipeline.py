"""The listening line over a Web of fakes: what is read, stored, matched and kept."""

from datetime import timedelta

import pytest

from core.errors import BadInput, FetchFailed, FetchRefused
from core.ids import CountedIds
from core.models import Release, Version
from core.settings import Settings
from core.values import ReleaseWindow
from core.web import Fetched
from monitor import coverage, report
from monitor.catalogue import add_source
from monitor.intake import claiming
from monitor.jobs import jobs
from monitor.models import Article, Source
from monitor.pipeline import Pipeline
from monitor.states import Decision

PARAGRAPHS = [
    (
        "Le ministère réunit ce mercredi à Rabat les directeurs des agences urbaines de tout"
        " le royaume, afin d'examiner la mise en œuvre des nouveaux documents d'urbanisme."
    ),
    (
        "La rencontre permettra de présenter le bilan des guichets uniques, de débattre des"
        " délais d'instruction des permis de construire et d'arrêter un calendrier commun."
    ),
    (
        "Les participants visiteront ensuite le chantier de la vallée du Bouregreg, où trois"
        " ateliers seront consacrés à la concertation avec les habitants des quartiers."
    ),
]


class FakeWeb:
    """Answers from a table; an error in it is raised."""

    def __init__(self):
        self.answers = {}
        self.asked = []

    def get(self, url, *, headers=None):
        self.asked.append((url, dict(headers or {})))
        answer = self.answers.get(url, (404, {}, b""))
        if isinstance(answer, Exception):
            raise answer
        status, answer_headers, body = answer
        return Fetched(
            url=url, status=status, headers=answer_headers, body=body, redirects=()
        )

    def close(self):
        pass


def a_feed(*entries):
    items = "".join(
        f"<item><guid>{key}</guid><link>{url}</link><title>Titre {url[-1]}</title></item>"
        for key, url in entries
    )
    return (
        200,
        {"etag": '"1"'},
        f"<rss version='2.0'><channel>{items}</channel></rss>".encode(),
    )


def a_page(title, paragraphs):
    text = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    return (
        200,
        {},
        (
            f"<html><head><title>{title}</title></head><body><main><article>"
            f"<h1>{title}</h1>{text}</article></main></body></html>"
        ).encode(),
    )


@pytest.fixture
def web():
    return FakeWeb()


@pytest.fixture
def windows():
    return []


@pytest.fixture
def pipeline(database, clock, web, windows):
    return Pipeline(
        database=database,
        clock=clock,
        timer=clock,
        ids=CountedIds(),
        web=web,
        settings=Settings(),
        windows=lambda _: windows,
    )


@pytest.fixture
def add(database, clock):
    def make(name, url, kind="feed"):
        with database.write() as session:
            return add_source(
                session, outlet_name=name, kind=kind, url=url, now=clock.now()
            ).id

    return make


def a_release(database, clock):
    with database.write() as session:
        release = Release(
            number="1/2026",
            kind="communique",
            zone="Africa/Casablanca",
            created_at=clock.now(),
        )
        release.versions = [
            Version(
                language="fr",
                title="Rencontre des agences urbaines",
                body="\n\n".join(PARAGRAPHS),
                file_name="a.fr.md",
            )
        ]
        session.add(release)
        session.flush()
        return release.id


def articles(database):
    with database.read() as session:
        return [row.url for row in session.query(Article).order_by(Article.id)]


def state(database, source_id):
    with database.read() as session:
        return next(line for line in report.sources(session) if line.id == source_id)


def test_an_article_is_stored_once_whatever_points_at_it(
    pipeline, web, add, database, clock
):
    add("A", "https://a.test/feed")
    add("A", "https://a.test/urgent")
    web.answers["https://a.test/feed"] = a_feed(("1", "https://a.test/x?utm_source=f"))
    web.answers["https://a.test/urgent"] = a_feed(("9", "https://a.test/x#top"))
    pipeline.run_due()
    clock.wait(timedelta(days=2))
    pipeline.run_due()
    assert articles(database) == ["https://a.test/x"]


def test_entries_that_share_one_key_are_all_kept(pipeline, web, add, database, clock):
    add("A", "https://a.test/feed")
    web.answers["https://a.test/feed"] = a_feed(
        ("same", "https://a.test/1"), ("same", "https://a.test/2")
    )
    pipeline.run_due()
    web.answers["https://a.test/feed"] = a_feed(
        ("same", "https://a.test/1"),
        ("same", "https://a.test/2"),
        ("same", "https://a.test/3"),
    )
    clock.wait(timedelta(days=2))
    pipeline.run_due()
    assert articles(database) == [f"https://a.test/{n}" for n in (1, 2, 3)]


def test_a_reprint_becomes_coverage_with_its_passages(
    pipeline, web, add, database, clock
):
    release_id = a_release(database, clock)
    add("A", "https://a.test/feed")
    web.answers["https://a.test/feed"] = a_feed(("1", "https://a.test/1"))
    web.answers["https://a.test/1"] = a_page("Agences urbaines", PARAGRAPHS)
    pipeline.run_due()
    with database.read() as session:
        (line,) = report.coverage(session, release_id=release_id)
        evidence = report.evidence(session, line.id)
    assert line.label == "reprint"
    assert line.published_at is None, "the source gave no date"
    passage = line.passages[0]
    printed = evidence.full_text[passage["start"] : passage["end"]]
    _, released = evidence.versions["fr"]
    kept = released[passage["release_start"] : passage["release_end"]]
    assert printed.casefold().split() == kept.casefold().split()


def test_copies_of_one_text_share_a_story(pipeline, web, add, database):
    for name in "ab":
        add(name, f"https://{name}.test/feed")
        web.answers[f"https://{name}.test/feed"] = a_feed(
            ("1", f"https://{name}.test/1")
        )
        web.answers[f"https://{name}.test/1"] = a_page("Agences", PARAGRAPHS)
    for source_id in (1, 2):
        pipeline.run_one(source_id)
    with database.read() as session:
        first, second = session.query(Article).order_by(Article.id)
    assert first.story_id == second.story_id == first.id


def test_each_source_has_its_own_fault(pipeline, web, add, database, clock):
    page = (200, {}, b"<html><body>Service unavailable</body></html>")
    answers = {
        "ok": a_feed(("1", "https://ok.test/1")),
        "blocked": (403, {}, b""),
        "html": page,
        "gone": (410, {}, b""),
        "down": FetchFailed("No answer.", to="https://down.test/feed", mend=""),
        "refused": FetchRefused("Private.", to="https://refused.test/feed", mend=""),
    }
    known = {}
    for name, answer in answers.items():
        known[name] = add(name, f"https://{name}.test/feed")
        web.answers[f"https://{name}.test/feed"] = answer
    pipeline.run_due()
    states = {
        name: state(database, source_id).state for name, source_id in known.items()
    }
    assert states == {
        "ok": "ok",
        "blocked": "blocked",
        "html": "failing",
        "gone": "gone",
        "down": "failing",
        "refused": "failing",
    }
    assert "web page, not a feed" in state(database, known["html"]).reason
    with database.read() as session:
        read = report.completeness(
            session,
            since=clock.now() - timedelta(hours=1),
            until=clock.now() + timedelta(hours=1),
        )
    assert (read.read, read.total) == (1, 6)
    assert {line.outlet for line in read.silent} == set(answers) - {"ok"}


def test_what_the_site_said_comes_back_as_a_condition(pipeline, web, add, clock):
    add("A", "https://a.test/feed")
    web.answers["https://a.test/feed"] = a_feed()
    pipeline.run_due()
    clock.wait(timedelta(days=2))
    web.answers["https://a.test/feed"] = (304, {}, b"")
    (done,) = pipeline.run_due()
    assert web.asked[-1] == ("https://a.test/feed", {"If-None-Match": '"1"'})
    assert done.outcome == "unchanged"


def test_a_rest_of_new_articles_is_taken_at_the_next_poll(
    pipeline, web, add, database, clock
):
    add("A", "https://a.test/feed")
    web.answers["https://a.test/feed"] = a_feed(
        *((str(n), f"https://a.test/{n}") for n in range(50))
    )
    pipeline.run_due()
    assert len(articles(database)) == 40
    clock.wait(timedelta(days=2))
    pipeline.run_due()
    assert web.asked[-11][1] == {}, "no condition, or the rest would stay hidden"
    assert len(articles(database)) == 50


def test_a_source_being_read_is_not_taken_twice_until_its_lease_ends(
    database, clock, add
):
    add("A", "https://a.test/feed")

    def claim():
        with database.write() as session:
            return claiming.claim(
                session, now=clock.now(), stamp=clock.stamp(), token="t", limit=5
            )

    assert claim() == [1]
    assert claim() == []
    with database.read() as session:
        due = claiming.next_due(session, now=clock.now(), stamp=clock.stamp())
        assert session.get_one(Source, 1).next_poll_at > clock.now()
    assert due == clock.now()
    clock.wait(timedelta(hours=1))
    assert claim() == [1], "a worker that died gives the source back"


def test_a_source_is_brisk_while_a_release_is_news(
    *, pipeline, web, add, database, clock, windows
):
    windows.append(
        ReleaseWindow(
            release_id=1, since=clock.now(), until=clock.now() + timedelta(days=3)
        )
    )
    source_id = add("A", "https://a.test/feed")
    web.answers["https://a.test/feed"] = a_feed()
    pipeline.run_due()
    due = state(database, source_id).next_poll_at
    assert due - clock.now() == timedelta(minutes=10)


@pytest.fixture
def job(database, clock, web):
    made = jobs(
        database=database,
        clock=clock,
        timer=clock,
        ids=CountedIds(),
        web=web,
        settings=Settings(),
        windows=lambda _: [],
    )
    return {one.name: one for one in made}


def test_a_release_added_later_looks_back(job, web, add, database, clock):
    add("A", "https://a.test/feed")
    web.answers["https://a.test/feed"] = a_feed(("1", "https://a.test/1"))
    web.answers["https://a.test/1"] = a_page("Agences urbaines", PARAGRAPHS)
    job["poll"].run()
    release_id = a_release(database, clock)
    job["poll"].run()
    with database.read() as session:
        assert len(report.coverage(session, release_id=release_id)) == 1


def test_the_full_text_is_forgotten_and_the_excerpt_stays(
    job, web, add, database, clock
):
    add("A", "https://a.test/feed")
    web.answers["https://a.test/feed"] = a_feed(("1", "https://a.test/1"))
    web.answers["https://a.test/1"] = a_page("Agences urbaines", PARAGRAPHS)
    job["poll"].run()
    clock.wait(timedelta(days=29))
    assert job["forget"].run() == 0
    clock.wait(timedelta(days=2))
    assert job["forget"].run() == 1
    with database.read() as session:
        (article,) = session.query(Article)
    assert article.full_text is None
    assert 0 < len(article.excerpt) <= 300
    assert article.text_hash


def test_a_persons_decision_outlives_matching_again(
    pipeline, web, add, database, clock
):
    a_release(database, clock)
    add("A", "https://a.test/feed")
    web.answers["https://a.test/feed"] = a_feed(("1", "https://a.test/1"))
    web.answers["https://a.test/1"] = a_page("Agences urbaines", PARAGRAPHS)
    pipeline.run_due()
    with database.write() as session, pytest.raises(BadInput, match="reason"):
        coverage.decide(
            session, 1, Decision.REJECTED, by="Amal", because=" ", now=clock.now()
        )
    with database.write() as session:
        coverage.decide(
            session, 1, Decision.REJECTED, by="Amal", because="2017", now=clock.now()
        )
    assert coverage.look_back(database, now=clock.now()) == 0
    with database.read() as session:
        (line,) = report.coverage(session)
    assert line.decision == "rejected"
